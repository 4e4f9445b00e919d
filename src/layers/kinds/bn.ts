/** `bn`: batch normalisation (Ioffe and Szegedy 2015), with its running statistics at inference. */

import { AFFINE, affineArguments, layer, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { float } from '../onnx.ts';
import { bool, eps, num } from '../params.ts';
import { binary, call, kw, pyNum } from '../python.ts';
import { one, unless, unlessTrue } from '../torch.ts';
import { affine, buffer } from '../weights.ts';

export const bn = defineLayer({
  kind: 'bn',
  role: 'norm',
  doc: 'Batch normalisation: each channel is shifted and scaled by its running mean and variance, then by two learnable numbers.',
  params: {
    eps: eps(1e-5),
    momentum: num('Share of each new batch in the running statistics, in training.', { default: 0.1, min: 0, max: 1 }),
    affine: bool('Has the two learnable numbers per channel.', { default: true }),
  },
  takes: 'any',
  shape: (_p, [x]) => x,
  weights: (p, [x]) => ({
    weight: p.affine ? affine(x[0], 1) : undefined,
    bias: p.affine ? affine(x[0], 0) : undefined,
    running_mean: buffer(x[0], 0),
    running_var: buffer(x[0], 1),
  }),
  run: (k, p, [x], w) => k.batchnorm(x, { gamma: w.weight, beta: w.bias, mean: w.running_mean, variance: w.running_var, eps: p.eps }),
  export: {
    onnx(g, p, [x], w, { y }) {
      const all = (value: number): string => g.constant([y[0]], new Array<number>(y[0]).fill(value));
      return g.node('BatchNormalization', [x, w.weight ?? all(1), w.bias ?? all(0), w.running_mean, w.running_var], {
        epsilon: float(p.eps),
      });
    },
    pytorch: (p, { channels, isMap }) =>
      one(
        'bn',
        call(
          isMap ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d',
          channels,
          ...unless('eps', p.eps, 1e-5),
          ...unless('momentum', p.momentum, 0.1),
          ...unlessTrue('affine', p.affine),
        ),
        true,
      ),
    keras: {
      form: (p) => {
        const kept =
          p.momentum.known === undefined ? binary('-', pyNum(1), p.momentum.py) : pyNum(Number((1 - p.momentum.known).toFixed(9)));
        return weighted(layer('BatchNormalization', kw('momentum', kept), kw('epsilon', p.eps.py), ...affineArguments(p.affine)));
      },
      weights: { ...AFFINE, running_mean: { name: 'moving_mean' }, running_var: { name: 'moving_variance' } },
    },
  },
});
