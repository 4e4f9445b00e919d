/** `dropout`: drops entries at random in training (Srivastava et al. 2014); nothing at inference, which is what Pointwise runs. */

import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';
import { call } from '../python.ts';
import { one, unlessAt } from '../torch.ts';

export const dropout = defineLayer({
  kind: 'dropout',
  role: 'noop',
  doc: 'Dropout: sets entries to zero at random in training; does nothing at inference.',
  params: { p: num('Probability of a zero.', { default: 0.5, min: 0, max: 1 }) },
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (_k, _p, [x]) => x,
  export: {
    onnx: (g, _p, [x]) => g.node('Identity', [x]),
    pytorch: (p) => one('dropout', call('nn.Dropout', ...unlessAt(p.p, 0.5))),
    keras: { form: (p) => plain(layer('Dropout', p.p.py)) },
  },
});
