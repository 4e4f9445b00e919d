/** `hardsigmoid`: the logistic function in straight lines (Howard et al. 2019, MobileNetV3). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { float } from '../onnx.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const hardsigmoid = defineActivation({
  kind: 'hardsigmoid',
  doc: 'Logistic function in straight lines: relu6(x + 3) / 6.',
  params: {},
  fn: () => ({ fn: 'hardsigmoid' }),
  onnx: (g, x) => g.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) }),
  pytorch: () => one('hardsigmoid', call('nn.Hardsigmoid')),
  keras: () => activation('hard_sigmoid'),
});
