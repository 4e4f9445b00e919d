/** `concat`: branches joined along the channels, as in an Inception module (Szegedy et al. 2014, figure 2). */

import { fault } from '../fault.ts';
import { layer } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';
import { call, kw, list, pyNum } from '../python.ts';
import { isMap, type Shape, showShape } from '../shape.ts';
import { remedy } from '../spread.ts';

export const concat = defineLayer({
  kind: 'concat',
  role: 'merge',
  doc: 'Joins its branches along the channels; their height × width must agree.',
  params: {},
  merge: true,
  takes: 'any',
  shape(_p, xs) {
    const [first] = xs;
    const channels = xs.reduce((sum, x) => sum + x[0], 0);
    const y: Shape = isMap(first) ? [channels, first[1], first[2]] : [channels];
    const odd = xs.findIndex((x) => x.length !== first.length || x.slice(1).some((n, i) => n !== first[i + 1]));
    const other = xs[odd];
    if (!other) return y;
    const size = (s: Shape): string => (isMap(s) ? `${s[1]}×${s[2]}` : `a vector of ${s[0]}`);
    return fault(
      'branches-disagree',
      `\`concat\` joins maps of equal height × width, but branch ${odd + 1} gives ${size(other)} (${showShape(other)}) where branch 1 gives ${size(first)} (${showShape(first)})`,
      { remedy: remedy(other, first, odd + 1, false), input: odd, assume: y },
    );
  },
  run: (k, _p, xs) => k.concat(xs),
  export: {
    onnx: (g, _p, xs) => g.node('Concat', xs, { axis: int(1) }),
    pytorch: () => ({ expression: (xs) => call('torch.cat', list(...xs), kw('dim', pyNum(1))) }),
    keras: { form: () => ({ merge: (xs) => call(layer('Concatenate'), list(...xs)) }) },
  },
});
