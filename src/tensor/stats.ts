/** Statistics of a tensor's numbers, as the workbench shows them beside a layer. */

export interface Statistics {
  /** Of the entries that are not NaN; infinities count. NaN where there is no such entry. */
  readonly min: number;
  readonly max: number;
  /** Of the finite entries, in float64. NaN where there is none. */
  readonly mean: number;
  /** Population standard deviation of the finite entries. */
  readonly std: number;
  /** How many entries are zero, of either sign. */
  readonly zeros: number;
  /** How many entries are NaN. */
  readonly nan: number;
  /** How many entries are infinite. */
  readonly infinite: number;
}

/** One pass for range and sum, one for the deviation: the one-pass formula loses all digits where the mean is far from zero. */
export function statistics(values: Float32Array): Statistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let zeros = 0;
  let nan = 0;
  let infinite = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (Number.isNaN(v)) {
      nan++;
      continue;
    }
    if (v < min) min = v;
    if (v > max) max = v;
    if (v === 0) zeros++;
    else if (v - v !== 0) {
      infinite++;
      continue;
    }
    sum += v;
  }
  const finite = values.length - nan - infinite;
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const d = (values[i] as number) - mean;
    if (d - d === 0) squares += d * d;
  }
  const none = nan === values.length;
  return {
    min: none ? Number.NaN : min,
    max: none ? Number.NaN : max,
    mean,
    std: Math.sqrt(squares / finite),
    zeros,
    nan,
    infinite,
  };
}
