/** `pixelunshuffle`: space to depth, the inverse of `pixelshuffle`, in PyTorch's order. */

import { fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { type KerasHelper, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt } from '../onnx.ts';
import { int } from '../params.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

const PIXEL_UNSHUFFLE: KerasHelper = {
  name: 'pixel_unshuffle',
  source: `def pixel_unshuffle(x, scale):
    """Makes channels of pixels, in PyTorch's order."""
    h, w, c = x.shape[1] // scale, x.shape[2] // scale, x.shape[3]
    x = ops.reshape(x, (-1, h, scale, w, scale, c))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))
    return ops.reshape(x, (-1, h, w, c * scale**2))`,
};

export const pixelunshuffle = defineLayer({
  kind: 'pixelunshuffle',
  role: 'other',
  doc: 'Space to depth: C×(s·H)×(s·W) becomes C·s²×H×W, s×s pixels gathered as the channels of one.',
  params: { scale: int('s, how many times smaller.', { min: 1 }) },
  brief: (p) => `/${p.scale}`,
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const s = p.scale;
    if (h % s === 0 && w % s === 0) return [c * s * s, h / s, w / s];
    return fault(
      'size-does-not-divide',
      `\`pixelunshuffle\` gathers ${s}×${s} pixels, which do not divide ${h}×${w}: \`crop\` or \`pad\` the map to multiples of ${s}.`,
      { param: 'scale' },
    );
  },
  window: (p) => ({ kernel: [p.scale, p.scale], stride: [p.scale, p.scale], dilation: [1, 1], pads: [0, 0, 0, 0] }),
  run: (k, p, [x]) => k.spacetodepth(x, p.scale),
  export: {
    // ONNX puts the pixels before the channels; PyTorch's order is the other.
    onnx(g, p, [x], _w, { xs, y }) {
      const [[c], n] = [mapOf(xs), p.scale * p.scale];
      const order = Array.from({ length: c * n }, (_, i) => (i % n) * c + Math.floor(i / n));
      const deep = g.node('SpaceToDepth', [x], { blocksize: attrInt(p.scale) });
      return g.node('Gather', [deep, g.constant([y[0]], order, 'int64')], { axis: attrInt(1) });
    },
    pytorch: (p) => one('pixelunshuffle', call('nn.PixelUnshuffle', p.scale.py)),
    keras: { form: (p) => of((x) => call('pixel_unshuffle', x, p.scale.py), PIXEL_UNSHUFFLE) },
  },
});
