/** A target on another input than that in its file: the file is elaborated again with `on` changed. */
import type { LangiumSharedServices } from 'langium/lsp';
import type { Graph } from '../../graph/graph.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { elaborateTarget } from '../elaborate/elaborate.ts';
import { flatten } from '../elaborate/flatten.ts';
import { DEFAULT_LIMITS, type Limits } from '../elaborate/session.ts';
import type { Target } from '../elaborate/targets.ts';
import type { Model } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';
import { callSites } from './call-sites.ts';
import { fileScopes } from './file-scopes.ts';
import { collectProblems } from './report.ts';

/** The file of a target. */
export interface OfFile {
  readonly model: Model;
  readonly uri: string;
}

/**
 * The graph of a target on `inputs`, as many as it takes; undefined where it passes a limit. `wrong` is the first error, where it does not fit. What the text
 * expects of a shape, it expects of the input that stands there: with another, what is broken is only `noted`. `steps` is what it took.
 */
export function onInput(
  { model, uri }: OfFile,
  shared: LangiumSharedServices,
  target: Target,
  inputs: Inputs<Shape>,
  limits: Limits = DEFAULT_LIMITS,
): {
  readonly graph: Graph | undefined;
  readonly wrong: Problem | undefined;
  readonly noted: readonly Problem[];
  readonly steps: number;
} {
  const { elaboration, instance, steps } = elaborateTarget(model, fileScopes(shared), target, inputs, limits);
  const errors = collectProblems(elaboration, uri, callSites(elaboration.instances)).filter((p) => p.severity === 'error');
  const isNote = (p: Problem): boolean => p.code === 'expectation-broken';
  return {
    graph: instance && flatten(instance, elaboration.grounds, target.name),
    wrong: errors.find((p) => !isNote(p)),
    noted: errors.filter(isNote),
    steps,
  };
}
