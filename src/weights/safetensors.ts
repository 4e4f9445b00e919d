/** `.safetensors` files (format: https://github.com/huggingface/safetensors#format): named tensors behind a header of JSON. */
import { bfloat16, float16 } from './halves.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Strings by name, `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Why bytes cannot be read; completes the sentence “FILE cannot be read: …”. */
export class SafetensorsFault extends Error {}

/** The reference implementation's limit on the header. */
const MOST_HEADER = 100_000_000;

/** The bytes of a file. Tensors stand in the order in which they are given, each 4 bytes a number. */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.length * 4] };
    at += data.length * 4;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Filled up with spaces, so that the numbers are aligned.
  const size = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + size + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  bytes.fill(0x20, 8, 8 + size);
  bytes.set(json, 8);
  let next = 8 + size;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), next);
    next += data.byteLength;
  }
  return bytes;
}

type Reader = (view: DataView, at: number) => number;
const TYPES: Readonly<Record<string, readonly [size: number, read: Reader]>> = {
  F64: [8, (v, i) => v.getFloat64(i, true)],
  F32: [4, (v, i) => v.getFloat32(i, true)],
  F16: [2, (v, i) => float16(v.getUint16(i, true))],
  BF16: [2, (v, i) => bfloat16(v.getUint16(i, true))],
};
/** Read over: counters and masks, which are no weights. */
const OTHERS = new Set(['I64', 'I32', 'I16', 'I8', 'U64', 'U32', 'U16', 'U8', 'BOOL']);

const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isCounts = (v: unknown): v is readonly number[] => Array.isArray(v) && v.every((n) => Number.isSafeInteger(n) && n >= 0);

function headerOf(bytes: Uint8Array): { readonly header: Readonly<Record<string, unknown>>; readonly start: number } {
  if (bytes.length < 8) throw new SafetensorsFault('it is too short');
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (size > MOST_HEADER || 8 + size > bytes.length) throw new SafetensorsFault('its header is longer than the file');
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + size)));
    if (isObject(header)) return { header, start: 8 + size };
  } catch {
    // Said below.
  }
  throw new SafetensorsFault('its header is not JSON');
}

/** Reads a file: tensors of floating-point numbers as float32; integers are left out. Throws `SafetensorsFault`. */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const { header, start } = headerOf(bytes);
  const tensors = new Map<string, Tensor>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
    if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
      throw new SafetensorsFault(`its header says of ${name} neither type, shape nor place`);
    if (OTHERS.has(dtype)) continue;
    const type = TYPES[dtype];
    if (!type) throw new SafetensorsFault(`${name} has numbers of type ${dtype}; F32, F64, F16 and BF16 can be read`);
    const [size, read] = type;
    const n = shape.reduce((a, b) => a * b, 1);
    const [from = 0, to = 0] = offsets;
    if (to - from !== n * size || start + to > bytes.length)
      throw new SafetensorsFault(`${name} does not have the place that its shape needs`);
    const data = new Float32Array(n);
    for (let i = 0; i < n; i++) data[i] = read(view, start + from + i * size);
    tensors.set(name, { shape, data });
  }
  const metadata = isObject(header.__metadata__) ? header.__metadata__ : {};
  return { tensors, metadata: Object.fromEntries(Object.entries(metadata).filter((e): e is [string, string] => typeof e[1] === 'string')) };
}
