/** `tanh`: the hyperbolic tangent. */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const tanh = defineActivation({
  kind: 'tanh',
  doc: 'Hyperbolic tangent, between −1 and 1.',
  params: {},
  fn: () => ({ fn: 'tanh' }),
  onnx: (g, x) => g.node('Tanh', [x]),
  pytorch: () => one('tanh', call('nn.Tanh')),
  keras: () => activation('tanh'),
});
