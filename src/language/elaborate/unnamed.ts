/** Why a name has no value here though something around names one: it comes later, or only under a condition. */
import type { AstNode } from 'langium';
import { conditionOn } from '../names/inside.ts';
import { isIf } from '../syntax/generated/ast.ts';
import { textOf } from '../syntax/source.ts';

/** The message for a name that a body around a node gives, but that has no value at the node. */
export function unnamedYet(name: string, at: AstNode): string {
  const on = conditionOn(name, at);
  if (!on) return `\`${name}\` is named further down: a value can be used only below the place that names it.`;
  if (!isIf(on.of)) {
    const loop = on.of.$type === 'For' ? 'for' : 'repeat';
    return `\`${name}\` is named in a \`${loop}\`, which has no round here: give it a value before the loop too.`;
  }
  const condition = on.of.condition ? textOf(on.of.condition) : '';
  const side = on.otherwise ? `where \`${condition}\` does not hold` : `where \`${condition}\` holds`;
  return `\`${name}\` has a value only ${side}: name it on the other side of the \`if\` too, or use it inside.`;
}
