/** `relu`: the rectified linear unit (Nair and Hinton 2010). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const relu = defineActivation({
  kind: 'relu',
  doc: 'Rectified linear unit: max(0, x).',
  params: {},
  fn: () => ({ fn: 'relu' }),
  onnx: (g, x) => g.node('Relu', [x]),
  pytorch: () => one('relu', call('nn.ReLU')),
  keras: () => activation('relu'),
});
