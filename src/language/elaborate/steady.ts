/** Whether each round of a loop makes as many layers as any other, whatever arrives: so one round tells whether all of them fit. */
import type { AstNode } from 'langium';
import {
  type Block,
  type Body,
  isConditional,
  isFor,
  isIf,
  isIndex,
  isIntLiteral,
  isInvocation,
  isListLiteral,
  isReference,
  isRepeat,
  type Network,
} from '../syntax/generated/ast.ts';
import { nodesOf } from '../syntax/walk.ts';
import { boundValue, fitsCall, fitsStage, type Scope } from './scope.ts';
import { isLayer, type LayerVal } from './values.ts';

/** Whether how much is made may depend on what arrives: by a condition, a list, or a count that is computed. */
const decides = (n: AstNode): boolean =>
  isIf(n) ||
  isFor(n) ||
  isConditional(n) ||
  isIndex(n) ||
  (isListLiteral(n) && n.list !== undefined) ||
  (isRepeat(n) && !isIntLiteral(n.count));

/** The blocks that a layer is or is given. */
function* blocksOf({ callee, positional, named }: LayerVal): Generator<Block | Network> {
  if ('block' in callee) yield callee.block;
  for (const { value } of [...positional, ...named.values()]) if (isLayer(value)) yield* blocksOf(value);
}

/**
 * Whether a body is such, for a loop whose rounds see the same names: neither in it nor in what it mentions anything decides how much is made.
 * `scope` is what the loop sees, `scopeOf` the scope of the file that holds a block.
 */
export function isSteady(body: Body | undefined, scope: Scope, scopeOf: (d: Block | Network) => Scope): boolean {
  const mentioned = new Map<AstNode, Scope>(body && [[body, scope]]);
  for (const [root, names] of mentioned)
    for (const n of nodesOf(root)) {
      if (decides(n)) return false;
      const name = isInvocation(n) ? n.callee : isReference(n) ? n.name : undefined;
      const layer = name === undefined ? undefined : names.find(name, fitsStage);
      const value = layer && boundValue(layer);
      if (value !== undefined && isLayer(value)) for (const d of blocksOf(value)) mentioned.set(d, scopeOf(d));
      const called = name === undefined ? undefined : names.find(name, fitsCall);
      if (called?.kind === 'function') mentioned.set(called.declaration, called.scope);
    }
  return true;
}
