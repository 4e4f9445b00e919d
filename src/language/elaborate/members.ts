/** What stands behind a dot: `.c`, `.h` and `.w` of a shape, and the values that the block of a label names inside. */
import type { AstNode } from 'langium';
import type { SizeValue } from '../../layers/params.ts';
import { isMap, type Shape } from '../../layers/shape.ts';
import { locationOfProperty } from '../syntax/source.ts';
import type { Context } from './context.ts';
import { renamed } from './fixes/names.ts';
import type { Inner } from './instance.ts';
import { describe, type FlowVal, isFlow, isUnknown, type ShapeVal, UNKNOWN, type Val } from './values.ts';

const AXES: readonly string[] = ['c', 'h', 'w'];

const isShaped = (v: Val): v is ShapeVal | FlowVal | SizeValue =>
  typeof v === 'object' && 'type' in v && (v.type === 'shape' || v.type === 'size' || v.type === 'value');

/** An extent of a shape; undefined where it has none of that name. */
function extent(of: ShapeVal | FlowVal | SizeValue, name: string): Val | undefined {
  if (of.type !== 'size' && !of.sure) return UNKNOWN;
  const dims = of.type !== 'size' ? of.shape : of.dims.length === 2 ? [undefined, ...of.dims] : of.dims;
  const value = AXES.includes(name) ? dims[AXES.indexOf(name)] : undefined;
  return typeof value === 'number' ? value : undefined;
}

const kindOf = (shape: Shape): string => (isMap(shape) ? 'A feature map' : `A vector of ${shape[0]}`);

/** `x.name` in an expression. */
export function memberOf(of: Val, name: string | undefined, node: AstNode, c: Context): Val {
  if (isUnknown(of) || name === undefined) return UNKNOWN;
  const wrong = (why: string): Val => {
    c.problems.report('unknown-member', why, node);
    return UNKNOWN;
  };
  if (!isShaped(of)) return wrong(`Only a shape has members, \`.c\`, \`.h\` and \`.w\`: this is ${describe(of)}.`);
  const value = extent(of, name);
  if (value !== undefined) return value;
  if (isFlow(of) && of.isCall && !AXES.includes(name)) return innerOf(of, name, node, c);
  const what = of.type === 'size' ? describe(of) : kindOf(of.shape);
  return wrong(`${what} has no \`.${name}\`${of.type !== 'size' && isMap(of.shape) ? ': use `.c`, `.h` or `.w`' : ''}.`);
}

/** `label.name`: what the block that a label is the call of names inside. */
export function innerOf(of: FlowVal, name: string, node: AstNode, c: Context): Val {
  const block = c.flows?.inside(of);
  const found = block?.values.get(name);
  if (block && found) return picked(of, found, node, c);
  // What is wrong with the call has been said.
  if (!of.sure) return UNKNOWN;
  if (!block) {
    c.problems.report('unknown-member', 'A built-in layer has no values inside: only a block names any.', node);
    return UNKNOWN;
  }
  const names = [...block.values.keys()];
  const has = names.length === 0 ? 'it names none' : `it names ${names.map((n) => `\`${n}\``).join(', ')}`;
  const fixes = renamed(name, names, locationOfProperty(node, 'member'));
  c.problems.report('unknown-member', `\`${block.name}\` has no value \`${name}\` of its own body: ${has}.`, node, [], fixes);
  return UNKNOWN;
}

const picked = (call: FlowVal, inner: Inner, at: AstNode, c: Context): Val =>
  inner.kind === 'list' ? inner.items.map((i) => picked(call, i, at, c)) : (c.flows?.pick(call, inner, at) ?? UNKNOWN);
