/**
 * How weights come into their packed form: some outputs at a time stand raw in a staging area, from which kernels pack and transform them. The
 * area is the arena, which a plan needs only when it runs, where that is long enough.
 */
import type { Call } from './call.ts';
import { PANEL, panelsOf, up } from './panel.ts';

/** Weights of so many outputs as there are scales, `per` floats each. */
export interface Packing {
  readonly raw: () => Float32Array;
  readonly per: number;
  /** A factor for each output. */
  readonly scale: Float32Array;
  /** Where the packed form stands, if every byte of it that is ever read is written here. */
  readonly whole: { readonly address: number; readonly bytes: number } | undefined;
  /** Bytes of free room that a panel takes behind raw numbers and scales. */
  readonly room: number;
  /** The calls for some outputs from panel `first` on, whose raw numbers and scales stand at these addresses, and free room. */
  readonly calls: (raw: number, scale: number, room: number, first: number, outputs: number) => readonly Call[];
}

/** Some outputs in the staging area: what stands where, and the calls that pack it. */
export interface Piece {
  readonly raw: Float32Array;
  readonly rawAt: number;
  readonly scale: Float32Array;
  readonly scaleAt: number;
  readonly calls: readonly Call[];
}

/** Bytes of raw weights that stand there at a time, unless one panel has more: they stay in the second-level cache. */
const STAGE = 131072;
const LINE = 64;

/** Outputs at a time: whole panels. */
const atOnce = ({ per, scale }: Packing): number =>
  Math.min(scale.length, PANEL * Math.max(1, Math.floor(STAGE / (PANEL * 4 * Math.max(1, per)))));

/** Where the scales of `n` outputs stand, the free room behind them, and the end of that. */
function places(
  { per, room }: Packing,
  start: number,
  n: number,
): { readonly scaleAt: number; readonly roomAt: number; readonly end: number } {
  const scaleAt = up(start + n * per * 4, LINE);
  const roomAt = up(scaleAt + n * 4, LINE);
  return { scaleAt, roomAt, end: roomAt + panelsOf(n) * room };
}

/** Bytes of the staging area that the packings need. */
export const stagingBytes = (packings: readonly Packing[]): number => Math.max(0, ...packings.map((p) => places(p, 0, atOnce(p)).end));

/** The pieces of a packing, to be done one after the other in the staging area at `start`, a multiple of 64. */
export function* pieces(p: Packing, start: number): Generator<Piece> {
  const { per, scale } = p;
  const raw = p.raw();
  for (let o = 0; o < scale.length; o += atOnce(p)) {
    const n = Math.min(atOnce(p), scale.length - o);
    const { scaleAt, roomAt } = places(p, start, n);
    yield {
      raw: raw.subarray(o * per, (o + n) * per),
      rawAt: start,
      scale: scale.subarray(o, o + n),
      scaleAt,
      calls: p.calls(start, scaleAt, roomAt, o / PANEL, n),
    };
  }
}
