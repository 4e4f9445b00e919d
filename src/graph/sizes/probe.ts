/**
 * What a layer makes of a height or width, asked of the layer itself: its shape for one large map, and for those a pixel larger until its
 * stride comes round again, are enough to know it for all; the least map that it takes is found by halving.
 */
import { isFault } from '../../layers/fault.ts';
import type { Layer } from '../../layers/layer.ts';
import type { ParamSpecs, ParamsOf } from '../../layers/params.ts';
import { type FeatureMap, isMap } from '../../layers/shape.ts';
import { readingsOf } from '../../layers/window.ts';
import { constant, type Extent, MOST_RESIDUES } from './extent.ts';

export type Axis = 0 | 1;

/** What a layer asks of the extent that arrives, and makes of it. */
export interface Local {
  readonly makes: Extent;
  readonly least: number;
  /** The remainders by `by` that it takes; undefined for all. */
  readonly remainders?: { readonly by: number; readonly taken: ReadonlySet<number> };
}

/** Larger than any window, and small enough that what comes of it is exact. */
const LARGE = 2 ** 26;

const along = (c: number, axis: Axis, n: number, other: number): FeatureMap => (axis === 0 ? [c, n, other] : [c, other, n]);

function strideOf(layer: Layer, params: ParamsOf<ParamSpecs>, x: FeatureMap, axis: Axis): number {
  const window = layer.window?.(params, [x]);
  const reading = window && readingsOf(window)[axis];
  return reading?.kind === 'slide' ? reading.stride : 1;
}

/** Of a layer with one input, a map like `x`; undefined where it takes no other size, or makes of it what is not understood here. */
export function probe(layer: Layer, params: ParamsOf<ParamSpecs>, x: FeatureMap, axis: Axis): Local | undefined {
  const by = strideOf(layer, params, x, axis);
  const otherBy = strideOf(layer, params, x, axis === 0 ? 1 : 0);
  if (by > MOST_RESIDUES) return undefined;
  const [start, other] = [by, otherBy].map((s) => s * Math.ceil(LARGE / s)) as [number, number];
  const shape = (n: number): number | undefined => {
    const y = layer.shape(params, [along(x[0], axis, n, other)]);
    return isFault(y) || !isMap(y) ? undefined : y[axis === 0 ? 1 : 2];
  };
  const values = Array.from({ length: by }, (_, r) => shape(start + r));
  const taken = new Set([...values.keys()].filter((r) => values[r] !== undefined));
  const [first] = taken;
  if (first === undefined) return undefined;
  const makes = extentOf(values, start, (shape(start + first + by) ?? Number.NaN) - (values[first] as number));
  if (!makes) return undefined;
  const step = taken.size === by ? 1 : by;
  const least = leastTaken((n) => shape(n) !== undefined, taken.size === by ? 1 : first || by, step, start);
  return taken.size === by ? { makes, least } : { makes, least, remainders: { by, taken } };
}

/** The extent with these values from `start`, a multiple of their number, on. */
function extentOf(values: readonly (number | undefined)[], start: number, times: number): Extent | undefined {
  const by = values.length;
  const known = values.filter((v) => v !== undefined);
  const lowest = Math.min(...known);
  if (Number.isNaN(times)) return undefined;
  if (times === 0) return known.every((v) => v === lowest) ? constant(lowest) : undefined;
  const jump = values.findIndex((v) => v === lowest + times);
  const plus = jump < 0 ? 0 : by - jump;
  const base = (times * start) / by;
  const isFloor = values.every((v, r) => v === undefined || v === lowest + (r + plus >= by ? times : 0));
  if (isFloor) return { kind: 'floor', times, plus, by, more: lowest - base };
  return known.length === by ? { kind: 'table', times, by, values: known.map((v) => v - base) } : undefined;
}

/** The least of first, first + step, … up to `most` that is taken, where all behind one that is are too. */
function leastTaken(isTaken: (n: number) => boolean, first: number, step: number, most: number): number {
  if (isTaken(first)) return first;
  let [below, above] = [0, Math.ceil((most - first) / step)];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (isTaken(first + step * middle)) above = middle;
    else below = middle;
  }
  return first + step * above;
}
