/** The ways through a picture: which boxes a value goes to from a box, and from which it comes. An open block is entered and left apart. */
import type { Placed } from './placed.ts';

export interface Ways {
  /** The boxes directly behind and before one. */
  after(key: string): readonly string[];
  before(key: string): readonly string[];
  /** Everything on a way from an input through a box to an output. */
  through(key: string): ReadonlySet<string>;
}

/** Where values leave an open block. */
const left = (key: string): string => `${key}\u0000left`;
const plain = (key: string): string => key.replace('\u0000left', '');

/** Whether a key is where a value enters an open block. */
const isEntry = (key: string, frame: string): boolean => key.startsWith(frame) && /^\/\d*$/.test(key.slice(frame.length));

/** The ways of a placed picture, by its bands. */
export function waysOf(p: Placed): Ways {
  const frames = new Set(p.boxes.filter((b) => b.box.kind === 'frame').map((b) => b.box.key));
  const shown = new Set(p.boxes.filter((b) => b.box.kind !== 'entry' && b.box.kind !== 'exit').map((b) => b.box.key));
  const [next, last] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const note = (m: Map<string, string[]>, a: string, b: string): void => {
    const list = m.get(a);
    if (list) list.push(b);
    else m.set(a, [b]);
  };
  // A card of a lane that is open has no band of its own to what is in it.
  const ends = [...new Set(p.bands.flatMap((b) => b.joins ?? []))];
  const borders = [...frames].flatMap((f) => [
    ...ends.filter((k) => isEntry(k, f)).map((k) => [f, k] as const),
    ...ends.filter((k) => k === `${f}//`).map((k) => [k, f] as const),
  ]);
  for (const joins of [...p.bands.map((b) => b.joins), ...borders]) {
    if (!joins) continue;
    const [a, b] = joins;
    const from = frames.has(a) && !isEntry(b, a) ? left(a) : a;
    const to = frames.has(b) && a === `${b}//` ? left(b) : b;
    note(next, from, to);
    note(last, to, from);
  }
  const reach = (m: ReadonlyMap<string, readonly string[]>, start: string, found: Set<string>): void => {
    const todo = [start];
    for (let at = todo.pop(); at !== undefined; at = todo.pop())
      for (const k of m.get(at) ?? []) {
        if (found.has(k)) continue;
        found.add(k);
        todo.push(k);
      }
  };
  /** The nearest boxes that are shown. */
  const nearest = (m: ReadonlyMap<string, readonly string[]>, starts: readonly string[]): readonly string[] => {
    const out = new Set<string>();
    const seen = new Set<string>();
    const todo = [...starts];
    for (let at = todo.shift(); at !== undefined; at = todo.shift())
      for (const k of m.get(at) ?? []) {
        if (seen.has(k)) continue;
        seen.add(k);
        if (shown.has(plain(k)) && !frames.has(plain(k))) out.add(k);
        else todo.push(k);
      }
    return [...out];
  };
  return {
    after: (key) => nearest(next, [frames.has(key) ? left(key) : key]),
    before: (key) => nearest(last, [key]),
    through: (key) => {
      const found = new Set<string>([key]);
      reach(next, frames.has(key) ? left(key) : key, found);
      reach(last, key, found);
      return new Set([...found].map(plain));
    },
  };
}
