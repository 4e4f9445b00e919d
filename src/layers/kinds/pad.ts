/** `pad`: more pixels around a map. */

import { fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { allSides, type KerasHelper, keras, layer, of, plain, zeroPadding } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { string } from '../onnx.ts';
import { choice, num, pads } from '../params.ts';
import { call, kw, pyNum, str, tuple } from '../python.ts';
import { knownOf, one, padModule } from '../torch.ts';
import { shifted } from '../window.ts';

const modes = choice('What the new pixels are.', ['constant', 'reflect', 'edge'], { default: 'constant' });

const EDGE: KerasHelper = {
  name: 'pad_edge',
  source: `def pad_edge(x, top, left, bottom, right):
    """A map with its edge repeated around it."""
    for axis, before, after in ((1, top, bottom), (2, left, right)):
        n = x.shape[axis]
        places = [min(max(i, 0), n - 1) for i in range(-before, n + after)]
        x = ops.take(x, places, axis)
    return x`,
};

export const pad = defineLayer({
  kind: 'pad',
  role: 'other',
  doc: 'Pads a map: with a constant, mirrored at its edge (`reflect`), or with the edge itself.',
  params: {
    size: pads('Pixels on each side: `1`, `1x0` for height × width, or `[top, bottom, left, right]`.'),
    value: num('What `constant` fills in.', { default: 0 }),
    mode: modes,
  },
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const [top, left, bottom, right] = p.size;
    const y = [c, h + top + bottom, w + left + right] as const;
    if (p.mode !== 'reflect' || (Math.max(top, bottom) < h && Math.max(left, right) < w)) return y;
    return fault(
      'pad-too-large',
      `\`pad\` mirrors ${Math.max(top, bottom)}×${Math.max(left, right)} pixels, but a ${h}×${w} map has only ${h - 1}×${w - 1} beside its edge: use less, or \`mode="edge"\`.`,
      { param: 'size', assume: y },
    );
  },
  window(p) {
    const [top, left] = p.size;
    return shifted([top, left]);
  },
  run: (k, p, [x]) => k.pad(x, { pads: p.size, mode: p.mode, value: p.value }),
  export: {
    onnx(g, p, [x]) {
      const [top, left, bottom, right] = p.size;
      const pads = g.constant([8], [0, 0, top, left, 0, 0, bottom, right], 'int64');
      return g.node('Pad', p.mode === 'constant' ? [x, pads, g.constant([], [p.value])] : [x, pads], { mode: string(p.mode) });
    },
    pytorch: (p) => {
      const mode = knownOf(p.mode, 'pad');
      if (mode === 'constant' && p.value.known === 0 && !p.size.known) return one('pad', call('nn.ZeroPad2d', p.size.py));
      const pads = knownOf(p.size, 'pad');
      if (mode === 'constant') return one('pad', padModule(pads, p.value.py));
      const [top, left, bottom, right] = pads;
      const sides = tuple(pyNum(left), pyNum(right), pyNum(top), pyNum(bottom));
      return one('pad', call(mode === 'reflect' ? 'nn.ReflectionPad2d' : 'nn.ReplicationPad2d', sides));
    },
    keras: {
      form: (p) => {
        const mode = knownOf(p.mode, 'pad');
        if (mode === 'constant' && p.value.known === 0)
          return plain(p.size.known ? zeroPadding(p.size.known) : layer('ZeroPadding2D', p.size.py));
        const pads = knownOf(p.size, 'pad');
        if (mode === 'edge') return of((x) => call('pad_edge', x, ...pads.map(pyNum)), EDGE);
        const how = mode === 'constant' ? kw('constant_values', p.value.py) : kw('mode', str('reflect'));
        return of((x) => keras('ops.pad', x, allSides(pads), how));
      },
    },
  },
});
