/** Holds the uses of something shared to equal weights, and finds what an instance uses that others declared. */
import { weightsIn } from '../../graph/analyse.ts';
import type { Location } from '../../graph/graph.ts';
import { type Inputs, type Shape, showShape } from '../../layers/shape.ts';
import type { Spot } from '../syntax/spot.ts';
import { type Instance, type Item, inputsOf, shapeOf } from './instance.ts';
import type { Problems } from './session.ts';
import type { SharedId } from './shared-id.ts';

/** The extents of weights, by their path. */
type Weights = ReadonlyMap<string, string>;

/** A use of something shared: the weights that it has, and what arrives. */
interface Use {
  readonly weights: Weights;
  readonly arrives: readonly Shape[];
  readonly source: Spot;
}

/** An instance, or what there is of one. */
type Items = Pick<Instance, 'items' | 'input'>;

const ofInstance = new WeakMap<Instance, Weights>();

function weightsOf(i: Instance): Weights {
  const known = ofInstance.get(i);
  if (known) return known;
  const found = new Map<string, string>();
  for (const item of i.items) for (const [path, dims] of weightsOfItem(item, i)) found.set(path, dims);
  ofInstance.set(i, found);
  return found;
}

function* weightsOfItem(item: Item, of: Items): Generator<[string, string]> {
  if (item.type === 'call') for (const [path, dims] of weightsOf(item.instance)) yield [`${item.segment}/${path}`, dims];
  if (item.type !== 'layer' || item.failed) return;
  const xs = item.inputs.map((v) => shapeOf(of, v)) as unknown as Inputs<Shape>;
  for (const [name, weight] of Object.entries(weightsIn(item, xs))) if (weight) yield [`${item.segment}/${name}`, weight.dims.join('×')];
}

const uses = new WeakMap<Instance, ReadonlyMap<SharedId, Use>>();

/** Whether an item is a use of something shared, or has one inside: most are none. */
const isUse = (item: Item): boolean =>
  item.type === 'call' ? item.shared !== undefined || usesIn(item.instance).size > 0 : item.type === 'layer' && item.shared !== undefined;

/** The first use, in an instance, of each thing shared that was handed on to it. */
function usesIn(i: Instance): ReadonlyMap<SharedId, Use> {
  const known = uses.get(i);
  if (known) return known;
  const found = new Map<SharedId, Use>();
  for (const item of i.items.filter(isUse))
    for (const [id, use] of usesOf(item, i)) if (!i.shared.has(id) && !found.has(id)) found.set(id, use);
  uses.set(i, found);
  return found;
}

/** The uses that an item is, or has inside. */
function* usesOf(item: Item, of: Items): Generator<[SharedId, Use]> {
  if (item.type === 'call') yield* usesIn(item.instance);
  if ((item.type !== 'call' && item.type !== 'layer') || item.shared === undefined) return;
  // The path of the use itself is no part of that of the weights.
  const weights = new Map([...weightsOfItem(item, of)].map(([path, dims]) => [path.slice(item.segment.length + 1), dims]));
  yield [item.shared, { weights, arrives: inputsOf(item).map((v) => shapeOf(of, v)), source: item.source }];
}

/** The uses of one instance that is being made. */
export class Sharing {
  private readonly problems: Problems;
  private readonly first = new Map<SharedId, Use>();
  constructor(problems: Problems) {
    this.problems = problems;
  }

  /** Takes note of the uses in an item that was made, and says where one has other weights than the first. */
  note(item: Item, of: Items, grounds: { at(spot: Spot): Location }): void {
    if (!isUse(item)) return;
    for (const [id, use] of usesOf(item, of)) {
      const first = this.first.get(id);
      if (!first) this.first.set(id, use);
      else {
        const differs = [...first.weights].find(([path, dims]) => use.weights.get(path) !== dims);
        if (!differs && first.weights.size === use.weights.size) continue;
        const shown = (u: Use): string => u.arrives.map(showShape).join(' and ');
        const isSame = shown(first) === shown(use);
        const [path, dims] = differs ?? ['', ''];
        const which = differs ? `: \`${path}\` is ${dims} there and ${use.weights.get(path) ?? 'missing'} here` : '';
        this.problems.report(
          'unequal-weights',
          `What is shared needs equal weights in all its uses${which}. ${isSame ? 'Give all uses the same arguments' : `${shown(first)} arrives in its first use, ${shown(use)} here: bring both to the same channels`}.`,
          grounds.at(item.source),
          [{ message: 'The first use is here.', location: grounds.at(first.source) }],
        );
      }
    }
  }
}
