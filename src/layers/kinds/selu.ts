/** `selu`: the scaled exponential linear unit (Klambauer et al. 2017). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const selu = defineActivation({
  kind: 'selu',
  doc: 'Scaled exponential linear unit: 1.0507 · elu(x, alpha=1.6733), with the constants that keep means and variances stable.',
  params: {},
  fn: () => ({ fn: 'selu' }),
  onnx: (g, x) => g.node('Selu', [x]),
  pytorch: () => one('selu', call('nn.SELU')),
  keras: () => activation('selu'),
});
