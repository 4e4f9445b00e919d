/**
 * A model of the YOLO family as its YAML says it: a list of modules, each with the layers from which it reads, and the multiples by which depth and
 * width are scaled (https://docs.ultralytics.com/guides/model-yaml-config).
 */
import { parseDocument } from 'yaml';
import { ImportFault } from '../fault.ts';

export type Argument = number | boolean | string | null | readonly Argument[];

export interface YoloLayer {
  readonly index: number;
  /** The layers that it reads, by index; -1 is the image. */
  readonly from: readonly number[];
  /** How often it stands there, once depth is scaled; for modules that repeat what is inside them, how often that. */
  readonly repeats: number;
  readonly module: string;
  readonly args: readonly Argument[];
  /** In the file, from 1. */
  readonly line: number;
}
export interface YoloModel {
  readonly layers: readonly YoloLayer[];
  readonly classes: number;
  /** Channels of the image. */
  readonly channels: number;
  readonly width: number;
  readonly mostChannels: number;
  /** The name of the scale that was chosen, `n`; empty where the file has but one. */
  readonly scale: string;
  readonly scales: readonly string[];
  /** How many boxes each pixel predicts, where the file has anchors, as versions up to 5 do. */
  readonly anchors: number | undefined;
  readonly activation: string | undefined;
}

const MOST_BYTES = 2 ** 20;
const MOST_LAYERS = 2000;

const broken = (message: string): ImportFault => new ImportFault('broken', message);
const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isArgument = (v: unknown): v is Argument =>
  v === null || ['number', 'boolean', 'string'].includes(typeof v) || (Array.isArray(v) && v.every(isArgument));

/** YAML knows `True`, but not Python's `None`. */
const plain = (a: Argument): Argument => (Array.isArray(a) ? a.map(plain) : a === 'None' ? null : a);

/** As Python rounds: halves to the even side. */
function round(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

function positive(value: unknown, name: string): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw broken(`\`${name}\` is ${JSON.stringify(value)}, not a number above 0.`);
}

/** Depth, width and most channels, and by which scale. `wanted` is what one asked for; else what the file's name says; else the first. */
function scaleOf(
  top: Readonly<Record<string, unknown>>,
  wanted: string | undefined,
  named: string | undefined,
): { readonly scale: string; readonly scales: readonly string[]; readonly factors: readonly number[] } {
  if (!isObject(top.scales)) {
    if (wanted !== undefined) throw new ImportFault('input', 'This file has one scale only: leave --scale out.');
    const factors = [positive(top.depth_multiple ?? 1, 'depth_multiple'), positive(top.width_multiple ?? 1, 'width_multiple')];
    return { scale: '', scales: [], factors: [...factors, Number.POSITIVE_INFINITY] };
  }
  const scales = Object.keys(top.scales);
  const scale = wanted ?? (named !== undefined && scales.includes(named) ? named : scales[0]) ?? '';
  const factors = top.scales[scale];
  if (!Array.isArray(factors)) throw new ImportFault('input', `This file has the scales ${scales.join(', ')}, not ${scale}.`);
  const [depth, width, most] = factors;
  return {
    scale,
    scales,
    factors: [
      positive(depth, 'depth'),
      positive(width, 'width'),
      most === undefined ? Number.POSITIVE_INFINITY : positive(most, 'channels'),
    ],
  };
}

/** Reads a model. `scale` chooses one of the file's scales; `named` is the one that its name says. Throws `ImportFault`. */
export function readYolo(text: string, o: { readonly scale?: string; readonly named?: string } = {}): YoloModel {
  if (text.length > MOST_BYTES) throw new ImportFault('too-large', 'The file is larger than 1 MiB, which no list of layers is.');
  const document = parseDocument(text, { maxAliasCount: 10 } as never);
  const [fault] = document.errors;
  if (fault) throw broken(`This is no YAML: ${fault.message.split('\n')[0]}`);
  let top: unknown;
  try {
    top = document.toJS({ maxAliasCount: 10 });
  } catch (e) {
    throw broken(`This YAML cannot be read: ${e instanceof Error ? e.message : String(e)}.`);
  }
  if (!isObject(top) || !Array.isArray(top.backbone) || !Array.isArray(top.head))
    throw broken('This is no model of YOLO: it has no lists `backbone` and `head`.');
  const { scale, scales, factors } = scaleOf(top, o.scale, o.named);
  const [depth = 1, width = 1, mostChannels = 1] = factors;
  const rows: readonly unknown[] = [...top.backbone, ...top.head];
  if (rows.length > MOST_LAYERS) throw new ImportFault('too-large', `The model has ${rows.length} layers; up to ${MOST_LAYERS} are read.`);
  const counted = (path: readonly (string | number)[]): number => {
    const at = (document.getIn(path, true) as { readonly range?: readonly number[] } | undefined)?.range?.[0] ?? 0;
    return text.slice(0, at).split('\n').length;
  };
  const layers = rows.map((row, index): YoloLayer => {
    const inBackbone = (top.backbone as readonly unknown[]).length;
    const line = counted(index < inBackbone ? ['backbone', index] : ['head', index - inBackbone]);
    const [given, count, module, args] = Array.isArray(row) ? row : [];
    const list = Array.isArray(given) ? given : [given];
    if (typeof module !== 'string' || typeof count !== 'number' || !Array.isArray(args) || !args.every(isArgument))
      throw broken(`Line ${line}: layer ${index} is not [from, repeats, module, [arguments]].`);
    const from = list.map((f: unknown) => {
      const i = typeof f === 'number' && f < 0 ? index + f : f;
      if (typeof i === 'number' && Number.isInteger(i) && i >= -1 && i < index) return i;
      throw broken(`Line ${line}: layer ${index} (${module}) reads layer ${JSON.stringify(f)}, which does not stand before it.`);
    });
    return { index, from, module, args: args.map(plain), line, repeats: count > 1 ? Math.max(round(count * depth), 1) : count };
  });
  const { anchors } = top;
  return {
    layers,
    classes: positive(top.nc ?? 80, 'nc'),
    channels: positive(top.ch ?? top.channels ?? 3, 'ch'),
    ...{ width, mostChannels, scale, scales },
    anchors: Array.isArray(anchors)
      ? Array.isArray(anchors[0])
        ? anchors[0].length / 2
        : undefined
      : typeof anchors === 'number'
        ? anchors
        : undefined,
    activation: typeof top.activation === 'string' ? top.activation : undefined,
  };
}
