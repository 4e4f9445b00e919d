/** The figures of instances: each instance is analysed once, however many edits it lives through. */
import { analyse, costOf as layerCost } from '../../graph/analyse.ts';
import type { Facts, NodeFacts } from '../../graph/facts.ts';
import { sumOf } from '../../graph/figures.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { flatten } from '../elaborate/flatten.ts';
import { type Instance, type Stage, shapeOf } from '../elaborate/instance.ts';

const facts = new WeakMap<Instance, Facts>();

/** What analysis finds of an instance by itself. */
export function factsOf(instance: Instance): Facts {
  const known = facts.get(instance) ?? analyse(flatten(instance));
  facts.set(instance, known);
  return known;
}

/** By item: the first of its nodes when flattened; behind the last, the end. */
const firsts = new WeakMap<Instance, readonly number[]>();

function firstsOf(instance: Instance): readonly number[] {
  const known = firsts.get(instance);
  if (known) return known;
  let node = 1;
  const found = instance.items.map((item) => {
    const first = node;
    node += item.type === 'call' ? item.instance.nodeCount : 1;
    return first;
  });
  found.push(node);
  firsts.set(instance, found);
  return found;
}

const SUMMED = ['weights', 'biases', 'params', 'buffers', 'macs'] as const;
/** What is summed over the layers of a stage. */
export type Sums = Readonly<Record<(typeof SUMMED)[number], number>>;

const combined = (a: Sums, b: Sums, sign = 1): Sums =>
  Object.fromEntries(SUMMED.map((k) => [k, a[k] + sign * b[k]])) as Record<keyof Sums, number>;

/** By item: the sums over all before it; behind the last, over all. */
const sums = new WeakMap<Instance, readonly Sums[]>();

/** Found from the items and the sums of the calls among them, so that a block in a hundred calls is summed once. */
function sumsBefore(instance: Instance): readonly Sums[] {
  const known = sums.get(instance);
  if (known) return known;
  const found: Sums[] = [{ weights: 0, biases: 0, params: 0, buffers: 0, macs: 0 }];
  for (const item of instance.items) {
    const before = found.at(-1) as Sums;
    if (item.type === 'call') found.push(combined(before, sumsBefore(item.instance).at(-1) as Sums));
    else if (item.failed) found.push(before);
    else found.push(combined(before, layerCost(item, item.inputs.map((v) => shapeOf(instance, v)) as unknown as Inputs<Shape>)));
  }
  sums.set(instance, found);
  return found;
}

/** Sums what a stage made in an instance. */
export function sumsOf(instance: Instance, stage: Pick<Stage, 'from' | 'to'>): Sums {
  const before = sumsBefore(instance);
  return combined(before[stage.to] as Sums, before[stage.from] as Sums, -1);
}

/** The cost of a stage: the sum over what it made. */
export interface StageCost extends Sums {
  readonly formula: string;
  /** Of its last node. */
  readonly last: NodeFacts | undefined;
}

/** What a stage costs in an instance, and how its sum is found. */
export function costOf(instance: Instance, stage: Pick<Stage, 'from' | 'to'>): StageCost {
  const first = firstsOf(instance);
  const nodes = stage.to > stage.from ? factsOf(instance).nodes.slice(first[stage.from], first[stage.to]) : [];
  return { ...sumsOf(instance, stage), formula: sumOf(nodes.map((n) => n.formula).filter((f) => f !== '')), last: nodes.at(-1) };
}
