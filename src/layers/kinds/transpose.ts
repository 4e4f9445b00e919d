/** `transpose`: the axes of a map in another order, as attention over places (Wang et al. 2018, Non-local neural networks) and ECA need them. */

import type { Axes } from '../../tensor/index.ts';
import { mapOf } from '../geometry.ts';
import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { ints } from '../onnx.ts';
import { choice } from '../params.ts';
import { method, pyNum, tuple } from '../python.ts';
import { inline, knownOf } from '../torch.ts';

const ORDERS = ['chw', 'cwh', 'hcw', 'hwc', 'wch', 'whc'] as const;

/** Which axis of the input each axis of the output is. */
const axesOf = (p: { readonly axes: (typeof ORDERS)[number] }): Axes => [...p.axes].map((a) => 'chw'.indexOf(a)) as unknown as Axes;

export const transpose = defineLayer({
  kind: 'transpose',
  role: 'other',
  doc: 'The axes of a map in another order. `transpose("hwc")` makes H×W×C of C×H×W: the new first axis is the old height.',
  params: { axes: choice('The old axes, channels, height and width, in their new order.', ORDERS) },
  brief: (p) => p.axes,
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = axesOf(p);
    const x = mapOf(xs);
    return [x[c] as number, x[h] as number, x[w] as number];
  },
  window: () => 'all',
  run: (k, p, [x]) => k.transpose(x, axesOf(p)),
  export: {
    onnx: (g, p, [x]) => g.node('Transpose', [x], { perm: ints([0, ...axesOf(p).map((a) => a + 1)]) }),
    pytorch: (p) =>
      inline((x) => method(x, 'permute', pyNum(0), ...axesOf({ axes: knownOf(p.axes, 'transpose') }).map((a) => pyNum(a + 1)))),
    keras: {
      form: (p) => {
        // The axes of a map whose channels come last, counted from 1.
        const order = axesOf({ axes: knownOf(p.axes, 'transpose') });
        const [c, h, w] = order.map((a) => [3, 1, 2][a] as number);
        return plain(layer('Permute', tuple(pyNum(h as number), pyNum(w as number), pyNum(c as number))));
      },
    },
  },
});
