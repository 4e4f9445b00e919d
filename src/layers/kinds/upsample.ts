/** `upsample`: a map at another height × width, its pixels repeated or interpolated (PyTorch's Upsample, align_corners=false). */

import type { Pair } from '../../tensor/index.ts';
import { mapOf } from '../geometry.ts';
import { type KerasHelper, keras, layer, of, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int, ints, string } from '../onnx.ts';
import { choice, optionalSize, size } from '../params.ts';
import { call, kw, type Py, pyNum, str, tuple } from '../python.ts';
import type { FeatureMap } from '../shape.ts';
import { bothOf, knownOf, one } from '../torch.ts';

interface Resize {
  readonly scale: Pair;
  readonly to: Pair | null;
}
const target = (p: Resize, [, h, w]: FeatureMap): Pair => p.to ?? [h * p.scale[0], w * p.scale[1]];

const modes = choice('Repeats pixels, or interpolates between their centres.', ['nearest', 'bilinear'], { default: 'nearest' });

const NEAREST: KerasHelper = {
  name: 'resize_nearest',
  source: `def resize_nearest(x, size):
    """A map at another size, of each pixel the one at or before it."""
    for axis, n in enumerate(size, 1):
        x = ops.take(x, [i * x.shape[axis] // n for i in range(n)], axis)
    return x`,
};

export const upsample = defineLayer({
  kind: 'upsample',
  role: 'other',
  doc: 'Enlarges a map: `nearest` repeats pixels, `bilinear` interpolates between their centres.',
  params: {
    scale: size('How many times larger.', { default: [2, 2], defaultText: '2' }),
    to: optionalSize('The height × width to reach, instead of `scale`: `28x28`, or `size(e1.h, e1.w)`.', 'none', 'none'),
    mode: modes,
  },
  brief: (p) => (p.to ? p.to.join('×') : `×${p.scale[0] === p.scale[1] ? p.scale[0] : p.scale.join('×')}`),
  takes: 'map',
  shape: (p, xs) => [mapOf(xs)[0], ...target(p, mapOf(xs))],
  window(p, xs) {
    const [[, h, w], [toH, toW]] = [mapOf(xs), target(p, mapOf(xs))];
    const by = p.mode === 'bilinear' ? 'linear' : 'nearest';
    return [
      { kind: 'resize', from: h, to: toH, by },
      { kind: 'resize', from: w, to: toW, by },
    ];
  },
  run: (k, p, [x], _w, y) => k.upsample(x, { size: [mapOf([y])[1], mapOf([y])[2]], mode: p.mode }),
  export: {
    onnx(g, p, [x], _w, { xs, y }) {
      const [c, h, w] = mapOf(xs);
      const [, toH, toW] = mapOf([y]);
      if (p.mode === 'bilinear') {
        const linear = { mode: string('linear'), coordinate_transformation_mode: string('half_pixel') };
        if (g.batch > 0) return g.node('Resize', [x, '', '', g.constant([4], [g.batch, c, toH, toW], 'int64')], linear);
        if (g.opset >= 18) return g.node('Resize', [x, '', '', g.constant([2], [toH, toW], 'int64')], { ...linear, axes: ints([2, 3]) });
        if (toH % h !== 0 || toW % w !== 0) return g.refuse('opset 18 where the batch is open, or a batch that is fixed');
        return g.node('Resize', [x, '', g.constant([4], [1, 1, toH / h, toW / w])], linear);
      }
      if (toH % h === 0 && toW % w === 0)
        return g.node('Resize', [x, '', g.constant([4], [1, 1, toH / h, toW / w])], {
          mode: string('nearest'),
          coordinate_transformation_mode: string('asymmetric'),
          nearest_mode: string('floor'),
        });
      // Resize works in float32, where floor(o·n/to) may fall on the pixel before: the pixels are listed instead.
      const pixels = (n: number, to: number): string =>
        g.constant(
          [to],
          Array.from({ length: to }, (_, o) => Math.floor((o * n) / to)),
          'int64',
        );
      const rows = g.node('Gather', [x, pixels(h, toH)], { axis: int(2) }, [c, toH, w]);
      return g.node('Gather', [rows, pixels(w, toW)], { axis: int(3) });
    },
    pytorch: (p) => {
      const mode = knownOf(p.mode, 'upsample') === 'bilinear' ? [kw('mode', str('bilinear'))] : [];
      if (p.to.known === null) return one('upsample', call('nn.Upsample', kw('scale_factor', bothOf(p.scale)), ...mode));
      const size = p.to.known ? tuple(...p.to.known.map(pyNum)) : p.to.py;
      return { expression: ([x]) => call('F.interpolate', x as Py, size, ...mode), functional: true };
    },
    keras: {
      form: (p) => {
        const mode = knownOf(p.mode, 'upsample');
        const linear = mode === 'bilinear' ? [kw('interpolation', str('bilinear'))] : [];
        if (p.to.known === null) return plain(layer('UpSampling2D', bothOf(p.scale), ...linear));
        const size = p.to.known ? tuple(...p.to.known.map(pyNum)) : p.to.py;
        if (mode === 'bilinear') return of((x) => keras('ops.image.resize', x, size, ...linear));
        return of((x) => call('resize_nearest', x, size), NEAREST);
      },
    },
  },
});
