/** `pointwise import`: an ONNX model as `.cnn`, and its weights beside it. What is written is elaborated and held against what was read. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EmptyFileSystem, URI } from 'langium';
import { analyse } from '../graph/analyse.ts';
import type { Graph } from '../graph/graph.ts';
import { align } from '../import/align.ts';
import { ImportFault } from '../import/fault.ts';
import { type Imported, importOnnx, listUnsaid } from '../import/index.ts';
import { weightFile } from '../import/weights.ts';
import { formatText } from '../language/editor/formatter.ts';
import { createCnnServices } from '../language/services.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { Failure, write } from './errors.ts';
import { parseShapes } from './open.ts';
import { tell } from './streams.ts';

export interface ImportOptions {
  readonly output?: string;
  readonly partial?: boolean;
  readonly input?: string;
}

/** Protobuf's own limit on a message. */
const LARGEST = 2 ** 31;

/** Reads a part of a file that stands in the model's folder. */
const external =
  (folder: string) =>
  (location: string, offset: number, length: number): Uint8Array | undefined => {
    const path = join(folder, location);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return offset + length <= size ? readFileSync(path).subarray(offset, offset + length) : undefined;
  };

async function bytesOf(path: string): Promise<Uint8Array> {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) throw new Failure(`There is no file ${path}.`, 2);
  if (!info.isFile()) throw new Failure(`${path} is not a file.`, 2);
  if (info.size >= LARGEST) throw new Failure(`${path} is larger than an ONNX file can be, 2 GiB.`);
  return readFile(path);
}

/** A name for the network: the file's, in words that begin with capitals. */
function nameOf(path: string): string {
  const words = basename(path)
    .replace(/\..*$/, '')
    .match(/[A-Za-z0-9]+/g) ?? ['Net'];
  const name = words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('');
  return /^\d/.test(name) ? `Net${name}` : name;
}

/** The graph that a text means. */
async function elaborated(text: string, name: string): Promise<{ readonly graph: Graph; readonly text: string } | undefined> {
  const { shared, cnn } = createCnnServices(EmptyFileSystem);
  const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse('file:///imported.cnn'));
  shared.workspace.LangiumDocuments.addDocument(document);
  await shared.workspace.DocumentBuilder.build([document]);
  const analysis = cnn.analyses.of(document);
  const target = analysis.targets.find((t) => t.name === name);
  const graph = target && analysis.target(target)?.graph;
  return graph && { graph, text: formatText(text, cnn) ?? text };
}

function read(bytes: Uint8Array, path: string, o: ImportOptions): Imported {
  try {
    return importOnnx(bytes, {
      name: nameOf(path),
      partial: o.partial ?? false,
      external: external(dirname(path)),
      ...(o.input === undefined ? {} : { inputs: parseShapes(o.input) }),
    });
  } catch (e) {
    if (e instanceof ImportFault)
      throw new Failure(
        `${path}: ${e.message}${e.code === 'unsupported' && !o.partial ? '\n--partial writes the largest part that can be said.' : ''}`,
      );
    throw e;
  }
}

/** Imports a model; gives what to say. */
export async function importModel(path: string, o: ImportOptions): Promise<readonly string[]> {
  const out = o.output ?? `${basename(path).replace(/\.[^.]*$/, '')}.cnn`;
  if (o.output === undefined && existsSync(out))
    throw new Failure(`${out} is there already: name the file with -o, to write over it or elsewhere.`, 2);
  const made = read(await bytesOf(path), path, o);
  const meant = await elaborated(made.text, made.graph.name);
  const like = meant && align(meant.graph, made.graph);
  if (!meant || !like) {
    if (process.env.POINTWISE_TRACE) tell(made.text);
    throw new Error(`what was written of ${path} does not mean what was read`);
  }
  await write(out, meant.text);
  const { totals } = analyse(meant.graph);
  const figures = `${totals.params.toLocaleString('en')} params, ${totals.weights.toLocaleString('en')} weights, ${totals.macs.toLocaleString('en')} MACs`;
  const said = [`wrote ${out}: ${made.graph.name}, ${figures}`];
  const file = weightFile(meant.graph, made, like);
  if (file.tensors.size > 0 && file.missing.length === 0) {
    const beside = `${out.replace(/\.cnn$/, '')}.safetensors`;
    await write(beside, writeSafetensors(file));
    said.push(`wrote ${beside}: ${file.tensors.size} tensors`);
  } else if (file.missing.length > 0)
    said.push(`no weights were written: the model does not hold the numbers of ${file.missing.length} tensors, ${file.missing[0]} first`);
  if (made.unsaid.length > 0) said.push(`Left out, since .cnn cannot say it:\n${listUnsaid(made.unsaid, made.behind)}`);
  return [...said, ...made.remarks];
}
