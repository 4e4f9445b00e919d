/** An axis of the design space: where values stand along it, its marks, and what it says of itself. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { MEASURES, type MeasureName } from './measures.ts';

export interface Axis {
  /** What it measures, in which unit, and how it is divided. */
  readonly title: string;
  readonly isLog: boolean;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  at(value: number): number;
}

/** Values that differ by more than this are told apart along a logarithmic axis only. */
const SPAN = 20;
/** Pixels that a mark takes along the axis. */
const ROOM = { x: 44, y: 22 } as const;
/** Which marks of each power of ten a logarithmic axis may have, the most first. */
const STEPS = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]] as const satisfies readonly (readonly number[])[];

/** As many marks of a logarithmic axis as have room. */
function marksOf(ticks: readonly number[], at: (t: number) => number, room: number): readonly number[] {
  const first = (t: number): number => Number(t.toExponential()[0]);
  const sets = STEPS.map((steps) => ticks.filter((t) => steps.some((s) => s === first(t))));
  const hasRoom = (set: readonly number[]): boolean => set.every((t, i) => i === 0 || Math.abs(at(t) - at(set[i - 1] ?? 0)) >= room);
  return sets.find(hasRoom) ?? sets.at(-1) ?? [];
}

/** An axis for some values, from pixel `from` to pixel `to`. */
export function axisOf(name: MeasureName, values: readonly number[], from: number, to: number, along: 'x' | 'y'): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const { title, unit: unitFor } = MEASURES[name];
  const unit = unitFor(most);
  const worth = unit?.worth ?? 1;
  // Zero has no logarithm.
  const isLog = least > 0 && most / least > SPAN;
  const domain = isLog ? [least / worth / 1.5, (most / worth) * 1.5] : [0, most > 0 ? (most / worth) * 1.08 : 1];
  const many = Math.max(2, Math.floor(Math.abs(to - from) / (2 * ROOM[along])));
  const scale = (isLog ? scaleLog : scaleLinear)(domain, [from, to]);
  // A logarithmic scale leaves out the numbers of some marks, unless it is asked for endlessly many.
  const text = scale.tickFormat(isLog ? Number.POSITIVE_INFINITY : many, unit ? '~g' : '~s');
  const marks = isLog ? marksOf(scale.ticks(), scale, ROOM[along]) : scale.ticks(many);
  return {
    title: `${title}${unit ? `, ${unit.name}` : ''} (${isLog ? 'logarithmic' : 'linear'})`,
    isLog,
    ticks: marks.map((t) => ({ at: scale(t), text: t === 0 ? '0' : text(t) })),
    at: (value) => scale(value / worth),
  };
}
