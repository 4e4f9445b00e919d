/** `elu`: the exponential linear unit (Clevert et al. 2015). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { float } from '../onnx.ts';
import { num } from '../params.ts';
import { call } from '../python.ts';
import { one, unless, unlessAt } from '../torch.ts';

export const elu = defineActivation({
  kind: 'elu',
  doc: 'Exponential linear unit: x where positive, else alpha · (exp(x) − 1).',
  params: { alpha: num('The negative side levels off at −alpha.', { default: 1 }) },
  fn: (p) => ({ fn: 'elu', alpha: p.alpha }),
  onnx: (g, x, p) => g.node('Elu', [x], { alpha: float(p.alpha) }),
  pytorch: (p) => one('elu', call('nn.ELU', ...unlessAt(p.alpha, 1))),
  keras: (p) => activation('elu', ...unless('alpha', p.alpha, 1)),
});
