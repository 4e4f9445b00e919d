/** `linear`: the fully connected layer over a vector. */
import { defineLayer } from '../layer.ts';
import { int as attrInt, present } from '../onnx.ts';
import { bool, int } from '../params.ts';
import { bias, kernel } from '../weights.ts';

export const linear = defineLayer({
  kind: 'linear',
  role: 'linear',
  doc: 'Fully connected layer over a vector; `flatten` makes a vector of a feature map.',
  params: {
    features: int('Output features.', { min: 1 }),
    bias: bool('Adds a learnable number to each output feature.', { default: true }),
  },
  takes: 'vector',
  shape: (p) => [p.features],
  weights: (p, [x]) => ({ weight: kernel([p.features, x[0]], x[0]), bias: p.bias ? bias(p.features) : undefined }),
  macs: (p, [x]) => p.features * x[0],
  window: () => 'all',
  run: (k, _p, [x], w) => k.linear(x, w.weight, w.bias),
  export: { onnx: (g, _p, [x], w) => g.node('Gemm', present(x, w.weight, w.bias), { transB: attrInt(1) }) },
});
