/** A target on a different input from the one in its file: the file is elaborated again with `on` changed. */
import { analyse } from '../graph/analyse.ts';
import type { Analysed } from '../language/analysis/analysis.ts';
import { onInput } from '../language/analysis/on-input.ts';
import type { Target } from '../language/elaborate/targets.ts';
import { type Inputs, type Shape, showShapes } from '../layers/shape.ts';
import { Failure } from './errors.ts';
import { type OpenFile, parseShapes } from './open.ts';
import { tell } from './streams.ts';

/** The graph and facts of a target, on `given` where it is. Throws `Failure` where it does not fit that input; says which expectations it breaks. */
export function withInput(f: OpenFile, target: Target, given: string | Inputs<Shape> | undefined): Analysed {
  if (given === undefined) {
    const known = f.analysis.target(target);
    if (known) return known;
    throw new Failure(`${target.name} cannot be elaborated.`);
  }
  const inputs = typeof given === 'string' ? parseShapes(given) : given;
  const takes = 1 + (target.instance?.moreInputs.length ?? 0);
  if (inputs.length !== takes)
    throw new Failure(
      `${target.name} takes ${takes} input${takes === 1 ? '' : 's'}: --input gives ${inputs.length}; write one shape for each, with commas between them.`,
      2,
    );
  const { graph, wrong, noted } = onInput(f.analysis, f.services.shared, target, inputs);
  if (wrong || !graph)
    throw new Failure(`${target.name} does not fit the input ${showShapes(inputs)}: ${wrong?.message ?? 'it exceeds a limit.'}`);
  for (const { message, location } of noted)
    tell(`note: line ${location.range.start.line + 1} expects another shape, of the input in the file: ${message}`);
  return { graph, facts: analyse(graph) };
}
