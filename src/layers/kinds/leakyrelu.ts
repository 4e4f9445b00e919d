/** `leakyrelu`: a rectifier that lets a little of the negative side through (Maas et al. 2013). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { float } from '../onnx.ts';
import { num } from '../params.ts';
import { call, kw } from '../python.ts';
import { one, unlessAt } from '../torch.ts';

export const leakyrelu = defineActivation({
  kind: 'leakyrelu',
  doc: 'Leaky rectified linear unit: x where positive, else slope · x.',
  params: { slope: num('Slope on the negative side.', { default: 0.01 }) },
  fn: (p) => ({ fn: 'leakyrelu', slope: p.slope }),
  onnx: (g, x, p) => g.node('LeakyRelu', [x], { alpha: float(p.slope) }),
  pytorch: (p) => one('leakyrelu', call('nn.LeakyReLU', ...unlessAt(p.slope, 0.01))),
  keras: (p) => activation('leaky_relu', kw('negative_slope', p.slope.py)),
});
