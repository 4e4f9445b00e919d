/**
 * Places buffers that live for a range of steps into one arena, so that buffers whose lives do not meet share memory: greedy by size
 * (Pisarchyk & Lee 2020, https://arxiv.org/abs/2001.03288, algorithm 3).
 */

export interface Buffer {
  readonly bytes: number;
  /** First and last step in which it must hold. */
  readonly first: number;
  readonly last: number;
}

export interface Arena {
  /** Byte offset of each buffer, in the order given. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** Addresses are multiples of this; the spare room behind each buffer lets a last vector read run over. */
const ALIGN = 64;
const SPARE = 64;

export function arrange(buffers: readonly Buffer[]): Arena {
  const offsets = buffers.map(() => 0);
  const order = buffers.map((_, i) => i).sort((a, b) => (buffers[b] as Buffer).bytes - (buffers[a] as Buffer).bytes || a - b);
  const placed: { readonly from: number; readonly to: number; readonly buffer: Buffer }[] = [];
  let bytes = 0;
  for (const i of order) {
    const buffer = buffers[i] as Buffer;
    const size = Math.ceil((buffer.bytes + SPARE) / ALIGN) * ALIGN;
    let at = 0;
    // `placed` stands in order of address: the first gap that is long enough.
    for (const other of placed) {
      if (other.buffer.last < buffer.first || other.buffer.first > buffer.last) continue;
      if (other.from >= at + size) break;
      at = Math.max(at, other.to);
    }
    offsets[i] = at;
    const index = placed.findIndex((p) => p.from > at);
    placed.splice(index < 0 ? placed.length : index, 0, { from: at, to: at + size, buffer });
    bytes = Math.max(bytes, at + size);
  }
  return { offsets, bytes };
}
