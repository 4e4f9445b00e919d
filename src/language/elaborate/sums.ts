/** What the items of an instance cost together, found without unrolling it. */
import { costOf } from '../../graph/analyse.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { type Instance, type Item, type LayerItem, type Stage, shapeOf } from './instance.ts';
import type { SharedId } from './shared-id.ts';

/** What is summed over the layers of a stage. */
export interface Sums {
  readonly weights: number;
  readonly biases: number;
  readonly params: number;
  readonly buffers: number;
  readonly macs: number;
  /** Layers with weights. */
  readonly layers: number;
}

export const combined = (a: Sums, b: Sums, sign = 1): Sums => ({
  weights: a.weights + sign * b.weights,
  biases: a.biases + sign * b.biases,
  params: a.params + sign * b.params,
  buffers: a.buffers + sign * b.buffers,
  macs: a.macs + sign * b.macs,
  layers: a.layers + sign * b.layers,
});

/** What an instance costs. */
interface Costs {
  /** By item: the sums over all before it; behind the last, over all. What is shared is counted with its first use. */
  readonly before: readonly Sums[];
  /** The sums over all, without the params of what was declared as shared further out and handed on to it. */
  readonly own: Sums;
  /** Those params. */
  readonly shared: ReadonlyMap<SharedId, Sums>;
}

const costs = new WeakMap<Instance, Costs>();

export const NOTHING: Sums = { weights: 0, biases: 0, params: 0, buffers: 0, macs: 0, layers: 0 };
const macsOf = ({ macs }: Sums): Sums => ({ ...NOTHING, macs });

/** Found from the items and the sums of the calls among them, so that a block in a hundred calls is summed once. */
function costsOf(instance: Instance): Costs {
  const known = costs.get(instance);
  if (known) return known;
  const before: Sums[] = [NOTHING];
  let own = NOTHING;
  const shared = new Map<SharedId, Sums>();
  const met = new Set<SharedId>();
  for (const item of instance.items) {
    const cost = costOfItem(instance, item);
    let all = combined(before.at(-1) as Sums, cost.own);
    own = combined(own, cost.own);
    for (const [id, params] of cost.shared) {
      if (met.has(id)) continue;
      met.add(id);
      all = combined(all, params);
      if (instance.shared.has(id)) own = combined(own, params);
      else shared.set(id, params);
    }
    before.push(all);
  }
  const found = { before, own, shared };
  costs.set(instance, found);
  return found;
}

/** An instance, or what there is of one. */
export type Items = Pick<Instance, 'items' | 'input'>;

/** What an item costs by itself, and the params of what is shared in it. */
export function costOfItem(instance: Items, item: Item): Omit<Costs, 'before'> {
  if (item.type !== 'layer' && item.type !== 'call') return { own: NOTHING, shared: new Map() };
  const cost = item.type === 'call' ? costsOf(item.instance) : { own: costOfLayer(instance, item), shared: new Map<SharedId, Sums>() };
  if (item.shared === undefined) return cost;
  const macs = macsOf(cost.own);
  return { own: macs, shared: new Map([[item.shared, combined(cost.own, macs, -1)], ...cost.shared]) };
}

function costOfLayer(instance: Items, item: LayerItem): Sums {
  if (item.failed) return NOTHING;
  const cost = costOf(item, item.inputs.map((v) => shapeOf(instance, v)) as unknown as Inputs<Shape>);
  return { ...cost, layers: cost.weights > 0 ? 1 : 0 };
}

/** Sums what a stage made in an instance. */
export function sumsOf(instance: Instance, stage: Pick<Stage, 'from' | 'to'>): Sums {
  const { before } = costsOf(instance);
  return combined(before[stage.to] as Sums, before[stage.from] as Sums, -1);
}
