/** `droppath`: stochastic depth (Huang et al. 2016), which leaves out whole branches in training; nothing at inference. */

import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';
import { kw, name, pyNum, tuple } from '../python.ts';
import { own, type TorchHelper } from '../torch.ts';

const DROP_PATH: TorchHelper = {
  name: 'DropPath',
  source: `class DropPath(nn.Module):
    """Stochastic depth (Huang et al. 2016): leaves out whole branches in training."""

    def __init__(self, p=0.0):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        keep = torch.rand((x.shape[0],) + (1,) * (x.dim() - 1), device=x.device)
        return x * (keep >= self.p) / (1 - self.p)`,
};

export const droppath = defineLayer({
  kind: 'droppath',
  role: 'noop',
  doc: 'Stochastic depth: leaves out a whole residual branch at random in training; does nothing at inference.',
  params: { p: num('Probability of leaving it out.', { default: 0, min: 0, max: 1 }) },
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (_k, _p, [x]) => x,
  export: {
    onnx: (g, _p, [x]) => g.node('Identity', [x]),
    pytorch: (p) => own('droppath', DROP_PATH, [p.p.py]),
    keras: {
      form: (p, { isMap }) =>
        plain(layer('Dropout', p.p.py, kw('noise_shape', tuple(name('None'), ...(isMap ? [1, 1, 1] : [1]).map(pyNum))))),
    },
  },
});
