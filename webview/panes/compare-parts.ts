/** What a comparison shows: the pairs of graphs among which one chooses, and what its pictures and its code are given. */
import type { ComponentChildren } from 'preact';
import type { Folds } from '../../src/diagram/index.ts';
import type { Comparison, ComparisonPart } from '../../src/graph/facts.ts';
import type { Location } from '../../src/graph/graph.ts';
import type { MetricName } from '../../src/graph/metrics.ts';
import type { Init } from '../../src/protocol/page.ts';
import type { RunResult } from '../../src/run/protocol.ts';
import type { CompareAs } from '../kept.ts';

export interface CompareProps {
  readonly comparison: Comparison;
  readonly subject: string;
  readonly kind: 'block' | 'network';
  /** What chooses the other side. */
  readonly against: ComponentChildren;
  readonly assets: Init['assets'] | undefined;
  readonly as: CompareAs;
  /** What can be drawn: the parts, and the whole where it runs as one. */
  readonly parts: readonly ComparisonPart[];
  readonly part: ComparisonPart | undefined;
  readonly results: { readonly this: RunResult | undefined; readonly other: RunResult | undefined };
  readonly folds: Folds | undefined;
  /** What the ink of both pictures tells; nothing that only a run does. */
  readonly metric: MetricName;
  readonly stale: boolean;
  onMetric(metric: MetricName): void;
  onPart(path: string): void;
  onFold(path: string, open: boolean): void;
  onReveal(source: Location): void;
  onAs(as: CompareAs): void;
  onOpen(text: string): void;
}

/** The path by which the whole network is chosen among the parts; no block has it. */
export const WHOLE = '*';

/** What can be drawn side by side: each part and, where both sides run as one, the whole. */
export function partsOf(c: Comparison): readonly ComparisonPart[] {
  if (c.parts.length === 1 || !c.graphs) return c.parts;
  const { this: a, other: b } = c;
  const of = (k: 'weights' | 'macs'): { this: number; other: number } => ({ this: a.totals[k], other: b.totals[k] });
  return [{ path: WHOLE, name: c.target, ...c.graphs, weights: of('weights'), macs: of('macs') }, ...c.parts];
}
/** The part that is chosen, or else the first block: a whole network is drawn folded, which shows no difference. */
export const chosenPart = (parts: readonly ComparisonPart[], path: string | undefined): ComparisonPart | undefined =>
  parts.find((p) => p.path === path) ?? parts.find((p) => p.path !== WHOLE);
export const nameOf = (p: ComparisonPart): string => (p.path === WHOLE ? 'whole' : p.path || p.name);
