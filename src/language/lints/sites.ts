/** The calls of layers in a text, each with all that it made: once for every use of its block and every round of its loops. */
import type { Location } from '../../graph/graph.ts';
import { layers } from '../../layers/index.ts';
import type { Weights } from '../../layers/weights.ts';
import { calledBy } from '../elaborate/inside.ts';
import { type Instance, type Item, inputsOf, type LayerItem, shapeOf } from '../elaborate/instance.ts';
import { type Invocation, isInvocation } from '../syntax/generated/ast.ts';
import { type Spot, spotOf } from '../syntax/spot.ts';
import { nodesOf } from '../syntax/walk.ts';
import type { Linted } from './lint.ts';

/** A layer that a call made in an instance. */
export interface Made {
  readonly instance: Instance;
  readonly item: LayerItem;
  /** The value that it gives there. */
  readonly value: number;
}
export interface Site {
  readonly at: Invocation;
  readonly made: readonly Made[];
}

/** A number for the place where something begins in a file; no two items begin at one. `line` is the first of its declaration. */
export const placeOf = ({ range: { start } }: Spot | Location, line = 0): number => (start.line + line) * 2 ** 20 + start.character;

/** The instances of a file that count: no probes, whose arguments are unknown, and none with an error, after which shapes are assumed. */
export const soundInstances = ({ elaboration }: Linted): readonly Instance[] =>
  elaboration.instances.filter((i) => !elaboration.probes.has(i) && !i.problems.some((p) => p.severity === 'error'));

const known = new WeakMap<Linted, readonly Site[]>();

/** The calls by which a text names a built-in layer itself, not through a parameter, with what they made; found once for all lints. */
export function layerSites(file: Linted): readonly Site[] {
  const sites = known.get(file) ?? findSites(file);
  known.set(file, sites);
  return sites;
}

function findSites(file: Linted): readonly Site[] {
  const uri = file.document.uri.toString();
  const made = new Map<number, Made[]>();
  for (const instance of soundInstances(file)) {
    if (instance.uri !== uri) continue;
    const { line } = file.elaboration.grounds(instance.declaration);
    for (const [i, item] of instance.items.entries()) {
      if (item.type !== 'layer') continue;
      const place = placeOf(item.source, line);
      const list = made.get(place);
      if (list) list.push({ instance, item, value: i + 1 });
      else made.set(place, [{ instance, item, value: i + 1 }]);
    }
  }
  const sites: Site[] = [];
  for (const at of nodesOf(file.document.parseResult.value)) {
    if (!isInvocation(at)) continue;
    const spot = spotOf(at);
    const here = made.get(placeOf(spot, file.elaboration.grounds(spot.in).line));
    if (here?.every((m) => m.item.kind === at.callee)) sites.push({ at, made: here });
  }
  return sites;
}

/** The layer that gives a value, found through the blocks that are called; undefined for what enters the instance. */
export function giverOf(instance: Instance, value: number): LayerItem | undefined {
  const item = instance.items[value - 1];
  if (item?.type === 'call') return giverOf(item.instance, item.instance.result);
  const inside = item?.type === 'pick' ? calledBy(instance.items, item.call) : undefined;
  if (item?.type === 'pick') return inside && giverOf(inside, item.value);
  return item?.type === 'layer' ? item : undefined;
}

/** Something of an instance that is found out once: instances are shared by all who call them. */
export function once<T>(find: (i: Instance) => T): (i: Instance) => T {
  const found = new WeakMap<Instance, { readonly value: T }>();
  return (i) => {
    const known = found.get(i) ?? { value: find(i) };
    found.set(i, known);
    return known.value;
  };
}

/** What reads each value of an instance, inside it. */
export const readersIn = once((instance): ReadonlyMap<number, readonly Item[]> => {
  const readers = new Map<number, Item[]>();
  for (const item of instance.items)
    for (const value of inputsOf(item)) {
      const list = readers.get(value);
      if (list) list.push(item);
      else readers.set(value, [item]);
    }
  return readers;
});

/** The weights of a layer. */
export function weightsOf(instance: Instance, item: LayerItem): Weights {
  const inputs = item.inputs.map((v) => shapeOf(instance, v));
  // The parameters are those that the layer's own specification parsed.
  return layers.get(item.kind)?.weights?.(item.params as never, inputs as never) ?? {};
}
