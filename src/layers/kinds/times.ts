/** `times`: a constant factor, as Inception-ResNet scales its residuals down (Szegedy et al. 2016, Inception-v4, section 3.3). */

import { of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';
import { binary } from '../python.ts';
import { inline } from '../torch.ts';

export const times = defineLayer({
  kind: 'times',
  role: 'norm',
  doc: 'Multiplies every entry by a constant, which is not learnt: `times(0.17)` scales a residual down, `times(1/8)` a dot product.',
  params: { factor: num('The factor.') },
  brief: (p) => `×${p.factor}`,
  takes: 'any',
  shape: (_p, [x]) => x,
  run: (k, p, [x]) => k.affine(x, p.factor, 0),
  export: {
    onnx: (g, p, [x]) => g.node('Mul', [x, g.constant([], [p.factor])]),
    pytorch: (p) => inline((x) => binary('*', x, p.factor.py)),
    keras: { form: (p) => of((x) => binary('*', x, p.factor.py)) },
  },
});
