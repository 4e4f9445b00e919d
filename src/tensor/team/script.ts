/** What each worker of a team does in a run, as plain data. */
import type { Piece } from './cut.ts';

/** Runs of bytes in a plan's memory: `xs` of them `xStep` apart, that `ys` times, `yStep` apart. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
  readonly xs: number;
  readonly xStep: number;
  readonly ys: number;
  readonly yStep: number;
}

export type Action =
  /** `step`: of the plan; −1 before the first, one past the last after it. */
  | { readonly do: 'calls'; readonly step: number; readonly pieces: readonly Piece[] }
  | { readonly do: 'send'; readonly to: number; readonly message: number; readonly blocks: readonly Block[] }
  /** Waits for the message where it is not there. */
  | { readonly do: 'take'; readonly step: number; readonly message: number; readonly blocks: readonly Block[] };

export interface Shared {
  /** By worker; the first has the inputs and gets the outputs. */
  readonly scripts: readonly (readonly Action[])[];
  /** What a run takes by the model, and what it would take one worker. */
  readonly ms: number;
  readonly alone: number;
  /** What of all work the first worker does. */
  readonly part: number;
}

export const bytesOf = (blocks: readonly Block[]): number => blocks.reduce((n, b) => n + b.bytes * b.xs * b.ys, 0);
