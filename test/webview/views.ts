/** Views as the server would send them, of fixture graphs. */
import { analyse } from '../../src/graph/analyse.ts';
import { compareNaive } from '../../src/graph/compare.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TargetView } from '../../src/protocol.ts';
import { URI } from '../diagram/fixtures.ts';

/** A view as the server would send it. */
export function viewOf(graph: Graph, o: { version?: number; targets?: readonly string[]; compare?: boolean } = {}): TargetView {
  const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const comparison = o.compare === false ? undefined : compareNaive(graph);
  return {
    uri: URI,
    version: o.version ?? 1,
    target: graph.name,
    kind: 'block',
    targets: (o.targets ?? [graph.name]).map((name) => ({ name, kind: 'block', range: nowhere, nameRange: nowhere, comparable: true })),
    graph,
    facts: analyse(graph),
    comparison,
    analysisMs: 1.8,
  };
}
