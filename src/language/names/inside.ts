/** What names a declaration has for what stands inside it: parameters, constants, loop variables, labels and values, by its text alone. */

import type { AstNode } from 'langium';
import { generatorIn } from '../syntax/branches.ts';
import {
  type Block,
  type Body,
  type Fn,
  type For,
  type If,
  isBlock,
  isBody,
  isBranch,
  isFn,
  isFor,
  isIf,
  isListLiteral,
  isNetwork,
  isOutput,
  isParam,
  isPipeline,
  isRepeat,
  type Network,
  type Output,
  type Pattern,
  type Pipeline,
  type Repeat,
  type Stage,
  type Statement,
} from '../syntax/generated/ast.ts';
import { statementsOf } from '../syntax/half-typed.ts';
import { outwards } from '../syntax/locate.ts';
import { nodesOf } from '../syntax/walk.ts';
import type { Meaning, NameInScope } from './meaning.ts';

export function named(name: string | undefined, means: Meaning, by: AstNode = means.node, property = 'name'): NameInScope[] {
  return name === undefined ? [] : [{ name, means, by: { node: by, property, name } }];
}

/** The names that a pipeline gives, the last first; where the stage is given, of those before it. */
function* inPipeline(p: Pipeline | undefined, before?: AstNode): Generator<NameInScope> {
  for (const s of earlier(p?.stages ?? [], before)) {
    yield* named(s.label, { kind: 'value', node: s }, s, 'label');
    if (s.stage) yield* givenIn(s.stage);
  }
}

/** The names that a loop or an `if` gives to the body around it, the last first. Each only may be given. */
export function* givenIn(stage: Stage): Generator<NameInScope> {
  if (stage.$type !== 'If' && stage.$type !== 'For' && stage.$type !== 'Repeat') return;
  const sides = stage.$type === 'If' ? [stage.else ?? stage.elseIf, stage.then] : [stage.body];
  for (const side of sides)
    for (const n of side === undefined ? [] : isIf(side) ? givenIn(side) : inStatements(side.statements, undefined))
      yield { ...n, maybe: true };
}

/** The names that a block has for what stands in its own body, in no branch of it, the last first: what one reads of it from outside. */
export function* namesOfBody(d: Block | Network): Generator<NameInScope> {
  yield* inStatements(d.body?.statements ?? [], undefined);
  for (const t of d.takes.toReversed()) yield* named(t.name, { kind: 'value', node: t });
}

/** Whether a body gives a name to the body around it. */
export const givesNames = (body: Body | undefined): boolean => !inStatements(body?.statements ?? [], undefined).next().done;

function* inStatements(statements: readonly Statement[], before: AstNode | undefined): Generator<NameInScope> {
  for (const s of earlier(statements, before)) {
    switch (s.$type) {
      case 'Let':
      case 'Shared':
        yield* named(s.name, { kind: 'constant', node: s });
        break;
      case 'Named':
        yield* named(s.name, { kind: 'value', node: s });
        yield* inPipeline(s.value);
        break;
      case 'Output':
        yield* outputValue(s);
        yield* inPipeline(s.value);
        break;
      case 'Pipeline':
        yield* inPipeline(s);
        break;
      default:
        s satisfies never;
    }
  }
}

/** Whether the value of an output has its name from there on. */
const decided = new WeakMap<Output, 'yes' | 'maybe' | 'no'>();

function* outputValue(s: Output): Generator<NameInScope> {
  const known = decided.get(s) ?? isNamedByOutput(s);
  decided.set(s, known);
  if (known === 'no') return;
  for (const n of named(s.name, { kind: 'value', node: s })) yield known === 'maybe' ? { ...n, maybe: true } : n;
}

/** Not where the body around has a value of that name from something else. */
function isNamedByOutput(s: Output): 'yes' | 'maybe' | 'no' {
  if (!s.value) return 'no';
  // While this is being found out, an output further up that asks for it is told what costs nothing.
  decided.set(s, 'maybe');
  let found: 'yes' | 'maybe' = 'yes';
  const others = function* (names: Iterable<NameInScope>): Generator<NameInScope> {
    for (const n of names) if (n.name === s.name && n.by.node !== s) yield n;
  };
  // The pipeline of the output itself names before the output does.
  for (const o of others(inPipeline(s.value))) if (o.means.kind === 'value') return o.maybe ? 'maybe' : 'no';
  let child: AstNode = s;
  for (const n of outwards(s)) {
    const before = isBody(n) || isBranch(n) ? inStatements(statementsOf(n), child) : isPipeline(n) ? inPipeline(n, child) : undefined;
    if (before)
      for (const o of others(before)) {
        const isOther = o.means.kind === 'value' && !isOutput(o.means.node);
        // The last that surely has the name took the place of all before it.
        if (!o.maybe) return !isOther ? found : found === 'maybe' ? 'maybe' : 'no';
        if (isOther) found = 'maybe';
      }
    if (isRepeat(n) || isFor(n)) for (const _ of others(givenIn(n))) found = 'maybe';
    if (isBranch(n) || isBlock(n) || isNetwork(n)) break;
    child = n;
  }
  return found;
}

/** What comes before a node, the last first: a name that is given again means the later. */
function earlier<T extends AstNode>(nodes: readonly T[], before: AstNode | undefined): readonly T[] {
  const all: readonly AstNode[] = nodes;
  const end = before ? all.indexOf(before) : -1;
  return nodes.slice(0, end < 0 ? nodes.length : end).reverse();
}

/** The names that a declaration has for a node inside it, the innermost first. */
export function* namesInside(node: AstNode): Generator<NameInScope> {
  let child: AstNode | undefined;
  /** What the loops that were left give, each of which takes the place of a loop's variable further out. */
  let given: NameInScope[] = [];
  for (const n of outwards(node)) {
    // A loop that gives branches ends the branch before it.
    const isNext = isBranch(n) && child && isPipeline(child) && generatorIn(child) !== undefined;
    if ((isBody(n) || isBranch(n)) && !isNext) {
      const names = [...inStatements(statementsOf(n), child)];
      yield* names;
      given.push(...names);
    }
    if (isPipeline(n)) {
      const names = [...inPipeline(n, child)];
      yield* names;
      given.push(...names);
    }
    // What is counted or gone through stands outside of the loop.
    if ((isRepeat(n) && child !== n.count) || (isFor(n) && child !== n.list)) {
      for (const v of variablesOf(n)) {
        const again = given.filter((g) => g.name === v.name);
        if (again.every((g) => g.maybe)) yield again.length > 0 ? { ...v, maybe: true } : v;
      }
      // The round before has been through all of the body.
      const before = [...givenIn(n)];
      yield* before;
      given.push(...before);
    }
    if (isListLiteral(n) && child !== n.list) yield* inPattern(n.pattern);
    if (isBranch(n)) given = [];
    if (isBlock(n) || isNetwork(n) || isFn(n)) yield* inParameters(n, child);
    child = n;
  }
}

/** The variables of a loop; of two of one name, the later first. */
function variablesOf(n: Repeat | For): readonly NameInScope[] {
  if (isRepeat(n)) return named(n.index, { kind: 'variable', node: n }, n, 'index');
  return inPattern(n.pattern);
}

/** The names of a pattern; of two of one name, the later first. */
const inPattern = (p: Pattern | undefined): readonly NameInScope[] =>
  p ? [...named(p.name, { kind: 'variable', node: p }), ...p.parts.toReversed().flatMap(inPattern)] : [];

/** A default sees the parameters before it; what stands behind `on`, and the body, all. */
function* inParameters(d: Block | Network | Fn, child: AstNode | undefined): Generator<NameInScope> {
  // The inputs are values of the body, which takes the table of the parameters over.
  if (!isFn(d) && child && isBody(child)) for (const t of d.takes.toReversed()) yield* named(t.name, { kind: 'value', node: t });
  for (const p of earlier(d.params ?? [], child && isParam(child) ? child : undefined))
    yield* named(p.name, { kind: 'parameter', node: p, of: d });
}

/** Whether a body or branch around a node names a value so, before the node or behind it. */
export function isNamedAround(name: string, node: AstNode): boolean {
  for (const n of outwards(node))
    if (isBody(n) || isBranch(n))
      for (const s of inStatements(n.statements, undefined)) if (s.name === name && (s.means.kind === 'value' || s.maybe)) return true;
  return false;
}

/** Whether a branch of the block around a node, in which the node does not stand, names a value so. */
export function isNamedInBranch(name: string, node: AstNode): boolean {
  const around = [...outwards(node)];
  const block = around.find((n) => isBlock(n) || isNetwork(n));
  for (const n of block ? nodesOf(block) : [])
    if (isBranch(n) && !around.includes(n))
      for (const s of inStatements(n.statements, undefined)) if (s.name === name && s.means.kind === 'value') return true;
  return false;
}

/** On what it depends whether a name has a value. */
export interface Condition {
  readonly of: If | For | Repeat;
  /** Whether it has one where the condition does not hold. */
  readonly otherwise: boolean;
}

const offsetOf = (n: AstNode): number => n.$cstNode?.offset ?? 0;

/** The innermost loop or `if` before a node that gives it a name; undefined where only what comes later does. */
export function conditionOn(name: string, node: AstNode): Condition | undefined {
  for (const n of namesInside(node)) {
    if (n.name !== name || !n.maybe) continue;
    let side: AstNode | undefined;
    for (const around of outwards(n.by.node)) {
      // A loop that is around the node too has rounds: in the first of them, what stands further down has no name yet.
      const isAround = (isIf(around) || isFor(around) || isRepeat(around)) && ![...outwards(node)].includes(around);
      // What a round of a loop around both comes to later has no name in the first.
      if (isAround && offsetOf(around) > offsetOf(node)) break;
      if (isAround) return { of: around, otherwise: isIf(around) && (side === around.else || side === around.elseIf) };
      side = around;
    }
  }
  return undefined;
}
