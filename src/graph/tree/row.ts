/** The rows of a table of layers: a layer, or what holds layers, with what it costs and, after a run, what it took and gave. */

import type { Shape } from '../../layers/shape.ts';
import type { Location } from '../graph.ts';
import type { Tone } from '../tone.ts';

/** What a run found of a layer; undefined where it was not run by itself, or gave no number. */
export interface RunFigures {
  readonly ms: number | undefined;
  /** What can be told of a time, in milliseconds: no finer digit is shown. */
  readonly clock: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
  readonly std: number | undefined;
  /** The part of its output that is zero, from 0 to 1. */
  readonly zeros: number | undefined;
}

/** Of what holds layers: sums, but for `field` and `zeros`, of which the most counts, and `min` and `max`; it has no `mean` or `std`. */
export interface Figures extends RunFigures {
  /** Layers that it stands for. */
  readonly layers: number;
  readonly params: number;
  readonly weights: number;
  readonly buffers: number;
  readonly macs: number;
  /** Bytes of activations. */
  readonly memory: number;
  readonly field: readonly [number, number];
}

/** Figures that have a share of the whole. */
export const SHARED = ['weights', 'macs', 'ms'] as const;
export type Shared = (typeof SHARED)[number];

export interface Row {
  /** A layer, a call of a block, what merely has a path in common, or the rounds of a loop. */
  readonly type: 'layer' | 'block' | 'part' | 'rounds';
  /** Unique in the table, and its path in the graph; rounds are `Unit[0…2]`. */
  readonly path: string;
  /** The kind of a layer, the name of a block; empty for a part. */
  readonly kind: string;
  /** How many rounds it holds; 1 for all others. */
  readonly times: number;
  readonly children: readonly Row[];
  /** Ids of its nodes, in the order of the flow. */
  readonly nodes: readonly number[];
  /** What leaves it. */
  readonly shape: Shape;
  /** The kernel's entries as papers write them; of a layer alone. */
  readonly formula: string;
  /** Under which path its weights are kept, if others have them too. */
  readonly shared: string | undefined;
  /** It or what is in it does not fit: its figures are of what was assumed. */
  readonly failed: boolean;
  readonly figures: Figures;
  readonly tones: Readonly<Record<Shared, Readonly<Record<Tone, number>>>>;
  readonly source: Location;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const known = (values: readonly (number | undefined)[]): readonly number[] => values.filter((v) => v !== undefined);
const most = (values: readonly number[], pick: (a: number, b: number) => number): number | undefined =>
  values.length > 0 ? values.reduce((a, b) => pick(a, b)) : undefined;

/** The figures of several rows, none of which holds another. */
export function together(rows: readonly Row[]): Figures {
  const all = rows.map((r) => r.figures);
  const add = (of: 'layers' | 'params' | 'weights' | 'buffers' | 'macs' | 'memory'): number => sum(all.map((f) => f[of]));
  const of = (name: keyof RunFigures): readonly number[] => known(all.map((f) => f[name]));
  const times = of('ms');
  return {
    layers: add('layers'),
    params: add('params'),
    weights: add('weights'),
    buffers: add('buffers'),
    macs: add('macs'),
    memory: add('memory'),
    field: all.reduce<readonly [number, number]>(([h, w], f) => [Math.max(h, f.field[0]), Math.max(w, f.field[1])], [1, 1]),
    ms: times.length > 0 ? sum(times) : undefined,
    clock: most(of('clock'), Math.max),
    min: most(of('min'), Math.min),
    max: most(of('max'), Math.max),
    mean: undefined,
    std: undefined,
    zeros: most(of('zeros'), Math.max),
  };
}

/** What holds the costs of several rows. */
export const tonesTogether = (rows: readonly Row[]): Row['tones'] => {
  const of = (name: Shared): Readonly<Record<Tone, number>> => {
    const all = (tone: Tone): number => sum(rows.map((r) => r.tones[name][tone]));
    return { conv: all('conv'), pointwise: all('pointwise'), linear: all('linear'), other: all('other') };
  };
  return { weights: of('weights'), macs: of('macs'), ms: of('ms') };
};
