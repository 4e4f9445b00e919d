/** `pointwise import`: an ONNX model as `.cnn`, its weights beside it, or the YAML of a YOLO model. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Converted, convertOnnx, convertYolo } from '../conversion/convert.ts';
import { sourceIn } from '../export/picture/svg.ts';
import { ImportFault } from '../import/fault.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { Failure, write } from './errors.ts';
import { parseShapes } from './open.ts';

export interface ImportOptions {
  readonly output?: string;
  readonly partial?: boolean;
  readonly graphOnly?: boolean;
  readonly input?: string;
  readonly scale?: string;
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

/** A picture that Pointwise wrote holds the text that it shows. */
function fromPicture(bytes: Uint8Array, path: string): string {
  const text = sourceIn(Buffer.from(bytes).toString('utf8'));
  if (text === undefined) throw new Failure(`${path} holds no .cnn text: only pictures that Pointwise exported as SVG do.`);
  return text;
}

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

/** A name for the network: the file's, in words that begin with capitals. */
function nameOf(path: string): string {
  const words = basename(path)
    .replace(/\.[^.]*$/, '')
    .match(/[A-Za-z0-9]+/g) ?? ['Net'];
  const name = words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('');
  return /^\d/.test(name) ? `Net${name}` : name;
}

/** `n` of `yolov8n.yaml`, as the family names its scales. */
const scaleNamed = (path: string): string | undefined => /^yolo.*?\d+([nslmxtbc])\b/i.exec(basename(path).replaceAll('_', '-'))?.[1];

async function convert(bytes: Uint8Array, path: string, o: ImportOptions): Promise<Converted> {
  const inputs = o.input === undefined ? undefined : parseShapes(o.input);
  const name = nameOf(path);
  if (!isYaml(path)) {
    const { partial = false, graphOnly = false } = o;
    return convertOnnx(bytes, { name, partial, graphOnly, external: external(dirname(path)), ...(inputs ? { inputs } : {}) });
  }
  const named = scaleNamed(path);
  // `YOLOv8n` of yolov8.yaml, and of yolov8s.yaml where n is asked for.
  const scaled = o.scale === undefined ? name : `${named === undefined ? name : name.replace(new RegExp(`${named}$`), '')}${o.scale}`;
  return convertYolo(Buffer.from(bytes).toString('utf8'), {
    name: scaled.replace(/^Yolo/, 'YOLO'),
    ...(o.scale === undefined ? {} : { scale: o.scale }),
    ...(named === undefined ? {} : { named }),
    ...(inputs ? { input: inputs[0] } : {}),
  });
}

async function read(bytes: Uint8Array, path: string, o: ImportOptions): Promise<Converted> {
  try {
    return await convert(bytes, path, o);
  } catch (e) {
    if (!(e instanceof ImportFault)) throw e;
    const hint = e.code === 'unsupported' && !o.partial && !isYaml(path) ? '\n--partial writes the largest part that can be said.' : '';
    throw new Failure(`${path}: ${e.message}${hint}`, e.code === 'input' ? 2 : 1);
  }
}

/** Imports a model; gives what to say. */
export async function importModel(path: string, o: ImportOptions): Promise<readonly string[]> {
  const only = isYaml(path) ? (['partial', 'graphOnly'] as const) : (['scale'] as const);
  const wrong = only.find((option) => o[option]);
  if (wrong)
    throw new Failure(`--${wrong === 'graphOnly' ? 'graph-only' : wrong} is for ${isYaml(path) ? 'ONNX models' : 'the YAML of YOLO'}.`, 2);
  const out = o.output ?? `${basename(path).replace(/\.[^.]*$/, '')}.cnn`;
  if (o.output === undefined && existsSync(out))
    throw new Failure(`${out} is there already: name the file with -o, to write over it or elsewhere.`, 2);
  if (/\.svg$/i.test(path)) {
    await write(out, fromPicture(await bytesOf(path), path));
    return [`wrote ${out}`];
  }
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
