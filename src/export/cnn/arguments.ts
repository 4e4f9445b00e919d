/** A layer as it is written in `.cnn`: its arguments printed from the kind's parameter definitions, defaults left out. */
import type { Node } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import { ParamFault, type ParamSpec, type ParamValue, showValue, type Value } from '../../layers/params.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isNumbers = (v: ParamValue): v is readonly number[] => Array.isArray(v) && v.every((n) => typeof n === 'number');

/** What one might write for a parameter's value, the likeliest first; the parameter's own parser decides which of them means it. */
function ways(v: ParamValue, required: boolean): readonly Value[] {
  if (v === null) return [];
  if (typeof v !== 'object') return [v];
  if (isNumbers(v)) {
    const size: Value = { type: 'size', dims: v };
    const [a = 0, b = 0, c = 0, d = 0] = v;
    // A window is written 3x3, a step 2.
    const short: readonly Value[] = required ? [size, a] : [a, size];
    // Pads are kept top, left, bottom, right, and written top, bottom, left, right.
    return v.length === 4 ? [a, { type: 'size', dims: [a, b] }, [a, c, b, d], v] : [...short, v];
  }
  const { in: from, out: to } = v as { readonly in?: ParamValue; readonly out?: ParamValue };
  if (typeof to === 'number') return [typeof from === 'number' ? { type: 'arrow', from, to } : to];
  return [];
}

/** A parameter's value as it is written; throws where the language cannot express it, which is always a programming error. */
function write(kind: string, name: string, spec: ParamSpec, value: ParamValue): string {
  for (const way of ways(value, spec.default === undefined)) {
    const parsed = spec.parse(way);
    if (!(parsed instanceof ParamFault) && same(parsed, value)) return spec.choices?.find((word) => word === way) ?? showValue(way);
  }
  throw new Error(`${kind} has no way to write ${name}: ${JSON.stringify(value)}`);
}

/** The value of a layer's parameter as it is written, or as its default is. */
export function writeArgument(kind: string, name: string, value: ParamValue): string {
  const spec = layerOf(kind).params[name];
  if (!spec) throw new Error(`${kind} has no ${name}`);
  return spec.defaultText !== undefined && same(value, spec.default) ? spec.defaultText : write(kind, name, spec, value);
}

/** `conv(64, 3x3, stride=2)`, `relu`: a layer that is not a merge, with its parameters as `Node` has them. */
export function writeLayer({ kind, params }: Pick<Node, 'kind' | 'params'>): string {
  const specs = Object.entries(layerOf(kind).params);
  const args: string[] = [];
  for (const [name, spec] of specs) {
    const value = params[name];
    if (value === undefined || (spec.default !== undefined && same(value, spec.default))) continue;
    // What must be given is known by its place, and so is what is alone; the rest is named.
    const named = spec.default !== undefined && specs.length > 1;
    args.push((named ? `${name}=` : '') + write(kind, name, spec, value));
  }
  return args.length > 0 ? `${kind}(${args.join(', ')})` : kind;
}
