/** `div`: the quotient of two branches. */

import { defineLayer } from '../layer.ts';
import { binary } from '../python.ts';
import { spread, two } from '../spread.ts';

export const div = defineLayer({
  kind: 'div',
  role: 'merge',
  doc: 'Divides its first branch by its second, element by element. Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => two('div', xs) ?? spread('div', xs),
  run: (k, _p, xs) => k.merge('div', xs),
  export: {
    onnx: (g, _p, xs) => g.node('Div', xs),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => binary('/', a, b)) }),
    keras: { form: () => ({ merge: (xs) => xs.reduce((a, b) => binary('/', a, b)) }) },
  },
});
