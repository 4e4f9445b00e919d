/** `add`: the sum of branches, as in a residual block (He et al. 2015, figure 2). */

import { layer } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { binary, call, list } from '../python.ts';
import { spread } from '../spread.ts';

export const add = defineLayer({
  kind: 'add',
  role: 'merge',
  doc: 'Adds its branches element by element: the residual connection (He et al. 2015, figure 2). Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => spread('add', xs),
  run: (k, _p, xs) => k.add(xs),
  export: {
    onnx: (g, _p, xs) => xs.slice(1).reduce((sum, x) => g.node('Add', [sum, x]), xs[0]),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => binary('+', a, b)) }),
    keras: { form: () => ({ merge: (xs) => call(layer('Add'), list(...xs)) }) },
  },
});
