/** `crop`: a part of a map: the centre, as U-Net's skips were cropped (Ronneberger et al. 2015, figure 1), or from an offset. */

import type { Pair } from '../../tensor/index.ts';
import { fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { type KerasHelper, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { optionalSize, size } from '../params.ts';
import { call, index, type Py, pyNum, pySlice, tuple } from '../python.ts';
import type { FeatureMap } from '../shape.ts';
import { inline, knownOf, type TorchHelper } from '../torch.ts';
import { shifted } from '../window.ts';

interface Part {
  readonly to: Pair;
  readonly at: Pair | null;
}
/** Where the part begins; an odd pixel beside the centre is left at the bottom and right. */
const corner = ([, h, w]: FeatureMap, { to, at }: Part): Pair => at ?? [Math.floor((h - to[0]) / 2), Math.floor((w - to[1]) / 2)];

const CENTER_CROP: TorchHelper = {
  name: 'center_crop',
  source: `def center_crop(x, size):
    """The centre of a map; an odd pixel beside it is left at the bottom and right."""
    h, w = size
    top, left = (x.shape[2] - h) // 2, (x.shape[3] - w) // 2
    return x[:, :, top : top + h, left : left + w]`,
};

const KERAS_CENTER_CROP: KerasHelper = {
  name: 'center_crop',
  source: `def center_crop(x, size):
    """The centre of a map; an odd pixel beside it is left at the bottom and right."""
    h, w = size
    top, left = (x.shape[1] - h) // 2, (x.shape[2] - w) // 2
    return x[:, top : top + h, left : left + w]`,
};

export const crop = defineLayer({
  kind: 'crop',
  role: 'other',
  doc: 'Takes the centre of a map, or, with `at`, a part of it that begins at that row and column.',
  params: {
    to: size('Height × width of the part: `28x28`, or `size(e1.h, e1.w)`.'),
    at: optionalSize('The row and column at which the part begins, from `0x0`, the top left; the centre if not given.', 'none', 'none', 0),
  },
  brief: (p) => p.to.join('×'),
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const y = [c, ...p.to] as const;
    if (p.to[0] > h || p.to[1] > w)
      return fault(
        'crop-too-large',
        `\`crop\` takes ${p.at ? '' : 'the centre '}${p.to.join('×')} of a map of only ${h}×${w}: take less, or \`pad\` first.`,
        { param: 'to', assume: y },
      );
    const last = [h - p.to[0], w - p.to[1]] as const;
    if (!p.at || (p.at[0] <= last[0] && p.at[1] <= last[1])) return y;
    const fits = [Math.min(p.at[0], last[0]), Math.min(p.at[1], last[1])].join('x');
    return fault(
      'crop-too-large',
      `\`crop\` takes ${p.to.join('×')} from row ${p.at[0]} and column ${p.at[1]} on, but the map has only ${h}×${w}: begin at most at \`${last.join('x')}\`, or take less.`,
      { param: 'at', suggest: [{ title: `Begin at ${fits}`, sure: false, param: 'at', value: fits }], assume: y },
    );
  },
  window(p, xs) {
    const [top, left] = corner(mapOf(xs), p);
    return shifted([-top, -left]);
  },
  run: (k, p, [x]) => {
    const [top, left] = corner(k.dims(x), p);
    return k.crop(x, { top, left, size: p.to });
  },
  export: {
    onnx(g, p, [x], _w, { xs }) {
      const from = corner(mapOf(xs), p);
      const two = (values: Pair): string => g.constant([2], values, 'int64');
      return g.node('Slice', [x, two(from), two([from[0] + p.to[0], from[1] + p.to[1]]), two([2, 3])]);
    },
    pytorch: (p, { xs }) => {
      const [x] = xs ?? [];
      const { known } = p.to;
      if (p.at.known !== null || (known && x?.length === 3)) {
        const [h, w] = knownOf(p.to, 'crop');
        const [top, left] = corner(x?.length === 3 ? x : [1, h, w], { to: [h, w], at: knownOf(p.at, 'crop') });
        const rows = pySlice(pyNum(top), pyNum(top + h));
        return inline((v) => index(v, pySlice(), pySlice(), rows, pySlice(pyNum(left), pyNum(left + w))));
      }
      return {
        expression: ([v]) => call('center_crop', v as Py, known ? tuple(pyNum(known[0]), pyNum(known[1])) : p.to.py),
        helpers: [CENTER_CROP],
      };
    },
    keras: {
      form: (p, { xs }) => {
        const [x] = xs ?? [];
        const { known } = p.to;
        if (p.at.known === null && !(known && x?.length === 3))
          return of((v) => call('center_crop', v, known ? tuple(pyNum(known[0]), pyNum(known[1])) : p.to.py), KERAS_CENTER_CROP);
        const [h, w] = knownOf(p.to, 'crop');
        const [top, left] = corner(x?.length === 3 ? x : [1, h, w], { to: [h, w], at: knownOf(p.at, 'crop') });
        return of((v) => index(v, pySlice(), pySlice(pyNum(top), pyNum(top + h)), pySlice(pyNum(left), pyNum(left + w))));
      },
    },
  },
});
