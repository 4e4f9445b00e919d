/** What one may choose of an ONNX file: for how many inputs at once, and by which version of ONNX. */
import { CannotExport, type ModelOptions } from '../exporter.ts';

/** The choices, filled in. */
export interface Choices {
  /** How many inputs are computed at once, or the name of an extent that is open. */
  readonly batch: number | string;
  readonly opset: number;
  readonly ir: number;
}

/** The first version of the format that has an opset (onnx's `OP_SET_ID_VERSION_MAP`), by opset. */
const FIRST_IR: Readonly<Record<number, number>> = {
  ...{ 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9 },
  ...{ 21: 10, 22: 10, 23: 11, 24: 12, 25: 13, 26: 13 },
};
const OPSETS = Object.keys(FIRST_IR).map(Number);
/** onnxruntime 1.30 takes no later one. */
const LAST_IR = 13;
/** What every runtime of the last years takes, and every layer can be written in. */
const OPSET = 18;
/** More than any machine computes at once. */
const MOST_BATCH = 65_536;
/** What an extent that is open is called. */
const OPEN = 'N';

/** The choices for options. Throws `CannotExport` where they do not exist or do not go together. */
export function choicesOf({ batch = 1, opset = OPSET, ir }: ModelOptions): Choices {
  const first = FIRST_IR[opset];
  if (first === undefined)
    throw new CannotExport(
      `Opset ${opset} is not written: choose one from ${OPSETS[0]} to ${OPSETS.at(-1)}, which is what onnxruntime 1.30 takes.`,
    );
  if (batch !== 'dynamic' && !(Number.isInteger(batch) && batch >= 1 && batch <= MOST_BATCH))
    throw new CannotExport(`The batch is a number from 1 to ${MOST_BATCH.toLocaleString('en')}, or dynamic; not ${batch}.`);
  const usual = Math.max(first, 8);
  if (ir !== undefined && !(Number.isInteger(ir) && ir >= first && ir <= LAST_IR))
    throw new CannotExport(
      `Opset ${opset} needs IR ${first} or later, up to ${LAST_IR}, which is the last that onnxruntime 1.30 takes; not ${ir}.`,
    );
  return { batch: batch === 'dynamic' ? OPEN : batch, opset, ir: ir ?? usual };
}
