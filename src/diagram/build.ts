/** Graph → Diagram: the target laid open, on one scale, with its ink. */
import type { Facts } from '../graph/facts.ts';
import type { Graph } from '../graph/graph.ts';
import type { Costs } from '../graph/metrics.ts';
import type { Diagram } from './diagram.ts';
import { inked } from './ink.ts';
import { contextOf, levelOf } from './level.ts';
import { chooseScale, type Scale } from './scale.ts';
import type { Folds } from './units.ts';

export interface DiagramOptions {
  readonly folds?: Folds;
  /** Given where two diagrams are side by side. */
  readonly scale?: Scale;
  /** What layers cost, to be seen as ink; `heaviest` where two diagrams are side by side. */
  readonly costs?: Costs;
  readonly heaviest?: number;
}

/** What is drawn of a graph. Throws `DiagramTooLarge`. */
export function buildDiagram(graph: Graph, facts: Facts, options: DiagramOptions = {}): Diagram {
  const context = contextOf(graph, facts, options.folds ?? {});
  const root = graph.scopes[0];
  if (!root) throw new Error('a graph without scopes');
  const plain = { name: graph.name, scale: options.scale ?? chooseScale([graph]), level: levelOf(context, root) };
  return options.costs ? inked(plain, graph, options.costs, options.heaviest) : plain;
}
