/** Opens `.cnn` files from disk: the analysis of each, its problems, and the target that a command means. */
import { resolve } from 'node:path';
import { type LangiumDocument, URI } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { bytes } from '../graph/figures.ts';
import type { FileAnalysis } from '../language/analysis.ts';
import type { Target } from '../language/elaborate.ts';
import type { Problem } from '../language/problem.ts';
import { type CnnServices, createCnnServices } from '../language/services.ts';
import { problemsOf } from '../language/validator.ts';
import { defaultTarget } from '../language/view.ts';
import type { Shape } from '../layers/shape.ts';
import { Failure, read } from './errors.ts';
import { frames } from './frame.ts';

export interface OpenFile {
  readonly path: string;
  readonly text: string;
  readonly document: LangiumDocument;
  readonly problems: readonly Problem[];
  readonly analysis: FileAnalysis;
  readonly services: CnnServices;
}

/** Texts beyond this are no networks, and would take minutes to parse. */
const MOST_BYTES = 16 * 2 ** 20;

let services: CnnServices | undefined;
/** The language's services on this machine's files. */
export function languageServices(): CnnServices {
  services ??= createCnnServices(NodeFileSystem).cnn;
  return services;
}

/** Reads and analyses a file. Throws `Failure` where it cannot be read; problems of its text are in the result. */
export async function open(path: string): Promise<OpenFile> {
  const cnn = languageServices();
  const full = resolve(path);
  const data = await read(path);
  if (data.length > MOST_BYTES)
    throw new Failure(`${path} has ${bytes(data.length)}, more than the ${bytes(MOST_BYTES)} that a .cnn file may have.`);
  const text = data.toString('utf8');
  const document = await cnn.shared.workspace.LangiumDocuments.getOrCreateDocument(URI.file(full));
  const problems = await problemsOf(document, cnn);
  return { path, text, document, problems, analysis: cnn.analyses.of(document), services: cnn };
}

export const hasErrors = (f: OpenFile): boolean => f.problems.some((p) => p.severity === 'error');

/** Opens a file for a command that needs its figures: with errors, shows them and fails. */
export async function openSound(path: string): Promise<OpenFile> {
  const f = await open(path);
  if (hasErrors(f)) throw new Failure(await frames(f.problems.filter((p) => p.severity === 'error')));
  return f;
}

/** The target that a command means: by name, else the last network, else the last block that can stand alone. */
export function targetOf(f: OpenFile, name: string | undefined): Target {
  const { targets } = f.analysis;
  const found = name === undefined ? defaultTarget(targets) : targets.find((t) => t.name === name && t.instance);
  if (found) return found;
  const names = targets.filter((t) => t.instance).map((t) => t.name);
  if (name === undefined)
    throw new Failure(
      `Nothing in ${f.path} can stand alone: give a block an input, \`block Name(…) on 192x28x28 { … }\`, and all its parameters defaults.`,
    );
  throw new Failure(`${f.path} has no target ${name}${names.length ? `; it has ${names.join(', ')}` : ''}.`, 2);
}

/** `3x256x256` or `784`. */
export function parseShape(text: string): Shape {
  const dims = text.split(/[x×]/).map(Number);
  if ((dims.length === 1 || dims.length === 3) && dims.every((d) => Number.isInteger(d) && d > 0 && d < 2 ** 31))
    return dims as unknown as Shape;
  throw new Failure(`--input takes a shape such as 3x256x256, or a number of features, not ${text}.`, 2);
}
