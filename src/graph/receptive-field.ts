/**
 * Receptive fields at the (first) input, after Araujo et al. 2019, "Computing receptive fields of convolutional neural networks", and
 * beyond it where maps grow and where branches look to different sides. Edges are left out of account, as there: what a pixel sees goes on
 * into the padding. So are channels: a pixel sees what any of its channels does. Statistics of normalisation widen no field.
 */
import { layerOf } from '../layers/index.ts';
import { type Inputs, isMap, type Shape } from '../layers/shape.ts';
import { readingsOf } from '../layers/window.ts';
import type { NodeFacts } from './facts.ts';
import { behind, fieldOf, met, NOTHING, type Sight, START, spreadOut, wholeOf } from './field/sight.ts';
import type { Graph, Node } from './graph.ts';

type Pair<T> = readonly [T, T];
/** What the pixels of a node's output see, along height and width, and how many pixels it has; a vector keeps those it was made of. */
interface Seen {
  readonly sights: Pair<Sight>;
  readonly pixels: Pair<number>;
}

const pixelsOf = (s: Shape | undefined): Pair<number> => (s && isMap(s) ? [s[1], s[2]] : [1, 1]);

/** An entry of a vector has no place on the map: where vectors are added, each may see what any of them does, wherever that lies. */
const mixesEntries = (n: Node, xs: readonly Shape[]): boolean => xs.length > 1 && !isMap(n.shape) && xs.some((x) => x[0] === n.shape[0]);

/** What meets in a layer of several inputs along an axis; single pixels are spread over the others' maps. */
function meeting(before: readonly Seen[], axis: 0 | 1, spreads: boolean, most: number): Sight {
  const branches = before.map(({ sights, pixels }) => (spreads && pixels[axis] === 1 && most > 1 ? spreadOut(sights[axis]) : sights[axis]));
  return met(branches, most);
}

function seenBy(g: Graph, n: Node, before: readonly Seen[]): Seen {
  if (n.kind === 'input') return { sights: n.id === 0 ? [START, START] : [NOTHING, NOTHING], pixels: pixelsOf(n.shape) };
  const xs = n.inputs.map((i) => g.nodes[i]?.shape ?? [0]) as unknown as Inputs<Shape>;
  const window = n.failed ? undefined : layerOf(n.kind).window?.(n.params as never, xs);
  const [only] = before;
  if (!window && only && before.length === 1) return isMap(n.shape) ? { ...only, pixels: pixelsOf(n.shape) } : only;
  const readings = window && readingsOf(window);
  const input = pixelsOf(g.nodes[0]?.shape);
  const along = (axis: 0 | 1): Sight => {
    const reading = readings?.[axis];
    const most = before.reduce((a, b) => Math.max(a, b.pixels[axis]), 1);
    const together = only && before.length === 1 ? only.sights[axis] : meeting(before, axis, reading?.kind !== 'all', most);
    if (reading) return behind(together, reading, most, input[axis]);
    return mixesEntries(n, xs) ? wholeOf(together, most, input[axis]) : together;
  };
  return { sights: [along(0), along(1)], pixels: isMap(n.shape) ? pixelsOf(n.shape) : (only?.pixels ?? [1, 1]) };
}

/** Calls `each` with what each node's pixels see along height and width, and how many there are, in the order of the nodes. */
export function eachSight(g: Graph, each: (n: Node, sights: Pair<Sight>, pixels: Pair<number>) => void): void {
  const lastReader = new Int32Array(g.nodes.length);
  for (const n of g.nodes) for (const i of n.inputs) lastReader[i] = n.id;
  const seen: (Seen | undefined)[] = [];
  for (const n of g.nodes) {
    const now = seenBy(
      g,
      n,
      n.inputs.map((i) => seen[i]).filter((s) => s !== undefined),
    );
    each(n, now.sights, now.pixels);
    seen.push(now);
    // Phases take memory, which a deep network would need for all of its layers at once.
    for (const i of n.inputs) if (lastReader[i] === n.id) seen[i] = undefined;
  }
}

type FieldFacts = Pick<NodeFacts, 'receptiveField' | 'effectiveStride' | 'effectivePadding' | 'centre'>;

function factsOf(sights: Pair<Sight>, pixels: Pair<number>): FieldFacts {
  const [v, h] = [fieldOf(sights[0], pixels[0]), fieldOf(sights[1], pixels[1])];
  return {
    receptiveField: [v.width, h.width],
    effectiveStride: [v.stride, h.stride],
    effectivePadding: [v.padding, h.padding],
    centre: [v.centre, h.centre],
  };
}

/** By node id. */
export function receptiveFields(g: Graph): readonly FieldFacts[] {
  const fields: FieldFacts[] = [];
  // An activation behind a convolution sees what that does.
  let last: { readonly sights: Pair<Sight>; readonly pixels: Pair<number>; readonly facts: FieldFacts } | undefined;
  eachSight(g, (_, sights, pixels) => {
    const same = last?.sights === sights && last.pixels[0] === pixels[0] && last.pixels[1] === pixels[1];
    const facts = same && last ? last.facts : factsOf(sights, pixels);
    last = { sights, pixels, facts };
    fields.push(facts);
  });
  return fields;
}
