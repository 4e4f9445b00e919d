/** What the items of an instance cost together, found without unrolling it. */
import { costOf } from '../../graph/analyse.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { type Instance, type Stage, shapeOf } from './instance.ts';

const SUMMED = ['weights', 'biases', 'params', 'buffers', 'macs'] as const;
/** What is summed over the layers of a stage. */
export type Sums = Readonly<Record<(typeof SUMMED)[number], number>>;

const combined = (a: Sums, b: Sums, sign = 1): Sums =>
  Object.fromEntries(SUMMED.map((k) => [k, a[k] + sign * b[k]])) as Record<keyof Sums, number>;

/** By item: the sums over all before it; behind the last, over all. */
const sums = new WeakMap<Instance, readonly Sums[]>();

/** Found from the items and the sums of the calls among them, so that a block in a hundred calls is summed once. */
function sumsBefore(instance: Instance): readonly Sums[] {
  const known = sums.get(instance);
  if (known) return known;
  const found: Sums[] = [{ weights: 0, biases: 0, params: 0, buffers: 0, macs: 0 }];
  for (const item of instance.items) {
    const before = found.at(-1) as Sums;
    if (item.type === 'call') found.push(combined(before, sumsBefore(item.instance).at(-1) as Sums));
    else if (item.failed) found.push(before);
    else found.push(combined(before, costOf(item, item.inputs.map((v) => shapeOf(instance, v)) as unknown as Inputs<Shape>)));
  }
  sums.set(instance, found);
  return found;
}

/** Sums what a stage made in an instance. */
export function sumsOf(instance: Instance, stage: Pick<Stage, 'from' | 'to'>): Sums {
  const before = sumsBefore(instance);
  return combined(before[stage.to] as Sums, before[stage.from] as Sums, -1);
}
