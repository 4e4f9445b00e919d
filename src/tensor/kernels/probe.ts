/** Measures which tile of the micro-kernel is fastest here: V8 before 13 spills the large ones. The choice changes no bit of a result. */
import type { Exports } from './instance.ts';

const CANDIDATES = [6, 5, 4] as const;
const [PIXELS, K, PANELS] = [60, 256, 4] as const;
const ROUNDS = 6;

/** Times a small product with each tile, interleaved; the least of each decides. Takes about 10 ms. */
export function probeTile(instance: (memory: WebAssembly.Memory) => Exports, shared: boolean): number {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared });
  const exports = instance(memory);
  const [rows, out, segments, bias, x, w, y] = [0x10000, 0x10400, 0x10800, 0x10900, 0x20000, 0x60000, 0x90000];
  const table = (at: number, base: number, step: number): void =>
    new Uint32Array(memory.buffer, at, PIXELS).forEach((_, i, t) => {
      t[i] = base + i * step;
    });
  table(rows, x, K * 4);
  table(out, y, PANELS * 32);
  new Float32Array(memory.buffer, x, PIXELS * K).fill(1);
  new Float32Array(memory.buffer, w, PANELS * 8 * K).fill(1);
  const least = CANDIDATES.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    CANDIDATES.forEach((tile, i) => {
      exports.setTile(tile);
      const start = performance.now();
      for (let n = 0; n < 8; n++) exports.gemmRows(rows, out, 0, 0, 0, segments, 1, K, w, bias, PANELS, 0, 6, PANELS, 0, PIXELS);
      // The first rounds run baseline code while the optimising compiler works.
      if (round > 1) least[i] = Math.min(least[i] as number, performance.now() - start);
    });
  }
  return CANDIDATES[least.indexOf(Math.min(...least))] ?? 6;
}
