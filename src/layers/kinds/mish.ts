/** `mish`: a smooth activation that dips below zero (Misra 2019). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const mish = defineActivation({
  kind: 'mish',
  doc: 'Mish: x · tanh(softplus(x)).',
  params: {},
  fn: () => ({ fn: 'mish' }),
  onnx: (g, x) => g.node('Mul', [x, g.node('Tanh', [g.node('Softplus', [x])])]),
  pytorch: () => one('mish', call('nn.Mish')),
  keras: () => activation('mish'),
});
