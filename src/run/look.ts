/** What is shown of a layer's numbers: histogram, small pictures of its first channels, dead channels. */
import type { Dims } from '../tensor/index.ts';
import { BINS, type Bins, type FeatureMaps, MAP_SIZE } from './protocol.ts';

/** The smallest and the largest of the finite numbers; the first is larger if there are none. */
function range(values: Float32Array): readonly [from: number, to: number] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    if (!Number.isFinite(v)) continue;
    if (v < from) from = v;
    if (v > to) to = v;
  }
  return [from, to];
}

/** Counts in equal bins; undefined where no number is finite, and such numbers are left out. */
export function histogram(values: Float32Array): Bins | undefined {
  const [from, to] = range(values);
  if (from > to) return undefined;
  const counts = new Array<number>(BINS).fill(0);
  const width = to - from;
  for (const v of values) {
    if (!Number.isFinite(v)) continue;
    const bin = width > 0 ? Math.min(BINS - 1, Math.floor(((v - from) / width) * BINS)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}

/** Channels whose every entry is zero. */
export function deadChannels(values: Float32Array, [channels, height, width]: Dims): number {
  const size = height * width;
  let dead = 0;
  for (let c = 0; c < channels; c++) {
    let i = c * size;
    while (i < (c + 1) * size && values[i] === 0) i++;
    if (i === (c + 1) * size) dead++;
  }
  return dead;
}

/** The mean of each of the cells into which a channel is cut; cells differ by one pixel at most. */
function shrink(
  values: Float32Array,
  offset: number,
  height: number,
  width: number,
  h: number,
  w: number,
  out: Float32Array,
  at: number,
): void {
  for (let y = 0; y < h; y++) {
    const [y0, y1] = [Math.floor((y * height) / h), Math.max(Math.floor((y * height) / h) + 1, Math.floor(((y + 1) * height) / h))];
    for (let x = 0; x < w; x++) {
      const [x0, x1] = [Math.floor((x * width) / w), Math.max(Math.floor((x * width) / w) + 1, Math.floor(((x + 1) * width) / w))];
      let sum = 0;
      for (let i = y0; i < y1; i++) for (let j = x0; j < x1; j++) sum += values[offset + i * width + j] as number;
      out[at + y * w + x] = sum / ((y1 - y0) * (x1 - x0));
    }
  }
}

/** The first channels of a feature map, at most 32×32 pixels each, on one scale; undefined for a vector, and where no number is finite. */
export function featureMaps(values: Float32Array, [channels, height, width]: Dims, most: number): FeatureMaps | undefined {
  if (height * width <= 1) return undefined;
  const shrinkBy = Math.max(1, height / MAP_SIZE, width / MAP_SIZE);
  const [h, w] = [Math.max(1, Math.floor(height / shrinkBy)), Math.max(1, Math.floor(width / shrinkBy))];
  const count = Math.min(most, channels);
  const small = new Float32Array(count * h * w);
  for (let c = 0; c < count; c++) shrink(values, c * height * width, height, width, h, w, small, c * h * w);
  const [from, to] = range(small);
  if (from > to) return undefined;
  const data = Uint8Array.from(small, (v) => (to > from && Number.isFinite(v) ? Math.round((255 * (v - from)) / (to - from)) : 0));
  return { count, of: channels, width: w, height: h, data, from, to };
}
