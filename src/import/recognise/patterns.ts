/**
 * Activations and normalisations that exporters write as arithmetic, put together again. Each pattern is read from its last step backwards;
 * what only served it falls away, what others read too stays.
 */
import { type Attributes, numbers } from '../simplify/attributes.ts';
import { axesOf } from '../simplify/evaluate.ts';
import { type Flow, isFlow, type Operand, type Simplified, type Step } from '../simplify/simplify.ts';

/** The one number of a constant that has one. */
export function scalarOf(o: Operand | undefined): number | undefined {
  if (!o || isFlow(o) || o.dims.some((n) => n !== 1)) return undefined;
  return o.numbers()?.[0];
}
const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) <= 1e-3 * Math.abs(b);
const madeBy = (o: Operand | undefined, ...types: readonly string[]): Step | undefined =>
  isFlow(o) && o.from && types.includes(o.from.type) ? o.from : undefined;
const both = (s: Step): readonly (readonly [Operand | undefined, Operand | undefined])[] => [
  [s.inputs[0], s.inputs[1]],
  [s.inputs[1], s.inputs[0]],
];
/** The other side of a step of two inputs, one of which is about this number. */
function beside(s: Step | undefined, n: number): Operand | undefined {
  return s && both(s).find(([, c]) => near(scalarOf(c), n))?.[0];
}

/** A product as its constant factor and the others, through nested products and quotients, of which `products` have no constant side. */
function factors(o: Operand | undefined, products = { left: 1 }, depth = 0): { readonly by: number; readonly of: readonly Operand[] } {
  const constant = scalarOf(o);
  if (constant !== undefined) return { by: constant, of: [] };
  const product = madeBy(o, 'Mul', 'Div');
  if (!product || depth > 4) return { by: 1, of: o ? [o] : [] };
  const [a, b] = product.inputs;
  const plain = product.type === 'Mul' && scalarOf(a) === undefined && scalarOf(b) === undefined;
  if (plain && products.left-- <= 0) return { by: 1, of: o ? [o] : [] };
  const left = factors(a, products, depth + 1);
  if (product.type === 'Div') {
    const by = scalarOf(b);
    return by === undefined ? { by: 1, of: o ? [o] : [] } : { by: left.by / by, of: left.of };
  }
  const right = factors(b, products, depth + 1);
  return { by: left.by * right.by, of: [...left.of, ...right.of] };
}

interface Fused {
  readonly type: string;
  readonly x: Operand;
  /** Constants that it takes besides. */
  readonly more?: readonly Operand[];
  readonly attributes?: Attributes;
}

/** What is clamped between two numbers: a Clip, or a Min and a Max or Relu around each other. */
export function clamped(o: Operand | undefined): { readonly x: Operand; readonly min: number; readonly max: number } | undefined {
  const clip = madeBy(o, 'Clip');
  if (clip) {
    const [x, low, high] = clip.inputs;
    const given = (name: string, input: Operand | undefined, otherwise: number): number => {
      const own = clip.attributes.get(name);
      return scalarOf(input) ?? (typeof own === 'number' ? own : otherwise);
    };
    const [min, max] = [given('min', low, Number.NEGATIVE_INFINITY), given('max', high, Number.POSITIVE_INFINITY)];
    return x && { x, min: min < -3e38 ? Number.NEGATIVE_INFINITY : min, max: max > 3e38 ? Number.POSITIVE_INFINITY : max };
  }
  const min = madeBy(o, 'Min');
  for (const [x, c] of min ? both(min) : []) {
    const max = scalarOf(c);
    if (max === undefined || !x) continue;
    const relu = madeBy(x, 'Relu');
    if (relu?.inputs[0]) return { x: relu.inputs[0], min: 0, max };
    const low = madeBy(x, 'Max');
    for (const [inner, d] of low ? both(low) : []) {
      const from = scalarOf(d);
      if (from !== undefined && inner) return { x: inner, min: from, max };
    }
  }
  return undefined;
}

/** x, where this is relu6(x + 3), times how much. */
function hard(o: Operand | undefined): { readonly x: Operand; readonly by: number } | undefined {
  const own = madeBy(o, 'HardSigmoid');
  if (own?.inputs[0]) {
    const of = (name: string, d: number): number => {
      const v = own.attributes.get(name);
      return typeof v === 'number' ? v : d;
    };
    return near(of('alpha', 0.2), 1 / 6) && near(of('beta', 0.5), 0.5) ? { x: own.inputs[0], by: 1 / 6 } : undefined;
  }
  const { by, of } = factors(o);
  const [only, ...more] = of;
  const c = more.length === 0 ? clamped(only) : undefined;
  const x = c && c.min === 0 && c.max === 6 ? beside(madeBy(c.x, 'Add'), 3) : undefined;
  return x && { x, by };
}

function hardSigmoid(s: Step): Fused | undefined {
  const h = hard(s.outputs[0]);
  return h && near(h.by, 1 / 6) ? { type: 'pw.hardsigmoid', x: h.x } : undefined;
}

/** x · f(x), in any order, a constant factor anywhere. */
function gated(s: Step): Fused | undefined {
  const { by, of } = factors(s.outputs[0]);
  if (of.length !== 2) return undefined;
  for (const [x, gate] of [of, of.toReversed()] as const) {
    if (!x || !gate) continue;
    const sigmoid = madeBy(gate, 'Sigmoid');
    if (sigmoid && sigmoid.inputs[0] === x && by === 1) return { type: 'pw.silu', x };
    const h = hard(gate);
    if (h && h.x === x && near(by * h.by, 1 / 6)) return { type: 'pw.hardswish', x };
    const tanh = madeBy(gate, 'Tanh');
    if (tanh && by === 1 && softplusOf(tanh.inputs[0]) === x) return { type: 'pw.mish', x };
    const bent = beside(madeBy(gate, 'Add'), 1);
    const erf = madeBy(bent, 'Erf');
    if (erf && near(by, 0.5)) {
      const inner = factors(erf.inputs[0], { left: 0 });
      if (inner.of.length === 1 && inner.of[0] === x && near(inner.by, Math.SQRT1_2)) return { type: 'pw.gelu', x };
    }
    const curve = madeBy(bent, 'Tanh');
    if (curve && near(by, 0.5) && isCubic(curve.inputs[0], x)) return { type: 'pw.gelutanh', x };
  }
  return undefined;
}

function softplusOf(o: Operand | undefined): Operand | undefined {
  const own = madeBy(o, 'Softplus');
  if (own) return own.inputs[0];
  return madeBy(beside(madeBy(madeBy(o, 'Log')?.inputs[0], 'Add'), 1), 'Exp')?.inputs[0];
}

/** √(2/π) · (x + 0.044715·x³). */
function isCubic(o: Operand | undefined, x: Operand): boolean {
  const { by, of } = factors(o, { left: 0 });
  const sum = of.length === 1 ? madeBy(of[0], 'Add') : undefined;
  if (!sum || !near(by, Math.sqrt(2 / Math.PI))) return false;
  return both(sum).some(([a, b]) => {
    if (a !== x) return false;
    const cubic = factors(b, { left: 2 });
    if (!near(cubic.by, 0.044715)) return false;
    const [first] = cubic.of;
    const power = cubic.of.length === 1 ? madeBy(first, 'Pow') : undefined;
    return power ? power.inputs[0] === x && scalarOf(power.inputs[1]) === 3 : cubic.of.length === 3 && cubic.of.every((f) => f === x);
  });
}

/** d / sqrt(mean(d²) + eps), where d = x − mean(x): normalisation over axes. */
function normalised(s: Step): Fused | undefined {
  if (s.type !== 'Div') return undefined;
  const [d, root] = s.inputs;
  const centred = madeBy(d, 'Sub');
  const [x, mean] = centred?.inputs ?? [];
  const average = madeBy(mean, 'ReduceMean');
  if (!x || !average || average.inputs[0] !== x) return undefined;
  const inner = madeBy(root, 'Sqrt')?.inputs[0];
  const sum = madeBy(inner, 'Add');
  for (const [v, e] of sum ? both(sum) : []) {
    const [variance, eps] = [madeBy(v, 'ReduceMean'), scalarOf(e)];
    const square = madeBy(variance?.inputs[0], 'Pow', 'Mul');
    if (!variance || eps === undefined || !square) continue;
    const isSquare = square.inputs[0] === d && (square.type === 'Mul' ? square.inputs[1] === d : scalarOf(square.inputs[1]) === 2);
    const axes = (r: Step): string => String([...(axesIn(r) ?? [])].sort());
    if (isSquare && axes(variance) === axes(average))
      return {
        type: 'pw.normalise',
        x,
        attributes: new Map<string, number | readonly number[]>([
          ['axes', axesIn(average) ?? []],
          ['epsilon', eps],
        ]),
      };
  }
  return undefined;
}
function axesIn(r: Step): readonly number[] | undefined {
  const [x, axes] = r.inputs;
  if (isFlow(axes) || !isFlow(x)) return numbers(r.attributes, 'axes');
  return axesOf(r.attributes, axes, x.dims?.length ?? 4);
}

/** A tensor with the same entries in the same order, before it was given other extents. */
function unshaped(o: Operand | undefined): Operand | undefined {
  const shaped = madeBy(o, 'Reshape', 'Squeeze', 'Unsqueeze');
  return shaped ? unshaped(shaped.inputs[0]) : o;
}

/**
 * x / (k + α · mean(x² of the channels around))^β: local response normalisation as PyTorch writes it, the mean a pool along the channels of what is
 * padded there, which are an axis of their own for it.
 */
function localResponse(s: Step): Fused | undefined {
  if (s.type !== 'Div') return undefined;
  const [x, below] = s.inputs;
  // A power of 1 and a k that is almost nothing are left out by optimisers.
  const power = madeBy(below, 'Pow');
  const [sum, exponent] = power?.inputs ?? [below];
  const beta = power ? scalarOf(exponent) : 1;
  const added = madeBy(sum, 'Add');
  for (const [scaled, k] of added ? both(added) : [[sum, undefined] as const]) {
    const bias = added ? scalarOf(k) : 0;
    const { by: alpha, of } = factors(scaled, { left: 0 });
    const pool = madeBy(unshaped(of[0]), 'AveragePool');
    const pads = madeBy(pool?.inputs[0], 'Pad');
    const square = madeBy(unshaped(pads?.inputs[0]), 'Mul', 'Pow');
    if (!isFlow(x) || bias === undefined || beta === undefined || of.length !== 1 || !pool || !pads || !square) continue;
    const isSquare = square.inputs[0] === x && (square.type === 'Mul' ? square.inputs[1] === x : scalarOf(square.inputs[1]) === 2);
    const inner = isFlow(pads.inputs[0]) ? pads.inputs[0].dims : undefined;
    const size = along(pool, pads);
    // One map of the channels by what is left of the pixels.
    if (isSquare && size !== undefined && x.dims?.[0] === 1 && inner?.[0] === 1 && inner[1] === 1 && inner[2] === x.dims[1])
      return { type: 'LRN', x, attributes: new Map(Object.entries({ size, alpha, beta, bias })) };
  }
  return undefined;
}

/** How many entries of the third axis a pool of step 1 sees, padded by zeros so that there are as many as before; undefined where it does more. */
function along(pool: Step, pads: Step): number | undefined {
  const [size = 0, ...rest] = numbers(pool.attributes, 'kernel_shape') ?? [];
  const plain = (name: string, usual: number): boolean => numbers(pool.attributes, name)?.every((n) => n === usual) ?? true;
  const given = pads.inputs[1];
  const around = isFlow(given) ? undefined : given?.numbers();
  const half = (size - 1) / 2;
  const axes = 2 + 1 + rest.length;
  const wanted = Array.from({ length: 2 * axes }, (_, i) => (i % axes === 2 ? half : 0));
  const value = pads.inputs[2] === undefined ? 0 : scalarOf(pads.inputs[2]);
  const isZeros = (pads.attributes.get('mode') ?? 'constant') === 'constant' && value === 0 && String(around) === String(wanted);
  return isZeros && rest.every((n) => n === 1) && plain('strides', 1) && plain('pads', 0) && plain('dilations', 1) ? size : undefined;
}

/** ConvNeXt V2's response: x divided by its mean over the channels, x the norm over the pixels. Gives what is normed. */
function response(s: Step): Fused | undefined {
  if (s.type !== 'Div') return undefined;
  const [norm, below] = s.inputs;
  const length = madeBy(norm, 'ReduceL2');
  const sum = madeBy(below, 'Add');
  for (const [m, e] of sum ? both(sum) : []) {
    const [mean, eps] = [madeBy(m, 'ReduceMean'), scalarOf(e)];
    const x = length?.inputs[0];
    if (mean && mean.inputs[0] === norm && eps !== undefined && length && x)
      return {
        type: 'pw.response',
        x,
        attributes: new Map<string, number | readonly number[]>([
          ['axes', axesIn(length) ?? []],
          ['over', axesIn(mean) ?? []],
          ['epsilon', eps],
        ]),
      };
  }
  return undefined;
}

/** The leaves of a product, `x` being one whatever it is. */
function leaves(o: Operand | undefined, x: Operand, depth = 0): readonly Operand[] {
  const product = depth < 5 && o !== x ? madeBy(o, 'Mul') : undefined;
  return product ? product.inputs.flatMap((i) => leaves(i, x, depth + 1)) : o ? [o] : [];
}

/** x + (b + w · x · response(x)): ConvNeXt V2's normalisation as a whole. */
function globalResponse(s: Step): Fused | undefined {
  if (s.type !== 'Add') return undefined;
  for (const [x, rest] of both(s)) {
    const sum = madeBy(rest, 'Add');
    for (const [bias, product] of sum ? both(sum) : []) {
      if (!x || !bias || isFlow(bias)) continue;
      const all = leaves(product, x);
      const weight = all.find((o) => !isFlow(o) && scalarOf(o) !== 1);
      const r = all.map((o) => (isFlow(o) && o.from ? response(o.from) : undefined)).find((f) => f?.x === x);
      const others = all.filter((o) => o !== weight && o !== x && scalarOf(o) !== 1);
      if (weight && r && others.length === 1) return { ...r, type: 'pw.grn', more: [weight, bias] };
    }
  }
  return undefined;
}

/** A largest of what is padded by −∞, which pools do themselves. */
function paddedPool(s: Step): Fused | undefined {
  if (s.type !== 'MaxPool') return undefined;
  const around = madeBy(s.inputs[0], 'Pad');
  const [x, given, value, axes] = around?.inputs ?? [];
  const pads = isFlow(given) || axes !== undefined ? undefined : given?.numbers();
  const rank = isFlow(x) ? (x.dims?.length ?? 0) : 0;
  const own = numbers(s.attributes, 'pads') ?? [];
  const least = scalarOf(value);
  const isOurs = (around?.attributes.get('mode') ?? 'constant') === 'constant' && least !== undefined && least < -3e38;
  if (!x || !isOurs || pads?.length !== 2 * rank || (s.attributes.get('auto_pad') ?? 'NOTSET') !== 'NOTSET') return undefined;
  // Before and behind the batch and the channels there is nothing.
  if ([0, 1, rank, rank + 1].some((i) => pads[i] !== 0) || pads.some((n) => n < 0)) return undefined;
  const both = [...pads].filter((_, i) => i % rank >= 2).map((n, i) => n + (own[i] ?? 0));
  return { type: 'MaxPool', x, attributes: new Map([...s.attributes, ['pads', both]]) };
}

function softplus(s: Step): Fused | undefined {
  const x = s.type === 'Log' ? softplusOf(s.outputs[0]) : undefined;
  return x && { type: 'pw.softplus', x };
}

function clamp(s: Step): Fused | undefined {
  const c = s.type === 'Min' || s.type === 'Clip' ? clamped(s.outputs[0]) : undefined;
  return (
    c && {
      type: 'pw.clamp',
      x: c.x,
      attributes: new Map([
        ['min', c.min],
        ['max', c.max],
      ]),
    }
  );
}

const PATTERNS: readonly ((s: Step) => Fused | undefined)[] = [
  gated,
  hardSigmoid,
  normalised,
  localResponse,
  globalResponse,
  paddedPool,
  softplus,
  clamp,
];
const ROOTS = new Set(['Add', 'Mul', 'Div', 'Log', 'Min', 'Clip', 'HardSigmoid', 'MaxPool']);

/** The steps with what was recognised in one step each. */
export function fuse(g: Simplified): readonly Step[] {
  const fused = g.steps.map((s): Step => {
    const found = ROOTS.has(s.type) ? PATTERNS.map((p) => p(s)).find((f) => f !== undefined) : undefined;
    return found ? { ...s, type: found.type, inputs: [found.x, ...(found.more ?? [])], attributes: found.attributes ?? new Map() } : s;
  });
  return needed(
    fused,
    g.outputs.map((o) => o.value),
  );
}

/** The steps that outputs need, by what they now read. */
function needed(steps: readonly Step[], outputs: readonly Operand[]): readonly Step[] {
  const ids = new Set<number>();
  const need = (o: Operand | undefined): void => {
    if (isFlow(o)) ids.add(o.id);
  };
  outputs.forEach(need);
  const kept = steps.toReversed().filter((s) => {
    if (!s.outputs.some((o: Flow) => ids.has(o.id))) return false;
    s.inputs.forEach(need);
    return true;
  });
  return kept.reverse();
}
