/** The shape that elementwise merges share: extents must agree, where 1 is broadcast. */
import { type Fault, fault, type Inputs } from './layer.ts';
import { type Shape, showShape } from './shape.ts';

/** The joint shape of the branches of an `add` or `mul`, or which branch does not fit. */
export function spread(layer: string, xs: Inputs<Shape>): Shape | Fault {
  let joint: Shape = xs[0];
  for (const [i, x] of xs.entries()) {
    const fits = x.length === joint.length && x.every((n, axis) => n === joint[axis] || n === 1 || joint[axis] === 1);
    if (!fits) {
      const differs =
        x.length !== joint.length ? '' : x[0] !== joint[0] ? `${x[0]} against ${joint[0]} channels` : 'another height × width';
      return fault(
        'branches-disagree',
        `\`${layer}\` joins equal shapes, but branch ${i + 1} gives ${showShape(x)} where branch 1 gives ${showShape(joint)}${differs && ` (${differs})`}: make them equal, for example with a 1×1 convolution.`,
        { input: i, assume: joint },
      );
    }
    joint = x.map((n, axis) => (n === 1 ? joint[axis] : n)) as unknown as Shape;
  }
  return joint;
}
