/** `hardtanh`: the identity between two bounds (Collobert 2004). */

import { fault } from '../fault.ts';
import { keras, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const hardtanh = defineLayer({
  kind: 'hardtanh',
  role: 'activation',
  doc: 'Clamps each entry between `min` and `max`.',
  params: { min: num('The smallest value.', { default: -1 }), max: num('The largest value.', { default: 1 }) },
  takes: 'any',
  inPlace: true,
  shape: (p, [x]) =>
    p.min < p.max
      ? x
      : fault('empty-range', `\`hardtanh\` clamps between ${p.min} and ${p.max}: \`min\` must be less than \`max\`.`, {
          param: 'min',
          assume: x,
        }),
  run: (k, p, [x]) => k.activation(x, { fn: 'clip', min: p.min, max: p.max }),
  export: {
    onnx: (g, p, [x]) => g.node('Clip', [x, g.constant([], [p.min]), g.constant([], [p.max])]),
    pytorch: (p) => one('hardtanh', call('nn.Hardtanh', p.min.py, p.max.py)),
    keras: { form: (p) => of((x) => keras('ops.clip', x, p.min.py, p.max.py)) },
  },
});
