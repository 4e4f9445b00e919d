/** What a single layer is called in a diagram, and how it is drawn. */

import { weightsOf } from '../graph/analyse.ts';
import type { NodeFacts } from '../graph/facts.ts';
import { count } from '../graph/figures.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { isRepeated } from '../graph/shared.ts';
import { layers } from '../layers/index.ts';
import type { ParamValue } from '../layers/params.ts';
import { isMap, type Shape, showShape } from '../layers/shape.ts';
import type { Box, BoxKind } from './diagram.ts';

const pair = (v: ParamValue | undefined): readonly [number, number] | undefined =>
  Array.isArray(v) && typeof v[0] === 'number' && typeof v[1] === 'number' ? [v[0], v[1]] : undefined;

/** Groups of a convolution; each channel by itself where it is depthwise. */
function strandsOf(node: Node, input: Shape | undefined): number | 'each' | undefined {
  if (node.kind === 'dwconv') return 'each';
  const groups = typeof node.params.groups === 'number' ? node.params.groups : 1;
  if (groups <= 1 || layers.get(node.kind)?.role !== 'conv') return undefined;
  return groups === input?.[0] ? 'each' : groups;
}

/** A stride or dilation in few words, where it is not 1. */
function unlessOne(v: ParamValue | undefined): string | undefined {
  const both = pair(v);
  return both && (both[0] !== 1 || both[1] !== 1) ? (both[0] === both[1] ? String(both[0]) : both.join('×')) : undefined;
}

/** `conv 3×3 /2`, `upsample ×2`: the layer and the parameters that identify it. */
export function titleOf(node: Node): string {
  const layer = layers.get(node.kind);
  const parts = [node.kind];
  if (layer?.brief && !node.failed) parts.push(layer.brief(node.params as never));
  const kernel = pair(node.params.kernel);
  if (kernel) parts.push(kernel.join('×'));
  const stride = unlessOne(node.params.stride);
  // A stride makes maps smaller, that of a transposed convolution larger.
  if (stride) parts.push(`${node.kind === 'deconv' ? '×' : '/'}${stride}`);
  const dilation = unlessOne(node.params.dilation);
  if (dilation) parts.push(`dil ${dilation}`);
  const { groups } = node.params;
  if (typeof groups === 'number' && groups > 1 && layer?.role === 'conv') parts.push(`g${groups}`);
  return parts.join(' ');
}

/** The last part of a path without the suffixes that make it unique. */
export const lastName = (path: string): string => (path.split('/').pop() ?? path).replace(/(\[\d+\]|_\d+)+$/, '');

function kindOf(node: Node, input: Shape | undefined): BoxKind {
  const role = layers.get(node.kind)?.role;
  if (node.kind === 'input') return 'input';
  switch (role) {
    case 'conv': {
      const kernel = pair(node.params.kernel);
      return kernel && kernel[0] * kernel[1] === 1 ? 'pointwise' : 'conv';
    }
    case 'linear':
      return 'pointwise';
    case 'pool':
      return 'pool';
    case 'norm':
      return 'norm';
    case 'activation':
      return 'activation';
    case 'merge':
      return node.kind === 'concat' || node.kind === 'mul' ? node.kind : 'add';
    case 'noop':
      return input && showShape(input) === showShape(node.shape) ? 'noop' : 'other';
    case 'other':
    case undefined:
      return 'other';
    default:
      return role satisfies never;
  }
}

/** The new height × width, where the layer changes it. */
export const stepOf = (input: Shape | undefined, output: Shape): string | undefined =>
  input && isMap(input) && isMap(output) && (input[1] !== output[1] || input[2] !== output[2]) ? `${output[1]}×${output[2]}` : undefined;

/** What stands in place of a count of weights that others before it have. */
export const weightsFrom = (shared: string | undefined): string => `weights of ${shared ?? ''}`;

/** The box of one node. */
export function boxOfNode(graph: Graph, node: Node, facts: readonly NodeFacts[]): Box {
  const input = graph.nodes[node.inputs[0] ?? -1]?.shape;
  const kind = kindOf(node, input);
  const label = lastName(node.path);
  const called = titleOf(node);
  const weights = facts[node.id]?.weights ?? 0;
  // An input of several has its own name.
  const name =
    kind === 'input' ? node.path : label === node.kind || label === '' || /^branch\d+$/.test(label) ? called : `${label}: ${called}`;
  const joined = node.inputs.map((i) => graph.nodes[i]?.shape[0] ?? 0);
  const strands = strandsOf(node, input);
  const step = stepOf(input, node.shape);
  const again = weightsOf(graph, node).weight && isRepeated(graph, node) ? weightsFrom(node.shared) : undefined;
  return {
    kind,
    key: node.path,
    ...(node.shared === undefined ? {} : { shared: node.shared }),
    nodes: [node.id],
    channels: [input?.[0] ?? node.shape[0], node.shape[0]],
    // An error has a sign, not a colour alone.
    title: node.failed ? `⚠ ${name}` : name,
    figures:
      kind === 'input'
        ? [showShape(node.shape)]
        : kind === 'concat'
          ? [sum(joined)]
          : weights > 0
            ? [count(weights)]
            : again
              ? [again]
              : [],
    shape: showShape(node.shape),
    source: node.source,
    failed: node.failed === true,
    times: 1,
    ...(strands ? { strands } : {}),
    ...(step ? { step } : {}),
  };
}

/** `64 + 128 + 32 + 32`, shortened in the middle where the branches are many. */
function sum(parts: readonly number[]): string {
  if (parts.length <= 5) return parts.join(' + ');
  return `${parts.slice(0, 2).join(' + ')} + … + ${parts[parts.length - 1]} (${parts.length} branches)`;
}
