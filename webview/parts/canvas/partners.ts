/**
 * Who a box of a picture was in the one before. Its path does not tell: a `conv` that is put in front makes `conv_2` of the next. What stands
 * before an edit and behind it stayed, in its order; only what lies between goes by its path.
 */
import { bandPath, type Placed, type PlacedBox } from '../../../src/diagram/index.ts';

/** What stays the same about a box while its figures change. */
const signOf = ({ box }: PlacedBox): string => `${box.kind} ${box.title}`;

const inOrder = (p: Placed): readonly PlacedBox[] => [...p.boxes].sort((a, b) => (a.box.nodes[0] ?? -1) - (b.box.nodes[0] ?? -1));

/** By the key of a box: the one that it was; those that are new are left out. */
export function partnersOf(before: Placed, now: Placed): ReadonlyMap<string, PlacedBox> {
  const [old, all] = [inOrder(before), inOrder(now)];
  const found = new Map<string, PlacedBox>();
  const pair = (a: PlacedBox | undefined, b: PlacedBox | undefined): boolean => {
    if (!a || !b || signOf(a) !== signOf(b)) return false;
    found.set(b.box.key, a);
    return true;
  };
  const most = Math.min(old.length, all.length);
  let start = 0;
  while (start < most && pair(old[start], all[start])) start++;
  let end = 0;
  while (end < most - start && pair(old[old.length - 1 - end], all[all.length - 1 - end])) end++;
  const between = new Map(old.slice(start, old.length - end).map((b) => [b.box.key, b]));
  for (const b of all.slice(start, all.length - end)) {
    const own = between.get(b.box.key);
    if (own) found.set(b.box.key, own);
  }
  return found;
}

/** What is another about two pictures, other than where things stand and what their ink tells. */
export const isAnother = (a: Placed, b: Placed): boolean => {
  const said = (p: Placed): string => JSON.stringify(p.boxes.map(({ box }) => [box.key, box.kind, box.title, box.shape]));
  return a !== b && said(a) !== said(b);
};

/** By index among the bands of a picture: the path of the band that it was, where one can become the other without a jump. */
export function bandsBefore(before: Placed, now: Placed, partners: ReadonlyMap<string, PlacedBox>): readonly (string | undefined)[] {
  const waiting = new Map<string, string[]>();
  const name = (from: string, to: string): string => `${from}\u0000${to}`;
  for (const b of before.bands) {
    if (!b.joins) continue;
    const key = name(...b.joins);
    const path = bandPath(b);
    waiting.set(key, [...(waiting.get(key) ?? []), path]);
  }
  const was = (key: string): string => partners.get(key)?.box.key ?? key;
  const form = (d: string): string => d.replaceAll(/[^A-Z]/g, '');
  return now.bands.map((b) => {
    const old = b.joins && waiting.get(name(was(b.joins[0]), was(b.joins[1])))?.shift();
    return old !== undefined && form(old) === form(bandPath(b)) ? old : undefined;
  });
}
