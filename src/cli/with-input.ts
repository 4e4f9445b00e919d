/** A target on a different input from the one in its file: the file is elaborated again with `on` changed. */
import { analyse } from '../graph/analyse.ts';
import type { Analysed } from '../language/analysis/analysis.ts';
import { onInput } from '../language/analysis/on-input.ts';
import type { Target } from '../language/elaborate/targets.ts';
import type { Shape } from '../layers/shape.ts';
import { Failure } from './errors.ts';
import type { OpenFile } from './open.ts';

/** The graph and facts of a target, on `input` where one is given. Throws `Failure` where it does not fit that input. */
export function withInput(f: OpenFile, target: Target, input: Shape | undefined): Analysed {
  if (!input) {
    const known = f.analysis.target(target);
    if (known) return known;
    throw new Failure(`${target.name} cannot be elaborated.`);
  }
  const { graph, wrong } = onInput(f.analysis, f.services.shared, target, input);
  if (wrong || !graph)
    throw new Failure(`${target.name} does not fit the input ${input.join('×')}: ${wrong?.message ?? 'it exceeds a limit.'}`);
  return { graph, facts: analyse(graph) };
}
