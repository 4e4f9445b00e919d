/** `crop`: the centre of a map, as U-Net's skips were cropped (Ronneberger et al. 2015, figure 1). */
import type { Pair } from '../../tensor/index.ts';
import { fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { size } from '../params.ts';
import type { FeatureMap } from '../shape.ts';
import { shifted } from '../window.ts';

/** Where the centre begins; an odd pixel is left at the bottom and right. */
const corner = ([, h, w]: FeatureMap, [toH, toW]: Pair): Pair => [Math.floor((h - toH) / 2), Math.floor((w - toW) / 2)];

export const crop = defineLayer({
  kind: 'crop',
  role: 'other',
  doc: 'Takes the centre of a map.',
  params: { to: size('Height × width of the centre: `28x28`, or `size(e1.h, e1.w)`.') },
  brief: (p) => p.to.join('×'),
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const y = [c, ...p.to] as const;
    if (p.to[0] <= h && p.to[1] <= w) return y;
    return fault('crop-too-large', `\`crop\` takes the centre ${p.to.join('×')} of a map of only ${h}×${w}: take less, or \`pad\` first.`, {
      param: 'to',
      assume: y,
    });
  },
  window(p, xs) {
    const [top, left] = corner(mapOf(xs), p.to);
    return shifted([-top, -left]);
  },
  run: (k, p, [x]) => {
    const [top, left] = corner(k.dims(x), p.to);
    return k.crop(x, { top, left, size: p.to });
  },
  export: {
    onnx(g, p, [x], _w, { xs }) {
      const from = corner(mapOf(xs), p.to);
      const two = (values: Pair): string => g.constant([2], values, 'int64');
      return g.node('Slice', [x, two(from), two([from[0] + p.to[0], from[1] + p.to[1]]), two([2, 3])]);
    },
  },
});
