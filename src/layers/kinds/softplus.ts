/** `softplus`: the smooth rectifier (Dugas et al. 2001). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { call } from '../python.ts';
import { one } from '../torch.ts';

export const softplus = defineActivation({
  kind: 'softplus',
  doc: 'Smooth rectifier: log(1 + exp(x)).',
  params: {},
  fn: () => ({ fn: 'softplus' }),
  onnx: (g, x) => g.node('Softplus', [x]),
  pytorch: () => one('softplus', call('nn.Softplus')),
  keras: () => activation('softplus'),
});
