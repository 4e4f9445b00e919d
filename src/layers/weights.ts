/** The weights of a layer: declared once in its file, from which counts, initialisers, ONNX initialisers and state-dict names derive. */
import type { Init } from '../tensor/index.ts';

/** One weight tensor. Its role decides what it counts as; its layout is PyTorch's. */
export interface Weight {
  /** `kernel`: weights; `bias` and `affine`: further trainable parameters; `buffer`: running statistics. */
  readonly role: 'kernel' | 'bias' | 'affine' | 'buffer';
  readonly dims: readonly number[];
  readonly init: Init;
  /** Its first two extents are input and output channels, as a transposed convolution has them, not output and input. */
  readonly inputFirst?: true;
}
/** A kernel, initialised after He et al. 2015; `fanIn` is the number of inputs that one output sums. */
export const kernel = (dims: readonly number[], fanIn: number): Weight => ({ role: 'kernel', dims, init: { kind: 'he', fanIn } });
export const bias = (n: number): Weight => ({ role: 'bias', dims: [n], init: { kind: 'constant', value: 0 } });
export const affine = (n: number, value: number): Weight => ({ role: 'affine', dims: [n], init: { kind: 'constant', value } });
export const buffer = (n: number, value: number): Weight => ({ role: 'buffer', dims: [n], init: { kind: 'constant', value } });

/** Weights by name; those that parameters switch off are undefined. */
export type Weights = Readonly<Record<string, Weight | undefined>>;
/** Something for each weight of `W`: its id in a program, its name in an export. */
export type ForWeights<W extends Weights, T> = { readonly [K in keyof W]: W[K] extends Weight ? T : T | undefined };

/** How many parameters they are: what training would change. */
export const paramCount = (weights: Weights): number =>
  Object.values(weights).reduce((sum, w) => sum + (w && w.role !== 'buffer' ? w.dims.reduce((a, b) => a * b, 1) : 0), 0);
