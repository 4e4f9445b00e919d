/**
 * An instance: a block elaborated for given arguments and a given input shape, as plain data.
 *
 * Calls share instances (elaborating a block again with the same arguments and shape is a lookup), so a network is a tree with sharing;
 * `flatten.ts` unrolls it to a graph. Values inside are numbered: 0 is the input, item i gives value i + 1. All places are spots, so an
 * instance is good as long as the text of its declaration, and of what that mentions, stays what it is: the next elaboration takes it over.
 */
import type { Range } from '../../graph/graph.ts';
import type { ParamValue } from '../../layers/params.ts';
import type { Shape } from '../../layers/shape.ts';
import type { ProblemAt } from '../syntax/problem.ts';
import type { DeclarationId, Spot } from '../syntax/spot.ts';
import type { Spent } from './session.ts';

interface ItemBase {
  /** Its part of the path below the instance: `branch2/conv`, `Bottleneck[2]`. */
  readonly segment: string;
  readonly shape: Shape;
  readonly source: Spot;
}
export interface LayerItem extends ItemBase {
  readonly type: 'layer';
  readonly kind: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly inputs: readonly number[];
  readonly failed: boolean;
}
export interface CallItem extends ItemBase {
  readonly type: 'call';
  readonly instance: Instance;
  readonly input: number;
  /** As it was written with its values: `Bottleneck(64, stride=2)`. */
  readonly text: string;
  /** The name in the call. */
  readonly callee: Spot;
  readonly repeat: { readonly group: string; readonly index: number; readonly count: number } | undefined;
}
export type Item = LayerItem | CallItem;

/** What an `expect` on figures found. */
export interface Expected {
  /** Its condition with the values in place: `6,998,552 ≤ 7,000,000`. */
  readonly said: string;
  readonly holds: boolean;
  /** What it names of the block up to there, as it was asked: `params`. */
  readonly figures: ReadonlyMap<string, number>;
}

/** A stage in the text, and what it made in this instance. A stage inside `repeat` makes several. */
export interface Stage {
  /** As its declaration sees it. */
  readonly range: Range;
  readonly label: string | undefined;
  /** The path segment of what it made, or what it is (`repeat`). */
  readonly name: string;
  /** Items `from` (inclusive) to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly input: Shape;
  readonly output: Shape;
  /** False where the shape was assumed after an error. */
  readonly sure: boolean;
  /** Of an `expect` on figures that are sure. */
  readonly expected: Expected | undefined;
}

export interface Instance {
  /** Equal for instances that are made of equal texts, for equal arguments and an equal input. */
  readonly key: string;
  readonly declaration: DeclarationId;
  readonly kind: 'block' | 'network';
  readonly name: string;
  /** Where its declaration has its name. */
  readonly named: Spot;
  readonly uri: string;
  /** `width=64, stride=2`: all parameters as bound. */
  readonly arguments: ReadonlyMap<string, string>;
  readonly input: Shape;
  readonly items: readonly Item[];
  /** What the main output is called; undefined where the text does not name it. */
  readonly main: string | undefined;
  /** The value that leaves. */
  readonly result: number;
  readonly output: Shape;
  readonly sure: boolean;
  readonly outputs: readonly { readonly name: string; readonly value: number; readonly shape: Shape }[];
  readonly stages: readonly Stage[];
  readonly problems: readonly ProblemAt<Spot>[];
  /** Nodes when flattened, its own and those of its calls. */
  readonly nodeCount: number;
  /** Calls when flattened, those of its calls included. */
  readonly callCount: number;
  /** What making it took, without the instances that it calls. */
  readonly spent: Spent;
  /**
   * Whether it depends on nothing but its key. One that says how deep it stands, or what else a name might have meant, is made anew by
   * every elaboration.
   */
  readonly lasting: boolean;
}

/** The shape of a value of an instance. */
export const shapeOf = (i: Pick<Instance, 'input' | 'items'>, value: number): Shape =>
  value === 0 ? i.input : (i.items[value - 1]?.shape ?? i.input);
