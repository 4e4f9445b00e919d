/** `sigmoid`: the logistic function. */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const sigmoid = defineActivation({
  kind: 'sigmoid',
  doc: 'Logistic function: 1 / (1 + exp(−x)).',
  params: {},
  fn: () => ({ fn: 'sigmoid' }),
  onnx: (g, x) => g.node('Sigmoid', [x]),
  pytorch: () => one('sigmoid', call('nn.Sigmoid')),
  keras: () => activation('sigmoid'),
});
