/** `linear`: the fully connected layer over a vector. */

import { fault } from '../fault.ts';
import { biasWeight, layer, withoutBias } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt, present } from '../onnx.ts';
import { bool, channels } from '../params.ts';
import { call } from '../python.ts';
import { one, unlessTrue } from '../torch.ts';
import { bias, kernel } from '../weights.ts';

export const linear = defineLayer({
  kind: 'linear',
  role: 'linear',
  doc: 'Fully connected layer over a vector; `flatten` makes a vector of a feature map.',
  params: {
    features: channels('Output features; `9216->128` also checks the input features.'),
    bias: bool('Adds a learnable number to each output feature.', { default: true }),
  },
  takes: 'vector',
  shape: ({ features: { in: declared, out } }, [x]) =>
    declared === null || declared === x[0]
      ? [out]
      : fault(
          'channel-mismatch',
          `\`linear\` is declared for ${declared} input features, but ${x[0]} arrive: write \`${x[0]}->${out}\`, or change what comes before.`,
          { param: 'features', arrives: x[0], assume: [out] },
        ),
  weights: (p, [x]) => ({ weight: kernel([p.features.out, x[0]], x[0]), bias: p.bias ? bias(p.features.out) : undefined }),
  macs: (p, [x]) => p.features.out * x[0],
  window: () => 'all',
  run: (k, _p, [x], w) => k.linear(x, w.weight, w.bias),
  export: {
    onnx: (g, _p, [x], w) => g.node('Gemm', present(x, w.weight, w.bias), { transB: attrInt(1) }),
    pytorch: (p, { channels }) => one('linear', call('nn.Linear', channels, p.features.py, ...unlessTrue('bias', p.bias)), true),
    keras: {
      form: (p) => ({ steps: [{ k: 'layer', make: layer('Dense', p.features.py, ...withoutBias(p.bias)), named: true, activates: true }] }),
      weights: { weight: { name: 'kernel', axes: [1, 0] }, bias: biasWeight },
    },
  },
});
