/** `plus`: a constant added. */

import { of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';
import { binary } from '../python.ts';
import { inline } from '../torch.ts';

export const plus = defineLayer({
  kind: 'plus',
  role: 'norm',
  doc: 'Adds a constant, which is not learnt, to every entry.',
  params: { value: num('What is added.') },
  brief: (p) => `${p.value < 0 ? '−' : '+'}${Math.abs(p.value)}`,
  takes: 'any',
  shape: (_p, [x]) => x,
  run: (k, p, [x]) => k.affine(x, 1, p.value),
  export: {
    onnx: (g, p, [x]) => g.node('Add', [x, g.constant([], [p.value])]),
    pytorch: (p) => inline((x) => binary('+', x, p.value.py)),
    keras: { form: (p) => of((x) => binary('+', x, p.value.py)) },
  },
});
