/** The values that expressions compute, and what they are called in messages. */
import { type ParamValue, type SizeValue, showValue, type Value } from '../../layers/params.ts';
import type { Shape } from '../../layers/shape.ts';
import type { Argument, Block, Network } from '../syntax/generated/ast.ts';
import type { SharedId } from './shared-id.ts';

/** What follows an error: every operation on it is silent, so that an error is reported once. */
export const UNKNOWN = { type: 'unknown' } as const;
export type Unknown = typeof UNKNOWN;

/** An argument as it was bound: its value, and where it is, for problems. */
export interface Bound {
  readonly value: Val | Arrow;
  readonly node: Argument | undefined;
  /** Which application of the layer gave it; a later one wins by name. */
  readonly round: number;
}
/** `192->64`. */
export interface Arrow {
  readonly type: 'arrow';
  readonly from: Val;
  readonly to: Val;
}

/** A layer as a value: a built-in kind or a block, with the arguments that it was given so far. */
export interface LayerVal {
  readonly type: 'layer';
  readonly callee: { readonly builtin: string } | { readonly block: Block | Network };
  readonly positional: readonly Bound[];
  readonly named: ReadonlyMap<string, Bound>;
  /** How often arguments were given. */
  readonly rounds: number;
  /** Where a `shared` declared it: what all its uses share, and its name. */
  readonly shared?: { readonly id: SharedId; readonly name: string; readonly segment: string };
}

/** A shape as a value: `in`, `here`, a named value; has `.c`, `.h`, `.w`. */
export interface ShapeVal {
  readonly type: 'shape';
  readonly shape: Shape;
  /** False after an error: what was assumed must not cause further problems. */
  readonly sure: boolean;
}

/** A value of the network, in a list or as what goes through one; in an expression it has the shape's `.c`, `.h`, `.w`. */
export interface FlowVal {
  readonly type: 'value';
  readonly id: number;
  readonly shape: Shape;
  readonly sure: boolean;
  /** Whether its name is a label of a call, whose inner values have names too. */
  readonly isCall: boolean;
}

export type Val = number | boolean | string | SizeValue | readonly Val[] | LayerVal | ShapeVal | FlowVal | Unknown;

export const isUnknown = (v: Val | Arrow): v is Unknown => typeof v === 'object' && 'type' in v && v.type === 'unknown';
export const isSize = (v: Val | Arrow): v is SizeValue => typeof v === 'object' && 'type' in v && v.type === 'size';
export const isLayer = (v: Val | Arrow): v is LayerVal => typeof v === 'object' && 'type' in v && v.type === 'layer';
export const isFlow = (v: Val | Arrow): v is FlowVal => typeof v === 'object' && 'type' in v && v.type === 'value';
/** Whether a value of the network is in it. */
export const hasFlow = (v: Val | Arrow): boolean => isFlow(v) || (isList(v) && v.some(hasFlow));
export const isList = (v: Val | Arrow): v is readonly Val[] => Array.isArray(v);
/** True where anything in it is unknown. */
export const hasUnknown = (v: Val | Arrow): boolean =>
  isUnknown(v) ||
  (isList(v) ? v.some(hasUnknown) : typeof v === 'object' && 'type' in v && v.type === 'arrow' && (hasUnknown(v.from) || hasUnknown(v.to)));

/** As a path and a message have it: the name of what is shared, else of the layer or block. */
export const layerName = (v: LayerVal): string => v.shared?.name ?? ('builtin' in v.callee ? v.callee.builtin : v.callee.block.name);

/** What kind of value it is, for messages: `the number 3`, `a list`. */
export function describe(v: Val | Arrow): string {
  if (typeof v === 'number') return `the number ${v}`;
  if (typeof v === 'boolean') return String(v);
  if (typeof v === 'string') return `the string "${v}"`;
  if (isList(v)) return 'a list';
  switch (v.type) {
    case 'size':
      return `the size ${showValue(v)}`;
    case 'layer':
      return `the ${'builtin' in v.callee ? 'layer' : 'block'} ${layerName(v)}`;
    case 'shape':
      return 'a shape';
    case 'value':
      return 'a value of the network';
    case 'arrow':
      return 'an arrow';
    case 'unknown':
      return 'an unknown value';
    default:
      return v satisfies never;
  }
}

/** As a layer's parameter sees it. */
export function toParam(v: Val | Arrow): Value {
  if (typeof v !== 'object') return v;
  if (isList(v)) return v.map(toParam);
  switch (v.type) {
    case 'size':
      return v;
    case 'arrow':
      return { type: 'arrow', from: toParam(v.from), to: toParam(v.to) };
    case 'layer':
    case 'shape':
    case 'value':
    case 'unknown':
      return { type: 'other', what: describe(v) };
    default:
      return v satisfies never;
  }
}

/** As it is written: `Bottleneck(64, stride=2)`. */
export function show(v: Val | Arrow): string {
  if (isList(v)) return `[${v.map(show).join(', ')}]`;
  if (typeof v === 'object' && 'type' in v) {
    if (v.type === 'layer') {
      const args = [...v.positional.map((b) => show(b.value)), ...[...v.named].map(([k, b]) => `${k}=${show(b.value)}`)];
      return layerName(v) + (args.length ? `(${args.join(', ')})` : '');
    }
    if (v.type === 'unknown') return '?';
    if (v.type === 'shape' || v.type === 'value') return v.shape.join('x');
    if (v.type === 'arrow') return `${show(v.from)}->${show(v.to)}`;
  }
  return showValue(toParam(v));
}

/** A text that is equal for equal values, for the table of elaborated blocks. */
export function keyOf(v: Val | Arrow, declKey: (d: Block | Network) => string): string {
  if (isList(v)) return `[${v.map((x) => keyOf(x, declKey)).join()}]`;
  if (isLayer(v)) {
    const callee = 'builtin' in v.callee ? `!${v.callee.builtin}` : declKey(v.callee.block);
    const named = [...v.named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, b]) => `${k}=${keyOf(b.value, declKey)}`);
    return `${v.shared ? `${v.shared.id}~` : ''}${callee}(${[...v.positional.map((b) => keyOf(b.value, declKey)), ...named].join()})`;
  }
  return JSON.stringify(v);
}

/** A parameter as it is written: `3x3`, `192->64`, `[0, 1, 0, 1]`. */
export function showParam(v: ParamValue): string {
  if (v === null) return 'none';
  if (Array.isArray(v)) return v.length === 2 ? (v[0] === v[1] ? String(v[0]) : v.join('x')) : `[${v.join(', ')}]`;
  if (typeof v === 'object') {
    const c = v as { readonly in?: number | null; readonly out?: number };
    return c.in == null ? String(c.out) : `${c.in}->${c.out}`;
  }
  return typeof v === 'string' ? `"${v}"` : String(v);
}
