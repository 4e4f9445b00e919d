// Moves between layouts: C×H×W at the edges, height × width × channels inside; packed weights; halos; copies and gathers by table.

/** Four vectors of four channels' pixels become four pixels' channels, or back. */
// @ts-ignore: decorator
@inline function transpose(s: usize, ss: usize, d: usize, ds: usize): void {
  const a = v128.load(s), b = v128.load(s + ss), e = v128.load(s + 2 * ss), f = v128.load(s + 3 * ss);
  const t0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), t1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(e, f, 0, 4, 1, 5), t3 = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
  v128.store(d, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(d + ds, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(d + 2 * ds, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(d + 3 * ds, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** C×H×W at `src` to pixels at `dst`, image rows [from, to). */
export function loadChw(src: usize, dst: usize, C: i32, H: i32, W: i32, pixel: usize, row: usize, from: i32, to: i32): void {
  const plane = <usize>(H * W * 4);
  for (let y = from; y < to; y++) {
    let x = 0;
    for (; x + 4 <= W; x += 4) {
      let d = dst + <usize>y * row + <usize>x * pixel, s = src + <usize>((y * W + x) * 4), c = 0;
      for (; c + 4 <= C; c += 4) {
        transpose(s, plane, d, pixel);
        s += 4 * plane;
        d += 16;
      }
      for (; c < C; c++) {
        for (let i: usize = 0; i < 4; i++) store<f32>(d + i * pixel, load<f32>(s + i * 4));
        s += plane;
        d += 4;
      }
    }
    for (; x < W; x++) {
      let d = dst + <usize>y * row + <usize>x * pixel, s = src + <usize>((y * W + x) * 4);
      for (let c = 0; c < C; c++) {
        store<f32>(d, load<f32>(s));
        d += 4;
        s += plane;
      }
    }
  }
}

/** Pixels at `src` to C×H×W at `dst`, image rows [from, to). */
export function storeChw(src: usize, dst: usize, C: i32, H: i32, W: i32, pixel: usize, row: usize, from: i32, to: i32): void {
  const plane = <usize>(H * W * 4);
  for (let y = from; y < to; y++) {
    let x = 0;
    for (; x + 4 <= W; x += 4) {
      let s = src + <usize>y * row + <usize>x * pixel, d = dst + <usize>((y * W + x) * 4), c = 0;
      for (; c + 4 <= C; c += 4) {
        transpose(s, pixel, d, plane);
        s += 16;
        d += 4 * plane;
      }
      for (; c < C; c++) {
        for (let i: usize = 0; i < 4; i++) store<f32>(d + i * 4, load<f32>(s + i * pixel));
        s += 4;
        d += plane;
      }
    }
    for (; x < W; x++) {
      let s = src + <usize>y * row + <usize>x * pixel, d = dst + <usize>((y * W + x) * 4);
      for (let c = 0; c < C; c++) {
        store<f32>(d, load<f32>(s));
        s += 4;
        d += plane;
      }
    }
  }
}

/** Zeroes the halo of an image: `top` rows of `rowBytes` above `base`'s row, `bottom` below the H rows, `left` and `right` bytes beside each. */
export function zeroHalo(base: usize, H: i32, row: usize, inner: usize, top: i32, left: usize, bottom: i32, right: usize, from: i32, to: i32): void {
  const full = left + inner + right;
  for (let y = from - top; y < to - top; y++) {
    const q = base + <usize>y * row - left;
    if (y < 0 || y >= H) memory.fill(q, 0, full);
    else {
      if (left) memory.fill(q, 0, left);
      if (right) memory.fill(q + left + inner, 0, right);
    }
  }
}

/**
 * Packs a convolution's weights O × C × taps into panels of 8 output channels, [panel][tap][C][8], times `scale` of the output channel.
 * Output channels beyond O get zeros. Panels [from, to).
 */
export function pack(src: usize, dst: usize, scale: usize, O: i32, C: i32, taps: i32, from: i32, to: i32): void {
  const per = <usize>(C * taps * 4);
  for (let p = from; p < to; p++) {
    const d0 = dst + <usize>p * per * 8;
    for (let j = 0; j < 8; j++) {
      const o = p * 8 + j;
      const s0 = src + <usize>o * per, d = d0 + j * 4;
      if (o >= O) {
        for (let i: usize = 0; i < per * 8; i += 32) store<f32>(d + i, 0);
        continue;
      }
      const f = load<f32>(scale + o * 4);
      for (let t = 0; t < taps; t++) {
        let s = s0 + t * 4, q = d + <usize>t * C * 32;
        for (let c = 0; c < C; c++) {
          store<f32>(q, load<f32>(s) * f);
          s += taps * 4;
          q += 32;
        }
      }
    }
  }
}

/** Packs depthwise weights C × taps as [tap][step], times `scale`; `step` is C rounded up to 8. Taps [from, to). */
export function packDepthwise(src: usize, dst: usize, scale: usize, C: i32, taps: i32, step: i32, from: i32, to: i32): void {
  for (let t = from; t < to; t++) {
    for (let c = 0; c < C; c++) store<f32>(dst + (t * step + c) * 4, load<f32>(src + (c * taps + t) * 4) * load<f32>(scale + c * 4));
  }
}

// @ts-ignore: decorator
@inline function copyFloats(s: usize, d: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(d + i * 4, v128.load(s + i * 4));
  for (; i < n; i++) store<f32>(d + i * 4, load<f32>(s + i * 4));
}

/** Copies pixels [from, to) of C channels from the addresses in one table to those in another. */
export function copy(src: usize, dst: usize, C: i32, from: i32, to: i32): void {
  for (let p = from; p < to; p++) copyFloats(<usize>load<u32>(src + p * 4), <usize>load<u32>(dst + p * 4), C);
}

/** y[pixel][c] = the float at source[pixel] + channels[c], for pixels [from, to). */
export function gather(source: usize, channels: usize, dst: usize, C: i32, from: i32, to: i32): void {
  for (let p = from; p < to; p++) {
    const s = <usize>load<u32>(source + p * 4), d = <usize>load<u32>(dst + p * 4);
    for (let c = 0; c < C; c++) store<f32>(d + c * 4, load<f32>(s + load<u32>(channels + c * 4)));
  }
}
