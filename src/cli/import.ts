/** `pointwise import`: an ONNX model as `.cnn`, and its weights beside it. What is written is elaborated and held against what was read. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Converted, convertOnnx } from '../conversion/convert.ts';
import { ImportFault } from '../import/fault.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { Failure, write } from './errors.ts';
import { parseShapes } from './open.ts';

export interface ImportOptions {
  readonly output?: string;
  readonly partial?: boolean;
  readonly graphOnly?: boolean;
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
    .replace(/\.[^.]*$/, '')
    .match(/[A-Za-z0-9]+/g) ?? ['Net'];
  const name = words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('');
  return /^\d/.test(name) ? `Net${name}` : name;
}

async function read(bytes: Uint8Array, path: string, o: ImportOptions): Promise<Converted> {
  try {
    return await convertOnnx(bytes, {
      name: nameOf(path),
      partial: o.partial ?? false,
      graphOnly: o.graphOnly ?? false,
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
  const made = await read(await bytesOf(path), path, o);
  await write(out, made.text);
  const { totals } = made;
  const figures = `${totals.params.toLocaleString('en')} params, ${totals.weights.toLocaleString('en')} weights, ${totals.macs.toLocaleString('en')} MACs`;
  const said = [`wrote ${out}: ${made.name}, ${figures}`];
  if (made.weights) {
    const beside = `${out.replace(/\.cnn$/, '')}.safetensors`;
    await write(beside, writeSafetensors(made.weights));
    said.push(`wrote ${beside}: ${made.weights.tensors.size} tensors`);
  }
  return [...said, ...made.remarks];
}
