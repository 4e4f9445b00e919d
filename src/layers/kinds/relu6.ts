/** `relu6`: the rectifier with a ceiling (Howard et al. 2017, MobileNets). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const relu6 = defineActivation({
  kind: 'relu6',
  doc: 'Rectified linear unit with a ceiling: min(max(0, x), 6).',
  params: {},
  fn: () => ({ fn: 'relu6' }),
  onnx: (g, x) => g.node('Clip', [x, g.constant([], [0]), g.constant([], [6])]),
  pytorch: () => one('relu6', call('nn.ReLU6')),
  keras: () => activation('relu6'),
});
