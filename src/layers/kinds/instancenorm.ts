/** `instancenorm`: instance normalisation (Ulyanov et al. 2016), each channel over its own pixels. */

import { mapOf } from '../geometry.ts';
import { AFFINE, affineArguments, layer, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { float } from '../onnx.ts';
import { bool, eps } from '../params.ts';
import { call, kw, pyNum } from '../python.ts';
import { one, own, type TorchHelper, unless } from '../torch.ts';
import { affine } from '../weights.ts';

const PIXEL_NORM: TorchHelper = {
  name: 'InstanceNorm',
  source: `class InstanceNorm(nn.Module):
    """Instance normalisation that takes a single pixel too."""

    def __init__(self, channels, eps=1e-5, affine=False):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels)) if affine else None
        self.bias = nn.Parameter(torch.zeros(channels)) if affine else None

    def forward(self, x):
        var, mean = torch.var_mean(x, dim=(2, 3), keepdim=True, unbiased=False)
        x = (x - mean) * torch.rsqrt(var + self.eps)
        if self.weight is None:
            return x
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)`,
};

export const instancenorm = defineLayer({
  kind: 'instancenorm',
  role: 'norm',
  doc: 'Instance normalisation: each channel over its own pixels.',
  params: {
    eps: eps(1e-5),
    affine: bool('Has two learnable numbers per channel.', { default: false }),
  },
  takes: 'map',
  shape: (_p, [x]) => x,
  weights: (p, [x]) => ({ weight: p.affine ? affine(x[0], 1) : undefined, bias: p.affine ? affine(x[0], 0) : undefined }),
  run: (k, p, [x], w) => k.norm(x, { over: 'group', groups: k.dims(x)[0], gamma: w.weight, beta: w.bias, eps: p.eps }),
  export: {
    onnx(g, p, [x], w, { xs }) {
      const [c] = mapOf(xs);
      const all = (value: number): string => g.constant([c], new Array<number>(c).fill(value));
      return g.node('InstanceNormalization', [x, w.weight ?? all(1), w.bias ?? all(0)], { epsilon: float(p.eps) });
    },
    pytorch: (p, { channels, xs }) => {
      const more = [...unless('eps', p.eps, 1e-5)];
      // PyTorch refuses to normalise a single pixel.
      if (xs?.every((x) => x[1] === 1 && x[2] === 1))
        return own('instancenorm', PIXEL_NORM, [channels, ...more, ...unless('affine', p.affine, false)], true);
      return one('instancenorm', call('nn.InstanceNorm2d', channels, ...more, ...unless('affine', p.affine, false)), true);
    },
    keras: {
      // A group for each channel.
      form: (p) => weighted(layer('GroupNormalization', pyNum(-1), kw('epsilon', p.eps.py), ...affineArguments(p.affine))),
      weights: AFFINE,
    },
  },
});
