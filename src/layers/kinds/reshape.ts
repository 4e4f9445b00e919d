/** `reshape`: the same entries under another shape, as generators make a map of a vector (Radford et al. 2015, DCGAN, figure 1). */

import { fault, type Suggestion } from '../fault.ts';
import { channelsFirst, channelsLast, layer, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { reshaped } from '../onnx.ts';
import { shape } from '../params.ts';
import { attr, call, index, method, pyNum, tuple } from '../python.ts';
import { isMap, type Shape, shapeSize, showShape } from '../shape.ts';
import { inline } from '../torch.ts';

// The parameter accepts one extent or three.
const shapeOf = (p: { readonly size: readonly number[] }): Shape => p.size as unknown as Shape;

/** The shape that keeps what arrives: the height × width asked for, if they divide it, with other channels; or as a vector. */
function fitting(n: number, y: Shape): Shape | undefined {
  if (!isMap(y)) return [n];
  const channels = n / (y[1] * y[2]);
  return Number.isInteger(channels) ? [channels, y[1], y[2]] : undefined;
}

export const reshape = defineLayer({
  kind: 'reshape',
  role: 'other',
  doc: 'The same entries, in the order channels, rows, columns, under another shape: `linear(7*7*256) -> reshape(256x7x7)` makes a map of a vector, `reshape(12544)` a vector of a map.',
  params: { size: shape('Channels × height × width, or a whole number for a vector; as many entries as arrive.') },
  brief: (p) => p.size.join('×'),
  takes: 'any',
  inPlace: true,
  shape(p, [x]) {
    const y = shapeOf(p);
    const [n, m] = [shapeSize(x), shapeSize(y)];
    if (n === m) return y;
    const fits = fitting(n, y);
    const said = (entries: number): string => `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`;
    const suggest: readonly Suggestion[] = fits
      ? [{ title: `Write reshape(${fits.join('x')})`, sure: false, param: 'size', value: fits.join('x') }]
      : [];
    const [makes, arrives] = [
      isMap(y) ? `${showShape(y)} (${said(m)})` : `a vector of ${m}`,
      isMap(x) ? `${showShape(x)} (${said(n)})` : `a vector of ${n}`,
    ];
    return fault(
      'entries-disagree',
      `\`reshape\` makes ${makes}, but ${arrives} arrives: ${
        fits ? `write \`reshape(${fits.join('x')})\`` : `choose a shape of ${said(n)}`
      }, or change what comes before.`,
      { param: 'size', suggest, assume: y },
    );
  },
  window: () => 'all',
  run: (k, p, [x]) => {
    const [c = 1, h = 1, w = 1] = p.size;
    return k.reshape(x, [c, h, w]);
  },
  export: {
    onnx: (g, _p, [x], _w, { y }) => reshaped(g, x, y),
    pytorch: (p) => {
      const sizes = p.size.known ? p.size.known.map(pyNum) : p.size.py.k === 'tuple' ? p.size.py.items : [p.size.py];
      return inline((x) => method(x, 'reshape', index(attr(x, 'shape'), pyNum(0)), ...sizes));
    },
    keras: {
      form: (p, { isMap: isFromMap }) => {
        const sizes = p.size.known ? p.size.known.map(pyNum) : p.size.py.k === 'tuple' ? p.size.py.items : [p.size.py];
        return of((x) => {
          const shaped = call(layer('Reshape', tuple(...sizes)), isFromMap ? channelsFirst(x) : x);
          return sizes.length === 3 ? channelsLast(shaped) : shaped;
        });
      },
    },
  },
});
