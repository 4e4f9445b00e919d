/** `unreached-layer`: layers whose values reach no output, and which are no part of what is counted, exported and run. */
import { addTo } from '../../graph/add-to.ts';
import { layers } from '../../layers/index.ts';
import { calledBy } from '../elaborate/inside.ts';
import { type Instance, type Item, inputsOf, nodesIn } from '../elaborate/instance.ts';
import { sumsOf } from '../elaborate/sums.ts';
import type { NamePlace } from '../names/places.ts';
import { isBody, isBranch, isLabelledStage, isNamed } from '../syntax/generated/ast.ts';
import { nodeAt, outwards } from '../syntax/locate.ts';
import { locate } from '../syntax/spot.ts';
import { defineLint, type Finding, type Linted } from './lint.ts';
import { readNames } from './read-names.ts';
import { once, placeOf, soundInstances } from './sites.ts';

export const unreachedLayer = defineLint({
  code: 'unreached-layer',
  level: 'warning',
  says: 'Layers reach no output: nothing uses their results.',
  wrong: 'network A on 3x32x32 {\n  a: conv(8, 3x3)\n  conv(16, 3x3) -> relu\n  a -> conv(4, 1x1)\n}',
  right: 'network A on 3x32x32 {\n  a: conv(8, 3x3)\n  b = conv(16, 3x3) -> relu\n  concat { | a | b }\n  conv(4, 1x1)\n}',
  about: 'They are not counted, exported or run. Usually a pipeline that starts from a name drops the result of the line before it.',
  *check(file) {
    const ends = new Map<number, { readonly end: End; needed: boolean }>();
    const readOutside = picked(file);
    for (const instance of soundInstances(file)) {
      if (instance.uri !== file.document.uri.toString()) continue;
      const { line } = file.elaboration.grounds(instance.declaration);
      const live = liveItems(instance, readOutside.get(instance) ?? []);
      const readByDead = new Set(instance.items.flatMap((item, i) => (live.has(i) ? [] : inputsOf(item))));
      for (const [i, item] of instance.items.entries()) {
        if (item.type === 'input' || item.type === 'pick') continue;
        const needed = live.has(i);
        if (!needed && readByDead.has(i + 1)) continue;
        const at = placeOf(item.source, line);
        const known = ends.get(at);
        // What is needed in one use of its block, or in one round of its loop, is there for that reason.
        if (needed && known) known.needed = true;
        else if (!known) ends.set(at, { end: { instance, index: i, item, live }, needed });
      }
    }
    for (const { end, needed } of ends.values()) if (!needed) yield* found(file, end);
  },
});

/** The last of some layers that nothing needs. */
interface End {
  readonly instance: Instance;
  readonly index: number;
  readonly item: Item;
  readonly live: ReadonlySet<number>;
}

const hasOutputs: (i: Instance) => boolean = once(
  (i) => i.outputs.length > 0 || i.items.some((item) => item.type === 'call' && hasOutputs(item.instance)),
);

/** The values inside each block that are read where it is called: `b.stage3`. */
function picked(file: Linted): ReadonlyMap<Instance, readonly number[]> {
  const values = new Map<Instance, number[]>();
  for (const { items } of soundInstances(file))
    for (const item of items) {
      const inside = item.type === 'pick' ? calledBy(items, item.call) : undefined;
      if (item.type !== 'pick' || !inside) continue;
      addTo(values, inside, item.value);
    }
  return values;
}

/** The items that an output needs, or what is read outside, by index. */
function liveItems(instance: Instance, readOutside: readonly number[]): ReadonlySet<number> {
  const live = new Set([instance.result, ...instance.outputs.map((o) => o.value), ...readOutside].map((value) => value - 1));
  for (let i = instance.items.length - 1; i >= 0; i--) {
    const item = instance.items[i];
    if (!item || !(live.has(i) || (item.type === 'call' && hasOutputs(item.instance)))) continue;
    live.add(i);
    for (const value of inputsOf(item)) live.add(value - 1);
  }
  return live;
}

function* found(file: Linted, end: End): Generator<Finding> {
  const names = namesOf(file, end.item);
  // The way that reads it was not taken.
  if (names.some((place) => readNames(file).isRead(place))) return;
  const { count, params, free } = costOf(end);
  if (free) return;
  const figures = `${count.toLocaleString('en')} layer${count === 1 ? '' : 's'}, ${params.toLocaleString('en')} params`;
  yield {
    message: `Nothing uses this result, so it reaches no output (${figures}).`,
    location: locate(end.item.source, file.elaboration.grounds),
    unused: true,
  };
}

/** What is lost with an end: it, and the layers that only it and its like need. */
function costOf({ instance, index, live }: End): { readonly count: number; readonly params: number; readonly free: boolean } {
  const needed = new Set([index]);
  let [count, params, free] = [0, 0, true];
  for (let i = index; i >= 0; i--) {
    const item = instance.items[i];
    if (!item || !needed.has(i) || live.has(i)) continue;
    for (const value of inputsOf(item)) needed.add(value - 1);
    count += nodesIn(item);
    params += sumsOf(instance, { from: i, to: i + 1 }).params;
    free &&= item.type === 'pick' || (item.type === 'layer' && layers.get(item.kind)?.role === 'noop');
  }
  return { count, params, free };
}

/** The names that a value has, innermost first. */
function namesOf({ document, elaboration }: Linted, { source }: Item): readonly NamePlace[] {
  const start = nodeAt(document, document.textDocument.offsetAt(locate(source, elaboration.grounds).range.start))?.node;
  const names: NamePlace[] = [];
  for (const node of start ? outwards(start) : []) {
    if (isBody(node) || isBranch(node)) break;
    const [property, name] = isNamed(node) ? ['name', node.name] : isLabelledStage(node) ? ['label', node.label] : [];
    if (property !== undefined && name !== undefined) names.push({ node, property, name });
  }
  return names;
}
