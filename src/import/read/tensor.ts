/** Constant tensors: extents at once, numbers when they are asked for. */

import type { Read } from '../../onnx/schema.ts';
import { bfloat16, float16 } from '../../weights/halves.ts';
import { ImportFault } from '../fault.ts';

/** What holds numbers: single precision for floats, double (exact to 2^53) for whole numbers and truth values. */
export type Numbers = Float32Array | Float64Array;

export interface Tensor {
  readonly dims: readonly number[];
  readonly float: boolean;
  /** In the order of rows; undefined where the file keeps them elsewhere, or not at all. */
  numbers(): Numbers | undefined;
  /** The initialiser's name, where it is one, or a copy of one, be it under other extents. */
  readonly name?: string;
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** More numbers than any constant that is computed has. */
export const MOST_NUMBERS = 2 ** 27;

/** A tensor whose numbers are made once, on demand. */
export function lazy(dims: readonly number[], float: boolean, make: () => Numbers | undefined, name?: string): Tensor {
  let made: { readonly numbers: Numbers | undefined } | undefined;
  return {
    dims,
    float,
    numbers: () => {
      made ??= { numbers: make() };
      return made.numbers;
    },
    ...(name === undefined ? {} : { name }),
  };
}

export const wholes = (dims: readonly number[], values: ArrayLike<number>): Tensor => lazy(dims, false, () => Float64Array.from(values));

/** Types of elements by their number in onnx.proto: bytes of each, whether they are floats, and how one is read. */
interface Element {
  readonly bytes: number;
  readonly float: boolean;
  read(v: DataView, at: number): number;
}
const ELEMENTS: Readonly<Record<number, Element>> = {
  1: { bytes: 4, float: true, read: (v, at) => v.getFloat32(at, true) },
  2: { bytes: 1, float: false, read: (v, at) => v.getUint8(at) },
  3: { bytes: 1, float: false, read: (v, at) => v.getInt8(at) },
  4: { bytes: 2, float: false, read: (v, at) => v.getUint16(at, true) },
  5: { bytes: 2, float: false, read: (v, at) => v.getInt16(at, true) },
  6: { bytes: 4, float: false, read: (v, at) => v.getInt32(at, true) },
  7: { bytes: 8, float: false, read: (v, at) => Number(v.getBigInt64(at, true)) },
  9: { bytes: 1, float: false, read: (v, at) => v.getUint8(at) },
  10: { bytes: 2, float: true, read: (v, at) => float16(v.getUint16(at, true)) },
  11: { bytes: 8, float: true, read: (v, at) => v.getFloat64(at, true) },
  12: { bytes: 4, float: false, read: (v, at) => v.getUint32(at, true) },
  13: { bytes: 8, float: false, read: (v, at) => Number(v.getBigUint64(at, true)) },
  16: { bytes: 2, float: true, read: (v, at) => bfloat16(v.getUint16(at, true)) },
};

/** Whether elements of a type, by its number in onnx.proto, are floats. */
export const isFloat = (type: number): boolean => ELEMENTS[type]?.float ?? false;

function fromBytes(e: Element, bytes: Uint8Array, n: number): Numbers {
  const numbers = e.float ? new Float32Array(n) : new Float64Array(n);
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < n; i++) numbers[i] = e.read(v, i * e.bytes);
  return numbers;
}

/** Reads the bytes that a file keeps beside itself: a place relative to its folder, an offset and a length. Undefined where there are none. */
export type ReadExternal = (location: string, offset: number, length: number) => Uint8Array | undefined;

function inside(location: string): boolean {
  const parts = location.split(/[\\/]/);
  return location !== '' && !/^([\\/]|[A-Za-z]:)/.test(location) && !parts.includes('..') && !location.includes('\0');
}

/** A tensor of the file. Throws `ImportFault` where its numbers do not fill its extents, or lie outside the file's folder. */
export function readTensor(t: Read<'TensorProto'>, external: ReadExternal | undefined): Tensor {
  const called = `The tensor ${t.name || 'of a constant'}`;
  const { dims } = t;
  if (dims.length > 8 || dims.some((d) => !Number.isSafeInteger(d) || d < 0) || !(sizeOf(dims) <= 2 ** 40))
    throw new ImportFault('broken', `${called} claims to be ${dims.join('×')}, which is no shape.`);
  const n = sizeOf(dims);
  const e = ELEMENTS[t.dataType ?? 0];
  const own = { ...(t.name ? { name: t.name } : {}) };
  if (!e) return { dims, float: false, numbers: () => undefined, ...own };
  if (t.dataLocation === 1) {
    const { location = '', offset = '0', length } = Object.fromEntries(t.externalData.map(({ key, value }) => [key, value]));
    const [from, count] = [Number(offset), length === undefined ? n * e.bytes : Number(length)];
    if (!inside(location))
      throw new ImportFault('broken', `${called} has its numbers in ${JSON.stringify(location)}, which is outside the model's folder.`);
    if (!Number.isSafeInteger(from) || from < 0 || count !== n * e.bytes)
      throw new ImportFault('broken', `${called} is ${dims.join('×')}, but claims ${count} bytes of ${location} from ${offset}.`);
    return lazy(
      dims,
      e.float,
      () => {
        const bytes = external?.(location, from, count);
        return bytes?.length === count ? fromBytes(e, bytes, n) : undefined;
      },
      t.name,
    );
  }
  const raw = t.rawData;
  if (raw && raw.length > 0) {
    if (raw.length !== n * e.bytes)
      throw new ImportFault('broken', `${called} claims to be ${dims.join('×')}, but holds ${raw.length} bytes.`);
    return lazy(dims, e.float, () => fromBytes(e, raw, n), t.name);
  }
  const typed = [t.floatData, t.int32Data, t.int64Data, t.doubleData].find((d) => d.length > 0);
  if (n === 0) return lazy(dims, e.float, () => (e.float ? new Float32Array(0) : new Float64Array(0)), t.name);
  // A graph without its weights: extents are all that is known.
  if (!typed) return { dims, float: e.float, numbers: () => undefined, ...own };
  if (typed.length !== n) throw new ImportFault('broken', `${called} claims to be ${dims.join('×')}, but holds ${typed.length} numbers.`);
  if (t.dataType === 10 || t.dataType === 16) {
    const words = new Uint8Array(Uint16Array.from(typed).buffer);
    return lazy(dims, true, () => fromBytes(e, words, n), t.name);
  }
  return lazy(dims, e.float, () => (e.float ? Float32Array.from(typed) : Float64Array.from(typed)), t.name);
}
