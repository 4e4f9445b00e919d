/** `softmax`: exponentials over the channels, made to sum to one at each pixel. */
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';

export const softmax = defineLayer({
  kind: 'softmax',
  role: 'activation',
  doc: 'Softmax over the channels, at each pixel; over the features of a vector.',
  params: {},
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (k, _p, [x]) => k.softmax(x),
  export: { onnx: (g, _p, [x]) => g.node('Softmax', [x], { axis: int(1) }) },
});
