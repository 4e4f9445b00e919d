/** What to insert for the parameters of a block or function that must be given: what other calls give, or what its body does with them. */
import { type AstNode, AstUtils } from 'langium';
import { layers } from '../../../layers/index.ts';
import { isBuiltin } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';
import { takerOf } from '../../names/takers.ts';
import {
  type Block,
  type Fn,
  isFn,
  isInvocation,
  isModel,
  isReference,
  type Network,
  type Param,
  type Reference,
} from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/source.ts';
import { nodesOf } from '../../syntax/walk.ts';
import { literal, usualValues } from './values.ts';

/** How deep it is looked for what becomes of a parameter that is passed on. */
const DEEPEST = 3;

/** A value for a parameter, as it is written. */
export function sampleOf(p: Param, meanings: Meanings, depth = 0): string {
  const of = p.$container;
  return elsewhere(p, of, meanings) ?? used(p, of, meanings, depth) ?? held(p, meanings);
}

const held = (p: Param, meanings: Meanings): string => {
  const { layers: found, other } = meanings.held(p);
  return found.length > 0 && !other ? (found.map((l) => l.of).find((of) => typeof of === 'string') ?? 'relu') : '1';
};

/** What another call in the file of the declaration gives, where that means the same everywhere. */
function elsewhere(p: Param, of: Block | Network | Fn, meanings: Meanings): string | undefined {
  const model = AstUtils.getContainerOfType(of, isModel);
  const at = of.params.indexOf(p);
  for (const n of model ? nodesOf(model) : []) {
    if (!(isInvocation(n) ? n.callee === of.name : isReference(n) && n.call !== undefined && n.name === of.name)) continue;
    if (!(isInvocation(n) || isReference(n)) || !isOf(n, of, meanings)) continue;
    const given = n.args.find((a) => a.name === p.name) ?? n.args.filter((a) => a.name === undefined)[at];
    const text = given?.value && !given.out ? textOf(given.value) : '';
    if (literal(text) !== undefined || layers.has(text)) return text;
  }
  return undefined;
}

const isOf = (call: Parameters<Meanings['resolve']>[0], of: AstNode, meanings: Meanings): boolean =>
  meanings.resolve(call).some((f) => !isBuiltin(f) && f.means.node === of);

/** What the body of the declaration does with a parameter: as what a layer takes it, or another block. */
function used(p: Param, of: Block | Network | Fn, meanings: Meanings, depth: number): string | undefined {
  if (isFn(of) || depth > DEEPEST) return undefined;
  for (const n of of.body ? nodesOf(of.body) : []) {
    if (isInvocation(n) && n.callee === p.name && isOf(n, p, meanings) && n.args.length === 0) return 'relu';
    const found = isReference(n) && n.name === p.name && isOf(n, p, meanings) ? taken(n, meanings, depth) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the call takes to which a name is given. */
function taken(n: Reference, meanings: Meanings, depth: number): string | undefined {
  const taker = takerOf(n, meanings);
  if (!taker) return undefined;
  return '$type' in taker ? sampleOf(taker, meanings, depth + 1) : usualOf(taker.layer, taker.name, taker.spec);
}

/** What a layer is mostly given; a default is as good. */
function usualOf(kind: string, name: string, spec: Parameters<typeof usualValues>[2] & { readonly default?: unknown }): string | undefined {
  if (typeof spec.default === 'number' || typeof spec.default === 'boolean') return String(spec.default);
  if (spec.default !== undefined && name !== 'channels') return spec.choices?.[0] ?? '1';
  return usualValues(kind, name, spec, undefined)[0];
}
