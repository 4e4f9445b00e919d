/** Pools and resampling, by their definitions. Layout C×H×W. */
import { tap } from '../../geometry/taps.ts';
import type { Dims, Op, PoolKind } from '../../program.ts';

type Of<K extends Op['op']> = Extract<Op, { readonly op: K }>;

/**
 * One pool window: `values` are the pixels inside the image, `area` what an average that counts padding divides by. A window without pixels
 * gives −infinity (max), 0 (lp), 0/0 (avg). A NaN inside gives NaN.
 */
function reduce(kind: PoolKind, values: readonly number[], area: number): number {
  switch (kind.of) {
    case 'max':
      return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    case 'avg':
      return values.reduce((a, b) => a + b, 0) / (kind.countIncludePad ? area : values.length);
    case 'lp':
      return values.reduce((a, b) => a + Math.abs(b) ** kind.p, 0) ** (1 / kind.p);
    default:
      return kind satisfies never;
  }
}

/** The part of a window's extent that PyTorch's average counts: its pixels in the image and the padding, not beyond it (ceiling mode). */
const counted = (o: number, stride: number, kernel: number, before: number, n: number, after: number): number =>
  Math.min(o * stride - before + kernel, n + after) - (o * stride - before);

export function pool(op: Of<'pool'>, x: Float32Array, [C, H, W]: Dims, y: Float32Array, [, OH, OW]: Dims): void {
  const [top, left, bottom, right] = op.pads;
  for (let c = 0; c < C; c++) {
    for (let oy = 0; oy < OH; oy++) {
      for (let ox = 0; ox < OW; ox++) {
        const values: number[] = [];
        for (let ky = 0; ky < op.kernel[0]; ky++) {
          const iy = oy * op.stride[0] - top + ky * op.dilation[0];
          if (iy < 0 || iy >= H) continue;
          for (let kx = 0; kx < op.kernel[1]; kx++) {
            const ix = ox * op.stride[1] - left + kx * op.dilation[1];
            if (ix >= 0 && ix < W) values.push(x[(c * H + iy) * W + ix] as number);
          }
        }
        const area = counted(oy, op.stride[0], op.kernel[0], top, H, bottom) * counted(ox, op.stride[1], op.kernel[1], left, W, right);
        y[(c * OH + oy) * OW + ox] = reduce(op.kind, values, area);
      }
    }
  }
}

export function adaptivePool(kind: 'max' | 'avg', x: Float32Array, [C, H, W]: Dims, y: Float32Array, [, OH, OW]: Dims): void {
  for (let c = 0; c < C; c++) {
    for (let oy = 0; oy < OH; oy++) {
      for (let ox = 0; ox < OW; ox++) {
        let max = Number.NEGATIVE_INFINITY;
        let sum = 0;
        let n = 0;
        for (let iy = Math.floor((oy * H) / OH); iy < Math.ceil(((oy + 1) * H) / OH); iy++) {
          for (let ix = Math.floor((ox * W) / OW); ix < Math.ceil(((ox + 1) * W) / OW); ix++) {
            const v = x[(c * H + iy) * W + ix] as number;
            max = Math.max(max, v);
            sum += v;
            n++;
          }
        }
        y[(c * OH + oy) * OW + ox] = kind === 'max' ? max : sum / n;
      }
    }
  }
}

/** Over the channels of each pixel. */
export function channelPool(kind: 'max' | 'avg', x: Float32Array, [C, H, W]: Dims, y: Float32Array): void {
  for (let p = 0; p < H * W; p++) {
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let c = 0; c < C; c++) {
      const v = x[c * H * W + p] as number;
      max = Math.max(max, v);
      sum += v;
    }
    y[p] = kind === 'max' ? max : sum / C;
  }
}

export function upsample(mode: 'nearest' | 'bilinear', x: Float32Array, [C, H, W]: Dims, y: Float32Array, [, OH, OW]: Dims): void {
  for (let c = 0; c < C; c++) {
    const at = (iy: number, ix: number): number => x[(c * H + iy) * W + ix] as number;
    for (let oy = 0; oy < OH; oy++) {
      const v = tap(mode, oy, H, OH);
      for (let ox = 0; ox < OW; ox++) {
        const h = tap(mode, ox, W, OW);
        const upper = h.t === 0 ? at(v.a, h.a) : at(v.a, h.a) * (1 - h.t) + at(v.a, h.b) * h.t;
        if (v.t === 0) {
          y[(c * OH + oy) * OW + ox] = upper;
          continue;
        }
        const lower = h.t === 0 ? at(v.b, h.a) : at(v.b, h.a) * (1 - h.t) + at(v.b, h.b) * h.t;
        y[(c * OH + oy) * OW + ox] = upper * (1 - v.t) + lower * v.t;
      }
    }
  }
}
