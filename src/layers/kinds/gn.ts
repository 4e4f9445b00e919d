/** `gn`: group normalisation (Wu and He 2018), over the channels of each group and all pixels. */

import { AFFINE, affineArguments, layer, weighted } from '../keras.ts';
import { defineLayer, keepGroups } from '../layer.ts';
import { float, reshaped } from '../onnx.ts';
import { bool, eps, int } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { call, kw } from '../python.ts';
import { isMap } from '../shape.ts';
import { one, unless, unlessTrue } from '../torch.ts';
import { affine } from '../weights.ts';

export const gn = defineLayer({
  kind: 'gn',
  role: 'norm',
  doc: 'Group normalisation: over the channels of each group and all pixels, then two learnable numbers per channel.',
  params: {
    groups: int('Groups of channels that are normalised together.', { min: 1 }),
    eps: eps(1e-5),
    affine: bool('Has the two learnable numbers per channel.', { default: true }),
  },
  brief: (p) => `g${p.groups}`,
  takes: 'any',
  shape: (p, [x]) => keepGroups('gn', p.groups, x),
  weights: (p, [x]) => ({ weight: p.affine ? affine(x[0], 1) : undefined, bias: p.affine ? affine(x[0], 0) : undefined }),
  run: (k, p, [x], w) => k.norm(x, { over: 'group', groups: p.groups, gamma: w.weight, beta: w.bias, eps: p.eps }),
  export: {
    // GroupNormalization of opset 18 has one scale per group: groups become the channels of an InstanceNormalization instead.
    onnx(g, p, [x], w, { y }) {
      const [h, width] = isMap(y) ? [y[1], y[2]] : [1, 1];
      const grouped = [p.groups, (y[0] / p.groups) * h, width] as const;
      const all = (value: number): string => g.constant([p.groups], new Array<number>(p.groups).fill(value));
      const into = reshaped(g, x, grouped);
      const normal = g.node('InstanceNormalization', [into, all(1), all(0)], { epsilon: float(p.eps) }, grouped);
      return affinePerChannel(g, reshaped(g, normal, y), w.weight, w.bias, y);
    },
    pytorch: (p, { channels }) =>
      one('gn', call('nn.GroupNorm', p.groups.py, channels, ...unless('eps', p.eps, 1e-5), ...unlessTrue('affine', p.affine)), true),
    keras: {
      form: (p) => weighted(layer('GroupNormalization', p.groups.py, kw('epsilon', p.eps.py), ...affineArguments(p.affine))),
      weights: AFFINE,
    },
  },
});
