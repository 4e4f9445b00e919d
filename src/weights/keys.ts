/** Weights under the keys of a state dict, and back: the table from the paths of layers to keys stands in the file's metadata. */
import type { Tensor, TensorFile } from './safetensors.ts';

/** The entry of the metadata in which the table is, as JSON. */
const TABLE = 'pointwise.keys';

/** A weight of a graph: where its layer keeps it, and its name there. */
export interface WeightPlace {
  /** `stem/conv`. */
  readonly kept: string;
  /** `weight`. */
  readonly part: string;
  readonly dims: readonly number[];
}

const nameOf = ({ kept, part }: WeightPlace): string => `${kept}/${part}`;

/** A file of weights under a state dict's keys. `keys` are those of layers; weights of layers without one have their path. */
export function keyed(
  places: readonly WeightPlace[],
  weights: ReadonlyMap<string, Float32Array>,
  keys: ReadonlyMap<string, string>,
): TensorFile {
  const tensors = new Map<string, Tensor>();
  const table: Record<string, string> = {};
  for (const p of places) {
    const data = weights.get(nameOf(p));
    const key = keys.get(p.kept) ?? p.kept.replaceAll('/', '.');
    if (!data) continue;
    table[p.kept] = key;
    tensors.set(`${key}.${p.part}`, { shape: p.dims, data });
  }
  return { tensors, metadata: { format: 'pt', [TABLE]: JSON.stringify(table) } };
}

/** The key and extents under which someone else's state dict has a weight. */
export interface ForeignKey {
  readonly key: string;
  readonly dims: readonly number[];
}

/** A file of weights under someone else's keys, by the weights' names. */
export const keyedAs = (weights: ReadonlyMap<string, Float32Array>, keys: ReadonlyMap<string, ForeignKey>): TensorFile => ({
  tensors: new Map(
    [...keys].flatMap(([n, { key, dims }]) => [[key, { shape: dims, data: weights.get(n) ?? new Float32Array() }] as const]),
  ),
  metadata: { format: 'pt' },
});

/** What keeps a file's weights from being those of a graph; completes the sentence “FILE does not fit: …”. */
export class WeightsFault extends Error {}

function tableOf(file: TensorFile): Readonly<Record<string, unknown>> {
  try {
    const table: unknown = JSON.parse(file.metadata[TABLE] ?? '{}');
    return typeof table === 'object' && table !== null ? (table as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/**
 * The weights of a graph from a file: under someone else's keys (`foreign`) where the file has them, else by its table; where it has none by the layers' paths with dots, or by `keys`,
 * those of the code that is exported, whichever the file has more of. Throws `WeightsFault`.
 */
export function unkeyed(
  places: readonly WeightPlace[],
  file: TensorFile,
  foreign?: ReadonlyMap<string, ForeignKey>,
  keys?: () => ReadonlyMap<string, string>,
): ReadonlyMap<string, Float32Array> {
  if (foreign && [...foreign.values()].every(({ key }) => file.tensors.has(key))) return fromForeign(places, file, foreign);
  const own = tableOf(file);
  const has = (t: Readonly<Record<string, unknown>>): number =>
    places.filter((p) => file.tensors.has(`${typeof t[p.kept] === 'string' ? t[p.kept] : p.kept.replaceAll('/', '.')}.${p.part}`)).length;
  const others = keys && has(own) < places.length ? Object.fromEntries(keys()) : own;
  const table = has(others) > has(own) ? others : own;
  const found = new Map<string, Float32Array>();
  for (const p of places) {
    const key = table[p.kept];
    const base = typeof key === 'string' ? key : p.kept.replaceAll('/', '.');
    const tensor = file.tensors.get(`${base}.${p.part}`);
    if (!tensor) throw new WeightsFault(`it has no \`${base}.${p.part}\`, the weights of ${p.kept}`);
    if (tensor.shape.join() !== p.dims.join())
      throw new WeightsFault(`\`${base}.${p.part}\` is ${tensor.shape.join('×')}, where ${p.kept} has ${p.dims.join('×')}`);
    found.set(nameOf(p), tensor.data);
  }
  return found;
}

function fromForeign(
  places: readonly WeightPlace[],
  file: TensorFile,
  foreign: ReadonlyMap<string, ForeignKey>,
): ReadonlyMap<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  for (const p of places) {
    const as = foreign.get(nameOf(p));
    const tensor = as && file.tensors.get(as.key);
    if (!tensor) throw new WeightsFault(`it has nothing for ${nameOf(p)}`);
    if (tensor.shape.join() !== as.dims.join())
      throw new WeightsFault(`\`${as.key}\` is ${tensor.shape.join('×')}, where ${p.kept} has ${as.dims.join('×')}`);
    found.set(nameOf(p), tensor.data);
  }
  return found;
}
