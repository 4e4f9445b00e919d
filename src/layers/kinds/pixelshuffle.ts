/** `pixelshuffle`: depth to space (Shi et al. 2016, sub-pixel convolution), in PyTorch's order. */

import { fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { type KerasHelper, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt, string } from '../onnx.ts';
import { int } from '../params.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

const PIXEL_SHUFFLE: KerasHelper = {
  name: 'pixel_shuffle',
  source: `def pixel_shuffle(x, scale):
    """Lays the channels of each pixel out as pixels, in PyTorch's order (Shi et al. 2016)."""
    h, w, c = x.shape[1], x.shape[2], x.shape[3] // scale**2
    x = ops.reshape(x, (-1, h, w, c, scale, scale))
    x = ops.transpose(x, (0, 1, 4, 2, 5, 3))
    return ops.reshape(x, (-1, h * scale, w * scale, c))`,
};

export const pixelshuffle = defineLayer({
  kind: 'pixelshuffle',
  role: 'other',
  doc: 'Depth to space: C·s²×H×W becomes C×(s·H)×(s·W), each pixel’s channels laid out as s×s pixels.',
  params: { scale: int('s, how many times larger.', { min: 1 }) },
  brief: (p) => `×${p.scale}`,
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const s = p.scale;
    if (c % (s * s) === 0) return [c / (s * s), h * s, w * s];
    return fault(
      'channels-do-not-divide',
      `\`pixelshuffle\` lays out ${s}·${s} = ${s * s} channels as ${s}×${s} pixels, but ${c} arrive, which is not a multiple of ${s * s}: change the channels before it.`,
      { param: 'scale' },
    );
  },
  window({ scale }) {
    const along = { kind: 'resize', from: 1, to: scale, by: 'nearest' } as const;
    return [along, along];
  },
  run: (k, p, [x]) => k.depthtospace(x, p.scale),
  export: {
    onnx: (g, p, [x]) => g.node('DepthToSpace', [x], { blocksize: attrInt(p.scale), mode: string('CRD') }),
    pytorch: (p) => one('pixelshuffle', call('nn.PixelShuffle', p.scale.py)),
    keras: { form: (p) => of((x) => call('pixel_shuffle', x, p.scale.py), PIXEL_SHUFFLE) },
  },
});
