/** What a run is made with: its input and its weights, as a person chooses them. The same choice gives the same numbers everywhere. */

/** Inputs that are made. */
export const INPUTS = ['normal', 'uniform', 'impulse', 'checkerboard', 'gradient'] as const;
export type MadeInput = (typeof INPUTS)[number];
export const INPUT_SAYS = {
  normal: 'normal random numbers, of the seed',
  uniform: 'random numbers between 0 and 1, of the seed',
  impulse: '1 at the middle of each channel, 0 elsewhere: the output is what one pixel reaches',
  checkerboard: 'squares of 1 and −1, eight to a side',
  gradient: '0 to 1: left to right, top to bottom, and both, channel by channel',
} as const satisfies Record<MadeInput, string>;

/** Weights that are made. Biases, gains and statistics start as their layers say. */
export const WEIGHTS = ['he', 'xavier', 'constant'] as const;
export type MadeWeights = (typeof WEIGHTS)[number];
export const WEIGHT_SAYS = {
  he: 'uniform in ±√(6 / inputs of a sum) (He et al. 2015)',
  xavier: 'uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010)',
  constant: 'each the same: 1 / inputs of a sum, which makes every convolution a mean',
} as const satisfies Record<MadeWeights, string>;

/** A file's bytes, and what it is called. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface RunSpec {
  /** Of random input and weights. */
  readonly seed: number;
  /** Of all inputs, or a file for each in their order: an image, or .npy. */
  readonly input: MadeInput | readonly GivenFile[];
  /** Made, or a .safetensors file. */
  readonly weights: MadeWeights | GivenFile;
  /** Whether batch norm takes its statistics from the input first. */
  readonly calibrate: boolean;
}
