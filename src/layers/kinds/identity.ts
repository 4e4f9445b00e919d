/** `identity`: the layer that does nothing. */

import { defineLayer } from '../layer.ts';
import { call, name } from '../python.ts';
import { inline, one } from '../torch.ts';

export const identity = defineLayer({
  kind: 'identity',
  role: 'noop',
  doc: 'Passes its input through: the shortcut of a residual block.',
  params: {},
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (_k, _p, [x]) => x,
  export: {
    onnx: (g, _p, [x]) => g.node('Identity', [x]),
    pytorch: () => ({ ...one('identity', call('nn.Identity')), ...inline((x) => x) }),
    keras: { form: () => ({ steps: [], activation: name('None') }) },
  },
});
