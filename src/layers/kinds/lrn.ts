/** `lrn`: local response normalisation across channels (Krizhevsky et al. 2012, section 3.3; alpha is divided by size, as in PyTorch). */

import { fault } from '../fault.ts';
import { type KerasHelper, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt, float } from '../onnx.ts';
import { int, num } from '../params.ts';
import { call } from '../python.ts';
import { one, unless, unlessAt } from '../torch.ts';

const LOCAL_RESPONSE: KerasHelper = {
  name: 'local_response_norm',
  source: `def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=1.0):
    """Divides by a power of the mean energy in the channels around (Krizhevsky et al. 2012)."""
    squares = ops.reshape(x * x, (-1, x.shape[1] * x.shape[2], x.shape[3], 1))
    squares = ops.pad(squares, ((0, 0), (0, 0), (size // 2, size // 2), (0, 0)))
    energy = ops.average_pool(squares, (1, size), strides=1)
    return x / (k + alpha * ops.reshape(energy, (-1, *x.shape[1:]))) ** beta`,
};

export const lrn = defineLayer({
  kind: 'lrn',
  role: 'norm',
  doc: 'Local response normalisation: each entry is divided by a power of the energy in the channels around it.',
  params: {
    size: int('Channels in the window; odd.', { default: 5, min: 1 }),
    alpha: num('Weight of the energy.', { default: 1e-4 }),
    beta: num('The power.', { default: 0.75 }),
    k: num('Added to the energy.', { default: 1 }),
  },
  takes: 'map',
  shape: (p, [x]) =>
    p.size % 2 === 1
      ? x
      : fault('even-size', `\`lrn\` looks at an even number of channels, ${p.size}: choose an odd one, for example ${p.size + 1}.`, {
          param: 'size',
          suggest: [{ title: `Look at ${p.size + 1} channels`, sure: false, param: 'size', value: String(p.size + 1) }],
          assume: x,
        }),
  run: (k, p, [x]) => k.lrn(x, p),
  export: {
    onnx: (g, p, [x]) => g.node('LRN', [x], { size: attrInt(p.size), alpha: float(p.alpha), beta: float(p.beta), bias: float(p.k) }),
    pytorch: (p) =>
      one(
        'lrn',
        call('nn.LocalResponseNorm', p.size.py, ...unless('alpha', p.alpha, 1e-4), ...unless('beta', p.beta, 0.75), ...unless('k', p.k, 1)),
      ),
    keras: {
      form: (p) =>
        of(
          (x) =>
            call(
              'local_response_norm',
              x,
              ...unlessAt(p.size, 5),
              ...unless('alpha', p.alpha, 1e-4),
              ...unless('beta', p.beta, 0.75),
              ...unless('k', p.k, 1),
            ),
          LOCAL_RESPONSE,
        ),
    },
  },
});
