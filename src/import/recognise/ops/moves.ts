/** What changes the shape of a tensor, takes parts of it or joins it with others. */

import { number, numbers, text } from '../../simplify/attributes.ts';
import { axisOf, rangesOf, splitOf } from '../../simplify/evaluate.ts';
import { isFlow, type Step } from '../../simplify/simplify.ts';
import { sizeValue, unsayable } from '../builder.ts';
import { type Context, constant, optional, type Recognise } from '../context.ts';
import { type Atoms, dimsOf, extent, keysOf, reshapedView, sameAtoms, transposedView, type View } from '../view.ts';

const dimsGiven = (s: Step): readonly number[] => s.outputs[0]?.dims ?? unsayable('its shape is not known');

export const reshape: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const dims = dimsGiven(s);
  const seen = reshapedView(v, dims);
  if (seen) return [seen];
  const [n = 1, ...rest] = dims;
  if (n !== 1 || rest.length === 0 || rest.length > 3) return unsayable(`it makes ${dims.join('×')}`);
  const row = c.b.arranged({ ...v, axes: [[], v.axes.flat()] }, [v.axes.flat()]);
  const [a = 1, b = 1, d = 1] = rest;
  const size = rest.length === 3 ? sizeValue(a, b, d) : rest.length === 2 ? sizeValue(a, 1, b) : a;
  const made = c.b.fresh(c.b.layer('reshape', [row.node], { size }));
  const [batch = [], x = [], , z = []] = made.axes;
  return [rest.length === 2 ? { ...made, axes: [batch, x, z] } : made];
};

export const transpose: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  return [transposedView(v, numbers(s.attributes, 'perm') ?? v.axes.map((_, i) => v.axes.length - 1 - i))];
};

/** Views of tensors that are joined along an axis, each value with that axis as its channels. */
function joined(c: Context, views: readonly View[], axis: number): View {
  const [first] = views;
  if (!first) return unsayable('it joins nothing');
  const rank = first.axes.length;
  // A stack: an axis that none of them has becomes the outermost of the channels.
  const stack = views.every((v) => v.axes[axis]?.length === 0) && rank === 5;
  if (stack) {
    const inner = views.map((v) => c.b.map({ ...v, axes: v.axes.filter((_, i) => i !== axis) }));
    const node = c.b.layer(
      'concat',
      inner.map((v) => v.node),
    );
    const [x] = inner;
    const added = { size: views.length };
    const [ch = [], h = [], w = []] = x?.order ?? [];
    const axes = [...(x?.axes ?? [])];
    axes.splice(axis, 0, [added]);
    return { node, order: [[added, ...ch], h, w], axes };
  }
  const keys = views.map((v) => (v.order.length === first.order.length ? keysOf(v) : undefined));
  const alike = keys.every((k) => k?.every((key, i) => String(key) === String(keys[0]?.[i]) || i === axis));
  const onChannels = views.every((v) => sameAtoms(v.axes[axis] ?? [], v.order[0] ?? []));
  const moved =
    alike && onChannels
      ? views
      : views.map((v) => (rank === 2 ? c.b.vector(v) : rank === 4 && axis === 1 ? c.b.map(v) : c.b.withChannels(v, axis)));
  const node = c.b.layer(
    'concat',
    moved.map((v) => v.node),
  );
  const fresh = c.b.fresh(node);
  const [x] = moved as [View];
  const order = fresh.order.map((atoms, i) => (i === 0 ? atoms : (x.order[i] ?? [])));
  return { node, order, axes: x.axes.map((atoms, i) => (i === axis ? (order[0] ?? []) : atoms)) };
}

export const concat: Recognise = (c, s) => {
  const flows = s.inputs.filter((o) => o !== undefined);
  const axis = axisOf(number(s.attributes, 'axis'), s.outputs[0]?.dims?.length ?? 4);
  const ids = flows.map((o) => ('id' in o ? o.id : unsayable('it joins a constant')));
  if (ids.length === 1) return [c.view(flows[0])];
  // What an earlier one has joined already is joined to the rest: dense blocks list all that came before in each layer.
  for (let n = ids.length - 1; n >= 2; n--) {
    const before = c.joined.get(`${axis}:${ids.slice(0, n).join()}`);
    if (before) {
      c.joined.set(`${axis}:${ids.join()}`, s.outputs[0] as never);
      return [joined(c, [c.view(before), ...flows.slice(n).map((o) => c.view(o))], axis)];
    }
  }
  c.joined.set(`${axis}:${ids.join()}`, s.outputs[0] as never);
  return [
    joined(
      c,
      flows.map((o) => c.view(o)),
      axis,
    ),
  ];
};

/** A range along an axis of a tensor. */
function part(c: Context, v: View, axis: number, from: number, count: number): View {
  if (count === dimsOf(v)[axis]) return v;
  const atoms = v.axes[axis] ?? [];
  const replaced = (x: View, node: number, taken: Atoms): View => {
    const fresh = c.b.fresh(node);
    const at = x.order.findIndex((o) => sameAtoms(o, taken));
    const order = x.order.map((o, i) => (i === at ? (fresh.order[i] ?? []) : o));
    return { node, order, axes: x.axes.map((o, i) => (i === axis ? (order[at] ?? []) : o)) };
  };
  const [channels = [], h = [], w = []] = v.order;
  if (!sameAtoms(atoms, channels) && v.order.length === 3 && atoms.length > 0) {
    const [, height = 1, width = 1] = c.b.shape(v.node);
    if (sameAtoms(atoms, h)) return replaced(v, c.b.layer('crop', [v.node], { to: sizeValue(count, width), at: sizeValue(from, 0) }), h);
    if (sameAtoms(atoms, w)) return replaced(v, c.b.layer('crop', [v.node], { to: sizeValue(height, count), at: sizeValue(0, from) }), w);
    // The outermost part of the channels: as many of them as lie inside each.
    if (atoms.length < channels.length && atoms.every((a, i) => channels[i] === a)) {
      const inner = channels.slice(atoms.length);
      const each = extent(inner);
      const node = c.b.layer('slice', [v.node], { from: from * each, to: (from + count) * each });
      const left: Atoms = count === 1 ? [] : [{ size: count }];
      return { node, order: [[...left, ...inner], h, w], axes: v.axes.map((o, i) => (i === axis ? left : o)) };
    }
  }
  const x = c.b.withChannels(v, axis);
  return replaced(x, c.b.layer('slice', [x.node], { from, to: from + count }), x.order[0] ?? []);
}

const nth = (n: number): string => `${n}${n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;

/** Every so many rows or columns: the first of each window of one pixel. */
function stepped(c: Context, v: View, r: ReturnType<typeof rangesOf>[number]): View {
  const at = v.order.findIndex((o) => o.length > 0 && sameAtoms(o, v.axes[r.axis] ?? []));
  if (r.step < 1 || v.order.length !== 3 || at < 1)
    return unsayable(r.step < 1 ? 'it goes backwards' : `it takes every ${nth(r.step)} entry`);
  const size = (v.axes[r.axis] ?? []).reduce((n, a) => n * a.size, 1);
  // The last window ends with its pixel, so that there are as many as are taken.
  const x = part(c, v, r.axis, r.from, Math.min(size - r.from, r.count * r.step));
  const by = at === 1 ? ([r.step, 1] as const) : ([1, r.step] as const);
  // Rows first, then columns: one layer for both.
  const before = c.b.at(x.node);
  const [p = 1, q = 1] = Array.isArray(before.params.stride) ? (before.params.stride as readonly number[]) : [];
  const isRows = before.kind === 'maxpool' && String(before.params.kernel) === '1,1' && at === 2 && q === 1;
  const from = isRows ? (before.inputs[0] as number) : x.node;
  const stride = isRows ? sizeValue(p, r.step) : sizeValue(...by);
  const node = c.b.layer('maxpool', [from], { kernel: sizeValue(1, 1), stride });
  const fresh = c.b.fresh(node);
  const order = x.order.map((o, i) => (i === at ? (fresh.order[i] ?? []) : o));
  return { node, order, axes: x.axes.map((o, i) => (i === r.axis ? (order[at] ?? []) : o)) };
}

export const slice: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => optional(s.inputs[i], 'range')?.numbers());
  const [from, to] = [starts ?? numbers(s.attributes, 'starts'), ends ?? numbers(s.attributes, 'ends')];
  if (!from || !to) return unsayable('its range is not known');
  let x = v;
  for (const r of rangesOf(dimsOf(v), from, to, axes ?? numbers(s.attributes, 'axes'), steps)) {
    x = r.step === 1 || r.count === 1 ? part(c, x, r.axis, r.from, r.count) : stepped(c, x, r);
  }
  return [x];
};

export const split: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const parts = splitOf(s.attributes, dimsOf(v), optional(s.inputs[1], 'sizes'), s.outputs.length);
  if (!parts) return unsayable('its parts are not known');
  let from = 0;
  return parts.sizes.map((count, i) => {
    const x = c.readers(s.outputs[i]) > 0 ? part(c, v, parts.axis, from, count) : v;
    from += count;
    return x;
  });
};

const isRun = (at: readonly number[]): boolean => at.every((n, i) => n === (at[0] ?? 0) + i);

export const gather: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const index = constant(s.inputs[1], 'index');
  const dims = dimsOf(v);
  const axis = axisOf(number(s.attributes, 'axis'), dims.length);
  const n = dims[axis] ?? 1;
  const at = [...(index.numbers() ?? unsayable('its index is not known'))].map((i) => axisOf(i, n));
  if (index.dims.length > 1)
    // All entries one after another, as PyTorch writes a view by strides.
    return at.length === n && at.every((i, o) => i === o) ? reshape(c, s) : unsayable('its index is a table');
  if (isRun(at)) {
    const x = part(c, v, axis, at[0] ?? 0, at.length);
    return [index.dims.length === 0 ? { ...x, axes: x.axes.filter((_, i) => i !== axis) } : x];
  }
  if (at.length === n && new Set(at).size === n) {
    // Channels dealt out, as in a shuffle: groups × each becomes each × groups.
    const each = Math.max(0, at.indexOf(1));
    const groups = each > 0 ? each : n;
    const dealt = n % groups === 0 && at.every((i, o) => i === (o % groups) * (n / groups) + Math.floor(o / groups));
    if (dealt) {
      const parts = reshapedView(v, [...dims.slice(0, axis), groups, n / groups, ...dims.slice(axis + 1)]);
      const perm = parts?.axes.map((_, i) => (i === axis ? axis + 1 : i === axis + 1 ? axis : i));
      const back = parts && perm && reshapedView(transposedView(parts, perm), dims);
      if (back) return [back];
    }
  }
  const spreads = at.every((i, o) => i === Math.floor((o * n) / at.length)) && at.length > n;
  const x = c.b.map(v);
  const [, h = 1, w = 1] = c.b.shape(x.node);
  if (spreads && axis >= 2) {
    const to = axis === 2 ? [at.length, w] : [h, at.length];
    // Rows first, then columns: one layer for both.
    const before = c.b.at(x.node);
    const rows = before.kind === 'upsample' && axis === 3 && before.params.mode === 'nearest' ? before.inputs[0] : undefined;
    return [c.b.fresh(c.b.layer('upsample', [rows ?? x.node], { to: sizeValue(...to) }))];
  }
  return unsayable('it takes entries in an order that no layer has');
};

/** By how much each axis is enlarged, where that is said in place of the sizes. */
function scalesOf(s: Step, axes: number): readonly number[] | undefined {
  const operand = s.inputs[s.type === 'Upsample' || s.inputs.length === 2 ? 1 : 2];
  const scales = operand && !isFlow(operand) ? operand.numbers() : undefined;
  if (!scales?.length) return undefined;
  const of = numbers(s.attributes, 'axes');
  if (!of) return [...scales];
  const all = new Array<number>(axes).fill(1);
  for (const [i, axis] of of.entries()) all[axis < 0 ? axis + axes : axis] = scales[i] ?? 1;
  return all;
}

export const resize: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const dims = dimsGiven(s);
  const mode = text(s.attributes, 'mode', 'nearest');
  const how = text(s.attributes, 'coordinate_transformation_mode', s.type === 'Upsample' ? 'asymmetric' : 'half_pixel');
  const x = c.b.map(v);
  const [, h = 1, w = 1] = c.b.shape(x.node);
  const [, , toH = 1, toW = 1] = dims;
  if (toH === h && toW === w) return [v];
  if (dims[1] !== dimsOf(v)[1]) return unsayable('it resizes channels');
  const by = [toH / h, toW / w] as const;
  const whole = by.every((n) => Number.isInteger(n));
  const single = h === 1 && w === 1;
  const given = scalesOf(s, dims.length);
  if (!whole && given?.slice(-2).some((scale, i) => Math.abs(scale - (by[i] as number)) > 1e-6 * scale))
    return unsayable(
      `it steps by ${given
        .slice(-2)
        .map((n) => +(1 / n).toFixed(3))
        .join(' and ')} pixels, which is not the ratio of its sizes`,
    );
  const size = whole ? { scale: sizeValue(...by) } : { to: sizeValue(toH, toW) };
  if (mode === 'nearest') {
    const rounding = text(s.attributes, 'nearest_mode', s.type === 'Upsample' ? 'floor' : 'round_prefer_floor');
    const floor = how === 'asymmetric' && rounding === 'floor';
    const halves = (how === 'half_pixel' || how === 'pytorch_half_pixel') && rounding !== 'ceil' && rounding !== 'floor' && whole;
    if (
      !single &&
      !floor &&
      !halves &&
      !(how === 'asymmetric' && rounding.startsWith('round_prefer_floor') && by.every((n) => n === 1 || n === 2))
    )
      return unsayable(`it takes the nearest pixel by ${how} and ${rounding}`);
    return [c.b.fresh(c.b.layer('upsample', [x.node], size))];
  }
  if (mode === 'linear') {
    if (!single && how !== 'half_pixel' && how !== 'pytorch_half_pixel') return unsayable(`it interpolates by ${how}`);
    if (how === 'pytorch_half_pixel' && ((toH === 1 && h > 1) || (toW === 1 && w > 1)))
      return unsayable('it takes the first pixel of several');
    if (number(s.attributes, 'antialias') !== 0 && (toH < h || toW < w)) return unsayable('it filters before it makes smaller');
    return [c.b.fresh(c.b.layer('upsample', [x.node], { ...size, mode: 'bilinear' }))];
  }
  return unsayable(`it interpolates by ${mode}`);
};

export const depthToSpace: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const [n = 1, ch = 1, h = 1, w = 1] = dimsOf(v);
  const b = number(s.attributes, 'blocksize', 1);
  const deep = text(s.attributes, 'mode', 'DCR') === 'CRD' ? [ch / b / b, b, b] : [b, b, ch / b / b];
  const parts = reshapedView(v, [n, ...deep, h, w]);
  if (!parts) return unsayable('its channels do not divide');
  const perm = text(s.attributes, 'mode', 'DCR') === 'CRD' ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  const seen = reshapedView(transposedView(parts, perm), [n, ch / b / b, h * b, w * b]);
  return [seen ?? unsayable('its channels do not divide')];
};

export const spaceToDepth: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const [n = 1, ch = 1, h = 1, w = 1] = dimsOf(v);
  const b = number(s.attributes, 'blocksize', 1);
  const parts = reshapedView(v, [n, ch, h / b, b, w / b, b]);
  const order = text(s.attributes, 'mode', 'DCR') === 'CRD' ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  const seen = parts && reshapedView(transposedView(parts, order), [n, ch * b * b, h / b, w / b]);
  return [seen ?? unsayable('its pixels do not divide')];
};

/** Operators that spread an extent of 1 over the other side. */
const SPREADS = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** Spreading what has one entry along an axis; what reads it can mostly do with it as it is. */
export const expand: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const [from, to] = [dimsOf(v), dimsGiven(s)];
  if (from.length === to.length && from.every((n, i) => n === to[i])) return [v];
  // Arithmetic spreads it itself.
  const readers = c.readBy(s.outputs[0]);
  if (from.length === to.length && readers.length > 0 && readers.every((type) => SPREADS.has(type))) return [v];
  if (to.length === 4 && from.length === 4 && from[1] === to[1] && from[2] === 1 && from[3] === 1) {
    const x = c.b.map(v);
    return [c.b.fresh(c.b.layer('upsample', [x.node], { to: sizeValue(to[2] ?? 1, to[3] ?? 1) }))];
  }
  return unsayable('it spreads a value');
};
