/** `softmax`: exponentials made to sum to one, over channels or, for attention over places, over pixels. */

import { fault } from '../fault.ts';
import { type KerasHelper, layer, of, plain } from '../keras.ts';
import { defineLayer, keepGroups } from '../layer.ts';
import { int as attrInt, reshaped } from '../onnx.ts';
import { choice, int } from '../params.ts';
import { call, kw, method, type Py, pyNum, str, tuple } from '../python.ts';
import { isMap } from '../shape.ts';
import { inline, knownOf, one } from '../torch.ts';
import { shifted } from '../window.ts';

const over = choice('Over the channels of each pixel, or, of each channel, over all pixels.', ['channels', 'pixels'], {
  default: 'channels',
});

const OVER_PIXELS: KerasHelper = {
  name: 'softmax_over_pixels',
  source: `def softmax_over_pixels(x):
    """Softmax of each channel over all its pixels."""
    h, w, c = x.shape[1:]
    x = ops.softmax(ops.reshape(x, (-1, h * w, c)), axis=1)
    return ops.reshape(x, (-1, h, w, c))`,
};
const GROUPED: KerasHelper = {
  name: 'grouped_softmax',
  source: `def grouped_softmax(x, groups):
    """Softmax over the channels of each group."""
    size, channels = x.shape[1:-1], x.shape[-1]
    x = ops.softmax(ops.reshape(x, (-1, *size, groups, channels // groups)))
    return ops.reshape(x, (-1, *size, channels))`,
};

export const softmax = defineLayer({
  kind: 'softmax',
  role: 'activation',
  doc: 'Softmax over the channels, at each pixel, or over the features of a vector; with `groups`, over the channels of each group. `over="pixels"` takes each channel by itself over all its pixels, as attention does.',
  params: { groups: int('Groups of channels that each sum to one.', { default: 1, min: 1 }), over },
  takes: 'any',
  inPlace: true,
  shape(p, [x]) {
    if (p.over === 'channels') return keepGroups('softmax', p.groups, x);
    if (!isMap(x))
      return fault(
        'needs-feature-map',
        `\`softmax\` over pixels needs a feature map (channels×height×width), but a vector of ${x[0]} arrives: leave \`over\` out for a softmax over its features.`,
        { param: 'over', suggest: [{ title: 'Write over="channels"', sure: false, param: 'over', value: '"channels"' }], assume: x },
      );
    if (p.groups === 1) return x;
    return fault(
      'arguments-disagree',
      `\`softmax\` over pixels takes each of the ${x[0]} channels by itself, so ${p.groups} groups say nothing: leave \`groups\` or \`over\` out.`,
      { param: 'groups', suggest: [{ title: 'Write groups=1', sure: false, param: 'groups', value: '1' }], assume: x },
    );
  },
  window: (p) => (p.over === 'pixels' ? 'all' : shifted([0, 0])),
  run: (k, p, [x]) => k.softmax(x, p),
  export: {
    // ONNX takes one axis: pixels become a row, the channels of a group an axis of their own.
    onnx(g, p, [x], _w, { y }) {
      if (p.over === 'channels' && p.groups === 1) return g.node('Softmax', [x], { axis: attrInt(1) });
      const pixels = isMap(y) ? y[1] * y[2] : 1;
      const view = p.over === 'pixels' ? ([y[0], 1, pixels] as const) : ([p.groups, y[0] / p.groups, pixels] as const);
      const shares = g.node('Softmax', [reshaped(g, x, view)], { axis: attrInt(p.over === 'pixels' ? 3 : 2) }, view);
      return reshaped(g, shares, y);
    },
    pytorch: (p) => {
      if (knownOf(p.over, 'softmax') === 'pixels')
        return inline((x) => method(method(method(x, 'flatten', pyNum(2)), 'softmax', pyNum(2)), 'view_as', x));
      if (p.groups.known === 1) return one('softmax', call('nn.Softmax', kw('dim', pyNum(1))));
      const groups = (x: Py): Py => method(x, 'unflatten', pyNum(1), tuple(p.groups.py, pyNum(-1)));
      return inline((x) => method(method(groups(x), 'softmax', pyNum(2)), 'flatten', pyNum(1), pyNum(2)));
    },
    keras: {
      form: (p, { y }) => {
        if (knownOf(p.over, 'softmax') === 'pixels') return of((x) => call('softmax_over_pixels', x), OVER_PIXELS);
        if (p.groups.known === 1) return { ...plain(layer('Softmax')), ...(y?.length === 1 ? { activation: str('softmax') } : {}) };
        return of((x) => call('grouped_softmax', x, p.groups.py), GROUPED);
      },
    },
  },
});
