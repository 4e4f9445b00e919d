/** A model of another program as `.cnn`, held to what was read: its text, its figures, its weights, and what there is to say about it. */
import { analyse } from '../graph/analyse.ts';
import type { Totals } from '../graph/facts.ts';
import { align } from '../import/align.ts';
import { ImportFault } from '../import/fault.ts';
import { type ImportOptions, importModel, listUnsaid } from '../import/index.ts';
import { type Model, readModel } from '../import/read/model.ts';
import { reopened, textIn } from '../import/reopen.ts';
import { weightFile } from '../import/weights.ts';
import { type YoloOptions, yoloToCnn } from '../import/yolo/write.ts';
import type { TensorFile } from '../weights/safetensors.ts';
import { elaborated } from './elaborated.ts';

export interface Converted {
  readonly text: string;
  /** The network's name. */
  readonly name: string;
  readonly totals: Totals;
  /** Its numbers; undefined where the model holds none, or not all. */
  readonly weights: TensorFile | undefined;
  /** Sentences about what was left out or changed. */
  readonly remarks: readonly string[];
}

/** Which weights a model does not hold, in a sentence; undefined where it holds all. */
const lacking = ({ missing }: { readonly missing: readonly string[] }): string | undefined =>
  missing.length === 0
    ? undefined
    : `no weights were written: the model does not hold the numbers of ${missing.length} tensors, ${missing[0]} first`;

/** Opens a model that holds its text as that text; undefined where it holds none, or is no longer what the text says. */
async function asText(model: Model): Promise<Converted | undefined> {
  const written = textIn(model);
  const meant = written && (await elaborated(written.text, written.target));
  const again = meant && meant.errors.length === 0 ? reopened(model, meant.graph) : undefined;
  if (!meant || !again) return undefined;
  const same = new Map(meant.graph.nodes.map((n) => [n.id, n.id]));
  const file = weightFile(meant.graph, again, same);
  const lacks = lacking(file);
  return {
    text: meant.text,
    name: written.target,
    totals: analyse(meant.graph).totals,
    weights: lacks === undefined && file.tensors.size > 0 ? file : undefined,
    remarks: [
      'The model holds the text of which it was made, and still is what that says: the text is as it was.',
      ...(lacks ? [lacks] : []),
    ],
  };
}

/** Reads an ONNX model. Throws `ImportFault` on account of the file. */
export async function convertOnnx(bytes: Uint8Array, o: ImportOptions): Promise<Converted> {
  const model = readModel(bytes, o.external);
  const opened = o.inputs || o.graphOnly ? undefined : await asText(model);
  if (opened) return opened;
  const made = importModel(model, o);
  const meant = await elaborated(made.text, made.graph.name);
  const like = meant && align(meant.graph, made.graph);
  if (!meant || !like) throw new Error(`what was written of this model does not mean what was read:\n${made.text}`);
  const file = weightFile(meant.graph, made, like);
  const lacks = lacking(file);
  return {
    text: meant.text,
    name: made.graph.name,
    totals: analyse(meant.graph).totals,
    weights: lacks === undefined && file.tensors.size > 0 ? file : undefined,
    remarks: [
      ...(lacks ? [lacks] : []),
      ...(made.unsaid.length > 0 ? [`Left out, since .cnn cannot say it:\n${listUnsaid(made.unsaid, made.behind)}`] : []),
      ...(textIn(model) ? ['The model holds a text too, of which it is no longer what that says: its own graph was read.'] : []),
      ...made.remarks,
    ],
  };
}

/** More of them say no more. */
const MOST_ERRORS = 5;

/** Reads a model of the YOLO family. Throws `ImportFault` on account of the file, also where its layers do not fit each other. */
export async function convertYolo(yaml: string, o: YoloOptions): Promise<Converted> {
  const { text, layers, remarks } = yoloToCnn(yaml, o);
  const meant = await elaborated(text, o.name);
  const errors = meant?.errors ?? [];
  if (!meant || errors.length > 0) {
    const told = errors.slice(0, MOST_ERRORS).map(({ message, lines }) => {
      const layer = lines.map((l) => layers.get(l)).find((l) => l !== undefined);
      return `  ${layer ? `line ${layer.line}, layer ${layer.index} (${layer.module}): ` : ''}${message}`;
    });
    throw new ImportFault('broken', `The layers of this model do not fit each other${told.length > 0 ? `:\n${told.join('\n')}` : '.'}`);
  }
  return { text: meant.text, name: o.name, totals: analyse(meant.graph).totals, weights: undefined, remarks };
}
