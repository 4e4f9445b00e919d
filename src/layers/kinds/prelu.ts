/** `prelu`: the rectifier whose negative slope is learnt (He et al. 2015, Delving deep into rectifiers). */

import { fault } from '../fault.ts';
import { keras, layer, weighted } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../params.ts';
import { spreadPerChannel } from '../per-channel.ts';
import { call, kw, list, pyNum } from '../python.ts';
import { one, unlessAt } from '../torch.ts';
import { affine } from '../weights.ts';

export const prelu = defineLayer({
  kind: 'prelu',
  role: 'activation',
  doc: 'Parametric rectified linear unit: x where positive, else a learnable slope · x; the slope starts at 0.25.',
  params: { channels: int('Slopes: 1 for all channels together, or as many as there are channels.', { default: 1, min: 1 }) },
  takes: 'any',
  inPlace: true,
  shape: (p, [x]) =>
    p.channels === 1 || p.channels === x[0]
      ? x
      : fault(
          'channel-mismatch',
          `\`prelu\` has ${p.channels} slopes, but ${x[0]} channels arrive: write \`prelu(${x[0]})\`, or \`prelu\` for one slope.`,
          {
            param: 'channels',
            suggest: [{ title: `Write prelu(${x[0]})`, sure: true, param: 'channels', value: String(x[0]) }],
            assume: x,
          },
        ),
  weights: (p) => ({ weight: affine(p.channels, 0.25) }),
  run: (k, _p, [x], w) => k.prelu(x, w.weight),
  export: {
    onnx: (g, p, [x], w, { y }) => g.node('PRelu', [x, p.channels === 1 ? w.weight : spreadPerChannel(g, w.weight, y)]),
    pytorch: (p) => one('prelu', call('nn.PReLU', ...unlessAt(p.channels, 1)), true),
    keras: {
      form: (p, { isMap }) => {
        const axes = isMap ? [1, 2] : [];
        const last = p.channels.known === 1 ? [isMap ? 3 : 1] : [];
        const shared = [...axes, ...last];
        return weighted(
          layer(
            'PReLU',
            kw('alpha_initializer', keras('keras.initializers.Constant', pyNum(0.25))),
            ...(shared.length > 0 ? [kw('shared_axes', list(...shared.map(pyNum)))] : []),
          ),
        );
      },
      weights: { weight: { name: 'alpha' } },
    },
  },
});
