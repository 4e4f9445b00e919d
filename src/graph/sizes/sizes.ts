/** Which inputs a graph takes: the heights and widths with which its branches agree and its windows fit. */
import { isMap } from '../../layers/shape.ts';
import type { Graph } from '../graph.ts';
import { type Misfit, misfit } from './follow.ts';
import { type Sizes, solve } from './solve.ts';
import { type Step, stepsOf } from './steps.ts';

/** Height and width, each by itself: no layer asks for one because of the other. */
export interface GraphSizes {
  readonly height: Sizes;
  readonly width: Sizes;
  /** The first node at which another height or width does not fit. */
  misfit(axis: 'height' | 'width', n: number): Misfit | undefined;
}

/** Undefined where the input is a vector. `twin` is the same target on another input, to tell sizes that follow the input from others. */
export function sizesOf(g: Graph, twin?: Graph): GraphSizes | undefined {
  const input = g.nodes[0]?.shape;
  if (!input || !isMap(input)) return undefined;
  const steps: { readonly height: readonly Step[]; readonly width: readonly Step[] } = {
    height: stepsOf(g, 0, twin),
    width: stepsOf(g, 1, twin),
  };
  return { height: solve(steps.height), width: solve(steps.width), misfit: (axis, n) => misfit(steps[axis], n) };
}
