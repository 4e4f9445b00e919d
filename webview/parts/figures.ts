/** Figures of a selection: a layer, or a block with everything in it. */
import { lastName, titleOf } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph, Location, Node, Scope } from '../../src/graph/graph.ts';
import { nodesWithin } from '../../src/graph/tree/paths.ts';
import { showShape } from '../../src/layers/shape.ts';

export { valueText as measured } from '../../src/graph/tree/columns.ts';

export interface Selection {
  readonly path: string;
  readonly title: string;
  readonly node: Node | undefined;
  readonly scope: Scope | undefined;
  /** Node ids. */
  readonly nodes: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly weights: number;
  readonly biases: number;
  readonly params: number;
  readonly macs: number;
  readonly source: Location;
}

/** The layer or block with this path, or what has it in common; undefined where an edit took it away. */
export function selectionOf(graph: Graph, facts: Facts, path: string | undefined): Selection | undefined {
  if (path === undefined) return undefined;
  const node = graph.nodes.find((n) => n.path === path);
  const scope = node ? undefined : graph.scopes.find((s) => s.path === path && s.parent !== undefined);
  const nodes = node
    ? [node.id]
    : scope
      ? Array.from({ length: scope.to - scope.from }, (_, i) => scope.from + i)
      : nodesWithin(graph, path);
  const [first, last] = [graph.nodes[nodes[0] ?? -1], graph.nodes[nodes.at(-1) ?? -1]];
  const source = node?.source ?? scope?.source ?? first?.source;
  if (!source) return undefined;
  const shapeOf = (id: number | undefined): string => {
    const shape = graph.nodes[id ?? -1]?.shape;
    return shape ? showShape(shape) : '';
  };
  const sum = (of: 'weights' | 'biases' | 'params' | 'macs'): number => nodes.reduce((total, i) => total + (facts.nodes[i]?.[of] ?? 0), 0);
  const label = lastName(path);
  return {
    path,
    title: node
      ? label === node.kind || node.kind === 'input'
        ? titleOf(node)
        : `${label}: ${titleOf(node)}`
      : label === scope?.name || !scope
        ? label
        : `${label}: ${scope.name}`,
    node,
    scope,
    nodes,
    from: node ? [...new Set(node.inputs.map(shapeOf))].join(', ') : shapeOf(scope?.input ?? first?.inputs[0]),
    to: node ? showShape(node.shape) : shapeOf(scope?.output ?? last?.id),
    weights: sum('weights'),
    biases: sum('biases'),
    params: sum('params'),
    macs: sum('macs'),
    source,
  };
}

/** Milliseconds as one reads them: `0.94 ms`, `2.31 s`; a page's clock is too coarse for the shortest. */
export const duration = (ms: number): string =>
  ms < 0.005
    ? '< 0.01 ms'
    : ms >= 1000
      ? `${(ms / 1000).toFixed(2)} s`
      : ms >= 100
        ? `${ms.toFixed(0)} ms`
        : ms >= 10
          ? `${ms.toFixed(1)} ms`
          : `${ms.toFixed(2)} ms`;
