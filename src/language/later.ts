/** Whether a name is given to a value further down: for the message where it is used too early. */
import type { AstNode } from 'langium';
import type { Statement } from './generated/ast.ts';
import { outwards } from './locate.ts';

const names = (s: Statement): readonly (string | undefined)[] => {
  if (s.$type !== 'Named' && s.$type !== 'Pipeline') return [];
  const pipeline = s.$type === 'Named' ? s.value : s;
  return [s.$type === 'Named' ? s.name : undefined, ...(pipeline?.stages ?? []).map((stage) => stage.label)];
};

/** Whether a body or branch around `at` names a value so. */
export function isNamedLater(name: string, at: AstNode): boolean {
  for (const n of outwards(at)) {
    const { statements } = n as AstNode & { readonly statements?: readonly Statement[] };
    if (statements?.some((s) => names(s).includes(name))) return true;
  }
  return false;
}

export const namedLater = (name: string): string =>
  `\`${name}\` is named further down: a value can be used only below the place that names it.`;
