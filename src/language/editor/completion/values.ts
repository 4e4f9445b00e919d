/** The values that are of use for a parameter: those that are offered for it, and those that are inserted where it must be given. */
import { isFault } from '../../../layers/fault.ts';
import { infer } from '../../../layers/infer.ts';
import type { Layer } from '../../../layers/layer.ts';
import { ParamFault, type ParamSpec, type ParamValue, type Value } from '../../../layers/params.ts';
import { isMap, type Shape } from '../../../layers/shape.ts';
import { WORDS } from '../../syntax/vocabulary.ts';

const KERNELS = ['1x1', '3x3', '5x5', '7x7'];

/** Windows that double or halve the size are even. */
const isEven = (callee: string): boolean => callee === 'deconv' || callee.endsWith('pool');

/** Values that are often given to a parameter, the most useful first. `body`: the shape that arrives is known. */
export function usefulValues(callee: string, parameter: string, body: boolean): readonly string[] {
  switch (parameter) {
    case 'kernel':
      return isEven(callee) ? ['2x2', ...KERNELS] : KERNELS;
    case 'stride':
    case 'dilation':
      return ['1', '2'];
    case 'groups':
      if (callee === 'gn') return ['32', '16', '8', '4', '1'];
      return callee === 'shuffle' || !body ? ['1', '2'] : ['1', '2', 'here.c'];
    default:
      return [];
  }
}

/** What a text gives that is a number, a size, a string or a word of the language. */
export function literal(text: string): Value | undefined {
  if (/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^\d+(?:x\d+)+$/.test(text)) return { type: 'size', dims: text.split('x').map(Number) };
  if (/^"[^"\n]*"$/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return WORDS.has(text) ? text : undefined;
}

/** The parameters of a layer to which values are given; undefined where one is missing or wrong. */
export function readGiven(layer: Layer, given: ReadonlyMap<string, Value>): Readonly<Record<string, ParamValue>> | undefined {
  const params: Record<string, ParamValue> = {};
  for (const [name, spec] of Object.entries(layer.params)) {
    const value = given.get(name);
    const parsed = value === undefined ? spec.default : spec.parse(value);
    if (parsed === undefined || parsed instanceof ParamFault) return undefined;
    params[name] = parsed;
  }
  return params;
}

/** What a parameter that must be given can be given, the commonest first; what arrives may decide. */
export function usualValues(kind: string, name: string, spec: Pick<ParamSpec, 'choices'>, x: Shape | undefined): readonly string[] {
  const [c, h = 1, w = 1] = x ?? [];
  switch (name) {
    case 'channels':
      return [c !== undefined && c >= 16 ? String(c) : '64'];
    case 'kernel':
      return isEven(kind) ? ['2x2', '3x3', '1x1'] : ['3x3', '1x1', '5x5', '7x7'];
    case 'features':
      return ['1000', '10'];
    case 'groups':
      return kind === 'gn' ? ['32', '16', '8', '4', '2', '1'] : ['2', '3', '1'];
    case 'size':
      if (kind === 'pad') return ['1'];
      if (kind !== 'reshape') return ['7x7', '1x1'];
      if (!x || c === undefined) return ['256x7x7'];
      return [isMap(x) ? `${c}x${h * w}x1` : `${c}x1x1`];
    case 'from':
      return ['0'];
    case 'to':
      if (kind === 'slice') return [String(Math.max(1, Math.floor((c ?? 64) / 2)))];
      return [x && isMap(x) ? `${Math.max(1, h >> 1)}x${Math.max(1, w >> 1)}` : '28x28'];
    case 'scale':
      return ['2', '1'];
    case 'factor':
      return ['0.5'];
    default:
      return spec.choices?.length ? spec.choices : ['1'];
  }
}

/** A layer with arguments that suit what arrives. */
export interface Suited {
  /** For each parameter that must be given the values with which it fits, the commonest first. */
  readonly values: readonly (readonly string[])[];
  /** What it makes; undefined where nothing is known of what arrives, or it fits with none of the values. */
  readonly shape: Shape | undefined;
  readonly fits: boolean;
}

/** The values for what must be given and is not: each as common as it can be where the layer fits. */
export function suited(layer: Layer, x: Shape | undefined, given: ReadonlyMap<string, Value> = new Map()): Suited {
  const open = Object.entries(layer.params).filter(([name, spec]) => spec.default === undefined && !given.has(name));
  const candidates = open.map(([name, spec]) => usualValues(layer.kind, name, spec, x));
  if (!x) return { values: candidates, shape: undefined, fits: true };
  if (layer.merge) {
    const y = infer(layer, {}, [x, layer.kind === 'matmul' && isMap(x) ? [x[0], x[2], x[1]] : x]);
    return isFault(y) ? { values: [], shape: undefined, fits: false } : { values: [], shape: y, fits: true };
  }
  const made = (chosen: readonly string[]): Shape | undefined => {
    const all = new Map(given);
    for (const [i, [name]] of open.entries()) {
      const value = literal(chosen[i] ?? '');
      if (value !== undefined) all.set(name, value);
    }
    const params = readGiven(layer, all);
    const y = params && infer(layer, params, [x]);
    return y && !isFault(y) ? y : undefined;
  };
  const chosen = product(candidates).find((way) => made(way) !== undefined);
  if (!chosen) return { values: candidates, shape: undefined, fits: false };
  const values = candidates.map((all, i) => {
    const other = all.filter((v) => v !== chosen[i] && made(chosen.map((c, k) => (k === i ? v : c))) !== undefined);
    return [chosen[i] as string, ...other];
  });
  return { values, shape: made(chosen), fits: true };
}

/** All ways to choose one of each list. */
const product = (lists: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  lists.reduce<readonly (readonly string[])[]>((ways, list) => ways.flatMap((way) => list.map((v) => [...way, v])), [[]]);
