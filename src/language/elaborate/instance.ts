/**
 * An instance: a block elaborated for given arguments and a given input shape.
 *
 * Calls share instances (elaborating a block again with the same arguments and shape is a lookup), so a network is a tree with sharing;
 * `flatten.ts` unrolls it to a graph. Values inside are numbered: 0 is the input, item i gives value i + 1.
 */
import type { Location, Range } from '../../graph/graph.ts';
import type { ParamValue } from '../../layers/params.ts';
import type { Shape } from '../../layers/shape.ts';
import type { Block, Network } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';

interface ItemBase {
  /** Its part of the path below the instance: `branch2/conv`, `Bottleneck[2]`. */
  readonly segment: string;
  readonly shape: Shape;
  readonly source: Location;
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
  readonly repeat: { readonly group: string; readonly index: number; readonly count: number } | undefined;
}
export type Item = LayerItem | CallItem;

/** A stage in the text, and what it made in this instance. A stage inside `repeat` makes several. */
export interface Stage {
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
}

export interface CallSite {
  readonly location: Location;
  /** As it was written with its values: `Bottleneck(64, stride=2)`. */
  readonly text: string;
  /** The path segment that the call has in its caller: `inception3a`. */
  readonly segment: string;
  readonly caller: Instance;
}

export interface Instance {
  readonly declaration: Block | Network;
  readonly name: string;
  readonly uri: string;
  /** `width=64, stride=2`: all parameters as bound. */
  readonly arguments: ReadonlyMap<string, string>;
  readonly input: Shape;
  readonly items: readonly Item[];
  /** The value that leaves. */
  readonly result: number;
  readonly output: Shape;
  readonly sure: boolean;
  readonly outputs: readonly { readonly name: string; readonly value: number; readonly shape: Shape }[];
  readonly stages: readonly Stage[];
  readonly problems: readonly Problem[];
  /** Nodes when flattened, its own and those of its calls. */
  readonly nodeCount: number;
  /** Where it is called, filled while elaboration goes on; empty for a target's own. */
  readonly calls: CallSite[];
}

/** The shape of a value of an instance. */
export const shapeOf = (i: Pick<Instance, 'input' | 'items'>, value: number): Shape =>
  value === 0 ? i.input : (i.items[value - 1]?.shape ?? i.input);
