/** Goes through the branches of a merge, those included that loops and conditions among them give. */
import { type Generator, generatorIn, ownStatements } from '../syntax/branches.ts';
import { before } from '../syntax/edits.ts';
import type { Body, Branch, Statement } from '../syntax/generated/ast.ts';
import { locationOf } from '../syntax/source.ts';
import type { Context } from './context.ts';
import { evaluate, evaluateCount, truth } from './evaluate.ts';
import { eachElement } from './patterns.ts';
import { Scope } from './scope.ts';
import type { Problems, Session } from './session.ts';
import { isUnknown } from './values.ts';

/** Whether all branches are known. */
type Sound = boolean;

export class BranchWalker {
  private readonly session: Session;
  private readonly problems: Problems;
  private readonly branch: (b: Branch, scope: Scope) => void;
  /** `branch` hears of each branch, with what it can see, in their order. */
  constructor(session: Session, problems: Problems, branch: (b: Branch, scope: Scope) => void) {
    this.session = session;
    this.problems = problems;
    this.branch = branch;
  }

  walk(body: Body, around: Context): Sound {
    const c = { ...around, scope: new Scope(around.scope) };
    const sound = body.statements.map((s) => this.statement(s, c, body));
    for (const b of body.branches) {
      this.session.step();
      const own = ownStatements(b).length;
      if (own > 0) this.branch(b, c.scope);
      sound.push(...b.statements.slice(own).map((s) => this.statement(s, c, body)));
    }
    return sound.every((s) => s);
  }

  private statement(s: Statement, c: Context, body: Body): Sound {
    const generator = generatorIn(s);
    if (generator) return this.generator(generator, c);
    if (s.$type === 'Let') {
      c.scope.set(s.name, { kind: 'constant', value: evaluate(s.value, c, 'lists'), by: s });
      return true;
    }
    const isFirst = s === body.statements[0];
    const at = isFirst ? branchStart(s) : undefined;
    const fixes = at ? [{ title: 'Write | before the branch', edits: [before(locationOf(at), '| ')], preferred: true }] : [];
    const why = isFirst
      ? 'Each branch begins with `|`.'
      : 'This belongs to no branch: begin one with `|`, or put it into the branch before.';
    this.problems.report('bad-branches', why, s, [], fixes);
    return false;
  }

  private generator(g: Generator, c: Context): Sound {
    switch (g.$type) {
      case 'If': {
        const condition = evaluate(g.condition, c);
        if (isUnknown(condition)) return false;
        if (truth(condition)) return this.inside(g.then, c);
        return g.elseIf ? this.generator(g.elseIf, c) : this.inside(g.else, c);
      }
      case 'Repeat': {
        const count = evaluateCount(g.count, '`repeat`', c);
        if (count === undefined) return false;
        for (let i = 0; i < count; i++) {
          this.session.step();
          const scope = new Scope(c.scope);
          if (g.index !== undefined) scope.set(g.index, { kind: 'constant', value: i, by: g });
          if (!this.inside(g.body, { ...c, scope })) return false;
        }
        return true;
      }
      case 'For': {
        const list = evaluate(g.list, c, 'lists');
        return eachElement(
          list,
          g,
          this.problems,
          () => new Scope(c.scope),
          (scope) => {
            this.session.step();
            return this.inside(g.body, { ...c, scope });
          },
        );
      }
      default:
        return g satisfies never;
    }
  }

  private inside(body: Body | undefined, c: Context): Sound {
    return body ? this.walk(body, c) : true;
  }
}

/** Where the branch that was meant begins: a loop whose body is one gives a branch each round. Undefined where sides of an `if` would need one each. */
function branchStart(s: Statement): Statement | undefined {
  const [first, ...more] = s.$type === 'Pipeline' ? s.stages : [];
  const stage = first?.stage;
  if (more.length > 0 || first?.label !== undefined || !stage) return s;
  if (stage.$type === 'For' || stage.$type === 'Repeat') return stage.body?.statements[0];
  return stage.$type === 'If' ? undefined : s;
}
