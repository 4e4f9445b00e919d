/** `hardswish`: swish in straight lines (Howard et al. 2019, MobileNetV3). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { float } from '../onnx.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const hardswish = defineActivation({
  kind: 'hardswish',
  doc: 'Swish in straight lines: x · relu6(x + 3) / 6.',
  params: {},
  fn: () => ({ fn: 'hardswish' }),
  // The operator came with opset 14.
  onnx: (g, x) =>
    g.opset >= 14 ? g.node('HardSwish', [x]) : g.node('Mul', [x, g.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })]),
  pytorch: () => one('hardswish', call('nn.Hardswish')),
  keras: () => activation('hard_silu'),
});
