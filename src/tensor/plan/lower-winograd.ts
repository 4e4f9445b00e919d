/** Winograd's convolution as kernel calls: transform the input's tiles, one matrix product per point, transform back into the image. */
import type { Dims } from '../program.ts';
import { type Builder, CACHE, call, foldBias, panelsOf } from './builder.ts';
import type { Call } from './call.ts';
import type { OpOf, Step } from './fuse.ts';
import { WINOGRAD, type WinogradName, winogradTiles } from './winograd-forms.ts';

/** Most bytes of V and M at once. */
const BLOCK = 16 << 20;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Tiles are done in blocks of `per`, so that V and M stay in the cache; strides are kept off multiples of 4 KiB. */
function shape(C: number, O: number, { tiles, points }: { readonly tiles: number; readonly points: number }) {
  const vr = up(C, 4) * 4;
  const mr = panelsOf(O) * 32;
  const block = Math.min(tiles, Math.max(24, Math.floor(BLOCK / (points * (vr + mr)))));
  const per = Math.ceil(tiles / Math.ceil(tiles / block));
  const vs = up(per * vr, 64) + 64;
  const ms = up(per * mr, 64) + 64;
  return { vr, mr, per, vs, ms, bytes: points * (vs + ms) };
}

/** Bytes of V and M that a step from C channels to the output `y` works in. */
export const winogradScratch = (name: WinogradName, C: number, y: Dims): number => shape(C, y[0], winogradTiles(name, y)).bytes;

export function lowerWinograd(b: Builder, step: Step, op: OpOf<'conv'>, name: WinogradName, scratch: number): readonly Call[] {
  const form = WINOGRAD[name];
  const { tile, kernel: r } = form;
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const { scale, bias } = foldBias(b, step, O, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const { tiles: count, points } = winogradTiles(name, [O, OH, OW]);
  const [th, tw] = [Math.ceil(OH / tile), Math.ceil(OW / tile)];
  const panels = panelsOf(O);
  const { vr, mr, per, vs, ms } = shape(C, O, { tiles: count, points });
  const us = panels * 8 * C * 4;

  const U = b.reserve(points * us);
  b.packings.push({
    raw: () => b.weights(op.weight),
    scale,
    room: panels * 8 * C * r * r * 4,
    calls: (raw, s, room) => [call('pack', panels, [raw, room, s, O, C, r * r]), call(form.weights, panels, [room, U, C, us])],
  });

  const residual = step.residual === undefined ? undefined : b.place(step.residual);
  const tiles = b.pixels(x, th, tw, [tile, tile], [-op.pads[0], -op.pads[1]]);
  const outs = b.pixels(y, th, tw, [tile, tile]);
  const residuals = residual ? b.pixels(residual, th, tw, [tile, tile]) : 0;
  const sizes = b.table(`tiles ${tile} ${OH} ${OW}`, count, () =>
    Uint32Array.from({ length: count }, (_, t) => {
      const [ty, tx] = [Math.floor(t / tw), t % tw];
      return (Math.min(tile, OH - ty * tile) << 8) | Math.min(tile, OW - tx * tile);
    }),
  );
  const V = scratch;
  const M = scratch + points * vs;
  const vRows = b.pixels({ base: V, pixel: vr, row: 0 }, 1, per);
  const mRows = b.pixels({ base: M, pixel: mr, row: 0 }, 1, per);
  const none = b.table('segment at once', 1, () => Uint32Array.of(0));
  const zeros = b.table(`zeros ${panels}`, panels * 8, () => new Uint32Array(panels * 8));
  const biases = b.perChannel(bias);
  const block = Math.max(1, Math.floor((CACHE * 4) / 3 / (C * 32)));
  const calls: Call[] = [];
  for (let t = 0; t < count; t += per) {
    const n = Math.min(per, count - t);
    const at = (table: number): number => (table === 0 ? 0 : table + t * 4);
    calls.push(
      call(form.input, n, [at(tiles), C, x.pixel, x.row, V, vs, vr]),
      call('gemmPoints', points, [vRows, mRows, n, vs, ms, us, none, C, U, zeros, block, panels]),
      call(form.output, n, [
        ...[M, ms, mr, O, at(outs), y.pixel, y.row, at(residuals), residual?.pixel ?? 0, residual?.row ?? 0, at(sizes), biases],
        ...step.clamp,
      ]),
    );
  }
  return calls;
}
