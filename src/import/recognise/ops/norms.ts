/** Normalisations, softmax and means. */
import { sizeOf, type Tensor } from '../../read/tensor.ts';
import { number, numbers } from '../../simplify/attributes.ts';
import { axesOf, axisOf } from '../../simplify/evaluate.ts';
import type { Step } from '../../simplify/simplify.ts';
import { sizeValue, unsayable } from '../builder.ts';
import { all, type Context, constant, isStandIn, optional, type Recognise } from '../context.ts';
import { type Atoms, extent, moved, sameAtoms, type View } from '../view.ts';
import { flat, round } from './elementwise.ts';

const epsilon = (s: Step): number => round(number(s.attributes, 'epsilon', 1e-5));

export const batchNorm: Recognise = (c, s) => {
  const [weight, bias, running_mean, running_var] = [1, 2, 3, 4].map((i) => constant(s.inputs[i], 'statistics'));
  if (number(s.attributes, 'training_mode') !== 0)
    c.remark('Batch norm is in training in this model: here it normalises by its running statistics, as it does afterwards.');
  const x = c.b.withChannels(c.view(s.inputs[0]), 1);
  const affine = !(isStandIn(weight, 1) && isStandIn(bias, 0));
  const tensors = { ...(affine ? { weight, bias } : {}), running_mean, running_var };
  return [moved(x, c.b.layer('bn', [x.node], { eps: epsilon(s), affine }, tensors))];
};

/** Of channels, or of groups of channels, by which the exporters of group norm write it. */
export const instanceNorm: Recognise = (c, s) => {
  const [weight, bias] = [constant(s.inputs[1], 'factors'), constant(s.inputs[2], 'bias')];
  const v = c.view(s.inputs[0]);
  const groups = sizeOf(weight.dims);
  const plain = all(weight, 1) && all(bias, 0);
  const [channels = []] = v.order;
  const own = v.axes[1] ?? [];
  const rest = [...channels.slice(own.length), ...v.order.slice(1).flat()];
  const isGroup = own.length < channels.length && own.every((a, i) => channels[i] === a) && sameAtoms(v.axes.slice(2).flat(), rest);
  if (isGroup && plain) return [moved(v, c.b.layer('gn', [v.node], { groups, eps: epsilon(s), affine: false }))];
  // A group for all: the one channel of a map that holds everything.
  if (own.length === 0 && plain && groups === 1 && sameAtoms(v.axes.flat(), v.order.flat()))
    return [moved(v, c.b.layer('gn', [v.node], { groups: 1, eps: epsilon(s), affine: false }))];
  const x = c.b.map(v);
  const tensors = plain ? {} : { weight, bias };
  const node = c.b.layer('instancenorm', [x.node], { eps: epsilon(s), affine: !plain }, tensors);
  return [moved(x, node)];
};

export const groupNorm: Recognise = (c, s) => {
  const x = c.b.withChannels(c.view(s.inputs[0]), 1);
  const [weight, bias] = [constant(s.inputs[1], 'factors'), constant(s.inputs[2], 'bias')];
  const [channels] = c.b.shape(x.node);
  if (sizeOf(weight.dims) !== channels) return unsayable('it has one factor a group');
  const given = { groups: number(s.attributes, 'num_groups', 1), eps: epsilon(s) };
  return [moved(x, c.b.layer('gn', [x.node], given, { weight, bias }))];
};

/** Over the channels: `ln`. Over channels and pixels: a group norm of one group, if its affine part is one number a channel. */
function overAxes(c: Context, v: View, axes: readonly number[], eps: number, weight?: Tensor, bias?: Tensor): View {
  const [axis, ...more] = axes;
  if (axis !== undefined && more.length === 0) {
    const x = c.b.withChannels(v, axis);
    if (isStandIn(weight, 1) && (!bias || isStandIn(bias, 0))) return moved(x, c.b.layer('ln', [x.node], { eps, affine: false }));
    if (weight && bias) return moved(x, c.b.layer('ln', [x.node], { eps }, { weight: flat(weight), bias: flat(bias) }));
    const bare = c.b.layer('ln', [x.node], { eps, affine: false });
    return moved(x, weight ? c.b.layer('scale', [bare], {}, { weight: flat(weight) }) : bare);
  }
  const atoms = axes.flatMap((a) => v.axes[a] ?? []);
  if (atoms.length === v.order.flat().length && !weight) return moved(v, c.b.layer('gn', [v.node], { groups: 1, eps, affine: false }));
  return unsayable('it normalises over several axes, with numbers for each of their entries');
}

export const layerNorm: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const first = axisOf(number(s.attributes, 'axis', -1), v.axes.length);
  const axes = v.axes.map((_, i) => i).slice(first);
  if (s.outputs.slice(1).some((o) => c.readers(o) > 0)) return unsayable('its mean is read');
  return [overAxes(c, v, axes, epsilon(s), constant(s.inputs[1], 'factors'), optional(s.inputs[2], 'bias'))];
};
export const normalise: Recognise = (c, s) => [overAxes(c, c.view(s.inputs[0]), numbers(s.attributes, 'axes') ?? [], epsilon(s))];

export const localResponse: Recognise = (c, s) => {
  const x = c.b.map(c.view(s.inputs[0]));
  const { attributes: a } = s;
  const given = {
    size: number(a, 'size', 1),
    alpha: round(number(a, 'alpha', 1e-4)),
    beta: round(number(a, 'beta', 0.75)),
    k: round(number(a, 'bias', 1)),
  };
  return [moved(x, c.b.layer('lrn', [x.node], given))];
};

export const globalResponse: Recognise = (c, s) => {
  const [, weight, bias] = s.inputs;
  const v = c.view(s.inputs[0]);
  const [axis = 1, ...more] = (numbers(s.attributes, 'over') ?? []).map((n) => axisOf(n, v.axes.length));
  if (more.length > 0 || numbers(s.attributes, 'axes')?.length !== 2) return unsayable('it is over other axes than the pixels');
  const x = c.b.withChannels(v, axis);
  const tensors = { weight: flat(constant(weight, 'factors')), bias: flat(constant(bias, 'bias')) };
  return [moved(x, c.b.layer('grn', [x.node], { eps: epsilon(s) }, tensors))];
};

export const softmax: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const axis = axisOf(number(s.attributes, 'axis', -1), v.axes.length);
  const atoms = v.axes[axis] ?? [];
  const [channels = []] = v.order;
  if (sameAtoms(atoms, channels) || (v.order.length === 1 && sameAtoms(atoms, v.order[0] ?? [])))
    return [moved(v, c.b.layer('softmax', [v.node]))];
  const outer = channels.slice(0, channels.length - atoms.length);
  if (atoms.length > 0 && sameAtoms([...outer, ...atoms], channels))
    return [moved(v, c.b.layer('softmax', [v.node], { groups: extent(outer) }))];
  const rest = v.axes.flatMap((a, i) => (i === axis ? [] : [...a]));
  if (channels.some((a) => atoms.includes(a)) && v.order.length === 3) {
    const x = c.b.arranged(v, [[...channels.filter((a) => !atoms.includes(a)), ...atoms], v.order[1] ?? [], v.order[2] ?? []]);
    return [moved(x, c.b.layer('softmax', [x.node], { groups: extent(channels) / extent(atoms) }))];
  }
  const x = c.b.arranged(v, [rest, [], atoms]);
  return [moved(x, c.b.layer('softmax', [x.node], { over: 'pixels' }))];
};

/** The view of a tensor whose reduced axes have one entry, or are gone. */
function without(v: View, node: number, gone: Atoms, axes: readonly number[], keep: boolean): View {
  const left = (atoms: Atoms): Atoms => atoms.filter((a) => !gone.includes(a));
  const kept = v.axes.flatMap((atoms, i) => (axes.includes(i) ? (keep ? [[]] : []) : [left(atoms)]));
  return { node, order: v.order.map(left), axes: kept };
}

/** Means, maxima and sums over axes: global pools, pools over channels, and sums of the parts of a stack. */
export const reduce: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const axes = axesOf(s.attributes, optional(s.inputs[1], 'axes'), v.axes.length) ?? v.axes.map((_, i) => i);
  const keep = number(s.attributes, 'keepdims', 1) !== 0;
  const gone = axes.flatMap((a) => v.axes[a] ?? []);
  const give = (x: View, node: number): View => without(x, node, gone, axes, keep);
  if (gone.length === 0) return [give(v, v.node)];
  const [channels = [], h = [], w = []] = v.order;
  const has = (atoms: Atoms): boolean => atoms.every((a) => gone.includes(a));
  const size = gone.length;
  const mean = s.type === 'ReduceMean';
  const isMax = s.type === 'ReduceMax';
  const sum = s.type === 'ReduceSum';
  const by = (node: number): number => (sum ? c.b.layer('times', [node], { factor: extent(gone) }) : node);
  if ((mean || isMax || sum) && v.order.length === 3) {
    if (size === h.length + w.length && has(h) && has(w)) return [give(v, by(c.b.layer(isMax ? 'gmp' : 'gap', [v.node])))];
    if (size === channels.length && has(channels)) return [give(v, by(c.b.layer(isMax ? 'channelmax' : 'channelmean', [v.node])))];
    const [, height = 1, width = 1] = c.b.shape(v.node);
    const along = size === h.length && has(h) ? [1, width] : size === w.length && has(w) ? [height, 1] : undefined;
    if (along) return [give(v, by(c.b.layer(isMax ? 'adaptivemaxpool' : 'adaptiveavgpool', [v.node], { size: sizeValue(...along) })))];
  }
  if (sum || mean || isMax) {
    // The outermost part of the channels: a stack, whose layers are joined.
    const [first, ...more] = gone;
    const stacked = first && more.length === 0 && channels[0] === first && first.size <= 16;
    if (stacked && v.order.length <= 3) {
      const each = extent(channels.slice(1));
      const parts = Array.from({ length: first.size }, (_, i) => c.b.layer('slice', [v.node], { from: i * each, to: (i + 1) * each }));
      const joined = c.b.layer(isMax ? 'max' : 'add', parts);
      return [give(v, mean ? c.b.layer('times', [joined], { factor: 1 / first.size }) : joined)];
    }
  }
  return unsayable(`it is over axes ${axes.join(', ')} that no layer pools together`);
};
