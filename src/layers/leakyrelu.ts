/** `leakyrelu`: a rectifier that lets a little of the negative side through (Maas et al. 2013). */
import { defineLayer } from './layer.ts';
import { float } from './onnx.ts';
import { num } from './params.ts';

export const leakyrelu = defineLayer({
  kind: 'leakyrelu',
  role: 'activation',
  doc: 'Leaky rectified linear unit: x where positive, else slope · x.',
  params: { slope: num('Slope on the negative side.', { default: 0.01 }) },
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (k, p, [x]) => k.activation(x, { fn: 'leakyrelu', slope: p.slope }),
  export: { onnx: (g, p, [x]) => g.node('LeakyRelu', [x], { alpha: float(p.slope) }) },
});
