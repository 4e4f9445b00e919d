/** `ln`: layer normalisation (Ba et al. 2016) over the channels at each pixel, ConvNeXt's LayerNorm2d (Liu et al. 2022). */

import { AFFINE, affineArguments, layer, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { float, int, ints, present } from '../onnx.ts';
import { bool, eps } from '../params.ts';
import { call, kw } from '../python.ts';
import { isMap, type Shape } from '../shape.ts';
import { one, own, type TorchHelper, unless } from '../torch.ts';
import { affine } from '../weights.ts';

/** Over the channels of a map: PyTorch normalises over the last axes only. */
const LAYER_NORM: TorchHelper = {
  name: 'LayerNorm2d',
  source: `class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)`,
};

export const ln = defineLayer({
  kind: 'ln',
  role: 'norm',
  doc: 'Layer normalisation over the channels at each pixel, then two learnable numbers per channel; over the features of a vector.',
  params: {
    eps: eps(1e-6),
    affine: bool('Has the two learnable numbers per channel.', { default: true }),
  },
  takes: 'any',
  shape: (_p, [x]) => x,
  weights: (p, [x]) => ({ weight: p.affine ? affine(x[0], 1) : undefined, bias: p.affine ? affine(x[0], 0) : undefined }),
  run: (k, p, [x], w) => k.norm(x, { over: 'pixel', groups: 1, gamma: w.weight, beta: w.bias, eps: p.eps }),
  export: {
    // ONNX normalises over the last axes only, so the channels go there and back.
    onnx(g, p, [x], w, { y }) {
      const weight = w.weight ?? g.constant([y[0]], new Array<number>(y[0]).fill(1));
      const normalise = (v: string, shape: Shape): string =>
        g.node('LayerNormalization', present(v, weight, w.bias), { axis: int(-1), epsilon: float(p.eps) }, shape);
      if (!isMap(y)) return normalise(x, y);
      const last = [y[1], y[2], y[0]] as const;
      const moved = g.node('Transpose', [x], { perm: ints([0, 2, 3, 1]) }, last);
      return g.node('Transpose', [normalise(moved, last)], { perm: ints([0, 3, 1, 2]) });
    },
    pytorch: (p, { channels, isMap }) => {
      const args = [channels, kw('eps', p.eps.py), ...unless('elementwise_affine', p.affine, true)];
      return isMap ? own('ln', LAYER_NORM, args, true) : one('ln', call('nn.LayerNorm', ...args), true);
    },
    keras: { form: (p) => weighted(layer('LayerNormalization', kw('epsilon', p.eps.py), ...affineArguments(p.affine))), weights: AFFINE },
  },
});
