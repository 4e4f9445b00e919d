/**
 * An instance: a block elaborated for given arguments and a given input shape, as plain data.
 *
 * Calls share instances (elaborating a block again with the same arguments and shape is a lookup), so a network is a tree with sharing;
 * `flatten.ts` unrolls it to a graph. Values inside are numbered: 0 is the (first) input, item i gives value i + 1. All places are spots, so an
 * instance is good as long as the text of its declaration, and of what that mentions, stays what it is: the next elaboration takes it over.
 */
import type { Range } from '../../graph/graph.ts';
import type { ParamValue } from '../../layers/params.ts';
import type { Shape } from '../../layers/shape.ts';
import type { ProblemAt } from '../syntax/problem.ts';
import type { DeclarationId, Spot } from '../syntax/spot.ts';
import type { Spent } from './session.ts';
import type { SharedId } from './shared-id.ts';

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
  /** Where it is a use of something shared: what. */
  readonly shared: SharedId | undefined;
}
export interface CallItem extends ItemBase {
  readonly type: 'call';
  readonly instance: Instance;
  /** One for each input that the block takes. */
  readonly inputs: readonly number[];
  /** As it was written with its values: `Bottleneck(64, stride=2)`. */
  readonly text: string;
  /** The name in the call. */
  readonly callee: Spot;
  readonly repeat: { readonly group: string; readonly index: number; readonly count: number } | undefined;
  readonly shared: SharedId | undefined;
}
/** An input beyond the first, under its name. It has no node of its own where the instance is called. */
export interface InputItem extends ItemBase {
  readonly type: 'input';
  /** Which of the inputs, from 1. */
  readonly index: number;
}
/** A value inside a call, which is read from outside: `b.stage3`. It has no node of its own. */
export interface PickItem extends ItemBase {
  readonly type: 'pick';
  /** The value of the call, and a value of the instance that is called. */
  readonly call: number;
  readonly value: number;
}
export type Item = LayerItem | CallItem | InputItem | PickItem;

/** The values that an item reads. */
export function inputsOf(item: Item): readonly number[] {
  switch (item.type) {
    case 'layer':
    case 'call':
      return item.inputs;
    case 'input':
      return [];
    case 'pick':
      return [item.call];
    default:
      return item satisfies never;
  }
}

/** How many nodes an item has when flattened. */
export const nodesIn = (item: Item): number => (item.type === 'layer' ? 1 : item.type === 'call' ? item.instance.nodeCount : 0);

/** What a name of a body stands for, for who reads it from outside. */
export type Inner =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly shape: Shape;
      readonly sure: boolean;
      /** Whether the name is a label of a call, whose inner values have names too. */
      readonly isCall: boolean;
    }
  | { readonly kind: 'list'; readonly items: readonly Inner[] };

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
  /** The names of its inputs, where it has any; and the shapes beyond the first. */
  readonly takes: readonly string[];
  readonly moreInputs: readonly Shape[];
  readonly items: readonly Item[];
  /** What it declares as shared, each with the path below the instance under which the weights are kept. */
  readonly shared: ReadonlyMap<SharedId, string>;
  /** The values, labels and lists of values that its own body names. */
  readonly inside: ReadonlyMap<string, Inner>;
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

/** The shapes that enter an instance. */
export const inputShapesOf = (i: Pick<Instance, 'input' | 'moreInputs'>): readonly Shape[] => [i.input, ...i.moreInputs];

/** The shape of a value of an instance. */
export const shapeOf = (i: Pick<Instance, 'input' | 'items'>, value: number): Shape =>
  value === 0 ? i.input : (i.items[value - 1]?.shape ?? i.input);
