/** `slice`: a range of channels. */

import { fault } from '../fault.ts';
import { of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../params.ts';
import { index, name, pySlice } from '../python.ts';
import { isMap, type Shape } from '../shape.ts';
import { inline } from '../torch.ts';

const withChannels = (x: Shape, c: number): Shape => (isMap(x) ? [c, x[1], x[2]] : [c]);

export const slice = defineLayer({
  kind: 'slice',
  role: 'other',
  doc: 'Takes the channels `from` up to, not including, `to`.',
  params: { from: int('The first channel, from 0.'), to: int('One past the last channel.', { min: 1 }) },
  brief: (p) => `${p.from} to ${p.to}`,
  takes: 'any',
  shape(p, [x]) {
    if (p.from >= p.to)
      return fault(
        'empty-range',
        `\`slice\` takes the channels from ${p.from} up to ${p.to}, which is empty: \`from\` must be less than \`to\`.`,
        {
          param: 'to',
        },
      );
    const y = withChannels(x, p.to - p.from);
    if (p.to <= x[0]) return y;
    return fault('slice-too-large', `\`slice\` takes the channels ${p.from} up to ${p.to}, but only ${x[0]} arrive: take up to ${x[0]}.`, {
      param: 'to',
      suggest: p.from < x[0] ? [{ title: `Take up to ${x[0]}`, sure: false, param: 'to', value: String(x[0]) }] : [],
      assume: y,
    });
  },
  run: (k, p, [x]) => k.slice(x, p.from, p.to),
  export: {
    onnx(g, p, [x]) {
      const one = (value: number): string => g.constant([1], [value], 'int64');
      return g.node('Slice', [x, one(p.from), one(p.to), one(1)]);
    },
    pytorch: (p) => inline((x) => index(x, pySlice(), pySlice(p.from.known === 0 ? undefined : p.from.py, p.to.py))),
    keras: { form: (p) => of((x) => index(x, name('...'), pySlice(p.from.known === 0 ? undefined : p.from.py, p.to.py))) },
  },
});
