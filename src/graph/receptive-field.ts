/**
 * Receptive field and effective stride after Dumoulin and Visin 2016, also where maps grow: the most input pixels, from the first to the
 * last, that an output pixel can see, and the distance at the input between two neighbours of the output, a fraction after an upsampling.
 */
import { layerOf } from '../layers/index.ts';
import type { Inputs } from '../layers/shape.ts';
import { isMap, type Shape } from '../layers/shape.ts';
import type { NodeFacts } from './facts.ts';
import type { Graph, Node } from './graph.ts';

/** Along one axis: n neighbours see field + (n − 1)·stride pixels of the input, or of a grid whose pixels see it in their turn. */
interface Sight {
  readonly field: number;
  readonly stride: number;
  readonly grid?: Grid;
  /** It sees the whole input, as after a global pool: nothing that follows sees more. */
  readonly whole?: true;
}
/** Pixels that were resampled: a step of one is a fraction of a step before, so where n of them begin decides how many they see. */
interface Grid {
  readonly field: number;
  readonly stride: number;
  readonly of: Sight;
  /** Grids beneath it. */
  readonly depth: number;
}

/** More grids than any network has; beyond them a fraction is taken for a whole step, so that the work stays linear in the layers. */
const MOST_GRIDS = 64;
const START: Sight = { field: 1, stride: 1 };
/** Whole pixels; sums of fractions may lie a hair below. */
const pixels = (n: number): number => Math.floor(n + 1e-6);

/** The most input pixels that one pixel sees. */
function seen(sight: Sight): number {
  let n = 1;
  for (let at: Sight = sight; ; at = at.grid.of) {
    n = at.field + (n - 1) * at.stride;
    // Behind a merge steps may be fractions of a pixel; a pixel that is seen in part is seen.
    if (!at.grid) return Math.ceil(n - 1e-6);
    n = pixels(at.grid.field + (n - 1) * at.grid.stride);
  }
}

function strideOf(sight: Sight): number {
  let stride = sight.stride;
  for (let grid = sight.grid; grid; grid = grid.of.grid) stride *= grid.stride * grid.of.stride;
  return stride;
}

/** Through a window that sees `field` pixels, wherever it lies, and steps by `stride`. */
function through(sight: Sight, field: number, stride: number): Sight {
  if (sight.whole) return { ...sight, stride: sight.stride * stride };
  if (Number.isInteger(stride)) return { ...sight, field: sight.field + (field - 1) * sight.stride, stride: sight.stride * stride };
  const depth = (sight.grid?.depth ?? 0) + 1;
  if (depth > MOST_GRIDS) return { field: seen(sight) + field * strideOf(sight), stride: strideOf(sight) * stride };
  return { ...START, grid: { field, stride, of: sight, depth } };
}

/** What a merge of branches sees: as much as the one that sees most, in the steps of the finest (a gate of 1×1 spreads over the others). */
function merged(branches: readonly Sight[]): Sight {
  const [first = START, ...rest] = branches;
  if (rest.length === 0) return first;
  const whole = branches.find((b) => b.whole);
  if (whole) return { ...whole, stride: Math.min(...branches.map(strideOf)) };
  const widest = rest.reduce((a, b) => (seen(b) > seen(a) ? b : a), first);
  const finest = Math.min(...branches.map(strideOf));
  return strideOf(widest) <= finest * (1 + 1e-9) ? widest : { field: seen(widest), stride: finest };
}

type Sights = readonly [Sight, Sight];

function sightsOf(g: Graph, n: Node, before: readonly (Sights | undefined)[]): Sights {
  const [v, h] = ([0, 1] as const).map((axis) => merged(before.flatMap((s) => (s ? [s[axis]] : [])))) as unknown as Sights;
  if (n.kind === 'input' || n.failed) return [v, h];
  const xs = n.inputs.map((i) => g.nodes[i]?.shape ?? [0]) as unknown as Inputs<Shape>;
  const window = layerOf(n.kind).window?.(n.params as never, xs);
  if (!window) return [v, h];
  if (window === 'all') {
    const whole = g.nodes[0]?.shape ?? [1];
    const all = (size: number): Sight => ({ field: size, stride: size, whole: true });
    return isMap(whole)
      ? [all(whole[1]), all(whole[2])]
      : [
          { ...v, field: 1 },
          { ...h, field: 1 },
        ];
  }
  const { kernel, stride, dilation } = window;
  return [through(v, dilation[0] * (kernel[0] - 1) + 1, stride[0]), through(h, dilation[1] * (kernel[1] - 1) + 1, stride[1])];
}

/** By node id. */
export function receptiveFields(g: Graph): readonly Pick<NodeFacts, 'receptiveField' | 'effectiveStride'>[] {
  const sights: Sights[] = [];
  for (const n of g.nodes) {
    const before = n.inputs.map((i) => sights[i]);
    sights.push(sightsOf(g, n, before));
  }
  return sights.map(([v, h]) => ({ receptiveField: [seen(v), seen(h)], effectiveStride: [strideOf(v), strideOf(h)] }));
}
