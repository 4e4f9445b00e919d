/** What lowering a step needs: the program, the layout, and constants that it may ask for. */
import { type Dims, entries, type Program, type ValueId, type WeightId } from '../program.ts';
import { type Call, type Constant, type KernelName, rowsOf, type Weights } from './call.ts';
import type { AffineOp, Step } from './fuse.ts';
import type { Layout, Place } from './layout.ts';
import type { Packing } from './packing.ts';
import { PANEL, up } from './panel.ts';
import type { Planes } from './planes.ts';

/** An input or output as the caller sees it. */
export interface Edge {
  readonly address: number;
  readonly length: number;
}

export class Builder {
  readonly program: Program;
  readonly layout: Layout;
  readonly weights: Weights;
  /** Workers among which the channels of a step may be shared out. */
  readonly parts: number;
  readonly constants: Constant[] = [];
  readonly packings: Packing[] = [];
  /** One past the last address in use. */
  end: number;
  /** Where the caller puts each input and finds each output, C×H×W. */
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  readonly #planes: Planes;
  readonly #tables = new Map<string, number>();

  constructor(program: Program, layout: Layout, planes: Planes, weights: Weights, end: number, parts: number) {
    this.program = program;
    this.layout = layout;
    this.#planes = planes;
    this.weights = weights;
    this.end = end;
    this.parts = parts;
    const edge = (v: ValueId): Edge => ({ address: this.reserve(entries(this.dims(v)) * 4), length: entries(this.dims(v)) });
    this.inputs = program.inputs.map(edge);
    this.outputs = program.outputs.map(edge);
  }

  /** Address of an input's planes if the plan holds it as planes only, else 0. */
  source(v: ValueId): number {
    return this.#planes.inputs.has(v) ? this.planes(v) : 0;
  }

  /** Address of an input's planes. */
  planes(v: ValueId): number {
    return this.inputs[this.program.inputs.indexOf(v)]?.address ?? 0;
  }

  /** Address at which a value stands as planes of the output if its writer leaves it there, else 0. */
  target(v: ValueId): number {
    const part = this.#planes.outputs.get(v);
    if (!part) return 0;
    const [, H, W] = this.dims(v);
    return (this.outputs[this.program.outputs.indexOf(part.of)]?.address ?? 0) + part.channel * H * W * 4;
  }

  dims(v: ValueId): Dims {
    return this.program.values[v] as Dims;
  }

  place(v: ValueId): Place {
    return this.layout.place(v);
  }

  /** Reserves bytes outside the arena, with room for a vector read past the end. */
  reserve(bytes: number): number {
    const address = up(this.end, 64);
    this.end = address + bytes + 64;
    return address;
  }

  /** A table of `n` numbers of 32 bits. Tables with one key are one, so a key must tell all that the numbers depend on. */
  table(key: string, n: number, numbers: () => Uint32Array): number {
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const address = this.reserve(n * 4);
    this.constants.push({ address, numbers });
    this.#tables.set(key, address);
    return address;
  }

  /** So many zeros. */
  zeros(n: number): number {
    return this.table(`zeros ${n}`, n, () => new Uint32Array(n));
  }

  /** One float per channel, and zeros up to a whole panel. */
  perChannel(numbers: ArrayLike<number>): number {
    const address = this.reserve(up(numbers.length, PANEL) * 4);
    this.constants.push({ address, numbers: () => new Float32Array(numbers) });
    return address;
  }

  /** Addresses of the pixels of an image, every `step` pixels, from row and column `from` on. */
  pixels(p: Place, h: number, w: number, step: readonly [number, number] = [1, 1], from: readonly [number, number] = [0, 0]): number {
    const key = `pixels ${p.base} ${p.pixel} ${p.row} ${h} ${w} ${step} ${from}`;
    return this.table(key, h * w, () => {
      const out = new Uint32Array(h * w);
      for (let y = 0, i = 0; y < h; y++) {
        const line = p.base + (y * step[0] + from[0]) * p.row + from[1] * p.pixel;
        for (let x = 0; x < w; x++) out[i++] = line + x * step[1] * p.pixel;
      }
      return out;
    });
  }
}

export const call = (
  kernel: KernelName,
  n: number,
  args: readonly number[],
  { quantum = 1, rows, channels }: Partial<Pick<Call, 'quantum' | 'rows' | 'channels'>> = {},
): Call => ({ kernel, args, n, quantum, rows, channels });

/** A call whose items are the rows of the output. */
export const callRows = (kernel: KernelName, n: number, args: readonly number[]): Call => call(kernel, n, args, { rows: rowsOf(1) });

/** Factor and offset per channel that a chain of batch norms, scales and constants makes, in float64. */
export function foldAffine(ops: readonly AffineOp[], channels: number, weights: Weights): { a: Float64Array; b: Float64Array } {
  const a = new Float64Array(channels).fill(1);
  const b = new Float64Array(channels);
  const optional = (id: WeightId | undefined): Float32Array | undefined => (id === undefined ? undefined : weights(id));
  const of = (w: ArrayLike<number> | undefined, c: number): number | undefined => w?.[w.length === 1 ? 0 : c];
  for (const op of ops) {
    const [gamma, beta] =
      op.op === 'affine' ? [Float64Array.of(op.factor), Float64Array.of(op.offset)] : [optional(op.gamma), optional(op.beta)];
    const mean = op.op === 'batchnorm' ? weights(op.mean) : undefined;
    const variance = op.op === 'batchnorm' ? weights(op.variance) : undefined;
    for (let c = 0; c < channels; c++) {
      const deviation = variance && op.op === 'batchnorm' ? Math.sqrt((variance[c] as number) + op.eps) : 1;
      const f = (of(gamma, c) ?? 1) / deviation;
      a[c] = (a[c] as number) * f;
      b[c] = ((b[c] as number) - (mean?.[c] ?? 0)) * f + (of(beta, c) ?? 0);
    }
  }
  return { a, b };
}

/** A convolution's bias with what follows folded in, and the factor that its weights take, per output channel. */
export function foldBias(
  b: Builder,
  step: Step,
  channels: number,
  bias: WeightId | undefined,
): { readonly scale: Float32Array; readonly bias: Float64Array } {
  const { a, b: offset } = foldAffine(step.affine, channels, b.weights);
  const own = bias === undefined ? undefined : b.weights(bias);
  return { scale: Float32Array.from(a), bias: offset.map((o, c) => o + (own?.[c] ?? 0) * (a[c] as number)) };
}

/** Two images as rows of pixels, or, where neither has gaps between its pixels, as rows of one long pixel. */
export function lines(d: Dims, ...places: readonly Place[]): { W: number; C: number } {
  const lanes = up(d[0], 4);
  const dense = places.every((p) => p.pixel === lanes * 4);
  return dense ? { W: 1, C: lanes * d[2] } : { W: d[2], C: d[0] };
}

/** Base, pixel and row of a place, as kernels take them. */
export const geometry = (p: Place): readonly [number, number, number] => [p.base, p.pixel, p.row];
