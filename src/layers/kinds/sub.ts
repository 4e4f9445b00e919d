/** `sub`: the difference of two branches, as Siamese networks compare their twins (Koch et al. 2015). */

import { defineLayer } from '../layer.ts';
import { binary } from '../python.ts';
import { spread, two } from '../spread.ts';

export const sub = defineLayer({
  kind: 'sub',
  role: 'merge',
  doc: 'Subtracts its second branch from its first, element by element. Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => two('sub', xs) ?? spread('sub', xs),
  run: (k, _p, xs) => k.merge('sub', xs),
  export: {
    onnx: (g, _p, xs) => g.node('Sub', xs),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => binary('-', a, b)) }),
    keras: { form: () => ({ merge: (xs) => xs.reduce((a, b) => binary('-', a, b)) }) },
  },
});
