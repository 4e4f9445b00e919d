/** What a parameter or constant is for: the layer that takes it in the end, through the blocks that pass it on. */
import { type AstNode, AstUtils } from 'langium';
import type { ParamSpec } from '../../../layers/params.ts';
import { isBuiltin } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';
import { takerOf } from '../../names/takers.ts';
import { isFn, isModel, isReference, isRepeat, type Let, type Param } from '../../syntax/generated/ast.ts';
import { nodesOf } from '../../syntax/walk.ts';

/** A parameter of a layer, or how often something is repeated. */
export type Role = { readonly layer: string; readonly name: string; readonly spec: ParamSpec } | 'count';

/** How deep it is looked for what becomes of a value that is passed on. */
const DEEPEST = 3;

/** By what gives the name, which the next tree has too unless it changed. What a block further on does with it may be older by an edit. */
const known = new WeakMap<AstNode, { readonly role: Role | undefined }>();

/** The role of the first use that has one. */
export function roleOf(by: Param | Let, meanings: Meanings, depth = 0): Role | undefined {
  const found = known.get(by) ?? { role: find(by, meanings, depth) };
  if (depth === 0) known.set(by, found);
  return found.role;
}

function find(by: Param | Let, meanings: Meanings, depth: number): Role | undefined {
  const around = by.$container;
  const root = by.$type === 'Let' ? AstUtils.getContainerOfType(by, isModel) : isFn(around) || isModel(around) ? undefined : bodyOf(around);
  if (!root || depth > DEEPEST) return undefined;
  for (const n of nodesOf(root)) {
    if (!isReference(n) || n.name !== by.name) continue;
    if (!meanings.resolve(n).some((f) => !isBuiltin(f) && f.means.node === by)) continue;
    if (isRepeat(n.$container) && n.$container.count === n) return 'count';
    const taker = takerOf(n, meanings);
    const role = taker && '$type' in taker ? roleOf(taker, meanings, depth + 1) : taker;
    if (role) return role;
  }
  return undefined;
}

const bodyOf = (d: AstNode): AstNode | undefined => ('body' in d ? (d.body as AstNode | undefined) : undefined);
