/** `relu`: the rectified linear unit (Nair and Hinton 2010). */
import { defineLayer } from './layer.ts';

export const relu = defineLayer({
  kind: 'relu',
  role: 'activation',
  doc: 'Rectified linear unit: max(0, x).',
  params: {},
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (k, _p, [x]) => k.activation(x, { fn: 'relu' }),
  export: { onnx: (g, _p, [x]) => g.node('Relu', [x]) },
});
