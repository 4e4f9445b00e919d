/** `mul`: the product of branches, as in squeeze-and-excitation (Hu et al. 2017). */

import { layer } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { binary, call, list } from '../python.ts';
import { spread } from '../spread.ts';

export const mul = defineLayer({
  kind: 'mul',
  role: 'merge',
  doc: 'Multiplies its branches element by element: a gate, as in squeeze-and-excitation (Hu et al. 2017). Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => spread('mul', xs),
  run: (k, _p, xs) => k.mul(xs),
  export: {
    onnx: (g, _p, xs) => xs.slice(1).reduce((sum, x) => g.node('Mul', [sum, x]), xs[0]),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => binary('*', a, b)) }),
    keras: { form: () => ({ merge: (xs) => call(layer('Multiply'), list(...xs)) }) },
  },
});
