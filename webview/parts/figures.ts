/** Figures of a selection: a layer, or a block with everything in it. */
import { lastName, type PlacedBox, titleOf } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import { type Graph, idsIn, type Location, type Node, type Scope } from '../../src/graph/graph.ts';
import { nodesWithin } from '../../src/graph/tree/paths.ts';
import { showShape } from '../../src/layers/shape.ts';

export { duration } from '../../src/graph/figures.ts';
export { valueText as measured } from '../../src/graph/tree/columns.ts';

export interface Selection {
  readonly path: string;
  readonly title: string;
  readonly node: Node | undefined;
  readonly scope: Scope | undefined;
  /** Node ids. */
  readonly nodes: readonly number[];
  /** How many alike it stands for. */
  readonly times: number;
  readonly from: string;
  readonly to: string;
  readonly weights: number;
  readonly biases: number;
  readonly params: number;
  readonly macs: number;
  readonly source: Location;
}

/**
 * The layer or block with this path, or what has it in common; undefined where an edit took it away. A box of the picture may stand for more: for several calls in a row,
 * or for the layers of a card that no one block holds.
 */
export function selectionOf(graph: Graph, facts: Facts, path: string | undefined, shown?: PlacedBox): Selection | undefined {
  if (path === undefined) return undefined;
  const box = shown?.box;
  const node = graph.nodes.find((n) => n.path === path);
  const scope = node ? undefined : graph.scopes.find((s) => s.path === path && s.parent !== undefined);
  const nodes = node ? [node.id] : (box?.nodes ?? (scope ? idsIn(scope) : nodesWithin(graph, path)));
  const source = node?.source ?? scope?.source ?? box?.source ?? graph.nodes[nodes[0] ?? -1]?.source;
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
      : scope
        ? label === scope.name
          ? label
          : `${label}: ${scope.name}`
        : (box?.title ?? label),
    node,
    scope,
    nodes,
    times: node ? 1 : (box?.times ?? 1),
    from: node ? [...new Set(node.inputs.map(shapeOf))].join(', ') : scope ? shapeOf(scope.input) : enters(graph, nodes),
    to: node ? showShape(node.shape) : scope ? shapeOf(scope.output) : (box?.shape ?? shapeOf(nodes.at(-1))),
    weights: sum('weights'),
    biases: sum('biases'),
    params: sum('params'),
    macs: sum('macs'),
    source,
  };
}

/** The shapes that enter some nodes from outside. */
function enters(graph: Graph, nodes: readonly number[]): string {
  const own = new Set(nodes);
  const values = nodes.flatMap((id) => (graph.nodes[id]?.inputs ?? []).filter((i) => !own.has(i)));
  return [...new Set(values)].flatMap((i) => (graph.nodes[i] ? showShape(graph.nodes[i].shape) : [])).join(', ');
}
