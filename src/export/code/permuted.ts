/** Weights in the order of another framework. */

/** Entries with the axes in another order. */
export function permuted(data: Float32Array, dims: readonly number[], axes: readonly number[]): Float32Array {
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  const to = axes.map((a) => dims[a] as number);
  const steps = axes.map((a) => strides[a] as number);
  const out = new Float32Array(data.length);
  const at = to.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from] as number;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1;
      from += steps[axis] as number;
      if ((at[axis] as number) < (to[axis] as number)) break;
      from -= (steps[axis] as number) * (to[axis] as number);
      at[axis] = 0;
    }
  }
  return out;
}
