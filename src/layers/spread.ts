/** The shape that elementwise merges share: extents must agree, where 1 is broadcast; and what to do about branches that do not agree. */
import { type Fault, fault } from './fault.ts';
import { type Inputs, isMap, type Shape, showShape } from './shape.ts';

/** What is wrong where a merge that joins two branches has another number of them. */
export function two(layer: string, xs: Inputs<Shape>): Fault | undefined {
  if (xs.length === 2) return undefined;
  return fault('branches-disagree', `\`${layer}\` joins two branches, but has ${xs.length}`, {
    remedy: `write \`${layer} { | a | b }\``,
    assume: xs[0],
  });
}

/** The joint shape of the branches of an elementwise merge, or which branch does not fit. */
export function spread(layer: string, xs: Inputs<Shape>): Shape | Fault {
  let joint: Shape = xs[0];
  for (const [i, x] of xs.entries()) {
    const fits = x.length === joint.length && x.every((n, axis) => n === joint[axis] || n === 1 || joint[axis] === 1);
    if (!fits)
      return fault(
        'branches-disagree',
        `\`${layer}\` joins equal shapes, but branch ${i + 1} gives ${showShape(x)} where branch 1 gives ${showShape(joint)}${difference(x, joint)}`,
        { remedy: remedy(x, joint, i + 1), input: i, assume: joint },
      );
    joint = x.map((n, axis) => (n === 1 ? joint[axis] : n)) as unknown as Shape;
  }
  return joint;
}

const difference = (x: Shape, y: Shape): string =>
  x.length !== y.length ? '' : x[0] !== y[0] ? ` (${x[0]} against ${y[0]} channels)` : ' (different height × width)';

/** What would make branch `nth`, which gives `x`, fit branch 1, which gives `y`; `spreads`: whether a single pixel is broadcast. */
export function remedy(x: Shape, y: Shape, nth: number, spreads = true): string {
  if (!isMap(x) || !isMap(y))
    return isMap(x) === isMap(y)
      ? 'make them equal'
      : 'a vector cannot be joined with a feature map. Keep 1×1 maps, with `gap` and 1×1 convolutions and no `flatten`, or flatten all branches';
  const isSame = x[1] === y[1] && x[2] === y[2];
  const pixel = isSame ? undefined : [x, y].find((s) => s[1] === 1 && s[2] === 1);
  if (pixel && !spreads) {
    const other = pixel === x ? y : x;
    return `enlarge branch ${pixel === x ? nth : 1}, which has one pixel, with \`upsample(to=${other[1]}x${other[2]})\``;
  }
  if (pixel && x[0] !== y[0])
    return `give branch ${pixel === x ? nth : 1}, whose 1×1 pixels are broadcast, ${pixel === x ? y[0] : x[0]} channels`;
  if (x[1] === y[1] && x[2] === y[2]) return 'make them equal, for example with a 1×1 convolution';
  const [large, small, branch] = x[1] * x[2] > y[1] * y[2] ? [x, y, nth] : [y, x, 1];
  const stride = large[1] / small[1];
  if (Number.isInteger(stride) && stride > 1 && stride === large[2] / small[2])
    return large[0] === small[0]
      ? `make them equal, for example with a stride of ${stride} in branch ${branch}`
      : `make them equal, for example with \`conv(${small[0]}, 1x1, stride=${stride})\` in branch ${branch}`;
  return `change a stride or a padding, or bring branch ${nth} to ${y[1]}×${y[2]} with \`upsample(to=${y[1]}x${y[2]})\`, \`crop\` or \`pad\``;
}
