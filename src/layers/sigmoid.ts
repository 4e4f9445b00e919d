/** `sigmoid`: the logistic function. */
import { defineLayer } from './layer.ts';

export const sigmoid = defineLayer({
  kind: 'sigmoid',
  role: 'activation',
  doc: 'Logistic function: 1 / (1 + exp(−x)).',
  params: {},
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (k, _p, [x]) => k.activation(x, { fn: 'sigmoid' }),
  export: { onnx: (g, _p, [x]) => g.node('Sigmoid', [x]) },
});
