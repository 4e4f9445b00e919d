/** Syntax trees → outline: what a target uses, of its own file and of those that it imports, as plain data under names that are unique. */

import { AstUtils } from 'langium';
import { addTo } from '../../graph/add-to.ts';
import type { Range } from '../../graph/graph.ts';
import type {
  Outline,
  OutlineArgument,
  OutlineBlock,
  OutlineBranch,
  OutlineCall,
  OutlineDeclaration,
  OutlineExpr,
  OutlineInstance,
  OutlineItem,
  OutlineParam,
  OutlinePattern,
  OutlineStage,
  OutlineStageKind,
  OutlineStatement,
} from '../../graph/outline.ts';
import { type Generator, generatorIn, ownStatements } from '../syntax/branches.ts';
import {
  type Argument,
  type Body,
  type Declaration,
  type Expression,
  type Invocation,
  isInput,
  isLabelledStage,
  isLet,
  isModel,
  isNamed,
  isParam,
  isPattern,
  isRepeat,
  isShared,
  isStatement,
  type LabelledStage,
  type Param,
  type Pattern,
  type Pipeline,
  type Reference,
  type Stage,
  type Statement,
  type Step,
  type Subscript,
} from '../syntax/generated/ast.ts';
import { asksToIgnore } from '../syntax/ignores.ts';
import { commentsOf, documentationOf, locationOf, uriOf } from '../syntax/source.ts';
import { type DeclarationId, idOf, spotOf } from '../syntax/spot.ts';
import { isBroken } from '../syntax/syntax-problems.ts';
import { nodesOf } from '../syntax/walk.ts';
import type { FileScopes } from './files.ts';
import { namesTaken } from './inside.ts';
import { type Instance, inputShapesOf, shapeOf, inputsOf as valuesRead } from './instance.ts';
import type { Binding } from './scope.ts';
import type { Target } from './targets.ts';

/** A text that is broken has no outline. */
class Unwritten extends Error {}

const there = <T>(x: T | undefined): T => {
  if (x === undefined) throw new Unwritten();
  return x;
};

const declarationOf = (b: Binding | undefined): Declaration | undefined =>
  b?.kind === 'declaration' || b?.kind === 'function' || b?.kind === 'lazy' ? b.declaration : undefined;

/** The place of a stage in its declaration. */
const placeOf = ({ start }: Range): string => `${start.line}:${start.character}`;

/** The outline of targets that stand in one file, the one that is meant first; undefined where their text, or what they use, is broken. */
export function outlineOf(targets: readonly Target[], files: FileScopes): Outline | undefined {
  try {
    return new Outliner(files, targets).outline();
  } catch (e) {
    if (e instanceof Unwritten) return undefined;
    throw e;
  }
}

/** Every instance that targets are made of, by its declaration. */
function instancesOf(targets: readonly Target[]): ReadonlyMap<DeclarationId, readonly Instance[]> {
  const all = new Set<Instance>();
  const add = (i: Instance | undefined): void => {
    if (!i || all.has(i)) return;
    all.add(i);
    for (const item of i.items) if (item.type === 'call') add(item.instance);
  };
  for (const t of targets) add(t.instance);
  const by = new Map<DeclarationId, Instance[]>();
  for (const i of all) addTo(by, i.declaration, i);
  return by;
}

class Outliner {
  private readonly files: FileScopes;
  private readonly instances: ReadonlyMap<DeclarationId, readonly Instance[]>;
  private readonly names = new Map<Declaration, string>();
  private readonly taken = new Set<string>();
  private readonly done: OutlineDeclaration[] = [];

  private readonly targets: readonly Target[];
  private readonly ids = new Map<Instance, number>();

  constructor(files: FileScopes, targets: readonly Target[]) {
    this.files = files;
    this.targets = targets;
    this.instances = instancesOf(targets);
    for (const i of [...this.instances.values()].flat()) this.ids.set(i, this.ids.size);
  }

  outline(): Outline {
    // What is meant is written last.
    const named = [...this.targets].reverse().map((t) => ({ name: this.name(t.declaration), root: this.idOf(there(t.instance)) }));
    const [target] = [...named].reverse();
    return { target: there(target).name, targets: named.reverse(), declarations: this.done };
  }

  private idOf(i: Instance): number {
    return this.ids.get(i) ?? 0;
  }

  /** The name of a declaration in the outline, to which it is added with all that it mentions. */
  private name(d: Declaration): string {
    const known = this.names.get(d);
    if (known !== undefined) return known;
    const own = there(d.name);
    let name = own;
    for (let n = 2; this.taken.has(name); n++) name = `${own}${n}`;
    this.names.set(d, name);
    this.taken.add(name);
    this.done.push(this.declaration(d, name));
    return name;
  }

  private declaration(d: Declaration, name: string): OutlineDeclaration {
    if (isBroken(AstUtils.getDocument(d))) throw new Unwritten();
    const body = new BodyOutliner((word) => this.global(d, word));
    const common = { name, doc: documentationOf(d) };
    switch (d.$type) {
      case 'Let':
        return { kind: 'let', ...common, value: body.expr(d.value) };
      case 'Fn':
        return { kind: 'fn', ...common, params: body.params(d.params), value: body.expr(d.value) };
      case 'Block':
      case 'Network':
        if (d.$type === 'Network' && d.alias)
          return { kind: 'alias', ...common, of: body.call(d.alias.callee, d.alias), inputs: d.previews.map((e) => body.expr(e)) };
        return {
          kind: d.$type === 'Network' ? 'network' : 'block',
          source: { uri: uriOf(d), line: locationOf(d).range.start.line },
          ...common,
          params: body.params(d.params),
          takes: namesTaken(d),
          inputs: d.previews.map((e) => body.expr(e)),
          versus: d.versus && body.call(d.versus.callee, d.versus),
          body: body.statements(there(d.body).statements),
          instances: (this.instances.get(idOf(d)) ?? []).map((i) => instanceOf(i, (of) => this.idOf(of))),
        } satisfies OutlineBlock;
      default:
        return d satisfies never;
    }
  }

  /** The name under which the outline has what a word of a declaration's file means there; the word itself where that is nothing of a file. */
  private global(d: Declaration, word: string): string {
    const model = AstUtils.getContainerOfType(d, isModel);
    const found = declarationOf(model && this.files.known(model)?.own(word));
    if (!found) return word;
    const name = this.name(found);
    // A name of the body's own may be meant, or would be then; where that would be lost, better no outline than a wrong one.
    if (name !== word && [word, name].some((n) => localsOf(d).has(n))) throw new Unwritten();
    return name;
  }
}

/** The names that a declaration gives inside itself. */
function localsOf(d: Declaration): ReadonlySet<string> {
  const names = new Set<string>();
  for (const n of nodesOf(d)) {
    if (isParam(n) || isLet(n) || isNamed(n) || isShared(n) || isInput(n)) names.add(n.name);
    if (isLabelledStage(n) && n.label !== undefined) names.add(n.label);
    if (isRepeat(n) && n.index !== undefined) names.add(n.index);
    if (isPattern(n) && n.name !== undefined) names.add(n.name);
  }
  return names;
}

const instanceOf = (i: Instance, idOf: (i: Instance) => number): OutlineInstance => ({
  id: idOf(i),
  arguments: Object.fromEntries(i.arguments),
  inputs: inputShapesOf(i),
  output: i.output,
  items: i.items.map((item): OutlineItem => {
    const common = { segment: item.segment, shape: item.shape, inputs: valuesRead(item).map((v) => shapeOf(i, v)) };
    if (item.type === 'layer') return { ...common, layer: item.kind, params: item.params };
    return item.type === 'call' ? { ...common, instance: idOf(item.instance) } : common;
  }),
  traces: i.stages.map((s) => ({ at: placeOf(s.range), from: s.from, to: s.to, input: s.input, output: s.output })),
});

/** One declaration as plain data. `global` renames what is declared in a file. */
class BodyOutliner {
  private readonly global: (word: string) => string;
  /** The lines whose comments a statement has, with those that statements inside it have too. */
  private readonly told = new Map<number, readonly string[]>();
  constructor(global: (word: string) => string) {
    this.global = global;
  }

  params(params: readonly Param[] | undefined): readonly OutlineParam[] {
    return (params ?? []).map((p) => ({ name: there(p.name), value: p.value && this.expr(p.value) }));
  }

  statements(statements: readonly Statement[]): readonly OutlineStatement[] {
    return statements.map((s): OutlineStatement => {
      const comments = this.comments(s);
      return { ...this.statement(s), ...(comments.length > 0 ? { comments } : {}) };
    });
  }

  /**
   * Of statements that begin on one line, the first, which is around the others, has its comments. What asks to ignore something is for all that stands
   * on the line, so where that will stand on lines of its own, the innermost have it.
   */
  private comments(s: Statement): readonly string[] {
    const { line } = locationOf(s).range.start;
    const isAround = nodesOf(s).some((n) => n !== s && isStatement(n) && locationOf(n).range.start.line === line);
    const before = this.told.get(line);
    if (before) return isAround ? [] : before;
    const all = commentsOf(s);
    const ignores = isAround ? all.filter(asksToIgnore) : [];
    this.told.set(line, ignores);
    // Its own name may be what is ignored.
    return s.$type === 'Pipeline' ? all.filter((c) => !ignores.includes(c)) : all;
  }

  private statement(s: Statement): OutlineStatement {
    switch (s.$type) {
      case 'Let':
        return { kind: 'let', name: there(s.name), value: this.expr(s.value) };
      case 'Output':
        return { kind: 'output', name: there(s.name), value: s.value && this.pipeline(s.value) };
      case 'Shared':
        return { kind: 'shared', name: there(s.name), value: this.call(there(s.value).callee, there(s.value)) };
      case 'Named':
        return { kind: 'named', name: there(s.name), value: this.pipeline(there(s.value)) };
      case 'Pipeline':
        return { kind: 'pipeline', value: this.pipeline(s) };
      default:
        return s satisfies never;
    }
  }

  private pipeline(p: Pipeline): readonly OutlineStage[] {
    return p.stages.map((s: LabelledStage) => ({ at: placeOf(spotOf(s).range), label: s.label, stage: this.stage(there(s.stage)) }));
  }

  private stage(s: Stage): OutlineStageKind {
    switch (s.$type) {
      case 'Invocation': {
        if (s.steps.length > 0)
          return { kind: 'part', of: s.steps.reduce((of, step) => this.step(of, step), this.call(s.callee, s) as OutlineExpr) };
        const call = this.call(s.callee, s);
        return s.branches ? { ...call, kind: 'merge', branches: this.branches(s.branches) } : call;
      }
      case 'Repeat':
        return { kind: 'repeat', count: this.expr(s.count), index: s.index, body: this.statements(there(s.body).statements) };
      case 'For':
        return {
          kind: 'for',
          pattern: this.pattern(there(s.pattern)),
          list: this.expr(s.list),
          body: this.statements(there(s.body).statements),
        };
      case 'If': {
        const goesOn = s.elseIf && [{ kind: 'pipeline' as const, value: [{ at: '', label: undefined, stage: this.stage(s.elseIf) }] }];
        return {
          kind: 'if',
          condition: this.expr(s.condition),
          yes: this.statements(there(s.then).statements),
          no: goesOn ?? (s.else && this.statements(s.else.statements)),
        };
      }
      case 'Expect':
        return { kind: 'expect', condition: this.expr(s.condition) };
      default:
        return s satisfies never;
    }
  }

  private step(of: OutlineExpr, { subscript, member }: Step): OutlineExpr {
    return subscript ? this.subscript(of, subscript) : { kind: 'member', of, member: there(member) };
  }

  private branches(b: Body): readonly OutlineBranch[] {
    const among = (s: Statement): OutlineBranch => {
      const generator = generatorIn(s);
      if (generator) return this.generator(generator);
      if (s.$type !== 'Let') throw new Unwritten();
      return { kind: 'let', name: there(s.name), value: this.expr(s.value) };
    };
    return [
      ...b.statements.map(among),
      ...b.branches.flatMap((branch): readonly OutlineBranch[] => {
        const own = ownStatements(branch);
        const more = branch.statements.slice(own.length).map(among);
        return own.length > 0 ? [{ kind: 'branch', body: this.statements(own) }, ...more] : more;
      }),
    ];
  }

  private generator(g: Generator): OutlineBranch {
    switch (g.$type) {
      case 'Repeat':
        return { kind: 'repeat', count: this.expr(g.count), index: g.index, branches: this.branches(there(g.body)) };
      case 'For':
        return { kind: 'for', pattern: this.pattern(there(g.pattern)), list: this.expr(g.list), branches: this.branches(there(g.body)) };
      case 'If': {
        const no = g.elseIf ? [this.generator(g.elseIf)] : g.else && this.branches(g.else);
        return { kind: 'if', condition: this.expr(g.condition), yes: this.branches(there(g.then)), no };
      }
      default:
        return g satisfies never;
    }
  }

  call(callee: string | undefined, at: Invocation | Reference): OutlineCall {
    const brackets = at.$type === 'Invocation' ? at.parens : at.call;
    return { kind: 'call', callee: this.global(there(callee)), args: brackets ? at.args.map((a) => this.argument(a)) : undefined };
  }

  private argument(a: Argument): OutlineArgument {
    return { name: a.name, value: this.expr(a.value), out: a.out && this.expr(a.out) };
  }

  private pattern(p: Pattern): OutlinePattern {
    return p.name ?? p.parts.map((part) => this.pattern(part));
  }

  private subscript(of: OutlineExpr, { first, slice, last }: Subscript): OutlineExpr {
    return slice
      ? { kind: 'slice', of, from: first && this.expr(first), to: last && this.expr(last) }
      : { kind: 'index', of, index: this.expr(first) };
  }

  expr(e: Expression | undefined): OutlineExpr {
    const x = there(e);
    switch (x.$type) {
      case 'IntLiteral':
      case 'FloatLiteral':
        return { kind: 'number', value: x.value };
      case 'SizeLiteral':
        return { kind: 'size', value: x.value };
      case 'StringLiteral':
        return { kind: 'string', value: x.value };
      case 'BoolLiteral':
        return { kind: 'bool', value: x.value };
      case 'ListLiteral':
        return x.pattern
          ? {
              kind: 'comprehension',
              item: this.expr(x.items[0]),
              pattern: this.pattern(x.pattern),
              list: this.expr(x.list),
              filter: x.filter && this.expr(x.filter),
            }
          : { kind: 'list', items: x.items.map((i) => this.expr(i)) };
      case 'Group':
        return { kind: 'group', inner: this.expr(x.inner) };
      case 'Conditional':
        return { kind: 'conditional', test: this.expr(x.test), yes: this.expr(x.then), no: this.expr(x.else) };
      case 'Logic':
        return { kind: 'binary', op: x.op, left: this.expr(x.left), right: this.expr(x.right) };
      case 'Compare':
        return {
          kind: 'compare',
          first: this.expr(x.first),
          rest: x.rest.map((r) => ({ op: r.not ? `not ${there(r.op)}` : there(r.op), value: this.expr(r.value) })),
        };
      case 'Binary':
        return { kind: 'binary', op: x.operator, left: this.expr(x.left), right: this.expr(x.right) };
      case 'Power':
        return { kind: 'binary', op: '**', left: this.expr(x.base), right: this.expr(x.exponent) };
      case 'Unary':
        return { kind: 'unary', op: x.op, value: this.expr(x.value) };
      case 'Index':
        return this.subscript(this.expr(x.of), there(x.subscript));
      case 'Member':
        return { kind: 'member', of: this.expr(x.of), member: there(x.member) };
      case 'In':
        return { kind: 'in' };
      case 'Here':
        return { kind: 'here' };
      case 'Reference':
        return this.call(x.name, x);
      default:
        return x satisfies never;
    }
  }
}
