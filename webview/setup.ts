/** What runs are made with, as chosen in the page: kept choices, and files that were given since it was opened. */
import { type GivenFile, INPUTS, type MadeInput, type MadeWeights, type RunSpec, WEIGHTS } from '../src/run/spec.ts';

/** Kept when the page is hidden. Files are not: they may be large. */
export interface Setup {
  readonly input: MadeInput;
  readonly weights: MadeWeights;
  /** Undefined: where weights are random, whose numbers would grow from block to block. */
  readonly calibrate: boolean | undefined;
  /** Whether an edit runs again what was run. */
  readonly again: boolean;
}
export const START_SETUP: Setup = { input: 'normal', weights: 'he', calibrate: undefined, again: false };

/** Files that stand in place of what is made. */
export interface Given {
  readonly input?: readonly GivenFile[];
  readonly weights?: GivenFile;
}

export function restoredSetup(v: unknown): Setup {
  const { input, weights, calibrate, again } = (typeof v === 'object' && v !== null ? v : {}) as Partial<Record<keyof Setup, unknown>>;
  return {
    input: INPUTS.find((i) => i === input) ?? START_SETUP.input,
    weights: WEIGHTS.find((w) => w === weights) ?? START_SETUP.weights,
    calibrate: typeof calibrate === 'boolean' ? calibrate : undefined,
    again: again === true,
  };
}

/** Whether batch norm takes its statistics from the input. */
export const isCalibrating = (setup: Setup, given: Given): boolean => setup.calibrate ?? given.weights === undefined;

export const specOf = (seed: number, setup: Setup, given: Given): RunSpec => ({
  seed,
  input: given.input ?? setup.input,
  weights: given.weights ?? setup.weights,
  calibrate: isCalibrating(setup, given),
});
