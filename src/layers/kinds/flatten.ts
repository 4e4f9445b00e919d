/** `flatten`: a feature map as a vector, in the order channels, rows, columns. */

import { channelsFirst, layer, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';
import { call, method, type Py, pyNum } from '../python.ts';
import { shapeSize } from '../shape.ts';
import { inline, one } from '../torch.ts';

export const flatten = defineLayer({
  kind: 'flatten',
  role: 'noop',
  doc: 'Flattens a C×H×W feature map to a vector of C·H·W features.',
  params: {},
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => [shapeSize(x)],
  run: (k, _p, [x], _w, y) => k.reshape(x, [y[0], 1, 1]),
  export: {
    onnx: (g, _p, [x]) => g.node('Flatten', [x], { axis: int(1) }),
    pytorch: () => ({ ...one('flatten', call('nn.Flatten')), ...inline((x) => method(x, 'flatten', pyNum(1))) }),
    keras: {
      form: (_p, { xs, isMap }) => {
        const isPixel = xs?.every((x) => (x[1] ?? 1) * (x[2] ?? 1) === 1) ?? false;
        const flat = (x: Py): Py => call(layer('Flatten'), x);
        return of((x) => flat(isMap && !isPixel ? channelsFirst(x) : x));
      },
    },
  },
});
