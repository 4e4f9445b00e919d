/** Operations that only move numbers, entry by entry. Layout C×H×W. */
import { type Move, source } from '../../geometry/moves.ts';
import type { Dims } from '../../program.ts';

/** Runs a move. */
export function move(op: Move, x: Float32Array, xd: Dims, y: Float32Array, yd: Dims): void {
  let i = 0;
  for (let c = 0; c < yd[0]; c++) {
    for (let h = 0; h < yd[1]; h++) {
      for (let w = 0; w < yd[2]; w++) {
        const from = source(op, xd, yd, c, h, w);
        y[i++] = from ? (x[(from[0] * xd[1] + from[1]) * xd[2] + from[2]] as number) : op.op === 'pad' ? op.value : 0;
      }
    }
  }
}
