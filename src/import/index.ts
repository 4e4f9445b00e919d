/** ONNX → `.cnn`: data goes one way, bytes → model → steps → layers → graph → text. Nothing here knows files or the language. */
import { toCnn } from '../export/cnn/file.ts';
import { KEYWORDS } from '../export/cnn/keywords.ts';
import { FreshNames } from '../export/cnn/layout.ts';
import type { Graph } from '../graph/graph.ts';
import { layers } from '../layers/index.ts';
import { ImportFault } from './fault.ts';
import { fold } from './fold/index.ts';
import { type Model, readModel } from './read/model.ts';
import type { ReadExternal, Tensor } from './read/tensor.ts';
import { type ReadGraph, toGraph } from './recognise/graph.ts';
import { recognise, type Unsaid } from './recognise/recognise.ts';
import { simplify } from './simplify/simplify.ts';

export interface ImportOptions {
  /** What the network is called. */
  readonly name: string;
  /** Writes the largest part that can be said, where not all can. */
  readonly partial?: boolean;
  /** Reads the graph also where the model holds the text of which it was made. */
  readonly graphOnly?: boolean;
  /** Extents of the inputs without the batch, where the file leaves them open or others are wanted. */
  readonly inputs?: readonly (readonly number[])[];
  /** Reads what the file keeps beside itself. */
  readonly external?: ReadExternal;
}

export interface Imported {
  readonly graph: Graph;
  readonly text: string;
  /** By the names of `record` for `graph`. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What `.cnn` cannot say; empty unless `partial`. */
  readonly unsaid: readonly Unsaid[];
  /** How many operators stand behind those. */
  readonly behind: number;
  readonly remarks: readonly string[];
}

const MOST_NAMED = 5;

/** What cannot be said, kind by kind, with names and counts, and the first reason. */
export function listUnsaid(unsaid: readonly Unsaid[], behind: number): string {
  const kinds = Map.groupBy(unsaid, (u) => `${u.type}: ${u.why}`);
  const lines = [...kinds].map(([what, all]) => {
    const names = all.slice(0, MOST_NAMED).map((u) => u.name);
    const more = all.length > MOST_NAMED ? `, and ${all.length - MOST_NAMED} more` : '';
    return `  ${all.length}× ${what} (${names.join(', ')}${more})`;
  });
  return [...lines, ...(behind > 0 ? [`  ${behind} operators stand behind these.`] : [])].join('\n');
}

/** Graphs of more layers are written as they are, for folding looks at all pieces of them. */
const MOST_FOLDED = 4000;

function written({ graph, modules }: ReadGraph): string {
  try {
    if (graph.nodes.length <= MOST_FOLDED) return fold(graph, modules);
    return toCnn([{ graph, kind: 'network', name: graph.name, doc: '' }]);
  } catch (e) {
    if (e instanceof RangeError)
      throw new ImportFault('too-large', 'The branches of this model lie too deep inside each other to be written.');
    throw e;
  }
}

/** Reads a model and writes it as `.cnn`. Throws `ImportFault`, and nothing else on account of a file. */
export const importOnnx = (bytes: Uint8Array, o: ImportOptions): Imported => importModel(readModel(bytes, o.external), o);

/** The same for a model that is read already. */
export function importModel(model: Model, o: ImportOptions): Imported {
  const simplified = simplify(model, o.inputs);
  const r = recognise(simplified);
  if (r.unsaid.length > 0 && !o.partial)
    throw new ImportFault('unsupported', `.cnn cannot say all of this model:\n${listUnsaid(r.unsaid, r.behind)}`);
  // An output called `relu` would hide the layer.
  const names = new FreshNames([...KEYWORDS, ...layers.keys(), 'takes', 'shared', 'size', o.name]);
  const read: ReadGraph = toGraph(r, o.name, model.producer === 'pointwise', (wanted) => names.take(wanted));
  if (read.graph.nodes.every((n) => n.kind === 'input'))
    throw new ImportFault('unsupported', `Nothing of this model can be said in .cnn:\n${listUnsaid(r.unsaid, r.behind)}`);
  const text = written(read);
  return { graph: read.graph, text, weights: read.weights, unsaid: r.unsaid, behind: r.behind, remarks: r.remarks };
}
