/** `scale`: a learnable factor per channel, as LayerScale has it (Touvron et al. 2021, Going deeper with image transformers). */
import { defineLayer } from '../layer.ts';
import { bool, num } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { affine } from '../weights.ts';

export const scale = defineLayer({
  kind: 'scale',
  role: 'norm',
  doc: 'Multiplies each channel by a learnable factor; with `bias=true` also adds a learnable number.',
  params: {
    init: num('What the factors start at.', { default: 1 }),
    bias: bool('Adds a learnable number to each channel.', { default: false }),
  },
  takes: 'any',
  shape: (_p, [x]) => x,
  weights: (p, [x]) => ({ weight: affine(x[0], p.init), bias: p.bias ? affine(x[0], 0) : undefined }),
  run: (k, _p, [x], w) => k.scale(x, w.weight, w.bias),
  export: { onnx: (g, _p, [x], w, { y }) => affinePerChannel(g, x, w.weight, w.bias, y) },
});
