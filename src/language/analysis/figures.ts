/** The figures of instances: each instance is analysed once, however many edits it lives through. */
import { analyse } from '../../graph/analyse.ts';
import type { Facts, NodeFacts } from '../../graph/facts.ts';
import { sumOf } from '../../graph/figures.ts';
import type { Graph } from '../../graph/graph.ts';
import { flatten } from '../elaborate/flatten.ts';
import type { Instance, Stage } from '../elaborate/instance.ts';
import { type Sums, sumsOf } from '../elaborate/sums.ts';

const graphs = new WeakMap<Instance, Graph>();

/**
 * The graph of an instance, unrolled once for all who ask. Its places are told by declarations: each `uri` names one, and lines count from
 * its first, so that it is as good as long as the instance is.
 */
export function graphOf(instance: Instance): Graph {
  const known = graphs.get(instance) ?? flatten(instance, (uri) => ({ uri, line: 0 }));
  graphs.set(instance, known);
  return known;
}

/** Layers behind an error, beyond which nothing is made of what they are in: all their figures are assumed, and an edit is to be answered soon. */
const MOST_UNSOUND = 10_000;

/** Whether an instance is worth a graph and its figures: sound ones are, however many layers they have. */
export const isWorthwhile = ({ sure, nodeCount }: Pick<Instance, 'sure' | 'nodeCount'>): boolean => sure || nodeCount <= MOST_UNSOUND;

/** What analysis finds of an instance by itself. */
export const factsOf = (instance: Instance): Facts => analyse(graphOf(instance));

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

/** The cost of a stage: the sum over what it made. */
export interface StageCost extends Sums {
  readonly formula: string;
  /** Of its last node; undefined where there is none, and where the instance is worth no graph. */
  readonly last: NodeFacts | undefined;
}

/** What a stage costs in an instance, and how its sum is found. */
export function costOf(instance: Instance, stage: Pick<Stage, 'from' | 'to'>): StageCost {
  const first = firstsOf(instance);
  const nodes = stage.to > stage.from && isWorthwhile(instance) ? factsOf(instance).nodes.slice(first[stage.from], first[stage.to]) : [];
  return { ...sumsOf(instance, stage), formula: sumOf(nodes.map((n) => n.formula).filter((f) => f !== '')), last: nodes.at(-1) };
}
