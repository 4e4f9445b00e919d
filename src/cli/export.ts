/** `pointwise export`: writes a target for another program. */
import { existsSync } from 'node:fs';
import { CannotExport, type ModelOptions } from '../export/exporter.ts';
import { EXPORTERS, exporterOf } from '../export/index.ts';
import type { Outline } from '../graph/outline.ts';
import { seededWeights, weightPlaces } from '../graph/weights.ts';
import { formatExport } from '../language/editor/formatter.ts';
import { keyed } from '../weights/keys.ts';
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
  readonly calibrate?: boolean | string;
  readonly batch?: string;
  readonly opset?: string;
  readonly ir?: string;
  readonly foldBatchnorm?: boolean;
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
    const outline = (): Outline | undefined => file.analysis.outline(target);
    const asked = o.weights !== undefined || o.calibrate !== undefined;
    if (asked && !exporter.keys && !exporter.hasWeights) throw new Failure(`--to ${o.to} has no weights.`, 2);
    const plain = { graph, facts, kind: target.kind, outline, family: () => file.analysis.family(target) };
    const made = asked
      ? await weightsFor(graph, { ...o, seed, keys: () => torchKeys(plain) }, () => kernelsHere(parseThreads(undefined)))
      : undefined;
    const weights = (): ReadonlyMap<string, Float32Array> => made ?? seededWeights(graph, seed);
    const subject = { ...plain, weights };
    const written = await exporter.write(subject, options);
    await write(out, formatExport(written, o.to, file.services));
    if (!exporter.keys || !asked) return [out];
    const beside = `${out.replace(/\.[^./\\]*$/, '')}.safetensors`;
    await write(beside, writeSafetensors(keyed(weightPlaces(graph), weights(), exporter.keys(subject))));
    return [out, beside];
  } catch (e) {
    throw e instanceof CannotExport ? new Failure(e.message) : e;
  }
}
