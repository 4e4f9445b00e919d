/** What `pointwise run` prints of a run: a table, or JSON; and a remark where numbers are not finite. */
import type { Execution } from '../graph/execute.ts';
import { bytes, count, duration } from '../graph/figures.ts';
import { type Graph, layersOf } from '../graph/graph.ts';
import { shapesText } from '../graph/shapes-text.ts';
import { type Time, withinNoise } from '../graph/timing.ts';
import { showShape } from '../layers/shape.ts';
import type { Statistics } from '../tensor/index.ts';
import { textTable } from './table.ts';

/** A run, and what it was compared with. */
export interface Ran {
  readonly graph: Graph;
  readonly seed: number;
  readonly execution: Execution;
  /** By node id. */
  readonly numbers: readonly (Statistics | undefined)[];
  /** Both sides, timed in turns. */
  readonly versus?: { readonly name: string; readonly this: Time; readonly other: Time; readonly of: string };
  /** Why the other side was not run. */
  readonly refused?: string;
}

const lost = (s: Statistics | undefined): number => (s ? s.nan + s.infinite : 0);

/** Which layers gave NaN or infinity, if any did: the first of them is where to look. */
export function notFinite({ graph, numbers }: Ran): string | undefined {
  const layers = graph.nodes.filter((n) => lost(numbers[n.id]) > 0);
  const [first] = layers;
  if (!first) return undefined;
  const { nan, infinite } = numbers[first.id] as Statistics;
  const where = first.id === 0 ? 'the input' : `\`${first.path}\``;
  const rest = layers.length > 1 ? `, and ${count(layers.length - 1)} more after it` : '';
  return `Not finite: ${where} has ${count(nan)} NaN and ${count(infinite)} infinite${rest}.`;
}

/** What `run --json` prints. JSON has no NaN and no infinity: such figures are null, and `nan` and `infinite` count such numbers where there are any. */
export function ranData({ graph, seed, execution: e, numbers, versus }: Ran): unknown {
  const { simd, relaxed, threads, exact } = e.engine;
  const stats = (n: number): Partial<Statistics> => {
    const { min, max, mean, std, nan, infinite } = numbers[n] as Statistics;
    return { min, max, mean, std, ...(nan > 0 ? { nan } : {}), ...(infinite > 0 ? { infinite } : {}) };
  };
  return {
    target: graph.name,
    seed,
    engine: { simd, relaxed, threads, exact },
    ms: e.ms,
    spread: e.spread,
    runs: e.runs,
    rest: e.rest,
    outputs: graph.outputs.map((out) => ({ name: out.name, shape: graph.nodes[out.node]?.shape, ...stats(out.node) })),
    layers: layersOf(graph).map((n) => ({
      name: n.path,
      kind: n.kind,
      output: n.shape,
      ms: e.times[n.id] ?? 0,
      ...stats(n.id),
      zeros: numbers[n.id]?.zeros ?? 0,
    })),
    ...(versus
      ? {
          versus: {
            name: versus.name,
            ms: versus.other.ms,
            spread: versus.other.spread,
            thisMs: versus.this.ms,
            thisSpread: versus.this.spread,
            withinNoise: withinNoise(versus.this, versus.other),
            of: versus.of,
          },
        }
      : {}),
  };
}

const figure = (x: number | undefined): string =>
  x === undefined ? '' : Math.abs(x) >= 1e4 || (x !== 0 && Math.abs(x) < 1e-3) ? x.toExponential(2) : x.toFixed(3);

const FIGURES = ['output', 'ms', 'min', 'max', 'mean', 'std', 'zeros'];

/** The table of layers and the line of totals. A column counts what is not finite, where there is any. */
export function ranText({ graph, seed, execution: e, numbers, versus }: Ran): string {
  const finite = numbers.every((s) => lost(s) === 0);
  const rows = layersOf(graph).map((n) => {
    const s = numbers[n.id];
    const ms = e.times[n.id];
    const time = ms !== undefined ? ms.toFixed(3) : e.fusedInto[n.id] === undefined ? '' : 'fused';
    const figures = [time, figure(s?.min), figure(s?.max), figure(s?.mean), figure(s?.std), s ? count(s.zeros) : ''];
    return [n.path, n.kind, showShape(n.shape), ...figures, ...(finite ? [] : [lost(s) > 0 ? count(lost(s)) : ''])];
  });
  const heads = [...FIGURES, ...(finite ? [] : ['not finite'])].map((head) => ({ head, right: true }));
  const table = textTable([{ head: 'layer' }, { head: 'kind' }, ...heads], rows);
  const { simd, relaxed, threads, exact } = e.engine;
  const engine = `${simd ? (relaxed ? 'relaxed SIMD' : 'SIMD') : 'no SIMD'}, ${threads} thread${threads === 1 ? '' : 's'}, ${exact ? 'exact' : 'fast'}`;
  const layers = e.ms - e.rest;
  const whole = `${duration(e.ms, e.clock)}${between(e)}, median of ${e.runs}; layers ${duration(layers, e.clock)}, in and out ${duration(Math.max(0, e.rest), e.clock)}`;
  const compared = versus ? `\n${comparedText(versus)}` : '';
  return `${table}\n\n${graph.name}  ${shapesText(graph)}  seed ${seed}\n${whole}  (${engine}, ${bytes(e.bytes)})${compared}`;
}

/** Half of the runs lie between: ` (11.9 to 12.8)`. */
const between = ({ spread: [low, high], runs, clock }: Time): string =>
  runs > 1 ? ` (${duration(low, clock)} to ${duration(high, clock)})` : '';

function comparedText({ name, this: a, other: b, of }: NonNullable<Ran['versus']>): string {
  const both = `${name} ${duration(b.ms, b.clock)}${between(b)} against ${duration(a.ms, a.clock)}${between(a)}, in turns (${of})`;
  if (withinNoise(a, b)) return `${both}: no difference beyond the noise`;
  const [ratio, word] = b.ms > a.ms ? [b.ms / a.ms, 'slower'] : [a.ms / b.ms, 'faster'];
  return `${both}: ${ratio.toFixed(2)}× ${word}`;
}
