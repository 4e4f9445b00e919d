/** `scale`: a learnable factor per channel, as LayerScale has it (Touvron et al. 2021, Going deeper with image transformers), or one for all. */
import { fault } from '../fault.ts';
import { defineLayer } from '../layer.ts';
import { bool, intOrAll, num } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { affine } from '../weights.ts';

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
  },
});
