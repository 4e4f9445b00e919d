/** How alike two children of matched blocks are: what decides which layer before is which layer after. */
import { layers } from '../../layers/index.ts';
import type { Graph } from '../graph.ts';
import type { Item } from './tree.ts';

/**
 * What is the same weighs more than all that speaks for a pair of different ones; with a label, its author says what is the same. A change counts, by how much of it is the same; a path and a shape decide between pairs that are as good otherwise, since a layer
 * that is put in moves the paths (`conv_2`) and shapes of those behind it.
 */
const EXACT = 16;
const SAME_KIND = 4;
const SAME_ROLE = 2;
/** At most, by the share of arguments or layers that are equal. */
const SHARE = 4;
/** Between these stands all that paths and shapes of one sequence can add up to. */
const UNIT = 2 ** 20;
/** Of blocks by different names, the share of equal layers from which one is the other by a new name. */
const RENAMED = 0.5;

/** Likenesses of the items of two trees. */
export class Likenesses {
  private readonly before: Graph;
  private readonly after: Graph;
  private readonly shares = new Map<string, number>();
  /** By id of a scope, how often it holds each layer. */
  private readonly counts = { before: new Map<number, Counts>(), after: new Map<number, Counts>() };
  constructor(before: Graph, after: Graph) {
    this.before = before;
    this.after = after;
  }

  /** For the children of one pair of blocks: what has a label on both sides is paired with what has the same, or not at all. */
  among(a: readonly Item[], b: readonly Item[]): (x: Item, y: Item) => number {
    const labels = (items: readonly Item[]): ReadonlySet<string> => new Set(items.flatMap((i) => i.label ?? []));
    const [ofA, ofB] = [labels(a), labels(b)];
    return (x, y) => {
      if (x.type !== y.type) return 0;
      const isNamed = x.label !== undefined && x.label === y.label;
      if (!isNamed && ((x.label !== undefined && ofB.has(x.label)) || (y.label !== undefined && ofA.has(y.label)))) return 0;
      const like = this.of(x, y, isNamed);
      if (like === 0) return 0;
      return like * UNIT + (x.segment === y.segment ? 1 : 0) + (x.shape === y.shape ? 1 : 0);
    };
  }

  private of(x: Item, y: Item, isNamed: boolean): number {
    if (x.key === y.key) return EXACT;
    if (x.type === 'scope') {
      const share = this.share(x, y, () => this.sharedLayers(x, y));
      if (x.kind === y.kind || isNamed) return SAME_KIND + SHARE * share;
      return share >= RENAMED && !holds(x, y.kind) && !holds(y, x.kind) ? SAME_ROLE + SHARE * share : 0;
    }
    if (x.kind === y.kind) return SAME_KIND + SHARE * this.share(x, y, () => this.sharedParams(x, y));
    const [role, other] = [layers.get(x.kind)?.role, layers.get(y.kind)?.role];
    return isNamed || (role !== undefined && role !== 'other' && role === other) ? SAME_ROLE : 0;
  }

  /** A share depends on the keys alone. In steps, so that sums of likenesses are exact. */
  private share(x: Item, y: Item, find: () => number): number {
    const key = `${x.key} ${y.key}`;
    const known = this.shares.get(key);
    if (known !== undefined) return known;
    const share = Math.floor(find() * 64) / 64;
    this.shares.set(key, share);
    return share;
  }

  /** Of the parameters of one kind, the share that has the same values. */
  private sharedParams(x: Item, y: Item): number {
    const [p, q] = [this.before.nodes[x.id]?.params ?? {}, this.after.nodes[y.id]?.params ?? {}];
    const names = Object.keys(p);
    return names.filter((n) => JSON.stringify(p[n]) === JSON.stringify(q[n])).length / Math.max(1, names.length);
  }

  /** Of the layers of two blocks, the share that both have: Dice's coefficient. */
  private sharedLayers(x: Item, y: Item): number {
    const [p, q] = [layersIn(x, this.counts.before), layersIn(y, this.counts.after)];
    let both = 0;
    for (const [key, n] of p.each) both += Math.min(n, q.each.get(key) ?? 0);
    return (2 * both) / Math.max(1, p.total + q.total);
  }
}

interface Counts {
  readonly each: ReadonlyMap<number, number>;
  readonly total: number;
}

function layersIn(scope: Item, known: Map<number, Counts>): Counts {
  const found = known.get(scope.id);
  if (found) return found;
  const each = new Map<number, number>();
  let total = 0;
  const add = (key: number, n: number): void => {
    each.set(key, (each.get(key) ?? 0) + n);
    total += n;
  };
  for (const c of scope.children)
    if (c.type === 'node') add(c.key, 1);
    else for (const [key, n] of layersIn(c, known).each) add(key, n);
  const counts = { each, total };
  known.set(scope.id, counts);
  return counts;
}

/** Whether a block holds one by a name: then it was put around that, and is not that by another name. */
const holds = (scope: Item, name: string): boolean => scope.children.some((c) => c.type === 'scope' && (c.kind === name || holds(c, name)));
