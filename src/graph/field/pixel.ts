/** What a single pixel sees of the first input, and which pixels a pixel of the input reaches: the fields of `receptive-field.ts`, by pixel. */
import { type Graph, inputsOf } from '../graph.ts';
import { eachSight } from '../receptive-field.ts';
import { type Sight, seenFrom } from './sight.ts';

/** Rows and columns, the last included. */
export interface Area {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

function sightsOf(
  g: Graph,
  node: number,
): { readonly sights: readonly [Sight, Sight]; readonly pixels: readonly [number, number] } | undefined {
  let found: { readonly sights: readonly [Sight, Sight]; readonly pixels: readonly [number, number] } | undefined;
  eachSight(g, (n, sights, pixels) => {
    if (n.id === node) found = { sights, pixels };
  });
  return found;
}

/** Height and width of the first input; a vector is one pixel. */
function sizeOf(g: Graph): readonly [number, number] {
  const [, height = 1, width = 1] = inputsOf(g)[0]?.shape ?? [];
  return [height, width];
}

/** What a position sees of `n` pixels; what sees the whole of them has no ends of its own. */
const seenOf = (s: Sight, p: number, n: number): readonly [number, number] | undefined => (s.whole ? [0, n - 1] : seenFrom(s, p));

const within = (seen: readonly [number, number] | undefined, n: number): readonly [number, number] | undefined =>
  seen && seen[1] >= 0 && seen[0] < n ? [Math.max(0, seen[0]), Math.min(n - 1, seen[1])] : undefined;

/** The part of the first input that a pixel of a node's output sees, padding left out; undefined where it sees none of it. */
export function areaSeen(g: Graph, node: number, [y, x]: readonly [number, number]): Area | undefined {
  const found = sightsOf(g, node);
  if (!found) return undefined;
  const [height, width] = sizeOf(g);
  const rows = within(seenOf(found.sights[0], y, height), height);
  const columns = within(seenOf(found.sights[1], x, width), width);
  return rows && columns && { rows, columns };
}

/** The pixels of a node's output that see a pixel of the first input, from the first to the last; undefined where none does. */
export function areaReached(g: Graph, node: number, [y, x]: readonly [number, number]): Area | undefined {
  const found = sightsOf(g, node);
  if (!found) return undefined;
  const [height, width] = sizeOf(g);
  const along = (sight: Sight, pixels: number, at: number, of: number): readonly [number, number] | undefined => {
    let [first, last] = [pixels, -1];
    for (let p = 0; p < pixels; p++) {
      const seen = seenOf(sight, p, of);
      if (!seen || at < seen[0] || at > seen[1]) continue;
      first = Math.min(first, p);
      last = p;
    }
    return last < 0 ? undefined : [first, last];
  };
  const rows = along(found.sights[0], found.pixels[0], y, height);
  const columns = along(found.sights[1], found.pixels[1], x, width);
  return rows && columns && { rows, columns };
}
