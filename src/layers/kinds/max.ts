/** `max`: the largest of several branches at each place, as maxout takes it (Goodfellow et al. 2013). */

import { layer } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { call, list } from '../python.ts';
import { spread } from '../spread.ts';

export const max = defineLayer({
  kind: 'max',
  role: 'merge',
  doc: 'Takes the largest of its branches, element by element: maxout (Goodfellow et al. 2013). Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => spread('max', xs),
  run: (k, _p, xs) => k.merge('max', xs),
  export: {
    onnx: (g, _p, xs) => g.node('Max', xs),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => call('torch.maximum', a, b)) }),
    keras: { form: () => ({ merge: (xs) => call(layer('Maximum'), list(...xs)) }) },
  },
});
