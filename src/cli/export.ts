/** `pointwise export`: writes a target for another program. */
import { existsSync } from 'node:fs';
import { THEMES, type Theme } from '../diagram/index.ts';
import { CannotExport, type ModelOptions } from '../export/exporter.ts';
import { EXPORTERS, exporterOf } from '../export/index.ts';
import type { Graph } from '../graph/graph.ts';
import type { Outline } from '../graph/outline.ts';
import type { PublishedKey } from '../graph/published/cursor.ts';
import { TORCHVISION_FAMILIES, torchvisionKeys } from '../graph/published/torchvision.ts';
import { seededWeights, weightPlaces } from '../graph/weights.ts';
import { formatExport } from '../language/editor/formatter.ts';
import { assetsBeside } from '../server/assets.ts';
import { keyed, keyedAs } from '../weights/keys.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { kernelsHere, parseThreads } from './engine.ts';
import { Failure, parseSeed, write } from './errors.ts';
import { openTarget } from './open.ts';
import { torchKeys, weightsFor } from './weights.ts';
import { withInput } from './with-input.ts';

export interface ExportOptions {
  readonly to: string;
  readonly target?: string;
  readonly output?: string;
  readonly input?: string;
  readonly seed?: string;
  /** Writes the weights beside code; a file's instead of the seed's where it names one. */
  readonly weights?: boolean | string;
  /** Whose keys the weights get. */
  readonly names?: 'torchvision';
  readonly calibrate?: boolean | string;
  readonly theme?: string;
  readonly batch?: string;
  readonly opset?: string;
  readonly ir?: string;
  readonly foldBatchnorm?: boolean;
}

/** The theme of a picture; undefined where none is asked for. Throws `Failure`. */
function themeOf({ to, theme }: ExportOptions, isPicture: boolean): Theme | undefined {
  if (theme === undefined) return undefined;
  if (!isPicture) throw new Failure(`--to ${to} has no theme.`, 2);
  const found = THEMES.find((t) => t === theme);
  if (found && (found !== 'auto' || to === 'svg')) return found;
  throw new Failure(`--theme takes ${(to === 'svg' ? THEMES : THEMES.slice(1)).join(', ')} for ${to}, not ${theme}.`, 2);
}

/** The keys of a published model, for weights that are written. Throws `Failure`. */
function publishedKeys(graph: Graph, o: ExportOptions): ReadonlyMap<string, PublishedKey> {
  if (o.to !== 'pytorch' || o.weights === undefined)
    throw new Failure('--names says under which keys the weights of PyTorch are written: it goes with --to pytorch --weights.', 2);
  const keys = torchvisionKeys(graph);
  if (!keys)
    throw new Failure(`${graph.name} has the layers of no family of torchvision’s that is known: ${TORCHVISION_FAMILIES.join(', ')}.`, 2);
  return keys;
}

/** How a model file shall be written. */
function modelOptions(o: ExportOptions): ModelOptions {
  const whole = (name: 'batch' | 'opset' | 'ir', text: string): number => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw new Failure(`--${name} takes a number${name === 'batch' ? ' or dynamic' : ''}, not ${text}.`, 2);
  };
  return {
    ...(o.batch === undefined ? {} : { batch: o.batch === 'dynamic' ? 'dynamic' : whole('batch', o.batch) }),
    ...(o.opset === undefined ? {} : { opset: whole('opset', o.opset) }),
    ...(o.ir === undefined ? {} : { ir: whole('ir', o.ir) }),
    ...(o.foldBatchnorm ? { foldBatchNorm: true } : {}),
  };
}

/** Writes the file, and the weights beside it where they are asked for; says which. */
export async function exportTarget(path: string, o: ExportOptions): Promise<readonly string[]> {
  const exporter = exporterOf(o.to);
  if (!exporter) throw new Failure(`--to takes ${EXPORTERS.map((e) => e.name).join(', ')}, not ${o.to}.`, 2);
  const seed = parseSeed(o.seed);
  const theme = themeOf(o, exporter.isPicture ?? false);
  const options = modelOptions(o);
  const [option] = Object.keys(options);
  if (option !== undefined && !exporter.takesOptions)
    throw new Failure(
      `--to ${o.to} takes no --${option === 'foldBatchNorm' ? 'fold-batchnorm' : option}: it is for models, as --to onnx.`,
      2,
    );
  const { file, target } = await openTarget(path, o.target);
  const { graph, facts } = withInput(file, target, o.input);
  const out = o.output ?? `${graph.name}.${exporter.extension}`;
  if (o.output === undefined && existsSync(out))
    throw new Failure(`${out} is there already: name the file with -o, to write over it or elsewhere.`, 2);
  try {
    const assets = assetsBeside(process.argv[1] ?? '');
    const outline = (): Outline | undefined => file.analysis.outline(target);
    const asked = o.weights !== undefined || o.calibrate !== undefined;
    if (asked && !exporter.keys && !exporter.tensors && !exporter.hasWeights) throw new Failure(`--to ${o.to} has no weights.`, 2);
    const published = o.names === undefined ? undefined : publishedKeys(graph, o);
    const plain = { graph, facts, kind: target.kind, outline, family: () => file.analysis.family(target) };
    const made = asked
      ? await weightsFor(graph, { ...o, seed, keys: () => torchKeys(plain) }, () => kernelsHere(parseThreads(undefined)))
      : undefined;
    const weights = (): ReadonlyMap<string, Float32Array> => made ?? seededWeights(graph, seed);
    const subject = { ...plain, weights, assets, ...(theme ? { picture: { theme } } : {}) };
    const written = await exporter.write(subject, options);
    await write(out, formatExport(written, o.to, file.services));
    if (!asked || !(exporter.keys ?? exporter.tensors)) return [out];
    const beside = `${out.replace(/\.[^./\\]*$/, '')}.safetensors`;
    const own = exporter.tensors?.(subject);
    const tensors = published
      ? keyedAs(weights(), published)
      : own
        ? { tensors: own, metadata: {} }
        : keyed(weightPlaces(graph), weights(), exporter.keys?.(subject) ?? new Map());
    await write(beside, writeSafetensors(tensors));
    return [out, beside];
  } catch (e) {
    throw e instanceof CannotExport ? new Failure(e.message) : e;
  }
}
