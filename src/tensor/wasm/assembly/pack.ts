// Weights as the products want them: panels of 8 output channels; those of depthwise convolutions by taps.
import { transpose } from './layout';
import { scratch } from './simd';

/**
 * Packs a convolution's weights O × C × taps into panels of 8 output channels, [panel][tap][C][8], times `scale` of the output channel.
 * Output channels beyond O get zeros. Panels [from, to).
 */
export function pack(src: usize, dst: usize, scale: usize, O: i32, C: i32, taps: i32, from: i32, to: i32): void {
  const n = C * taps, per = <usize>n * 4, tapBytes = <usize>C * 32;
  for (let p = from; p < to; p++) {
    const s = src + <usize>p * per * 8, d = dst + <usize>p * per * 8, f = scale + <usize>p * 32;
    let i = 0, c: usize = 0, t: usize = 0;
    if (p * 8 + 8 <= O) {
      // Four entries of eight rows at a time; entry i of a row is tap i mod taps of channel i / taps.
      const f0 = v128.load(f), f1 = v128.load(f, 16);
      for (; i + 4 <= n; i += 4) {
        const a = s + <usize>i * 4;
        transpose(a, per, scratch, 16);
        transpose(a + 4 * per, per, scratch + 64, 16);
        for (let k: usize = 0; k < 64; k += 16) {
          const q = d + t * tapBytes + c * 32;
          v128.store(q, f32x4.mul(v128.load(scratch + k), f0));
          v128.store(q, f32x4.mul(v128.load(scratch + k, 64), f1), 16);
          if (++t == taps) {
            t = 0;
            c++;
          }
        }
      }
    }
    for (; i < n; i++) {
      const q = d + t * tapBytes + c * 32;
      for (let j = 0; j < 8; j++) {
        store<f32>(q + j * 4, p * 8 + j < O ? load<f32>(s + <usize>j * per + i * 4) * load<f32>(f + j * 4) : 0);
      }
      if (++t == taps) {
        t = 0;
        c++;
      }
    }
  }
}

/** Packs some depthwise weights, C × taps, as [tap][channel], a tap every `lanes` floats, times `scale` of the channel. Taps [from, to). */
export function packDepthwise(src: usize, dst: usize, scale: usize, C: i32, taps: i32, lanes: i32, from: i32, to: i32): void {
  for (let t = from; t < to; t++) {
    for (let c = 0; c < C; c++) store<f32>(dst + (t * lanes + c) * 4, load<f32>(src + (c * taps + t) * 4) * load<f32>(scale + c * 4));
  }
}
