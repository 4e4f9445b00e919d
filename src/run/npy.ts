/**
 * NumPy's `.npy` files of float32, and of float64 and integers when reading (format: numpy.lib.format, versions 1 to 3); and its `.npz`
 * archives of several, as `numpy.savez` writes them.
 */
import { zipSync } from 'fflate';

const MAGIC = '\x93NUMPY';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Why bytes cannot be read as an array. */
export class NpyFault extends Error {}

type Reader = (view: DataView, at: number) => number;
const TYPES: Readonly<Record<string, readonly [size: number, read: Reader]>> = {
  f4: [4, (v, i) => v.getFloat32(i, true)],
  f8: [8, (v, i) => v.getFloat64(i, true)],
  i8: [8, (v, i) => Number(v.getBigInt64(i, true))],
  i4: [4, (v, i) => v.getInt32(i, true)],
  i2: [2, (v, i) => v.getInt16(i, true)],
  i1: [1, (v, i) => v.getInt8(i)],
  u1: [1, (v, i) => v.getUint8(i)],
};

/** Reads an array. Throws `NpyFault`. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number): string => new TextDecoder('latin1').decode(bytes.subarray(from, to));
  if (bytes.length < 12 || bytes[0] !== 0x93 || text(1, 6) !== 'NUMPY') throw new NpyFault('it is not an .npy file');
  const wide = (bytes[6] ?? 1) > 1;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = text(start, start + length);
  const type = /'descr':\s*'[<|=]([a-z]\d)'/.exec(header)?.[1] ?? '';
  const format = TYPES[type];
  if (!format)
    throw new NpyFault(
      `its type is ${/'descr':\s*([^,]+)/.exec(header)?.[1] ?? 'unknown'}; only float32, float64 and integers can be read, in little-endian order`,
    );
  if (/'fortran_order':\s*True/.test(header)) throw new NpyFault('it is in Fortran order; save it with np.ascontiguousarray');
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .map(Number);
  const [size, read] = format;
  const n = shape.reduce((a, b) => a * b, 1);
  if (start + length + n * size > bytes.length) throw new NpyFault(`it is cut off: ${n} entries do not fit in ${bytes.length} bytes`);
  const data = new Float32Array(n);
  for (let i = 0; i < n; i++) data[i] = read(view, start + length + i * size);
  return { shape, data };
}

/** The bytes of an array. */
export function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = `${dict}${' '.repeat((64 - ((10 + dict.length + 1) % 64)) % 64)}\n`;
  const bytes = new Uint8Array(10 + header.length + 4 * data.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  bytes[6] = 1;
  view.setUint16(8, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[10 + i] = header.charCodeAt(i);
  for (const [i, v] of data.entries()) view.setFloat32(10 + header.length + 4 * i, v, true);
  return bytes;
}

/** The bytes of an archive of arrays by name, not compressed. Always the same for the same arrays: no entry has a date of its own. */
export function writeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: '1980-01-01T00:00' });
}
