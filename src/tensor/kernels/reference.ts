/** The reference kernels: plain TypeScript, clear before fast, one operation at a time. What every other kernel is tested against. */

import { convolutionMacs } from '../geometry/cost.ts';
import { type Dims, entries, type Op, type Program, type ValueId, type WeightId } from '../program.ts';
import { type EngineInfo, type Kernels, type Observer, type Plan, type PlanOptions, PlanTooLarge } from './kernels.ts';
import { conv, deconv, linear } from './reference/convolution.ts';
import { move } from './reference/moves.ts';
import { affine, grn, lrn, norm, softmax } from './reference/normalise.ts';
import { merge, scalar } from './reference/pointwise.ts';
import { adaptivePool, channelPool, pool, upsample } from './reference/windows.ts';

const engine: EngineInfo = { name: 'reference', simd: false, relaxed: false, threads: 1, exact: true };

export const reference: Kernels = {
  name: 'reference',
  plan(program, weights, options = {}) {
    return new ReferencePlan(program, weights, options);
  },
  dispose() {},
};

class ReferencePlan implements Plan {
  readonly engine = engine;
  readonly bytes: number;
  readonly steps: Plan['steps'];
  readonly #program: Program;
  #weights: readonly Float32Array[];
  #values: Float32Array[];

  constructor(program: Program, weights: readonly Float32Array[], options: PlanOptions) {
    const numbers = program.values.reduce((n, d) => n + entries(d), 0) + weights.reduce((n, w) => n + w.length, 0);
    this.bytes = 4 * numbers;
    const limit = options.maxBytes ?? Number.POSITIVE_INFINITY;
    if (this.bytes > limit) throw new PlanTooLarge(this.bytes, limit);
    this.#program = program;
    this.#weights = weights;
    this.#values = program.values.map((d) => new Float32Array(entries(d)));
    this.steps = program.ops.map((op, i) => {
      const macs = convolutionMacs(program, op);
      return { ops: [i], technique: `${op.op}, reference`, macs, multiplies: macs };
    });
  }

  get inputs(): readonly Float32Array[] {
    return this.#program.inputs.map((v) => this.#value(v));
  }

  async ready(): Promise<void> {}

  run(inputs: readonly Float32Array[], observer?: Observer): readonly Float32Array[] {
    const program = this.#program;
    program.inputs.forEach((v, i) => {
      this.#value(v).set(inputs[i] ?? []);
    });
    program.ops.forEach((op, index) => {
      const start = performance.now();
      this.#execute(op);
      const ms = performance.now() - start;
      observer?.({ index, of: program.ops.length, ops: [index], ms, read: (v) => this.#value(v).slice() });
    });
    return program.outputs.map((v) => this.#value(v));
  }

  dispose(): void {
    this.#values = [];
    this.#weights = [];
  }

  #value(v: ValueId): Float32Array {
    const data = this.#values[v];
    if (!data) throw new RangeError(`The plan holds no value ${v}`);
    return data;
  }

  #dims(v: ValueId): Dims {
    return this.#program.values[v] as Dims;
  }

  #weight(id: WeightId): Float32Array {
    return this.#weights[id] as Float32Array;
  }

  #execute(op: Op): void {
    const y = this.#value(op.y);
    const yd = this.#dims(op.y);
    const optional = (id: WeightId | undefined): Float32Array | undefined => (id === undefined ? undefined : this.#weight(id));
    if ('xs' in op) {
      const xs = op.xs.map((v) => ({ data: this.#value(v), dims: this.#dims(v) }));
      if (op.op !== 'concat') merge(op.op === 'add' ? (a, b) => a + b : (a, b) => a * b, xs, y, yd);
      else for (let i = 0, at = 0; i < xs.length; at += xs[i++]?.data.length ?? 0) y.set(xs[i]?.data ?? [], at);
      return;
    }
    const x = this.#value(op.x);
    const xd = this.#dims(op.x);
    const kernel = (id: WeightId): readonly [number, number] => {
      const [, , kh = 1, kw = 1] = this.#program.weights[id]?.dims ?? [];
      return [kh, kw];
    };
    switch (op.op) {
      case 'conv':
        conv(op, x, xd, y, yd, this.#weight(op.weight), kernel(op.weight), optional(op.bias));
        break;
      case 'deconv':
        deconv(op, x, xd, y, yd, this.#weight(op.weight), kernel(op.weight), optional(op.bias));
        break;
      case 'linear':
        linear(x, y, this.#weight(op.weight), optional(op.bias));
        break;
      case 'batchnorm': {
        const [gamma, beta, mean, variance] = [optional(op.gamma), optional(op.beta), this.#weight(op.mean), this.#weight(op.variance)];
        const a = (c: number): number => (gamma?.[c] ?? 1) / Math.sqrt((variance[c] as number) + op.eps);
        affine(x, y, xd[0], a, (c) => (beta?.[c] ?? 0) - (mean[c] as number) * a(c));
        break;
      }
      case 'scale': {
        const [gamma, beta] = [this.#weight(op.gamma), optional(op.beta)];
        const of = (w: Float32Array, c: number): number => w[w.length === 1 ? 0 : c] as number;
        affine(
          x,
          y,
          xd[0],
          (c) => of(gamma, c),
          (c) => (beta ? of(beta, c) : 0),
        );
        break;
      }
      case 'affine':
        affine(
          x,
          y,
          xd[0],
          () => op.factor,
          () => op.offset,
        );
        break;
      case 'norm':
        norm(op, x, y, xd[0], optional(op.gamma), optional(op.beta));
        break;
      case 'grn':
        grn(op, x, y, xd[0], this.#weight(op.gamma), this.#weight(op.beta));
        break;
      case 'lrn':
        lrn(op, x, y, xd[0]);
        break;
      case 'softmax':
        softmax(op, x, y, xd[0]);
        break;
      case 'activation': {
        const f = scalar(op.activation);
        for (let i = 0; i < x.length; i++) y[i] = f(x[i] as number);
        break;
      }
      case 'prelu': {
        const slope = this.#weight(op.slope);
        const hw = xd[1] * xd[2];
        for (let i = 0; i < x.length; i++) {
          const v = x[i] as number;
          y[i] = v < 0 ? v * (slope[slope.length === 1 ? 0 : Math.floor(i / hw)] as number) : v;
        }
        break;
      }
      case 'pool':
        pool(op, x, xd, y, yd);
        break;
      case 'channelpool':
        channelPool(op.kind, x, xd, y);
        break;
      case 'adaptivepool':
        adaptivePool(op.kind, x, xd, y, yd);
        break;
      case 'upsample':
        upsample(op.mode, x, xd, y, yd);
        break;
      case 'reshape':
      case 'transpose':
      case 'pad':
      case 'crop':
      case 'slice':
      case 'shuffle':
      case 'depthtospace':
      case 'spacetodepth':
        move(op, x, xd, y, yd);
        break;
      default:
        op satisfies never;
    }
  }
}
