/** `gelu`: the Gaussian error linear unit (Hendrycks and Gimpel 2016). */

import { defineActivation } from '../activation.ts';
import { activation } from '../keras.ts';
import { type OnnxWriter, string } from '../onnx.ts';
import { bool } from '../params.ts';
import { call, kw, str } from '../python.ts';
import { knownOf, one, unless } from '../torch.ts';

/** The operator came with opset 20. */
function onnx(g: OnnxWriter, x: string, p: { readonly approximate: boolean }): string {
  if (g.opset >= 20) return g.node('Gelu', [x], { approximate: string(p.approximate ? 'tanh' : 'none') });
  const times = (a: string, b: string | number): string => g.node('Mul', [a, typeof b === 'number' ? g.constant([], [b]) : b]);
  const plus = (a: string, b: string | number): string => g.node('Add', [a, typeof b === 'number' ? g.constant([], [b]) : b]);
  const bent = p.approximate
    ? g.node('Tanh', [times(plus(x, times(times(times(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))])
    : g.node('Erf', [times(x, Math.SQRT1_2)]);
  return times(times(x, 0.5), plus(bent, 1));
}

export const gelu = defineActivation({
  kind: 'gelu',
  doc: 'Gaussian error linear unit: x · Φ(x), where Φ is the normal distribution function.',
  params: { approximate: bool('Takes the tanh approximation rather than the error function.', { default: false }) },
  fn: (p) => ({ fn: 'gelu', approximate: p.approximate }),
  onnx,
  pytorch: (p) => one('gelu', call('nn.GELU', ...(knownOf(p.approximate, 'gelu') ? [kw('approximate', str('tanh'))] : []))),
  keras: (p) => activation('gelu', ...unless('approximate', p.approximate, false)),
});
