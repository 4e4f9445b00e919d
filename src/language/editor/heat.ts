/** Where in a text the cost of a target is: for the margin of the editor. */
import type { LangiumDocument } from 'langium';
import type { Graph, Node } from '../../graph/graph.ts';
import { costsOf, type MetricName } from '../../graph/metrics.ts';
import type { HeatLine, HeatResult } from '../../protocol/server.ts';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';

/** Layers beyond which nothing is said. */
const MOST_LAYERS = 50_000;

/** The line of a file on which a node is made: its own, or that of the call which leads into another file. */
function lineOf(g: Graph, { source, scope }: Node, uri: string): number | undefined {
  if (source.uri === uri) return source.range.start.line;
  for (let s = g.scopes[scope]; s?.parent !== undefined; s = g.scopes[s.parent]) if (s.source.uri === uri) return s.source.range.start.line;
  return undefined;
}

/** What each line of a file costs in a target, over all uses of its blocks; undefined where the target cannot stand alone, or costs nothing. */
export async function heatOf(document: LangiumDocument, services: CnnServices, name: string, metric: MetricName): Promise<HeatResult> {
  await loadImports(document, services.shared);
  const analysis = services.analyses.of(document);
  const target = analysis.targets.find((t) => t.name === name);
  if (!target?.instance?.sure || target.instance.nodeCount > MOST_LAYERS) return undefined;
  const made = analysis.target(target);
  if (!made) return undefined;
  const { graph, facts } = made;
  const { values, total } = costsOf(graph, facts, metric);
  const lines = new Map<number, number>();
  for (const n of graph.nodes) {
    const value = values[n.id] ?? 0;
    const line = value > 0 ? lineOf(graph, n, analysis.uri) : undefined;
    if (line !== undefined) lines.set(line, (lines.get(line) ?? 0) + value);
  }
  const most = Math.max(...lines.values());
  if (lines.size === 0 || total <= 0) return undefined;
  const told = [...lines].sort(([a], [b]) => a - b).map(([line, value]): HeatLine => ({ line, share: value / total, level: value / most }));
  return { version: document.textDocument.version, lines: told };
}
