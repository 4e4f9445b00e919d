/** `silu`: the sigmoid-weighted linear unit, also called swish (Elfwing et al. 2017; Ramachandran et al. 2017). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const silu = defineActivation({
  kind: 'silu',
  doc: 'Sigmoid-weighted linear unit, swish: x · sigmoid(x).',
  params: {},
  fn: () => ({ fn: 'silu' }),
  onnx: (g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])]),
  pytorch: () => one('silu', call('nn.SiLU')),
  keras: () => activation('silu'),
});
