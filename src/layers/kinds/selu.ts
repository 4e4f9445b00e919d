/** `selu`: the scaled exponential linear unit (Klambauer et al. 2017). */
import { defineActivation } from '../activation.ts';

export const selu = defineActivation({
  kind: 'selu',
  doc: 'Scaled exponential linear unit: 1.0507 · elu(x, alpha=1.6733), the constants by which means and variances keep themselves.',
  params: {},
  fn: () => ({ fn: 'selu' }),
  onnx: (g, x) => g.node('Selu', [x]),
});
