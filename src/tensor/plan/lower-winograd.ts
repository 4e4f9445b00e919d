/** Winograd's convolution as kernel calls: transform the input's tiles, one matrix product per point, transform back into the image. */
import type { Dims } from '../program.ts';
import { type Builder, call, foldBias } from './builder.ts';
import { type Call, rowsOf } from './call.ts';
import type { OpOf, Step } from './fuse.ts';
import type { Place } from './layout.ts';
import { channelBounds, PANEL, PANEL_BYTES, panelsInCache, panelsOf, up } from './panel.ts';
import { type Phases, phases, WINOGRAD, type WinogradName, winogradTiles } from './winograd-forms.ts';

/**
 * Bytes of V and M at once: some times those of U, since each block of tiles reads all of U, but at least what about stays in the second-level
 * cache, and at most what about stays in the third.
 */
const LARGEST_BLOCK = 16 << 20;
const SMALLEST_BLOCK = 1 << 20;
const TIMES_U = 4;

/**
 * Where there are more outputs than inputs, a block's output channels go in groups: M of one group stays in the second-level cache until it
 * is transformed back, and each group reads V again, in order. That pays while V is at most so large.
 */
const GROUP_OF_M = 1 << 20;
const LARGEST_V = 4 << 20;

/** Images of more tiles are never shared out by channels. */
const MOST_TILES = 64;

/**
 * Tiles are done in blocks of `per`, so that V and M stay in the cache, and output channels in groups of `group` panels. In V and M the points
 * of a tile stand together, `vr` and `mr` bytes each: a transform that wrote each point far from the one before would touch as many pages of
 * memory as there are points, more than the processor knows at once. `vt`, `mt`: bytes from a tile to the next, a cache line more than its
 * points, so that they are seldom a multiple of 4 KiB; `us`: from a point of U to the next. A group's channels belong to one of `parts`.
 */
function shape(
  C: number,
  O: number,
  stride: number,
  { tiles, points }: { readonly tiles: number; readonly points: number },
  parts: number,
) {
  const K = C * stride ** 2;
  const panels = panelsOf(O);
  // The last phase's vectors may reach beyond its channels.
  const vr = up(K - C + up(C, 4), 4) * 4;
  const us = panels * K * PANEL_BYTES + 64;
  const most = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, TIMES_U * points * us));
  // Never fewer than four tiles of six rows.
  const block = Math.min(tiles, Math.max(24, Math.floor(most / (points * (vr + panels * PANEL_BYTES)))));
  const per = Math.ceil(tiles / Math.ceil(tiles / block));
  const grouped = panels * PANEL_BYTES > vr && points * per * vr <= LARGEST_V;
  const group = grouped ? Math.ceil(panels / Math.ceil((points * per * panels * PANEL_BYTES) / GROUP_OF_M)) : panels;
  const groups: { readonly first: number; readonly count: number }[] = [];
  const bounds = tiles <= MOST_TILES ? channelBounds(O, parts) : [0, O];
  bounds.slice(1).forEach((end, i) => {
    const last = panelsOf(end);
    for (let p = panelsOf(bounds[i] ?? 0); p < last; p += group) groups.push({ first: p, count: Math.min(group, last - p) });
  });
  const mr = group * PANEL_BYTES;
  const vt = points * vr + 64;
  const mt = points * mr + 64;
  return { K, panels, vr, mr, us, per, groups, vt, mt, bytes: up(per * vt, 64) + per * mt };
}

/** Bytes of V and M that a step from C channels to the output `y` works in. */
export const winogradScratch = (name: WinogradName, C: number, y: Dims, stride: number, parts: number): number =>
  shape(C, y[0], stride, winogradTiles(name, y), parts).bytes;

/** The weights O × C × kh × kw as those of the phases, O × 4C × taps × taps: see `Phases`. */
function phaseWeights(w: Float32Array, [O = 0, C = 0, kh = 0, kw = 0]: readonly number[], { taps, shift }: Phases): Float32Array {
  const out = new Float32Array(O * 4 * C * taps * taps);
  const at = (o: number, c: number, ky: number, kx: number): number =>
    ky < 0 || kx < 0 || ky >= kh || kx >= kw ? 0 : (w[((o * C + c) * kh + ky) * kw + kx] as number);
  let i = 0;
  for (let o = 0; o < O; o++) {
    for (let phase = 0; phase < 4; phase++) {
      for (let c = 0; c < C; c++) {
        for (let t = 0; t < taps * taps; t++) {
          const ky = 2 * Math.floor(t / taps) + (phase >> 1) - shift[0];
          const kx = 2 * (t % taps) + (phase & 1) - shift[1];
          out[i++] = at(o, c, ky, kx);
        }
      }
    }
  }
  return out;
}

export function lowerWinograd(b: Builder, step: Step, op: OpOf<'conv'>, name: WinogradName, scratch: number): readonly Call[] {
  const form = WINOGRAD[name];
  const seen = phases(b.program, op);
  if (!seen) throw new Error('Winograd was chosen for a convolution that it cannot compute');
  const { tile, kernel: r } = form;
  const { stride, shift } = seen;
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const { scale, bias } = foldBias(b, step, O, op.bias);
  const planes = b.target(step.y);
  const x = b.place(op.x);
  // Planes are pixels of four bytes; the kernel turns tiles round in scratch memory, where a pixel is four channels.
  const y = planes ? { base: planes, pixel: 4, row: OW * 4 } : b.place(step.y);
  const plane = OH * OW * 4;
  const { tiles: count, points } = winogradTiles(name, [O, OH, OW]);
  const [th, tw] = [Math.ceil(OH / tile), Math.ceil(OW / tile)];
  const { K, panels, vr, mr, us, per, groups, vt, mt } = shape(C, O, stride, { tiles: count, points }, b.parts);

  const U = b.reserve(points * us);
  b.packings.push({
    raw: () => (stride === 1 ? b.weights(op.weight) : phaseWeights(b.weights(op.weight), b.program.weights[op.weight]?.dims ?? [], seen)),
    per: K * r * r,
    scale,
    whole: { address: U, bytes: points * us },
    room: K * r * r * PANEL_BYTES,
    calls: (raw, s, room, first, n) => [
      call('pack', panelsOf(n), [raw, room, s, n, K, r * r]),
      call(form.weights, panelsOf(n), [room, U + first * K * PANEL_BYTES, K, us]),
    ],
  });

  const residual = step.residual === undefined ? undefined : b.place(step.residual);
  const tiles = b.pixels(x, th, tw, [tile * stride, tile * stride], [-op.pads[0] - shift[0], -op.pads[1] - shift[1]]);
  const sizes = b.table(`tiles ${tile} ${OH} ${OW}`, count, () =>
    Uint32Array.from({ length: count }, (_, t) => {
      const [ty, tx] = [Math.floor(t / tw), t % tw];
      return (Math.min(tile, OH - ty * tile) << 8) | Math.min(tile, OW - tx * tile);
    }),
  );
  const V = scratch;
  const M = scratch + up(per * vt, 64);
  const vRows = b.pixels({ base: V, pixel: vt, row: 0 }, 1, per);
  const mRows = b.pixels({ base: M, pixel: mt, row: 0 }, 1, per);
  const none = b.table('segment at once', 1, () => Uint32Array.of(0));
  const zeros = b.zeros(panels * PANEL);
  const biases = b.perChannel(bias);
  const block = panelsInCache(K);
  /** Where the tiles of channel `c` on stand, channels being `bytes` apart. */
  const places = (p: Place, c: number, bytes: number): number => b.pixels({ ...p, base: p.base + c * bytes }, th, tw, [tile, tile]);
  const calls: Call[] = [];
  for (let t = 0; t < count; t += per) {
    const n = Math.min(per, count - t);
    const at = (table: number): number => (table === 0 ? 0 : table + t * 4);
    const rows = rowsOf(tw, { from: t, step: tile });
    const all = { first: 0, count: O };
    calls.push(call(form.input, n, [at(tiles), stride, C, x.pixel, x.row, V, vr, vt], { rows, channels: all }));
    for (const { first: p, count: some } of groups) {
      const channels = { first: p * PANEL, count: Math.min(O - p * PANEL, some * PANEL) };
      const image = places(y, p * PANEL, planes ? plane : 4);
      const added = residual ? places(residual, p * PANEL, 4) : 0;
      calls.push(
        call('gemmPoints', points, [vRows, mRows, n, vr, mr, us, none, K, U + p * K * PANEL_BYTES, zeros, block, some], { rows, channels }),
        call(
          form.output,
          n,
          [
            ...[M, mr, mt, channels.count, at(image), planes ? 16 : y.pixel, y.row],
            ...[
              at(added),
              residual?.pixel ?? 0,
              residual?.row ?? 0,
              at(sizes),
              planes ? plane : 0,
              biases + p * PANEL_BYTES,
              ...step.clamp,
            ],
          ],
          { rows, channels },
        ),
      );
    }
  }
  return calls;
}
