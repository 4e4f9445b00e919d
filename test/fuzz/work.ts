/** What is done with each text, in a worker: all that the language server does after an edit, and what an editor asks at a place. */

/** The stages, in their order; the worker keeps the number of the one it is in where others can see it. */
export const STAGES = [
  'parse',
  'problems',
  'hints',
  'lenses',
  'view',
  'hover',
  'completion',
  'signature',
  'symbols',
  'names',
  'format',
  'typing',
  'colours',
  'structure',
] as const;
export type Stage = (typeof STAGES)[number];

export interface Task {
  readonly id: number;
  readonly text: string;
  /** Where the cursor is: a share of the text. */
  readonly cursor: number;
}

export type Answer =
  | {
      readonly type: 'done';
      readonly id: number;
      /** Milliseconds of the processor by stage. */
      readonly ms: Readonly<Record<Stage, number>>;
      /** Layers that are sound: as they are elaborated, or of all targets as they stand. */
      readonly layers: number;
    }
  | { readonly type: 'crash'; readonly id: number; readonly stage: Stage; readonly error: string };

export interface WorkerData {
  /** One number: the stage. */
  readonly stage: SharedArrayBuffer;
}
