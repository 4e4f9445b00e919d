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
const ROOM = { x: 64, y: 34 } as const;

/** An axis for some values, from pixel `from` to pixel `to`. */
export function axisOf(name: MeasureName, values: readonly number[], from: number, to: number, along: 'x' | 'y'): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const { title, unit: unitFor } = MEASURES[name];
  const unit = unitFor(most);
  const worth = unit?.worth ?? 1;
  // Zero has no logarithm.
  const isLog = least > 0 && most / least > SPAN;
  const many = Math.max(2, Math.floor(Math.abs(to - from) / ROOM[along]));
  const domain = isLog ? [least / worth / 1.5, (most / worth) * 1.5] : [0, most > 0 ? (most / worth) * 1.08 : 1];
  const scale = (isLog ? scaleLog : scaleLinear)(domain, [from, to]);
  const text = scale.tickFormat(many, unit ? '~g' : '~s');
  const ticks = scale.ticks(many).map((t) => ({ at: scale(t), text: text(t) }));
  return {
    title: `${title}${unit ? `, ${unit.name}` : ''} (${isLog ? 'logarithmic' : 'linear'})`,
    isLog,
    // Of a logarithmic scale some marks have no room for their number.
    ticks: ticks.filter((t) => t.text !== ''),
    at: (value) => scale(value / worth),
  };
}
