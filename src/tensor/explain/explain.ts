/**
 * Explains one number of a run: which numbers its operation read, with which weights, and what they come to, each operation by its
 * definition. Layouts are C×H×W and PyTorch's for weights, as in the reference kernel.
 */
import { type Entry, source } from '../geometry/moves.ts';
import { tap } from '../geometry/taps.ts';
import { joining, scalar } from '../kernels/reference/pointwise.ts';
import { type Dims, joined, type Op, type Program, type ValueId, type WeightId } from '../program.ts';
import type { Constant, Explanation, Patch, Reason, Source } from './explanation.ts';
import { momentsOf, normsOf, softmaxOf } from './statistics.ts';

/** What a run left: all values and weights, by their ids. */
export interface Run {
  readonly program: Program;
  readonly values: readonly (Float32Array | undefined)[];
  readonly weights: readonly Float32Array[];
}

type Of<K extends Op['op']> = Extract<Op, { readonly op: K }>;
/** A reason, and what it comes to. */
type Made = readonly [Reason, number];

const range = (n: number, from = 0): readonly number[] => Array.from({ length: n }, (_, i) => from + i);

class Explainer {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  dims(v: ValueId): Dims {
    return this.#run.program.values[v] ?? [0, 0, 0];
  }

  data(v: ValueId): Float32Array {
    return this.#run.values[v] ?? new Float32Array();
  }

  weight(id: WeightId): Float32Array {
    return this.#run.weights[id] ?? new Float32Array();
  }

  number(v: ValueId, [c, h, w]: Entry): number {
    const [C, H, W] = this.dims(v);
    return c < 0 || h < 0 || w < 0 || c >= C || h >= H || w >= W ? 0 : (this.data(v)[(c * H + h) * W + w] ?? Number.NaN);
  }

  source(value: ValueId, at: Entry): Source {
    return { value, at, number: this.number(value, at) };
  }

  patch(value: ValueId, channels: readonly number[], rows: readonly number[], columns: readonly number[]): Patch {
    const numbers = new Float32Array(channels.length * rows.length * columns.length);
    let i = 0;
    for (const c of channels) for (const h of rows) for (const w of columns) numbers[i++] = this.number(value, [c, h, w]);
    return { value, channels, rows, columns, numbers };
  }

  products(patch: Patch, weights: Float32Array, bias: number | undefined): Made {
    let sum = bias ?? 0;
    for (let i = 0; i < weights.length; i++) sum += (patch.numbers[i] as number) * (weights[i] as number);
    return [{ how: 'products', patch, weights, bias }, sum];
  }

  conv(op: Of<'conv'>, [o, oy, ox]: Entry): Made {
    const [C] = this.dims(op.x);
    const [O] = this.dims(op.y);
    const [, perGroup = 1, kh = 1, kw = 1] = this.#run.program.weights[op.weight]?.dims ?? [];
    const first = Math.floor(o / (O / op.groups)) * (C / op.groups);
    const rows = range(kh).map((k) => oy * op.stride[0] - op.pads[0] + k * op.dilation[0]);
    const columns = range(kw).map((k) => ox * op.stride[1] - op.pads[1] + k * op.dilation[1]);
    const size = perGroup * kh * kw;
    const weights = this.weight(op.weight).slice(o * size, (o + 1) * size);
    return this.products(this.patch(op.x, range(perGroup, first), rows, columns), weights, this.bias(op.bias, o));
  }

  bias(id: WeightId | undefined, o: number): number | undefined {
    return id === undefined ? undefined : this.weight(id)[o];
  }

  /** The input pixels whose windows reach this one: each input pixel adds its window into the output. */
  deconv(op: Of<'deconv'>, [o, oy, ox]: Entry): Made {
    const [C, H, W] = this.dims(op.x);
    const [O] = this.dims(op.y);
    const [, , kh = 1, kw = 1] = this.#run.program.weights[op.weight]?.dims ?? [];
    const outPerGroup = O / op.groups;
    const perGroup = C / op.groups;
    const channels = range(perGroup, Math.floor(o / outPerGroup) * perGroup);
    const reaching = (n: number, at: number, k: number, axis: 0 | 1): readonly (readonly [pixel: number, tap: number])[] =>
      range(n).flatMap((i) => {
        const tapAt = (at + op.pads[axis] - i * op.stride[axis]) / op.dilation[axis];
        return Number.isInteger(tapAt) && tapAt >= 0 && tapAt < k ? [[i, tapAt] as const] : [];
      });
    const [rows, columns] = [reaching(H, oy, kh, 0), reaching(W, ox, kw, 1)];
    const all = this.weight(op.weight);
    const weights = channels.flatMap((c) =>
      rows.flatMap(([, ky]) => columns.map(([, kx]) => all[((c * outPerGroup + (o % outPerGroup)) * kh + ky) * kw + kx] as number)),
    );
    const patch = this.patch(
      op.x,
      channels,
      rows.map(([i]) => i),
      columns.map(([i]) => i),
    );
    return this.products(patch, Float32Array.from(weights), this.bias(op.bias, o));
  }

  linear(op: Of<'linear'>, [o]: Entry): Made {
    const [n] = this.dims(op.x);
    const weights = this.weight(op.weight).slice(o * n, (o + 1) * n);
    return this.products(this.patch(op.x, range(n), [0], [0]), weights, this.bias(op.bias, o));
  }

  pool(kind: Of<'pool'>['kind'], patch: Patch, area: number): Made {
    const [, H, W] = this.dims(patch.value);
    const inside: number[] = [];
    let i = 0;
    for (const _ of patch.channels)
      for (const h of patch.rows)
        for (const w of patch.columns) {
          const v = patch.numbers[i++] as number;
          if (h >= 0 && h < H && w >= 0 && w < W) inside.push(v);
        }
    const by = kind.of === 'avg' && !kind.countIncludePad ? inside.length : area;
    const made = {
      max: () => inside.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
      avg: () => inside.reduce((a, b) => a + b, 0) / by,
      lp: () => (kind.of === 'lp' ? inside.reduce((a, b) => a + Math.abs(b) ** kind.p, 0) ** (1 / kind.p) : 0),
    };
    return [{ how: 'pool', kind: kind.of, patch, area: by }, made[kind.of]()];
  }

  window(op: Of<'pool'>, [c, oy, ox]: Entry): Made {
    const [, H, W] = this.dims(op.x);
    const places = (o: number, axis: 0 | 1): readonly number[] =>
      range(op.kernel[axis]).map((k) => o * op.stride[axis] - op.pads[axis] + k * op.dilation[axis]);
    // Padding counts, what lies beyond it (in ceiling mode) does not.
    const counted = (o: number, axis: 0 | 1, n: number, after: number): number => {
      const first = o * op.stride[axis] - op.pads[axis];
      return Math.min(first + op.kernel[axis], n + after) - first;
    };
    const area = counted(oy, 0, H, op.pads[2]) * counted(ox, 1, W, op.pads[3]);
    return this.pool(op.kind, this.patch(op.x, [c], places(oy, 0), places(ox, 1)), area);
  }

  cell(op: Of<'adaptivepool'>, [c, oy, ox]: Entry): Made {
    const [, H, W] = this.dims(op.x);
    const places = (o: number, n: number, to: number): readonly number[] => {
      const from = Math.floor((o * n) / to);
      return range(Math.ceil(((o + 1) * n) / to) - from, from);
    };
    const [rows, columns] = [places(oy, H, op.size[0]), places(ox, W, op.size[1])];
    const kind = op.kind === 'max' ? ({ of: 'max' } as const) : ({ of: 'avg', countIncludePad: true } as const);
    return this.pool(kind, this.patch(op.x, [c], rows, columns), rows.length * columns.length);
  }

  bilinear(op: Of<'upsample'>, [c, oy, ox]: Entry): Made {
    const [, H, W] = this.dims(op.x);
    const [, OH, OW] = this.dims(op.y);
    const along = (o: number, n: number, to: number): readonly (readonly [number, number])[] => {
      const { a, b, t } = tap(op.mode, o, n, to);
      return t === 0
        ? [[a, 1]]
        : [
            [a, 1 - t],
            [b, t],
          ];
    };
    const pairs = along(oy, H, OH).flatMap(([y, v]) => along(ox, W, OW).map(([x, h]) => [this.source(op.x, [c, y, x]), v * h] as const));
    const [only] = pairs;
    if (only && pairs.length === 1) return [{ how: 'moved', from: only[0] }, only[0].number];
    return [{ how: 'pairs', pairs }, pairs.reduce((sum, [s, share]) => sum + s.number * share, 0)];
  }

  apply(of: Source, name: Extract<Reason, { how: 'function' }>['name'], constants: readonly Constant[], made: number): Made {
    return [{ how: 'function', of, name, constants }, made];
  }

  /** What an operation made at a place, and of what. */
  reason(op: Op, at: Entry): Made {
    const [c, h, w] = at;
    switch (op.op) {
      case 'conv':
        return this.conv(op, at);
      case 'deconv':
        return this.deconv(op, at);
      case 'linear':
        return this.linear(op, at);
      case 'matmul': {
        const [, , K] = this.dims(op.xs[0]);
        const pairs = range(K).map((k) => [this.source(op.xs[0], [c, h, k]), this.source(op.xs[1], [c, k, w])] as const);
        return [{ how: 'pairs', pairs }, pairs.reduce((sum, [a, b]) => sum + a.number * b.number, 0)];
      }
      case 'pool':
        return this.window(op, at);
      case 'adaptivepool':
        return this.cell(op, at);
      case 'channelpool': {
        const [C] = this.dims(op.x);
        const kind = op.kind === 'max' ? ({ of: 'max' } as const) : ({ of: 'avg', countIncludePad: true } as const);
        return this.pool(kind, this.patch(op.x, range(C), [h], [w]), C);
      }
      case 'upsample':
        return this.bilinear(op, at);
      case 'reshape':
      case 'transpose':
      case 'pad':
      case 'crop':
      case 'slice':
      case 'shuffle':
      case 'depthtospace':
      case 'spacetodepth': {
        const from = source(op, this.dims(op.x), this.dims(op.y), c, h, w);
        const found = from && this.source(op.x, from);
        return [{ how: 'moved', from: found }, found ? found.number : op.op === 'pad' ? op.value : 0];
      }
      case 'concat': {
        const part = joined(this.#run.program, op).findLast((p) => p.channel <= c);
        const from = part && this.source(part.x, [c - part.channel, h, w]);
        return [{ how: 'moved', from }, from?.number ?? 0];
      }
      case 'add':
      case 'mul':
      case 'sub':
      case 'div':
      case 'max':
      case 'min': {
        const of = op.xs.map((x) => {
          const [C, H, W] = this.dims(x);
          return this.source(x, [C === 1 ? 0 : c, H === 1 ? 0 : h, W === 1 ? 0 : w]);
        });
        // Handed to `reduce` as it is, Math.max would be given an index and a list too.
        const join = joining(op.op);
        return [{ how: 'merge', name: op.op, of }, of.map((s) => s.number).reduce((a, b) => join(a, b))];
      }
      default:
        return this.function(op, at);
    }
  }

  /** Functions of the number in the same place. */
  function(op: Of<'batchnorm' | 'norm' | 'grn' | 'lrn' | 'activation' | 'prelu' | 'affine' | 'scale' | 'softmax'>, at: Entry): Made {
    const [c] = at;
    const of = this.source(op.x, at);
    const x = of.number;
    const one = (id: WeightId, name: string): Constant => {
      const data = this.weight(id);
      return { name, number: data[data.length === 1 ? 0 : c] ?? Number.NaN };
    };
    const maybe = (id: WeightId | undefined, name: string): readonly Constant[] => (id === undefined ? [] : [one(id, name)]);
    const value = (list: readonly Constant[], otherwise: number): number => list[0]?.number ?? otherwise;
    switch (op.op) {
      case 'activation': {
        const { fn, ...constants } = op.activation;
        const shown = Object.entries(constants).flatMap(([name, v]) => (typeof v === 'number' ? [{ name, number: v }] : []));
        return this.apply(of, fn, shown, scalar(op.activation)(x));
      }
      case 'affine':
        return this.apply(
          of,
          'affine',
          [
            { name: 'factor', number: op.factor },
            { name: 'offset', number: op.offset },
          ],
          x * op.factor + op.offset,
        );
      case 'prelu': {
        const slope = one(op.slope, 'slope');
        return this.apply(of, 'prelu', [slope], Math.max(x, 0) + slope.number * Math.min(x, 0));
      }
      case 'scale': {
        const [gamma, beta] = [one(op.gamma, 'gamma'), maybe(op.beta, 'beta')];
        return this.apply(of, 'scale', [gamma, ...beta], x * gamma.number + value(beta, 0));
      }
      case 'batchnorm': {
        const [mean, variance, gamma, beta] = [
          one(op.mean, 'mean'),
          one(op.variance, 'variance'),
          maybe(op.gamma, 'gamma'),
          maybe(op.beta, 'beta'),
        ];
        const made = ((x - mean.number) / Math.sqrt(variance.number + op.eps)) * value(gamma, 1) + value(beta, 0);
        return this.apply(of, 'batchnorm', [mean, variance, ...gamma, ...beta, { name: 'eps', number: op.eps }], made);
      }
      case 'norm': {
        const [mean, variance] = momentsOf(op, this.data(op.x), this.dims(op.x), at);
        const [gamma, beta] = [maybe(op.gamma, 'gamma'), maybe(op.beta, 'beta')];
        const made = ((x - mean) / Math.sqrt(variance + op.eps)) * value(gamma, 1) + value(beta, 0);
        const moments = [
          { name: 'mean', number: mean },
          { name: 'variance', number: variance },
        ];
        return this.apply(of, 'norm', [...moments, ...gamma, ...beta, { name: 'eps', number: op.eps }], made);
      }
      case 'grn': {
        const [own, mean] = normsOf(this.data(op.x), this.dims(op.x), c);
        const [gamma, beta] = [one(op.gamma, 'gamma'), one(op.beta, 'beta')];
        const made = (gamma.number * x * own) / (mean + op.eps) + beta.number + x;
        const norms = [
          { name: 'norm of the channel', number: own },
          { name: 'mean of all norms', number: mean },
        ];
        return this.apply(of, 'grn', [...norms, gamma, beta, { name: 'eps', number: op.eps }], made);
      }
      case 'lrn': {
        const [C] = this.dims(op.x);
        const before = Math.floor((op.size - 1) / 2);
        const near = range(op.size, c - before).filter((i) => i >= 0 && i < C);
        const squares = near.reduce((sum, i) => sum + this.number(op.x, [i, at[1], at[2]]) ** 2, 0);
        const made = x / (op.k + (op.alpha / op.size) * squares) ** op.beta;
        return this.apply(of, 'lrn', [{ name: `sum of squares of ${near.length} channels`, number: squares }], made);
      }
      case 'softmax': {
        const [most, total] = softmaxOf(op, this.data(op.x), this.dims(op.x), at);
        const constants = [
          { name: 'largest', number: most },
          { name: 'sum of exp(x − largest)', number: total },
        ];
        return this.apply(of, 'softmax', constants, Math.exp(x - most) / total);
      }
      default:
        return op satisfies never;
    }
  }
}

/** Explains one number of a value. Every value that its operation reads must have been kept. */
export function explain(run: Run, value: ValueId, at: Entry): Explanation {
  const explainer = new Explainer(run);
  const number = explainer.number(value, at);
  const index = run.program.ops.findIndex((op) => op.y === value);
  const op = run.program.ops[index];
  if (!op) return { value, at, number, again: number, op: undefined, reason: undefined };
  const [reason, again] = explainer.reason(op, at);
  return { value, at, number, again, op: index, reason };
}
