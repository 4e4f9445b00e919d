/** `hardswish`: swish in straight lines (Howard et al. 2019, MobileNetV3). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const hardswish = defineActivation({
  kind: 'hardswish',
  doc: 'Swish in straight lines: x · relu6(x + 3) / 6.',
  params: {},
  fn: () => ({ fn: 'hardswish' }),
  onnx: (g, x) => g.node('HardSwish', [x]),
  pytorch: () => one('hardswish', call('nn.Hardswish')),
  keras: () => activation('hard_silu'),
});
