/** Activations, arithmetic of two values, and arithmetic with constants: a factor, a bias, the affine part of a normalisation. */
import { layerOf } from '../../../layers/index.ts';
import type { Value } from '../../../layers/params.ts';
import { isMap } from '../../../layers/shape.ts';
import { lazy, type Numbers, sizeOf, type Tensor } from '../../read/tensor.ts';
import { number, text } from '../../simplify/attributes.ts';
import { reshaped } from '../../simplify/evaluate.ts';
import { isFlow, type Operand, type Step } from '../../simplify/simplify.ts';
import { unsayable } from '../builder.ts';
import { type Context, constant, derived, type Recognise } from '../context.ts';
import { scalarOf } from '../patterns.ts';
import { type Atoms, extent, keysOf, moved, sameAtoms, type View } from '../view.ts';

/** α and λ of Klambauer et al. 2017. */
const SELU = [1.6732631921768188, 1.0507010221481323] as const;

/** Activations by operator: the layer, and its arguments from the operator's. */
const ACTIVATIONS: Readonly<Record<string, (s: Step) => readonly [kind: string, args?: Readonly<Record<string, Value>>]>> = {
  Relu: () => ['relu'],
  LeakyRelu: (s) => ['leakyrelu', { slope: round(number(s.attributes, 'alpha', 0.01)) }],
  Sigmoid: () => ['sigmoid'],
  Tanh: () => ['tanh'],
  Elu: (s) => ['elu', { alpha: round(number(s.attributes, 'alpha', 1)) }],
  Selu: (s) => {
    const [alpha, gamma] = [number(s.attributes, 'alpha', SELU[0]), number(s.attributes, 'gamma', SELU[1])];
    if (Math.abs(alpha - SELU[0]) + Math.abs(gamma - SELU[1]) > 1e-5)
      return unsayable(`its numbers are ${round(alpha)} and ${round(gamma)}, not those of the paper`);
    return ['selu'];
  },
  Softplus: () => ['softplus'],
  Mish: () => ['mish'],
  HardSwish: () => ['hardswish'],
  Gelu: (s) => ['gelu', { approximate: text(s.attributes, 'approximate', 'none') === 'tanh' }],
  'pw.silu': () => ['silu'],
  'pw.mish': () => ['mish'],
  'pw.hardswish': () => ['hardswish'],
  'pw.hardsigmoid': () => ['hardsigmoid'],
  'pw.gelu': () => ['gelu'],
  'pw.gelutanh': () => ['gelu', { approximate: true }],
  'pw.softplus': () => ['softplus'],
};

/** A number in single precision as it was written: 0.1, not 0.10000000149. */
export const round = (n: number): number => {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(n.toPrecision(digits));
    if (Math.fround(short) === Math.fround(n)) return short;
  }
  return n;
};

/** A layer that works on each entry by itself. */
const each = (c: Context, v: View, kind: string, args: Readonly<Record<string, Value>> = {}): View =>
  moved(v, c.b.layer(kind, [v.node], args));

export const activation: Recognise = (c, s) => {
  const made = ACTIVATIONS[s.type]?.(s);
  return made ? [each(c, c.view(s.inputs[0]), ...made)] : unsayable('no layer does this');
};
export const ACTIVATION_TYPES = Object.keys(ACTIVATIONS);

export const clamp: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const [min, max] = [round(number(s.attributes, 'min')), round(number(s.attributes, 'max'))];
  if (min === 0 && max === 6) return [each(c, v, 'relu6')];
  if (min === 0 && max === Number.POSITIVE_INFINITY) return [each(c, v, 'relu')];
  if (!Number.isFinite(min) || !Number.isFinite(max)) return unsayable('it is open on one side');
  return [each(c, v, 'hardtanh', { min, max })];
};

export const swish: Recognise = (c, s) =>
  number(s.attributes, 'alpha', 1) === 1 ? [each(c, c.view(s.inputs[0]), 'silu')] : unsayable('it has a factor inside');
export const hardSigmoid: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  // (αx + β) clamped to 0 and 1.
  const line = each(c, each(c, v, 'times', { factor: round(number(s.attributes, 'alpha', 0.2)) }), 'plus', {
    value: round(number(s.attributes, 'beta', 0.5)),
  });
  return [each(c, line, 'hardtanh', { min: 0, max: 1 })];
};

export const negate: Recognise = (c, s) => [each(c, c.view(s.inputs[0]), 'times', { factor: -1 })];
export const absolute: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const minus = c.b.layer('times', [v.node], { factor: -1 });
  return [moved(v, c.b.layer('max', [v.node, minus]))];
};

/** Where one slope or one per channel is. */
export const prelu: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const slope = constant(s.inputs[1], 'slope');
  if (sizeOf(slope.dims) === 1) return [moved(v, c.b.layer('prelu', [v.node], {}, { weight: flat(slope) }))];
  const { x, t } = perChannel(c, v, slope) ?? unsayable('its slopes are not one per channel');
  return [moved(x, c.b.layer('prelu', [x.node], { channels: sizeOf(t.dims) }, { weight: t }))];
};

/** A tensor as a row. */
export const flat = (t: Tensor): Tensor => (t.dims.length === 1 ? t : derived(t, 'flat', () => reshaped(t, [sizeOf(t.dims)])));

/** A constant that has a number for each channel of a value, as a row; undefined where it is something else. */
function perChannel(c: Context, v: View, t: Tensor): { readonly x: View; readonly t: Tensor } | undefined {
  const offset = v.axes.length - t.dims.length;
  const spread = t.dims.flatMap((n, i) => (n === 1 ? [] : [i + offset]));
  const [axis, ...more] = spread;
  if (axis === undefined || offset < 0) return undefined;
  const atoms: Atoms = spread.flatMap((i) => v.axes[i] ?? []);
  if (sameAtoms(atoms, v.order[0] ?? [])) return { x: v, t: flat(t) };
  if (more.length > 0 || extent(v.axes[axis] ?? []) !== sizeOf(t.dims)) return undefined;
  return { x: c.b.withChannels(v, axis), t: flat(t) };
}

const eachNumber = (t: Tensor, how: string, f: (n: number) => number): Tensor =>
  derived(t, how, () => lazy(t.dims, t.float, () => t.numbers()?.map(f) as Numbers | undefined));

const NORMS = new Set(['ln', 'gn', 'instancenorm']);

/** A factor for each channel: a layer `scale`, or the first half of a normalisation's affine part. */
function scaled(c: Context, v: View, t: Tensor): View {
  const { x, t: row } = perChannel(c, v, t) ?? unsayable(`it multiplies by a constant of ${t.dims.join('×')}, not one number a channel`);
  const before = c.b.at(x.node);
  // Added first, then multiplied: (x + b)·s = s·x + s·b.
  if (before.kind === 'scale' && before.params.bias === true && isOnes(before.weights.weight)) {
    const bias = before.weights.bias;
    const product =
      bias &&
      lazy(bias.dims, true, () => {
        const [p, q] = [bias.numbers(), row.numbers()];
        return p && q ? Float32Array.from(p, (n, i) => n * (q[i] ?? 1)) : undefined;
      });
    return moved(x, c.b.layer('scale', [before.inputs[0] as number], { bias: true }, { weight: row, bias: product }));
  }
  return moved(x, c.b.layer('scale', [x.node], {}, { weight: row }));
}
const ONES = new WeakSet<Tensor>();
const isOnes = (t: Tensor | undefined): boolean => t !== undefined && ONES.has(t);

/** A number added to each channel: a bias, the second half of an affine part, or a scale by ones with a bias. */
function shifted(c: Context, v: View, t: Tensor, only: boolean): View {
  const { x, t: row } = perChannel(c, v, t) ?? unsayable(`it adds a constant of ${t.dims.join('×')}, not one number a channel`);
  const before = c.b.at(x.node);
  if (
    only &&
    (before.kind === 'conv' || before.kind === 'dwconv' || before.kind === 'deconv' || before.kind === 'linear') &&
    before.params.bias === false
  ) {
    c.b.amend(x.node, { bias: true }, { bias: row });
    return x;
  }
  if (only && before.kind === 'scale' && before.params.bias === false && before.params.channels === null) {
    const inner = c.b.at(before.inputs[0] as number);
    if (NORMS.has(inner.kind) && inner.params.affine === false) {
      const { shape: _, kind, params, inputs } = inner;
      const node =
        c.b.nodes.push({
          ...inner,
          kind,
          inputs,
          params: { ...params, affine: true },
          weights: { weight: before.weights.weight as Tensor, bias: row },
        }) - 1;
      return moved(x, node);
    }
    c.b.amend(x.node, { bias: true }, { bias: row });
    return x;
  }
  const weight = lazy(row.dims, true, () => new Float32Array(sizeOf(row.dims)).fill(1));
  ONES.add(weight);
  return moved(x, c.b.layer('scale', [x.node], { bias: true }, { weight, bias: row }));
}

/** Arithmetic of a value and a constant. */
function withConstant(c: Context, s: Step, flow: Operand | undefined, t: Tensor, reversed: boolean): View {
  const v = c.view(flow);
  const spreads = t.dims.length > v.axes.length;
  if (spreads && t.dims.slice(0, t.dims.length - v.axes.length).some((n) => n !== 1))
    return unsayable('a constant spreads it over new axes');
  const n = scalarOf(t);
  const only = c.sole(flow);
  const trained =
    t.name !== undefined && sizeOf(t.dims) === 1 && (n === undefined || !/onnx::|constant|const|\/Constant|^val_|_to_/i.test(t.name));
  switch (s.type) {
    case 'Mul':
      if (n !== undefined)
        return trained && t.dims.length > 0
          ? moved(v, c.b.layer('scale', [v.node], { channels: 1 }, { weight: flat(t) }))
          : each(c, v, 'times', { factor: round(n) });
      return scaled(c, v, t);
    case 'Add':
    case 'Sum':
      return n === undefined ? shifted(c, v, t, only) : plus(c, v, n);
    case 'Sub':
      if (reversed) {
        const minus = each(c, v, 'times', { factor: -1 });
        return n === undefined ? shifted(c, minus, t, true) : plus(c, minus, n);
      }
      return n === undefined
        ? shifted(
            c,
            v,
            eachNumber(t, 'negative', (x) => -x),
            only,
          )
        : plus(c, v, -n);
    case 'Div':
      if (reversed) return unsayable('it divides by a value');
      return n === undefined
        ? scaled(
            c,
            v,
            eachNumber(t, 'reciprocal', (x) => 1 / x),
          )
        : each(c, v, 'times', { factor: round(1 / n) });
    case 'Pow': {
      if (reversed || n === undefined || !(n === 1 || n === 2 || n === 3)) return unsayable('it is a power that no layer makes');
      return n === 1 ? v : moved(v, c.b.layer('mul', new Array<number>(n).fill(v.node)));
    }
    case 'Max':
    case 'Min':
      if (s.type === 'Max' && n === 0) return each(c, v, 'relu');
      return unsayable('it compares with a constant');
    default:
      return unsayable('no layer does this with a constant');
  }
}
const plus = (c: Context, v: View, n: number): View => (n === 0 ? v : each(c, v, 'plus', { value: round(n) }));

const MERGES: Readonly<Record<string, string>> = { Add: 'add', Sum: 'add', Sub: 'sub', Mul: 'mul', Div: 'div', Max: 'max', Min: 'min' };

/** Where each atom of each axis lies in the value: of which of its axes, and the how-manieth there. */
const placesOf = (v: View): readonly string[] =>
  v.axes.map((axis) =>
    axis
      .map((a) => {
        const k = v.order.findIndex((o) => o.includes(a));
        return `${k}.${v.order[k]?.indexOf(a)}`;
      })
      .join(),
  );

/** Whether two values can be joined entry by entry as they lie, an axis of one entry spreading. */
function liesAlike(p: View, q: View): boolean {
  if (p.order.length !== q.order.length) return false;
  const [a, b] = [placesOf(p), placesOf(q)];
  const sizes = (atoms: Atoms | undefined): string => (atoms ?? []).map((n) => n.size).join();
  const split = p.order.every((o, k) => o.length === 0 || q.order[k]?.length === 0 || sizes(o) === sizes(q.order[k]));
  return split && a.every((place, i) => place === '' || b[i] === '' || place === b[i]);
}

/** The atoms of one tensor in the order in which the other's lie; undefined where it has axes that the other spreads over. */
function likeOther(x: View, y: View): readonly Atoms[] | undefined {
  const sizes = (atoms: Atoms): string => atoms.map((n) => n.size).join();
  const fits = x.axes.every((atoms, i) => y.axes[i]?.length === 0 || sizes(atoms) === sizes(y.axes[i] ?? []));
  if (!fits) return undefined;
  return x.order.map((group) =>
    group.flatMap((atom) => {
      const i = x.axes.findIndex((axis) => axis.includes(atom));
      return y.axes[i]?.[x.axes[i]?.indexOf(atom) ?? 0] ?? [];
    }),
  );
}

/** Two views as ones whose values can be joined entry by entry, each axis of the tensor lying alike in both. */
function aligned(c: Context, a: View, b: View): readonly [View, View] {
  const rank = Math.max(a.axes.length, b.axes.length);
  const full = (v: View): View => ({ ...v, axes: [...Array.from({ length: rank - v.axes.length }, (): Atoms => []), ...v.axes] });
  const [p, q] = [full(a), full(b)];
  if (liesAlike(p, q)) return [p, q];
  if (rank === 2) return [c.b.vector(p), c.b.vector(q)];
  // One of them as it lies decides, so that the other alone is moved.
  for (const [x, y, swapped] of [
    [p, q, false],
    [q, p, true],
  ] as const) {
    const wanted = likeOther(x, y);
    if (!wanted) continue;
    const turned = c.b.arranged(y, wanted);
    if (liesAlike(x, turned)) return swapped ? [turned, x] : [x, turned];
  }
  if (rank > 4) return unsayable(`it works on ${rank} axes`);
  return [c.b.map(p), c.b.map(q)];
}

function merged(c: Context, kind: string, a: View, b: View): View {
  const [p, q] = aligned(c, a, b);
  const node = c.b.layer(kind, [p.node, q.node]);
  const shape = c.b.shape(node);
  // Each axis lies as in the one that is not spread over it.
  const order = shape.map((_, i) => ((p.order[i]?.length ?? 0) > 0 ? p.order[i] : q.order[i]) ?? []);
  const axes = p.axes.map((own, i) => {
    const [v, atoms] = own.length > 0 ? [p, own] : [q, q.axes[i] ?? []];
    return atoms.flatMap((atom) => {
      const k = v.order.findIndex((o) => o.includes(atom));
      return order[k]?.[v.order[k]?.indexOf(atom) ?? 0] ?? [];
    });
  });
  return { node, order, axes };
}

/** More branches than one would write. */
const MOST_JOINED = 16;

/** Joins one more into a merge that nothing else reads. */
function chained(c: Context, kind: string, flow: Operand | undefined, a: View, b: View): View | undefined {
  if ((kind !== 'add' && kind !== 'mul') || !c.sole(flow)) return undefined;
  const inner = c.b.at(a.node);
  const [x, y] = [c.b.shape(a.node), c.b.shape(b.node)];
  if (inner.inputs.length >= MOST_JOINED) return undefined;
  if (inner.kind !== kind || !isMap(x) || String(x) !== String(y) || String(keysOf(a)) !== String(keysOf(b))) return undefined;
  if (inner.inputs.some((i) => String(c.b.shape(i)) !== String(x))) return undefined;
  return moved(a, c.b.layer(kind, [...inner.inputs, b.node]));
}

export const arithmetic: Recognise = (c, s) => {
  const kind = MERGES[s.type];
  const [first, ...rest] = s.inputs;
  if (rest.length === 0) return [c.view(first)];
  if (rest.length === 1) {
    const [second] = rest;
    if (second && !isFlow(second)) return [withConstant(c, s, first, second, false)];
    if (first && !isFlow(first)) return [withConstant(c, s, second, first, true)];
  }
  if (!kind || !layerOf(kind)) return unsayable('no layer does this');
  let v = c.view(first);
  for (const o of rest) {
    const other = c.view(o);
    v = chained(c, kind, rest.length === 1 ? first : o, v, other) ?? merged(c, kind, v, other);
  }
  return [v];
};

export const power: Recognise = (c, s) => {
  const exponent = constant(s.inputs[1], 'exponent');
  return [withConstant(c, s, s.inputs[0], exponent, false)];
};
