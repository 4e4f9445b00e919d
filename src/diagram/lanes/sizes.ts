/**
 * Map sizes as lanes. Sizes that are nearly the same share one: convolutions without padding take a few rows off (U-Net's 572, 570, 568 and
 * what comes back up at 392 are one level of the U), while what has a stride takes half. Vectors and 1×1 maps have a lane of their own, the last.
 */
import type { Graph, Node } from '../../graph/graph.ts';
import { isMap, type Shape } from '../../layers/shape.ts';

/** A map belongs to the lane of a larger one while its side is more than this part of it. */
const SAME = 2 / 3;

export interface LaneSizes {
  /** Labels, from the largest map to the vectors. */
  readonly labels: readonly string[];
  /** The lane of a value of this shape. */
  laneOf(s: Shape): number;
}

/** Whether a value has a place for each pixel: a gate of 1×1 has none, and no more has a vector. */
export const hasPixels = (s: Shape): boolean => isMap(s) && s[1] * s[2] > 1;

const side = (s: Shape): number => (isMap(s) ? Math.sqrt(s[1] * s[2]) : 1);

/** The lanes of all values of a graph. */
export function laneSizes(graph: Graph, of: (n: Node) => boolean = () => true): LaneSizes {
  const shapes = graph.nodes.filter((n) => of(n) && hasPixels(n.shape)).map((n) => n.shape);
  const lanes: { readonly largest: number; readonly names: Set<string> }[] = [];
  for (const s of [...shapes].sort((a, b) => side(b) - side(a))) {
    const last = lanes[lanes.length - 1];
    const name = `${s[1]}×${s[2]}`;
    if (last && side(s) > SAME * last.largest) last.names.add(name);
    else lanes.push({ largest: side(s), names: new Set([name]) });
  }
  const laneOf = (s: Shape): number => {
    if (!hasPixels(s)) return lanes.length;
    const at = lanes.findIndex((l) => side(s) > SAME * l.largest);
    return at < 0 ? lanes.length - 1 : at;
  };
  const labels = lanes.map(({ names }) => {
    const all = [...names];
    const [first, last] = [all[0] ?? '', all[all.length - 1] ?? ''];
    return first === last ? first : `${first} … ${last}`;
  });
  return { labels: [...labels, '1×1'], laneOf };
}
