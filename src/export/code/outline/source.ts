/** Where shared layers are kept that are handed on, and the loops by whose rounds layers are told apart. */
import type { Py } from '../../../layers/python.ts';

/** A loop around a layer, by whose rounds the layer is named. */
export interface Loop {
  readonly index: Py;
  used: boolean;
  /** The stage that is the loop, or the merge whose branches it gives; and the first stage of each round. */
  readonly at: string;
  readonly head: string;
}

/** Where a shared layer is kept, or the list of them: an attribute, or whatever a parameter stands for; in loops, one for each round. */
export interface Source {
  readonly attribute?: string;
  readonly param?: string;
  readonly loops: readonly Loop[];
}
