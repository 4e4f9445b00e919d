/** `grn`: global response normalisation (Woo et al. 2023, ConvNeXt V2, section 3.2), which lets channels compete. */

import { mapOf } from '../geometry.ts';
import { type KerasHelper, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { type OnnxWriter, reduced } from '../onnx.ts';
import { eps } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { call } from '../python.ts';
import type { FeatureMap } from '../shape.ts';
import { own, type TorchHelper, unless } from '../torch.ts';
import { affine } from '../weights.ts';

/** Each channel's Euclidean norm over its pixels, over the mean of all these norms: C×1×1. */
function response(g: OnnxWriter, x: string, c: number, eps: number): string {
  const norms: FeatureMap = [c, 1, 1];
  const one: FeatureMap = [1, 1, 1];
  const norm = reduced(g, 'ReduceL2', x, [2, 3], norms);
  const mean = reduced(g, 'ReduceMean', norm, [1], one);
  return g.node('Div', [norm, g.node('Add', [mean, g.constant([], [eps])], {}, one)], {}, norms);
}

const GRN: TorchHelper = {
  name: 'GRN',
  source: `class GRN(nn.Module):
    """Global response normalisation (Woo et al. 2023, ConvNeXt V2)."""

    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x):
        norm = x.norm(dim=(2, 3), keepdim=True)
        response = norm / (norm.mean(dim=1, keepdim=True) + self.eps)
        weight, bias = self.weight.view(-1, 1, 1), self.bias.view(-1, 1, 1)
        return weight * (x * response) + bias + x`,
};

const KERAS_GRN: KerasHelper = {
  name: 'GRN',
  source: `class GRN(keras.layers.Layer):
    """Global response normalisation (Woo et al. 2023, ConvNeXt V2)."""

    def __init__(self, eps=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.eps = eps

    def build(self, shape):
        self.weight = self.add_weight(shape[-1:], "zeros", name="weight")
        self.bias = self.add_weight(shape[-1:], "zeros", name="bias")

    def call(self, x):
        norm = ops.sqrt(ops.sum(x * x, axis=(1, 2), keepdims=True))
        response = norm / (ops.mean(norm, axis=-1, keepdims=True) + self.eps)
        return self.weight * (x * response) + self.bias + x`,
};

export const grn = defineLayer({
  kind: 'grn',
  role: 'norm',
  doc: 'Global response normalisation, as in ConvNeXt V2: each channel is weighed by its norm over all pixels against the mean of all channels’ norms, times a learnable number, plus another, plus the input. It starts as the identity.',
  params: { eps: eps(1e-6, 'Added to the mean of the norms.') },
  takes: 'map',
  shape: (_p, [x]) => x,
  weights: (_p, [x]) => ({ weight: affine(x[0], 0), bias: affine(x[0], 0) }),
  run: (k, p, [x], w) => k.grn(x, { gamma: w.weight, beta: w.bias, eps: p.eps }),
  export: {
    onnx(g, p, [x], w, { y }) {
      const weighed = g.node('Mul', [x, response(g, x, mapOf([y])[0], p.eps)]);
      return g.node('Add', [affinePerChannel(g, weighed, w.weight, w.bias, y), x]);
    },
    pytorch: (p, { channels }) => own('grn', GRN, [channels, ...unless('eps', p.eps, 1e-6)], true),
    keras: {
      form: (p) => ({ ...weighted(call('GRN', ...unless('eps', p.eps, 1e-6))), helpers: [KERAS_GRN] }),
      weights: { weight: { name: 'weight' }, bias: { name: 'bias' } },
    },
  },
});
