/** Convolution, transposed convolution, linear and the matrix product, by their definitions, summed in float64. Layouts are C×H×W and PyTorch's for weights. */
import type { Dims, Op } from '../../program.ts';

type Of<K extends Op['op']> = Extract<Op, { readonly op: K }>;

/** y[o] = bias[o] + Σ x[c, oy·stride + ky·dilation − top, …] · w[o, c, ky, kx], over the channels of o's group. */
export function conv(
  op: Of<'conv'>,
  x: Float32Array,
  [C, H, W]: Dims,
  y: Float32Array,
  [O, OH, OW]: Dims,
  weight: Float32Array,
  [kh, kw]: readonly [number, number],
  bias: Float32Array | undefined,
): void {
  const perGroup = C / op.groups;
  const outPerGroup = O / op.groups;
  const [[top, left], [sy, sx]] = [op.pads, op.stride];
  const sum = new Float64Array(OH * OW);
  for (let o = 0; o < O; o++) {
    const c0 = Math.floor(o / outPerGroup) * perGroup;
    sum.fill(bias?.[o] ?? 0);
    // The sum of each number is taken in the order of the formula, of all numbers of a channel at once: the innermost loop goes along a row.
    for (let c = 0; c < perGroup; c++) {
      for (let ky = 0; ky < kh; ky++) {
        for (let kx = 0; kx < kw; kx++) {
          const w = weight[((o * perGroup + c) * kh + ky) * kw + kx] as number;
          const dx = kx * op.dilation[1] - left;
          const [from, to] = [Math.max(0, Math.ceil(-dx / sx)), Math.min(OW, Math.floor((W - 1 - dx) / sx) + 1)];
          for (let oy = 0; oy < OH; oy++) {
            const iy = oy * sy - top + ky * op.dilation[0];
            if (iy < 0 || iy >= H) continue;
            let i = ((c0 + c) * H + iy) * W + from * sx + dx;
            for (let at = oy * OW + from; at < oy * OW + to; at++, i += sx) sum[at] = (sum[at] as number) + (x[i] as number) * w;
          }
        }
      }
    }
    y.set(sum, o * OH * OW);
  }
}

/** The transpose: every input pixel adds its window into the output, at iy·stride + ky·dilation − top. */
export function deconv(
  op: Of<'deconv'>,
  x: Float32Array,
  [C, H, W]: Dims,
  y: Float32Array,
  [O, OH, OW]: Dims,
  weight: Float32Array,
  [kh, kw]: readonly [number, number],
  bias: Float32Array | undefined,
): void {
  const perGroup = C / op.groups;
  const outPerGroup = O / op.groups;
  const [top, left] = op.pads;
  const sum = new Float64Array(OH * OW);
  for (let o = 0; o < O; o++) {
    const group = Math.floor(o / outPerGroup);
    sum.fill(bias?.[o] ?? 0);
    for (let c = group * perGroup; c < (group + 1) * perGroup; c++) {
      for (let iy = 0; iy < H; iy++) {
        for (let ix = 0; ix < W; ix++) {
          const v = x[(c * H + iy) * W + ix] as number;
          for (let ky = 0; ky < kh; ky++) {
            const oy = iy * op.stride[0] - top + ky * op.dilation[0];
            if (oy < 0 || oy >= OH) continue;
            for (let kx = 0; kx < kw; kx++) {
              const ox = ix * op.stride[1] - left + kx * op.dilation[1];
              if (ox < 0 || ox >= OW) continue;
              const at = oy * OW + ox;
              const w = weight[((c * outPerGroup + (o % outPerGroup)) * kh + ky) * kw + kx] as number;
              sum[at] = (sum[at] as number) + v * w;
            }
          }
        }
      }
    }
    y.set(sum, o * OH * OW);
  }
}

/** y = W·x + bias, W being m × n. */
export function linear(x: Float32Array, y: Float32Array, weight: Float32Array, bias: Float32Array | undefined): void {
  for (let i = 0; i < y.length; i++) {
    let sum = bias?.[i] ?? 0;
    for (let j = 0; j < x.length; j++) sum += (x[j] as number) * (weight[i * x.length + j] as number);
    y[i] = sum;
  }
}

/** y[c] = a[c]·b[c], of C×H×K and C×K×W. */
export function matmul(a: Float32Array, [C, H, K]: Dims, b: Float32Array, y: Float32Array, [, , W]: Dims): void {
  for (let c = 0; c < C; c++) {
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += (a[(c * H + h) * K + k] as number) * (b[(c * K + k) * W + w] as number);
        y[(c * H + h) * W + w] = sum;
      }
    }
  }
}
