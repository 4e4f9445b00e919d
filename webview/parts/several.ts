/** Which of several a layer or block is: rounds of a loop and calls of a block are one place in the text, and stand for themselves in the picture. */
import { alikeAt, type Placed } from '../../src/diagram/index.ts';
import type { Graph } from '../../src/graph/graph.ts';

export interface Several {
  /** `3 of 16`; `one of 7` for rounds that are drawn once, `one of 7 · 4–10 of 16` where there are others besides. */
  readonly says: string;
  /** The paths of the one before and the one behind; undefined at the ends. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Places that are gone through as one: those that one box stands for. */
interface Stop {
  readonly path: string;
  readonly from: number;
  readonly count: number;
}

/** Undefined for what is alone. `times` is how many the box of this path stands for. */
export function severalOf(graph: Graph, placed: Placed | undefined, path: string, times: number): Several | undefined {
  const places = alikeAt(graph, path);
  const at = places.findIndex((p) => p.path === path);
  if (places.length < 2 || at < 0) return times > 1 ? { says: `one of ${times}`, previous: undefined, next: undefined } : undefined;
  const together = new Map(placed?.boxes.filter((b) => b.box.times > 1).map((b) => [b.box.key, b.box.times]));
  const stops: Stop[] = [];
  for (let from = 0; from < places.length; ) {
    const own = places[from]?.path ?? '';
    const count = Math.min(together.get(own) ?? 1, places.length - from);
    stops.push({ path: own, from, count });
    from += count;
  }
  const here = stops.findIndex((s) => at < s.from + s.count);
  const stop = stops[here] as Stop;
  const of = places.length;
  const whole = stop.count > 1 && stop.path === path;
  const says = !whole
    ? `${at + 1} of ${of}`
    : stop.count === of
      ? `one of ${of}`
      : `one of ${stop.count} · ${stop.from + 1}–${stop.from + stop.count} of ${of}`;
  return { says, previous: stops[here - 1]?.path, next: stops[here + 1]?.path };
}
