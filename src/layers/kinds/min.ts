/** `min`: the smallest of several branches at each place. */

import { layer } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { call, list } from '../python.ts';
import { spread } from '../spread.ts';

export const min = defineLayer({
  kind: 'min',
  role: 'merge',
  doc: 'Takes the smallest of its branches, element by element. Shapes must agree; an extent of 1 is broadcast.',
  params: {},
  merge: true,
  takes: 'any',
  shape: (_p, xs) => spread('min', xs),
  run: (k, _p, xs) => k.merge('min', xs),
  export: {
    onnx: (g, _p, xs) => g.node('Min', xs),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => call('torch.minimum', a, b)) }),
    keras: { form: () => ({ merge: (xs) => call(layer('Minimum'), list(...xs)) }) },
  },
});
