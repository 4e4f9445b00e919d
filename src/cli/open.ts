/** Opens `.cnn` files from disk: the analysis of each, its problems, and the target that a command means. */
import { resolve } from 'node:path';
import { type LangiumDocument, URI } from 'langium';
import { bytes } from '../graph/figures.ts';
import type { Location } from '../graph/graph.ts';
import type { FileAnalysis } from '../language/analysis/analysis.ts';
import { problemsOf } from '../language/analysis/problems.ts';
import type { CnnServices } from '../language/analysis/services.ts';
import { defaultTarget } from '../language/editor/view.ts';
import type { Instance } from '../language/elaborate/instance.ts';
import type { Target } from '../language/elaborate/targets.ts';
import type { AnyProblem } from '../language/lints/index.ts';
import { createCnnServices } from '../language/services.ts';
import { contains, locationOf } from '../language/syntax/source.ts';
import { idOf, locate } from '../language/syntax/spot.ts';
import { isBroken } from '../language/syntax/syntax-problems.ts';
import type { Inputs, Shape } from '../layers/shape.ts';
import { Failure, read } from './errors.ts';
import { bytesAt, FILES } from './files.ts';
import { frames } from './frame.ts';

export interface OpenFile {
  readonly path: string;
  readonly text: string;
  readonly document: LangiumDocument;
  readonly problems: readonly AnyProblem[];
  readonly analysis: FileAnalysis;
  readonly services: CnnServices;
}

/** Texts larger than this are not networks, and would take minutes to parse. */
const MOST_BYTES = 16 * 2 ** 20;

let services: CnnServices | undefined;
/** The language's services on files of this machine, and of revisions. */
export function languageServices(): CnnServices {
  services ??= createCnnServices(FILES).cnn;
  return services;
}

/** Reads and analyses a file. Throws `Failure` where it cannot be read; problems of its text are in the result. */
export const open = async (path: string): Promise<OpenFile> => analysed(URI.file(resolve(path)), path, await read(path));

/** The same for an address, which the user knows by a name. */
export async function openAt(uri: URI, name: string): Promise<OpenFile> {
  const data = await bytesAt(uri);
  if (!data) throw new Failure(`${name} cannot be read.`, 2);
  return analysed(uri, name, data);
}

async function analysed(uri: URI, path: string, data: Buffer): Promise<OpenFile> {
  const cnn = languageServices();
  if (data.length > MOST_BYTES)
    throw new Failure(`${path} has ${bytes(data.length)}, more than the ${bytes(MOST_BYTES)} that a .cnn file may have.`);
  const text = data.toString('utf8');
  const document = await cnn.shared.workspace.LangiumDocuments.getOrCreateDocument(uri);
  const problems = await problemsOf(document, cnn);
  return { path, text, document, problems, analysis: cnn.analyses.of(document), services: cnn };
}

const allErrors = (f: OpenFile): readonly AnyProblem[] => f.problems.filter((p) => p.severity === 'error');

/** The target that a command means: by name, else the last network, else the last block that can stand alone. */
function named(f: OpenFile, name: string | undefined): Target {
  const { targets } = f.analysis;
  const found = name === undefined ? defaultTarget(targets) : targets.find((t) => t.name === name && t.instance);
  if (found) return found;
  if (name === undefined)
    throw new Failure(
      `Nothing in ${f.path} can stand alone: give a block an input, \`block Name(…) on 192x28x28 { … }\`, and all its parameters need defaults.`,
    );
  const names = targets.filter((t) => t.instance).map((t) => t.name);
  const others = names.length ? `; it has ${names.join(', ')}` : '';
  if (f.analysis.model.declarations.some((d) => d.name === name))
    throw new Failure(
      `${name} in ${f.path} cannot stand alone: it needs an input, \`on 192x28x28\`, and a default for each of its parameters${others}.`,
      2,
    );
  throw new Failure(`${f.path} has no target ${name}${others}.`, 2);
}

/** Everything that a target is made of, what `versus` names included. */
function partsOf(target: Target): ReadonlySet<Instance> {
  const all = new Set<Instance>();
  const add = (i: Instance | undefined): void => {
    if (!i || all.has(i)) return;
    all.add(i);
    for (const item of i.items) if (item.type === 'call') add(item.instance);
  };
  add(target.instance);
  add(target.versus?.instance);
  return all;
}

/** Texts that are equal for equal places of a problem. */
const placeOf = (code: string, { uri, range: { start, end } }: Location): string =>
  `${code} ${uri} ${start.line}:${start.character} ${end.line}:${end.character}`;

/**
 * The errors that concern a target: all but those that arise only in what it is not made of, be it another call of a block that it calls
 * too. Broken syntax concerns all.
 */
function errorsOf(f: OpenFile, target: Target): readonly AnyProblem[] {
  const errors = allErrors(f);
  if (isBroken(f.document)) return errors;
  const parts = partsOf(target);
  const [mine, others] = [new Set<string>(), new Set<string>()];
  for (const i of f.analysis.instances)
    for (const p of i.problems) (parts.has(i) ? mine : others).add(placeOf(p.code, locate(p.location, f.analysis.grounds)));
  const made = new Set([...parts].map((i) => i.declaration));
  const elsewhere = f.analysis.model.declarations
    .filter((d) => (d.$type === 'Block' || d.$type === 'Network') && d !== target.declaration && !made.has(idOf(d)))
    .map((d) => locationOf(d));
  const stands = ({ uri, range }: Location, p: AnyProblem): boolean =>
    uri === p.location.uri && contains(range, p.location.range.start) && contains(range, p.location.range.end);
  return errors.filter((p) => {
    // A problem of an imported block is shown at the call that leads to it, and says itself where it is.
    const places = [p.location, ...p.related.map((r) => r.location)].map((l) => placeOf(p.code, l));
    if (places.some((place) => others.has(place)) && !places.some((place) => mine.has(place))) return false;
    return !elsewhere.some((l) => stands(l, p));
  });
}

/**
 * Opens a file for a command that needs the figures of a target. With errors that concern the target, shows them and fails; those that are
 * `forgiven` are left for the command to deal with.
 */
export async function openTarget(
  path: string,
  name: string | undefined,
  forgiven: (p: AnyProblem) => boolean = () => false,
): Promise<{ readonly file: OpenFile; readonly target: Target }> {
  const file = await open(path);
  return { file, target: await targetIn(file, name, forgiven) };
}

/** The same for a file that is open. */
export async function targetIn(
  file: OpenFile,
  name: string | undefined,
  forgiven: (p: AnyProblem) => boolean = () => false,
): Promise<Target> {
  const all = allErrors(file);
  let target: Target;
  try {
    target = named(file, name);
  } catch (e) {
    // An error may be why there is no such target.
    if (all.length > 0) throw new Failure(await frames(all));
    throw e;
  }
  const errors = errorsOf(file, target).filter((p) => !forgiven(p));
  if (errors.length > 0) throw new Failure(await frames(errors));
  return target;
}

/** One shape for each input, with commas between them: `64x56x56,128x28x28`. */
export function parseShapes(text: string): Inputs<Shape> {
  const [first = '', ...rest] = text.split(',');
  return [parseShape(first.trim()), ...rest.map((t) => parseShape(t.trim()))];
}

/** `3x256x256` or `784`. */
export function parseShape(text: string): Shape {
  const dims = text.split(/[x×]/).map(Number);
  if ((dims.length === 1 || dims.length === 3) && dims.every((d) => Number.isInteger(d) && d > 0 && d < 2 ** 31))
    return dims as unknown as Shape;
  throw new Failure(`--input takes a shape such as 3x256x256, or a number of features, not ${text}.`, 2);
}
