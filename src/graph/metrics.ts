/** What a layer costs by one measure, as one compares it across a picture: weights, MACs, memory, time, what it sees, what is zero. */
import type { Facts } from './facts.ts';
import { bytes, count, duration, percent, short } from './figures.ts';
import type { Graph } from './graph.ts';

/** What a run found of a node; undefined where it was not run by itself. */
export interface Measured {
  readonly ms: number | undefined;
  /** The part of its output that is zero, from 0 to 1. */
  readonly zeros: number | undefined;
}

interface Metric {
  /** In a menu. */
  readonly title: string;
  /** Behind “where the … are”. */
  readonly noun: string;
  /** Whether what several layers have adds up; else the most of them counts. */
  readonly adds: boolean;
  /** Whether it is known only of a graph that was run. */
  readonly ofRun: boolean;
  /** Of times no digit that is finer than `clock`, in milliseconds. */
  text(value: number, clock?: number): string;
}

export const METRICS = {
  weights: { title: 'weights', noun: 'weights', adds: true, ofRun: false, text: count },
  macs: { title: 'MACs', noun: 'MACs', adds: true, ofRun: false, text: short },
  memory: { title: 'activations', noun: 'activations', adds: true, ofRun: false, text: bytes },
  field: { title: 'receptive field', noun: 'largest fields', adds: false, ofRun: false, text: (n) => `${n} px` },
  time: { title: 'time', noun: 'milliseconds', adds: true, ofRun: true, text: duration },
  zeros: { title: 'zeros', noun: 'zeros', adds: false, ofRun: true, text: (z) => percent(z, 1) },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
export const isMetricName = (name: unknown): name is MetricName => typeof name === 'string' && Object.hasOwn(METRICS, name);

/** What each node costs. */
export interface Costs {
  readonly metric: MetricName;
  /** By node id; 0 where it costs nothing, or nobody knows. */
  readonly values: readonly number[];
  /** Of all nodes. */
  readonly total: number;
  /** What can be told of a time, in milliseconds. */
  readonly clock?: number;
}

/** The costs of a graph by a metric; `measured` is by node id, from a run, and `clock` what it can tell of a layer's time. */
export function costsOf(
  g: Graph,
  facts: Facts,
  metric: MetricName,
  measured: readonly (Measured | undefined)[] = [],
  clock?: number,
): Costs {
  const costAt = (id: number): number => {
    const f = facts.nodes[id];
    if (!f || g.nodes[id]?.kind === 'input') return 0;
    switch (metric) {
      case 'weights':
        return f.weights;
      case 'macs':
        return f.macs;
      case 'memory':
        return f.activationBytes;
      case 'field':
        return Math.max(...f.receptiveField);
      case 'time':
        return measured[id]?.ms ?? 0;
      case 'zeros':
        return measured[id]?.zeros ?? 0;
      default:
        return metric satisfies never;
    }
  };
  const values = g.nodes.map((n) => costAt(n.id));
  return { metric, values, total: together(metric, values), ...(metric === 'time' && clock !== undefined ? { clock } : {}) };
}

/** What several layers cost together. */
export const together = (metric: MetricName, values: readonly number[]): number =>
  METRICS[metric].adds ? values.reduce((a, b) => a + b, 0) : values.reduce((a, b) => Math.max(a, b), 0);

/** `110,592 · 67.7 %`; what does not add up has no share. */
export function costText({ metric, total, clock }: Costs, value: number): string {
  const { adds, text }: Metric = METRICS[metric];
  return adds ? `${text(value, clock)} · ${percent(value, total)}` : text(value, clock);
}
