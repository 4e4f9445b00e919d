/** Values that are tried on a target: texts as they would be written, elaborated in place of those that stand there, and what is wrong with them. */
import { URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Location } from '../../graph/graph.ts';
import { type Trial, tryTarget } from '../elaborate/elaborate.ts';
import type { Kept } from '../elaborate/kept.ts';
import type { Limits } from '../elaborate/session.ts';
import type { Target } from '../elaborate/targets.ts';
import { NOTHING, type Tried } from '../elaborate/tried.ts';
import { show, type Val } from '../elaborate/values.ts';
import type { Expression, Let, Model } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';
import { textOf } from '../syntax/source.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';
import { WORDS } from '../syntax/vocabulary.ts';
import { callSites } from './call-sites.ts';
import { fileScopes } from './file-scopes.ts';
import { collectProblems } from './report.ts';

/** By what is meant, the text that is tried: `c1` for a parameter, `let widths` for a constant of the file, `on` or `on 2` for an input. */
export type TriedTexts = Readonly<Record<string, string>>;

export const keyOfConstant = (name: string): string => `let ${name}`;
export const keyOfInput = (index: number): string => (index === 0 ? 'on' : `on ${index + 1}`);

/** A file whose targets are tried, and what was kept of it. */
interface Subject {
  readonly model: Model;
  readonly uri: string;
  readonly all: readonly Problem[];
  readonly limits: Limits;
  readonly kept: Kept;
  /** What can be tried on a target; found once. */
  untried(target: Target): Trial;
}

/** What is wrong with the values. */
export interface Wrong {
  /** As the editor would say it. */
  readonly message: string;
  /** In the text, where it is there. */
  readonly at: Location | undefined;
  /** The value whose own text it is. */
  readonly key: string | undefined;
}

export interface TrialResult {
  /** As the text stands, with all that could be tried. */
  readonly text: Trial;
  /** With the values. */
  readonly trial: Trial;
  /** Those that are other than the text's. */
  readonly tried: TriedTexts;
  /** Keys of what there is no longer. */
  readonly gone: readonly string[];
  readonly wrong: Wrong | undefined;
  /** Budgets and shapes of the text that the values would break. */
  readonly broken: readonly Problem[];
}

/** A value as one writes it: `same`, `3x3`, `[1, 2]`. */
const writtenValue = (v: Val): string => (typeof v === 'string' && WORDS.has(v) ? v : show(v));

/** What stands in the text for all that can be tried, by key. */
export function writtenIn({ resolved, target, parameters, constants, inputs }: Trial): ReadonlyMap<string, string> {
  const { previews } = target.declaration;
  const own = previews.length > 0 ? previews : (resolved?.declaration.previews ?? []);
  const parameter = (name: string): Expression | undefined =>
    resolved?.arguments.get(name)?.node?.value ?? resolved?.declaration.params.findLast((p) => p.name === name)?.value;
  const text = (e: Expression | undefined): string => (e ? textOf(e) : '');
  return new Map([
    ...[...parameters.keys()].map((name): [string, string] => [name, text(parameter(name))]),
    ...inputs.map((_, i): [string, string] => [keyOfInput(i), text(own[i])]),
    ...[...constants.keys()].map((c): [string, string] => [keyOfConstant(c.name), text(c.value)]),
  ]);
}

/** The values of all that can be tried, as one would write them. */
export const valuesIn = ({ parameters, constants, inputs }: Trial): ReadonlyMap<string, string> =>
  new Map([
    ...[...parameters].map(([name, v]): [string, string] => [name, writtenValue(v)]),
    ...inputs.map((shape, i): [string, string] => [keyOfInput(i), shape.join('x')]),
    ...[...constants].map(([c, v]): [string, string] => [keyOfConstant(c.name), writtenValue(v)]),
  ]);

/** Equal for texts that differ by spaces alone. */
const bare = (text: string): string => text.trim().replace(/\s*([^\w\s])\s*/g, '$1');

/** Beside the file, with what is tried as its fragment. */
function besides(uri: string, key: string): URI {
  const at = URI.parse(uri);
  return at.with({ path: at.path.replace(/(\.cnn)?$/, '~tried.cnn'), fragment: key });
}

/** The one expression that a text is, or why it is none. */
function expressionOf(text: string, uri: URI, shared: LangiumSharedServices): Expression | string {
  const written = text.trim();
  if (written === '') return 'A value is missing: give one, or go back to that of the text.';
  const document = shared.workspace.LangiumDocumentFactory.fromString<Model>(`let tried = ${written}`, uri);
  const [problem] = syntaxProblems(document);
  if (problem) return problem.message;
  const { declarations, imports } = document.parseResult.value;
  const [first, ...more] = declarations;
  // A comment would take with it what stands behind the value in the text.
  const isOne = first?.$type === 'Let' && more.length + imports.length === 0 && textOf(first.value) === written;
  return isOne ? first.value : `\`${written}\` is not one value.`;
}

type Elaborated = Pick<Subject, 'model' | 'limits' | 'kept'>;

const tryOn = ({ model, limits, kept }: Elaborated, shared: LangiumSharedServices, target: Target, tried: Tried): Trial =>
  tryTarget(model, fileScopes(shared, { tried: tried.constants }), target, tried, limits, kept);

/** A target as its text has it, with all that can be tried on it. */
export const untried = (file: Elaborated, shared: LangiumSharedServices, target: Target): Trial => tryOn(file, shared, target, NOTHING);

/** Tries texts on a target of a file whose imports are loaded. Never throws on them. */
export function tryTexts(file: Subject, shared: LangiumSharedServices, target: Target, texts: TriedTexts): TrialResult {
  const { uri } = file;
  const text = file.untried(target);
  const constants = new Map([...text.constants.keys()].map((c) => [keyOfConstant(c.name), c]));
  const inputs = new Map(text.inputs.map((_, i) => [keyOfInput(i), i]));
  const said = writtenIn(text);
  const known = Object.entries(texts).filter(([key]) => said.has(key));
  const tried = known.filter(([key, value]) => bare(value) !== bare(said.get(key) ?? ''));
  const gone = Object.keys(texts).filter((key) => !said.has(key));
  const result = { text, tried: Object.fromEntries(tried), gone };
  if (tried.length === 0) return { ...result, trial: text, wrong: undefined, broken: [] };

  const [byParameter, byConstant, byInput] = [new Map<string, Expression>(), new Map<Let, Expression>(), new Map<number, Expression>()];
  const keys = new Map<string, string>();
  for (const [key, value] of tried) {
    const at = besides(uri, key);
    keys.set(at.toString(), key);
    const expression = expressionOf(value, at, shared);
    if (typeof expression === 'string') return { ...result, trial: text, wrong: { message: expression, at: undefined, key }, broken: [] };
    const [constant, input] = [constants.get(key), inputs.get(key)];
    if (constant) byConstant.set(constant, expression);
    else if (input !== undefined) byInput.set(input, expression);
    else byParameter.set(key, expression);
  }
  const trial = tryOn(file, shared, target, { parameters: byParameter, constants: byConstant, inputs: byInput });
  return { ...result, trial, ...wrongIn(trial, file, keys) };
}

/** What is wrong with a trial that is not wrong with the text. `keys`: what is tried, by the address of its text. */
function wrongIn(
  { elaboration, target }: Trial,
  { uri, all }: Subject,
  keys: ReadonlyMap<string, string>,
): Pick<TrialResult, 'wrong' | 'broken'> {
  const own = elaboration.problems.list.find((p) => p.severity === 'error' && keys.has(p.location.uri));
  if (own) return { wrong: { message: own.message, at: undefined, key: keys.get(own.location.uri) }, broken: [] };
  const before = new Set(all.map(placeOf));
  const errors = collectProblems(elaboration, uri, callSites(elaboration.instances)).filter((p) => p.severity === 'error');
  const [broken, others] = [errors.filter(isExpected), errors.filter((p) => !isExpected(p))];
  const first = others.find((p) => !before.has(placeOf(p)));
  const message = first?.message ?? (target.instance ? undefined : `\`${target.name}\` cannot be made of these values.`);
  return {
    wrong: message === undefined ? undefined : { message, at: first?.location, key: undefined },
    broken: broken.filter((p) => !before.has(placeOf(p))),
  };
}

/** What the text expects of shapes and figures, it expects of the values that stand there. */
const isExpected = (p: Problem): boolean => p.code === 'expectation-broken' || p.code === 'budget-exceeded';
const placeOf = ({ code, location: { uri, range } }: Problem): string => `${code} ${uri} ${JSON.stringify(range)}`;
