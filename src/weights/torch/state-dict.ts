/**
 * State dicts as PyTorch saves them since 1.6: a zip archive of a pickle that names tensors, and of their numbers, a file each
 * (https://docs.pytorch.org/docs/stable/notes/serialization.html). Tensors are read and nothing else; no name in the file is called.
 */
import { unzipSync } from 'fflate';
import { bfloat16, float16 } from '../halves.ts';
import type { Tensor, TensorFile } from '../safetensors.ts';
import { Global, type Known, PickleFault, unpickle, type Value } from './pickle.ts';

/** How numbers are kept, by the storage's class. */
interface Kind {
  readonly bytes: number;
  /** Integers and masks are no weights. */
  read?(view: DataView, at: number): number;
}
const KINDS: Readonly<Record<string, Kind>> = {
  FloatStorage: { bytes: 4, read: (v, at) => v.getFloat32(at, true) },
  DoubleStorage: { bytes: 8, read: (v, at) => v.getFloat64(at, true) },
  HalfStorage: { bytes: 2, read: (v, at) => float16(v.getUint16(at, true)) },
  BFloat16Storage: { bytes: 2, read: (v, at) => bfloat16(v.getUint16(at, true)) },
  LongStorage: { bytes: 8 },
  IntStorage: { bytes: 4 },
  ShortStorage: { bytes: 2 },
  CharStorage: { bytes: 1 },
  ByteStorage: { bytes: 1 },
  BoolStorage: { bytes: 1 },
};
const REBUILD = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';
const ORDERED = 'collections.OrderedDict';
/** Under which checkpoints keep the state dict. */
const NESTED = ['state_dict', 'model_state_dict', 'model', 'net', 'weights'];
/** Names that `DataParallel` and compilers put before all others. */
const PREFIXES = ['module.', '_orig_mod.'];
const MOST_DIMS = 8;

interface Storage {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

const isCounts = (v: Value | undefined): v is number[] => Array.isArray(v) && v.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** Where each entry of a tensor lies, as PyTorch's strides say, in the order of rows. */
function gather(shape: readonly number[], strides: readonly number[], offset: number, read: (i: number) => number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(size);
  const at = new Array<number>(shape.length).fill(0);
  let place = offset;
  for (let i = 0; i < size; i++) {
    data[i] = read(place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis] as number;
      if (++(at[axis] as number) < (shape[axis] as number)) break;
      place -= (strides[axis] as number) * (shape[axis] as number);
      at[axis] = 0;
    }
  }
  return data;
}

/** A tensor whose numbers are read when they are asked for; undefined for one of whole numbers. Throws `PickleFault` where it lies. */
function tensorOf([storage, offset, shape, strides]: readonly Value[]): Value {
  const { made } = storage instanceof Object && 'made' in storage ? storage : { made: undefined };
  if (
    !made ||
    !isCounts(shape) ||
    !isCounts(strides) ||
    typeof offset !== 'number' ||
    shape.length !== strides.length ||
    shape.length > MOST_DIMS
  )
    throw new PickleFault('it has a tensor without numbers, shape or place');
  const { kind, bytes } = made as Storage;
  if (!kind.read) return { made: undefined };
  const size = shape.reduce((a, b) => a * b, 1);
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * (strides[i] as number), offset);
  const held = bytes.length / kind.bytes;
  // An expanded tensor has more entries than numbers: no weights are so.
  if (offset < 0 || size > held || (size > 0 && last >= held))
    throw new PickleFault(`a tensor claims to be ${shape.join('×')}, but ${held.toLocaleString('en')} numbers are kept for it`);
  const { read } = kind;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let data: Float32Array | undefined;
  const tensor: Tensor = {
    shape,
    get data() {
      data ??= gather(shape, strides, offset, (i) => read(view, i * kind.bytes));
      return data;
    },
  };
  return { made: tensor };
}

function knownOf(files: ReadonlyMap<string, Uint8Array>): Known {
  return {
    has: (name) =>
      [REBUILD, PARAMETER, ORDERED, 'torch.Size'].includes(name) || (name.startsWith('torch.') && Object.hasOwn(KINDS, name.slice(6))),
    call(name, args) {
      if (name === ORDERED) return new Map();
      if (name === 'torch.Size') return args[0];
      if (name === PARAMETER) return args[0];
      return name === REBUILD ? tensorOf(args) : undefined;
    },
    persistent(id) {
      const [what, kind, key] = Array.isArray(id) ? id : [];
      const bytes = typeof key === 'string' ? files.get(`data/${key}`) : undefined;
      if (what !== 'storage' || !(kind instanceof Global) || !bytes) throw new PickleFault('the numbers of a tensor are not in it');
      return { made: { kind: KINDS[kind.name.slice(6)] as Kind, bytes } satisfies Storage };
    },
  };
}

const isTensor = (v: Value | undefined): v is { readonly made: Tensor } =>
  typeof v === 'object' && v !== null && 'made' in v && v.made !== undefined && 'shape' in (v.made as object);
const hasTensors = (v: Value | undefined): v is Map<Value, Value> => v instanceof Map && [...v.values()].some(isTensor);

/** The dictionary of tensors, which a checkpoint keeps beside what else there is of a training. */
function dictOf(top: Value): Map<Value, Value> {
  if (hasTensors(top)) return top;
  const nested = top instanceof Map ? NESTED.map((key) => top.get(key)).find(hasTensors) : undefined;
  if (nested) return nested;
  const keys = top instanceof Map ? [...top.keys()].slice(0, 8).join(', ') : '';
  throw new PickleFault(`it holds no state dict${keys === '' ? '' : `, but ${keys}`}`);
}

/** Whether bytes are a zip archive, as state dicts are. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
/** Whether bytes are a bare pickle, as PyTorch saved before 1.6. */
export const isPickle = (bytes: Uint8Array): boolean => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5;

/** Its files by name, below the archive's folder. Stored as they are: what is packed could be of any size. */
function filesIn(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const below = (name: string): string => name.replace(/^[^/]*\//, '');
  let all = 0;
  try {
    const found = unzipSync(bytes, {
      filter: ({ name, compression, size, originalSize }) => {
        if (below(name) === 'constants.pkl') throw new PickleFault('it is a TorchScript program: save its state dict');
        if (!/^(data\.pkl|byteorder|data\/[^/]*)$/.test(below(name))) return false;
        if (compression !== 0 || size !== originalSize) throw new PickleFault('its files are packed, which those of a state dict are not');
        all += size;
        // Files that overlap would be copied again and again.
        if (all > bytes.length) throw new PickleFault('its files claim more than there is');
        return true;
      },
    });
    return new Map(Object.entries(found).map(([name, data]) => [below(name), data]));
  } catch (e) {
    throw e instanceof PickleFault ? e : new PickleFault('it is no zip archive, or one that breaks off');
  }
}

/** Reads a state dict: tensors of floating-point numbers, read when they are asked for. Throws `PickleFault`. */
export function readStateDict(bytes: Uint8Array): TensorFile {
  if (!isZip(bytes)) throw new PickleFault('it was saved by PyTorch before 1.6: load it there and save its state dict again');
  const files = filesIn(bytes);
  const pickle = files.get('data.pkl');
  if (!pickle) throw new PickleFault('it holds no state dict');
  const order = files.get('byteorder');
  if (order && new TextDecoder().decode(order) !== 'little') throw new PickleFault('its numbers are big-endian');
  const named = [...dictOf(unpickle(pickle, knownOf(files)))].flatMap(([key, v]) =>
    typeof key === 'string' && isTensor(v) ? [[key, v.made] as const] : [],
  );
  const prefix = PREFIXES.find((p) => named.every(([key]) => key.startsWith(p))) ?? '';
  return { tensors: new Map(named.map(([key, tensor]) => [key.slice(prefix.length), tensor])), metadata: {} };
}
