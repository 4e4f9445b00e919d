/** `scale`: a learnable factor per channel, as LayerScale has it (Touvron et al. 2021, Going deeper with image transformers), or one for all. */

import { fault } from '../fault.ts';
import { type KerasHelper, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { bool, intOrAll, num } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { call } from '../python.ts';
import { own, type TorchHelper, unless } from '../torch.ts';
import { affine } from '../weights.ts';

const SCALE: TorchHelper = {
  name: 'Scale',
  source: `class Scale(nn.Module):
    """A learnable factor per channel, or one for all."""

    def __init__(self, channels, init=1.0, bias=False):
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), float(init)))
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None

    def forward(self, x):
        shape = (-1,) + (1,) * (x.dim() - 2)
        x = x * self.weight.view(shape)
        return x if self.bias is None else x + self.bias.view(shape)`,
};

const KERAS_SCALE: KerasHelper = {
  name: 'Scale',
  source: `class Scale(keras.layers.Layer):
    """A learnable factor per channel, or one for all."""

    def __init__(self, channels=None, init=1.0, bias=False, **kwargs):
        super().__init__(**kwargs)
        self.channels, self.init, self.has_bias = channels, init, bias

    def build(self, shape):
        shape = (self.channels or shape[-1],)
        start = keras.initializers.Constant(self.init)
        self.weight = self.add_weight(shape, start, name="weight")
        if self.has_bias:
            self.bias = self.add_weight(shape, "zeros", name="bias")

    def call(self, x):
        return x * self.weight + self.bias if self.has_bias else x * self.weight`,
};

export const scale = defineLayer({
  kind: 'scale',
  role: 'norm',
  doc: 'Multiplies each channel by a learnable factor; with `bias=true` also adds a learnable number. `channels=1` learns one for all channels together, as ReZero and the non-local block have it.',
  params: {
    init: num('What the factors start at.', { default: 1 }),
    bias: bool('Adds a learnable number, as many as there are factors.', { default: false }),
    channels: intOrAll('Factors: 1 for all channels together, or as many as there are channels.', { min: 1 }),
  },
  takes: 'any',
  shape: (p, [x]) =>
    p.channels === null || p.channels === 1 || p.channels === x[0]
      ? x
      : fault(
          'channel-mismatch',
          `\`scale\` has ${p.channels} factors, but ${x[0]} channels arrive: leave \`channels\` out for a factor per channel, or write \`channels=1\` for one.`,
          {
            param: 'channels',
            suggest: [
              { title: 'Write channels=all', sure: true, param: 'channels', value: 'all' },
              { title: 'Write channels=1', sure: false, param: 'channels', value: '1' },
            ],
            assume: x,
          },
        ),
  weights(p, [x]) {
    const n = p.channels ?? x[0];
    return { weight: affine(n, p.init), bias: p.bias ? affine(n, 0) : undefined };
  },
  run: (k, _p, [x], w) => k.scale(x, w.weight, w.bias),
  export: {
    onnx(g, p, [x], w, { y }) {
      if (p.channels !== 1) return affinePerChannel(g, x, w.weight, w.bias, y);
      const scaled = g.node('Mul', [x, w.weight]);
      return w.bias === undefined ? scaled : g.node('Add', [scaled, w.bias]);
    },
    pytorch: (p, { channels }) =>
      own(
        'scale',
        SCALE,
        [p.channels.known === null ? channels : p.channels.py, ...unless('init', p.init, 1), ...unless('bias', p.bias, false)],
        true,
      ),
    keras: {
      form: (p) => ({
        ...weighted(call('Scale', ...unless('channels', p.channels, null), ...unless('init', p.init, 1), ...unless('bias', p.bias, false))),
        helpers: [KERAS_SCALE],
      }),
      weights: { weight: { name: 'weight' }, bias: { name: 'bias' } },
    },
  },
});
