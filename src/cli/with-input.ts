/** A target on a different input from the one in its file, or with other values of its parameters: it is elaborated again with them. */
import { analyse } from '../graph/analyse.ts';
import type { Analysed } from '../language/analysis/analysis.ts';
import { onInput } from '../language/analysis/on-input.ts';
import { keyOfConstant, keyOfInput } from '../language/analysis/trial.ts';
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

/** `c1=96` in parts; a constant of the file may be told from a parameter of its name by `let c1=96`. */
function parseSet(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw new Failure(`--set takes a name and a value, such as width=64, not ${text}.`, 2);
}

/** The same with values in place of those of the text, `--set c1=96`; says that the text has others. Throws `Failure` where they cannot be. */
export function withValues(f: OpenFile, target: Target, given: string | undefined, set: readonly string[]): Analysed {
  if (set.length === 0) return withInput(f, target, given);
  const { parameters, constants } = f.analysis.trial(target, {}).text;
  const known = new Set([...parameters.keys(), ...[...constants.keys()].map((c) => keyOfConstant(c.name))]);
  const values = set.map(parseSet).map(([name, value]): [string, string] => {
    const key = [name, keyOfConstant(name)].find((k) => known.has(k));
    if (key !== undefined) return [key, value];
    const all = [...parameters.keys(), ...[...constants.keys()].map((c) => c.name)];
    throw new Failure(`${target.name} has no ${name} to set${all.length > 0 ? `; it has ${all.join(', ')}` : ''}.`, 2);
  });
  const shapes = given === undefined ? [] : parseShapes(given).map((s, i): [string, string] => [keyOfInput(i), s.join('x')]);
  const { trial, wrong, broken, gone } = f.analysis.trial(target, Object.fromEntries([...values, ...shapes]));
  if (gone.length > 0) throw new Failure(`${target.name} takes fewer inputs than --input gives.`, 2);
  const made = f.analysis.target(trial.target);
  if (wrong || !made) throw new Failure(`${target.name} cannot be with ${set.join(', ')}: ${wrong?.message ?? 'it exceeds a limit.'}`);
  tell(`note: with ${set.join(', ')}, in place of what ${f.path} has`);
  for (const { message, location } of broken) tell(`note: line ${location.range.start.line + 1}: ${message}`);
  return made;
}
