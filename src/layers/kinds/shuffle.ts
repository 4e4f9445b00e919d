/** `shuffle`: the channel shuffle (Zhang et al. 2017, ShuffleNet, figure 1): groups × n channels become n × groups. */

import { type KerasHelper, of } from '../keras.ts';
import { defineLayer, keepGroups } from '../layer.ts';
import { int as attrInt } from '../onnx.ts';
import { int } from '../params.ts';
import { call, method, pyNum, tuple } from '../python.ts';
import { inline, one } from '../torch.ts';

const CHANNEL_SHUFFLE: KerasHelper = {
  name: 'channel_shuffle',
  source: `def channel_shuffle(x, groups):
    """Deals the channels of each group out to all groups (Zhang et al. 2017, ShuffleNet)."""
    size, channels = x.shape[1:-1], x.shape[-1]
    x = ops.reshape(x, (-1, *size, groups, channels // groups))
    return ops.reshape(ops.swapaxes(x, -1, -2), (-1, *size, channels))`,
};

export const shuffle = defineLayer({
  kind: 'shuffle',
  role: 'other',
  doc: 'Channel shuffle: deals the channels of each group out to all groups, so that the next grouped convolution mixes them.',
  params: { groups: int('Groups of channels before the shuffle.', { min: 1 }) },
  brief: (p) => `g${p.groups}`,
  takes: 'any',
  shape: (p, [x]) => keepGroups('shuffle', p.groups, x),
  run: (k, p, [x]) => k.shuffle(x, p.groups),
  export: {
    onnx(g, p, [x], _w, { y }) {
      const order = Array.from({ length: y[0] }, (_, c) => (c % p.groups) * (y[0] / p.groups) + Math.floor(c / p.groups));
      return g.node('Gather', [x, g.constant([y[0]], order, 'int64')], { axis: attrInt(1) });
    },
    pytorch: (p, { isMap }) =>
      isMap
        ? one('shuffle', call('nn.ChannelShuffle', p.groups.py))
        : inline((x) =>
            method(
              method(method(x, 'unflatten', pyNum(1), tuple(p.groups.py, pyNum(-1))), 'transpose', pyNum(1), pyNum(2)),
              'flatten',
              pyNum(1),
            ),
          ),
    keras: { form: (p) => of((x) => call('channel_shuffle', x, p.groups.py), CHANNEL_SHUFFLE) },
  },
});
