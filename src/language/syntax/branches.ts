/** Branches in a text: which loops and conditions give branches, and what belongs to which branch. */
import {
  type Body,
  type Branch,
  type For,
  type If,
  isBody,
  isFor,
  isIf,
  isInvocation,
  isRepeat,
  type Repeat,
  type Statement,
} from './generated/ast.ts';

/** A loop or condition whose bodies hold branches. */
export type Generator = Repeat | For | If;

/** The bodies of a loop or condition. */
const bodiesOf = (s: Generator): readonly Body[] =>
  (isIf(s) ? [s.then, s.else, ...(s.elseIf ? bodiesOf(s.elseIf) : [])] : [s.body]).filter((b) => b !== undefined);

/** The loop or condition that a statement is, where that gives branches: it ends the branch before it. */
export function generatorIn(s: Statement): Generator | undefined {
  const [first, ...more] = s.$type === 'Pipeline' ? s.stages : [];
  const stage = first?.stage;
  if (!stage || more.length > 0 || first.label !== undefined || !(isRepeat(stage) || isFor(stage) || isIf(stage))) return undefined;
  return bodiesOf(stage).some(holdsBranches) ? stage : undefined;
}

/** Whether a body holds branches, be it only those of loops in it. */
const holdsBranches = (b: Body): boolean => b.branches.length > 0 || b.statements.some((s) => generatorIn(s) !== undefined);

/** Whether a body is that of a merge, or of a loop or condition that gives a merge its branches. */
export function isForBranches(b: Body): boolean {
  const { $container: around } = b;
  if (isInvocation(around)) return true;
  if (!isRepeat(around) && !isFor(around) && !isIf(around)) return false;
  let stage: Generator = around;
  while (isIf(stage.$container)) stage = stage.$container;
  const statement = stage.$container.$container;
  const list = statement.$container;
  return statement.stages.length === 1 && isBody(list) ? isForBranches(list) : false;
}

/** What a branch itself does: what stands before the first loop that gives branches. */
export function ownStatements(b: Branch): readonly Statement[] {
  const end = b.statements.findIndex((s) => generatorIn(s) !== undefined);
  return end < 0 ? b.statements : b.statements.slice(0, end);
}
