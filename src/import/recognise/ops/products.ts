/** Fully connected layers and products of matrices. A product along the channels of a map is a 1×1 convolution. */
import { lazy, sizeOf, type Tensor } from '../../read/tensor.ts';
import { number } from '../../simplify/attributes.ts';
import { reshaped, transposed } from '../../simplify/evaluate.ts';
import { isFlow } from '../../simplify/simplify.ts';
import { sizeValue, unsayable } from '../builder.ts';
import { biasOf, constant, derived, type Recognise } from '../context.ts';
import type { View } from '../view.ts';
import { flat } from './elementwise.ts';

const turned = (t: Tensor): Tensor => derived(t, 'transposed', () => transposed(t, [1, 0]));
const times = (t: Tensor, by: number): Tensor =>
  by === 1 ? t : derived(t, `times ${by}`, () => lazy(t.dims, t.float, () => t.numbers()?.map((n) => n * by)));

export const gemm: Recognise = (c, s) => {
  const { attributes: a } = s;
  const weight = constant(s.inputs[1], 'matrix');
  const bias = biasOf(s.inputs[2]);
  if (number(a, 'transA') !== 0) return unsayable('it transposes its input');
  const kernel = number(a, 'transB') === 0 ? turned(weight) : weight;
  const [out = 0] = kernel.dims;
  const spread = bias && sizeOf(bias.dims) !== out ? unsayable('its bias is not one number a feature') : bias;
  const x = c.b.vector(c.view(s.inputs[0]));
  const tensors = { weight: times(kernel, number(a, 'alpha', 1)), bias: spread && times(flat(spread), number(a, 'beta', 1)) };
  return [c.b.fresh(c.b.layer('linear', [x.node], { features: out, bias: bias !== undefined }, tensors))];
};

export const matmul: Recognise = (c, s) => {
  const [a, b] = s.inputs;
  const v = c.view(a);
  if (isFlow(b)) return [product(c, v, c.view(b))];
  const weight = constant(b, 'matrix');
  if (weight.dims.length !== 2) return unsayable(`it multiplies by a constant of ${weight.dims.join('×')}`);
  const kernel = turned(weight);
  const [out = 0, into = 0] = kernel.dims;
  if (v.axes.length === 2) {
    const x = c.b.vector(v);
    return [c.b.fresh(c.b.layer('linear', [x.node], { features: out, bias: false }, { weight: kernel }))];
  }
  const last = v.axes.length - 1;
  const x = c.b.withChannels(v, last);
  if (c.b.shape(x.node).length !== 3) return unsayable('it multiplies what is no map');
  const square = derived(kernel, 'as 1x1', () => reshaped(kernel, [out, into, 1, 1]));
  const node = c.b.layer('conv', [x.node], { channels: out, kernel: sizeValue(1, 1), bias: false }, { weight: square });
  const fresh = c.b.fresh(node);
  // The pixels are those that entered; only the channels are others.
  const order = [fresh.order[0] ?? [], x.order[1] ?? [], x.order[2] ?? []];
  return [{ node, order, axes: x.axes.map((atoms, i) => (i === last ? (fresh.order[0] ?? []) : atoms)) }];
};

const product: (c: Parameters<Recognise>[0], a: View, b: View) => View = (c, a, b) => {
  if (a.axes.length !== b.axes.length) return unsayable('it multiplies tensors of different rank');
  const asMatrices = (v: View): View => {
    if (v.axes.length === 4) return c.b.map(v);
    if (v.axes.length === 3) return c.b.arranged(v, [[], v.axes[1] ?? [], v.axes[2] ?? []]);
    return unsayable(`it multiplies ${v.axes.length} axes`);
  };
  const [p, q] = [asMatrices(a), asMatrices(b)];
  const fresh = c.b.fresh(c.b.layer('matmul', [p.node, q.node]));
  const [n = [], , h = [], w = []] = fresh.axes;
  return a.axes.length === 4 ? fresh : { ...fresh, axes: [n, h, w] };
};
