/** Why a value is what it is: one number of an operation's output, with the numbers that made it, as plain data. */
import type { Entry } from '../geometry/moves.ts';
import type { Activation, MergeName, Op, PoolKind, ValueId } from '../program.ts';

/** A number of a value, and where it stands. */
export interface Source {
  readonly value: ValueId;
  readonly at: Entry;
  readonly number: number;
}

/** A box of numbers of one value: some of its channels, rows and columns; the order is C, H, W. */
export interface Patch {
  readonly value: ValueId;
  readonly channels: readonly number[];
  /** Of the map; one outside it stands in the padding, where the number is 0. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly numbers: Float32Array;
}

/** A constant that took part: a bias, a mean, an epsilon. */
export interface Constant {
  readonly name: string;
  readonly number: number;
}

/** How an operation makes one number of what it reads. */
export type Reason =
  /** The sum of the products of two boxes, and a bias: convolutions and linear layers. */
  | { readonly how: 'products'; readonly patch: Patch; readonly weights: Float32Array; readonly bias: number | undefined }
  /** Of two values, pair by pair: a matrix product, or shares of pixels (bilinear), where `weights` has no value of its own. */
  | { readonly how: 'pairs'; readonly pairs: readonly (readonly [Source, Source | number])[] }
  /** The largest, the mean, a norm of a box. `area` is what a mean divides by. */
  | { readonly how: 'pool'; readonly kind: PoolKind['of']; readonly patch: Patch; readonly area: number }
  /** A function of the number in the same place, or of that and statistics of a larger stretch. */
  | { readonly how: 'function'; readonly of: Source; readonly name: Activation['fn'] | Op['op']; readonly constants: readonly Constant[] }
  /** The same number from elsewhere; undefined for padding. */
  | { readonly how: 'moved'; readonly from: Source | undefined }
  | { readonly how: 'merge'; readonly name: MergeName; readonly of: readonly Source[] };

export type Explanation = {
  readonly value: ValueId;
  readonly at: Entry;
  /** As it was computed. */
  readonly number: number;
  /** What the reason adds up to, in float64; it differs from `number` by rounding alone. */
  readonly again: number;
  /** The operation's index; undefined for an input. */
  readonly op: number | undefined;
  readonly reason: Reason | undefined;
};
