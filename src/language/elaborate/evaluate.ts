/** Expressions to values, with Python's precedence and meaning. Errors become problems and the value `UNKNOWN`, which is silent after that. */

import type { AstNode } from 'langium';
import { isNamedAround } from '../names/inside.ts';
import { saidOtherwise } from '../syntax/foreign.ts';
import {
  type Argument,
  type Compare,
  type Expression,
  type Fn,
  isInvocation,
  type ListLiteral,
  type Reference,
  type Step,
  type Subscript,
} from '../syntax/generated/ast.ts';
import { locationOf, locationOfProperty, textOf } from '../syntax/source.ts';
import { isFunctionName } from '../syntax/vocabulary.ts';
import type { Context } from './context.ts';
import { labelled } from './fixes/labels.ts';
import { renamed, textMeant, valueGiven } from './fixes/names.ts';
import { CallFault, equal, functions } from './functions.ts';
import { contains, elementAt, slice } from './lists.ts';
import { innerOf, memberOf } from './members.ts';
import { eachElement } from './patterns.ts';
import { type Binding, boundValue, fitsArgument, fitsCall, fitsExpression, Scope } from './scope.ts';
import { unnamedYet } from './unnamed.ts';
import {
  type Arrow,
  type Bound,
  describe,
  type FlowVal,
  hasFlow,
  hasUnknown,
  isFlow,
  isLayer,
  isList,
  isUnknown,
  type LayerVal,
  UNKNOWN,
  type Val,
} from './values.ts';

/**
 * What is welcome where an expression stands beside numbers, texts and sizes: layers, as in arguments; in the constants and loops of a body
 * also lists of the network's values (`lists`), whose items they are (`item`), and which `+` joins (`operand`).
 */
export type Welcome = 'numbers' | 'layers' | 'lists' | 'operand' | 'item';

const takesFlow = (w: Welcome): boolean => w === 'lists' || w === 'operand' || w === 'item';
const inList = (w: Welcome): Welcome => (takesFlow(w) ? 'item' : w);
const inOperand = (w: Welcome): Welcome => (takesFlow(w) ? 'operand' : 'numbers');
const takesLayers = (w: Welcome): boolean => w !== 'numbers' && w !== 'operand';

const EXACT = Number.MAX_SAFE_INTEGER;
const LONGEST = 100_000;
const TOO_LONG = 'This list would have more than 100,000 elements.';

/** Python's truth of a value. */
export const truth = (v: Val): boolean => (typeof v === 'object' ? !isList(v) || v.length > 0 : Boolean(v));

function arithmetic(op: string, a: number, b: number): number | string {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? 'division by zero' : a / b;
    case '//':
      return b === 0 ? 'division by zero' : Math.floor(a / b);
    case '%':
      return b === 0 ? 'division by zero' : a - b * Math.floor(a / b);
    case '**':
      return a ** b;
    default:
      return `unknown operator ${op}`;
  }
}

function compare(op: string, a: number | string, b: number | string): boolean {
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function binary(op: string, a: Val, b: Val, at: Expression, c: Context): Val {
  if (hasUnknown(a) || hasUnknown(b)) return UNKNOWN;
  if (op === '==') return equal(a, b);
  if (op === '!=') return !equal(a, b);
  const wrong = (why: string): Val => {
    c.problems.report('bad-operands', why, at);
    return UNKNOWN;
  };
  if (['<', '<=', '>', '>='].includes(op)) {
    if ((typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')) return compare(op, a, b);
    return wrong(`\`${op}\` compares two numbers, not ${describe(a)} and ${describe(b)}.`);
  }
  if (typeof a === 'number' && typeof b === 'number') {
    const result = arithmetic(op, a, b);
    if (typeof result === 'string') return wrong(`\`${a} ${op} ${b}\`: ${result}.`);
    if (!Number.isFinite(result) || (Number.isInteger(a) && Number.isInteger(b) && Math.abs(result) > EXACT && op !== '/'))
      return wrong(`\`${a} ${op} ${b}\` is beyond 2^53, up to which whole numbers are exact.`);
    return result;
  }
  if (op === '+' && isList(a) && isList(b)) {
    if (a.length + b.length > LONGEST) return wrong(TOO_LONG);
    c.session.step((a.length + b.length) >> 3);
    return [...a, ...b];
  }
  if (op === '*') {
    const [list, n] = isList(a) ? [a, b] : [b, a];
    if (isList(list) && typeof n === 'number' && Number.isInteger(n)) {
      if (list.length * n > LONGEST) return wrong(TOO_LONG);
      c.session.step((list.length * n) >> 3);
      return Array.from({ length: Math.max(0, n) }, () => list).flat() as Val;
    }
  }
  return wrong(`\`${op}\` does not work on ${describe(a)} and ${describe(b)}.`);
}

/** `[f(x) for x in xs if c]`. */
function comprehension(e: ListLiteral, c: Context, welcome: Welcome): Val {
  const made: Val[] = [];
  const sound = eachElement(
    evaluate(e.list, c, welcome),
    e,
    c.problems,
    () => new Scope(c.scope),
    (scope) => {
      const keeps = e.filter ? evaluate(e.filter, { ...c, scope }) : true;
      if (!isUnknown(keeps) && truth(keeps)) made.push(evaluate(e.items[0], { ...c, scope }, inList(welcome)));
      return !isUnknown(keeps);
    },
  );
  return sound ? made : UNKNOWN;
}

/** `a < b <= c`: each value is compared with the next, up to the first that is false. */
function comparison(e: Compare, c: Context): Val {
  let left = evaluate(e.first, c);
  for (const { op, not, value } of e.rest) {
    const right = evaluate(value, c);
    const holds = op === 'in' ? contains(left, right, e, c) : binary(op, left, right, e, c);
    if (isUnknown(holds)) return UNKNOWN;
    if (truth(holds) === not) return false;
    left = right;
  }
  return true;
}

/** Ends a recursion that went too deep, up to its outermost call: what it would go on to ask has the same end. */
class TooDeep extends Error {}

function callFunction(
  fn: Fn,
  scope: Scope,
  args: readonly Bound[],
  names: readonly (string | undefined)[],
  at: Expression,
  c: Context,
): Val {
  const depth = (c.depth ?? 0) + 1;
  if (depth > c.session.limits.depth) {
    c.problems.report(
      'recursion-too-deep',
      `\`${fn.name}\` calls itself more than ${c.session.limits.depth} levels deep: give it a case that ends it.`,
      at,
    );
    throw new TooDeep();
  }
  try {
    return applyFunction(fn, scope, args, names, at, c, depth);
  } catch (e) {
    if (e instanceof TooDeep && depth === 1) return UNKNOWN;
    throw e;
  }
}

function applyFunction(
  fn: Fn,
  scope: Scope,
  args: readonly Bound[],
  names: readonly (string | undefined)[],
  at: Expression,
  c: Context,
  depth: number,
): Val {
  const local = new Scope(scope);
  const inner: Context = { session: c.session, problems: c.problems, scope: local, depth };
  const given = new Map<string, Val>();
  let next = 0;
  for (const [i, arg] of args.entries()) {
    const name = names[i] ?? fn.params[next++]?.name;
    if (name === undefined || !fn.params.some((p) => p.name === name)) {
      c.problems.report(
        'unknown-argument',
        `\`${fn.name}\` takes ${fn.params.length} argument${fn.params.length === 1 ? '' : 's'}${names[i] ? `, none is named \`${names[i]}\`` : ''}.`,
        arg.node ?? at,
        [],
        arg.node?.name === undefined
          ? []
          : renamed(
              arg.node.name,
              fn.params.map((p) => p.name),
              locationOfProperty(arg.node, 'name'),
            ),
      );
      return UNKNOWN;
    }
    const named = names[i] === undefined ? undefined : fn.params.findLast((p) => p.name === name);
    if (named && arg.node) c.session.observe?.(arg.node, named);
    if (given.has(name) && (names[i] === undefined || names.indexOf(name) === i))
      c.problems.report('duplicate-argument', `\`${name}\` of \`${fn.name}\` is given twice, by position and by name.`, arg.node ?? at);
    given.set(name, typeof arg.value === 'object' && 'type' in arg.value && arg.value.type === 'arrow' ? UNKNOWN : arg.value);
  }
  for (const p of fn.params) {
    const value = given.get(p.name) ?? (p.value ? evaluate(p.value, inner) : undefined);
    if (value === undefined) {
      c.problems.report('missing-argument', `\`${fn.name}\` needs \`${p.name}\`.`, at);
      return UNKNOWN;
    }
    local.set(p.name, { kind: 'constant', value, by: p });
  }
  return evaluate(fn.value, inner);
}

function reference(at: Reference, welcome: Welcome, c: Context): Val {
  const { name } = at;
  const fits = takesLayers(welcome) ? fitsArgument : fitsExpression;
  const metric = c.metric?.(name);
  if (metric !== undefined) {
    c.session.observe?.(at, { builtin: 'figure', name });
    return metric;
  }
  const found = c.scope.find(name, welcome === 'item' ? (b) => b.kind === 'value' || fits(b) : fits);
  const value = found && (found.kind === 'value' ? flowOf(found) : boundValue(found));
  if (found && value !== undefined) {
    if (!isUnknown(value)) c.session.observe?.(at, found.by);
    return value;
  }
  // It is told once, in whichever round of a loop it is met first.
  if (c.problems.has('unknown-name', locationOf(at))) return UNKNOWN;
  const other = c.scope.find(name, () => true);
  const text = other ? undefined : textMeant(at);
  if (text) {
    c.problems.report('unknown-name', text.message, at, [], text.fixes);
    return UNKNOWN;
  }
  const candidates = other || isNamedAround(name, at) ? [] : [...c.scope.all(fits), 'true', 'false', ...(c.metrics ?? [])];
  const why = !other
    ? candidates.length === 0
      ? unnamedYet(name, at)
      : `There is no \`${name}\` here.${c.session.suggest(name, candidates)}`
    : other.kind === 'value' && welcome === 'layers'
      ? `\`${name}\` is a value of the network, which is no argument: a block that \`takes\` it gets it as a branch, \`Block { | ${name} | … }\`; its shape is \`${name}.c\`, \`${name}.h\`, \`${name}.w\`.`
      : other.kind === 'value'
        ? `\`${name}\` is a value of the network, not a number; its shape is \`${name}.c\`, \`${name}.h\`, \`${name}.w\`.`
        : other.kind === 'function' || other.kind === 'builtin'
          ? `\`${name}\` is a function: call it, \`${name}(…)\`.`
          : `\`${name}\` is a layer, not a number.`;
  const given = other?.kind === 'value' && welcome === 'layers' ? valueGiven(at) : undefined;
  const said = given ? `\`${name}\` is a value of the network, which is no argument: write \`${given.text}\`.` : why;
  c.problems.report('unknown-name', said, at, [], given?.fixes ?? renamed(name, candidates, locationOfProperty(at, 'name')));
  return UNKNOWN;
}

/** A value that has a name. */
export const flowOf = ({ id, shape, sure, isCall }: Extract<Binding, { kind: 'value' }>): FlowVal => ({
  type: 'value',
  id,
  shape,
  sure,
  isCall,
});

/** A named value, for its shape or for what is inside it. */
function namedValue(e: Expression | undefined, c: Context): FlowVal | undefined {
  if (e?.$type !== 'Reference' || e.call) return undefined;
  const b = c.scope.find(e.name, () => true);
  if (b?.kind !== 'value') return undefined;
  c.session.observe?.(e, b.by);
  return flowOf(b);
}

/** The arguments of a call, in order. Layers may be among them; values of the network only in lists that a function takes. */
export function evaluateArguments(args: readonly Argument[], c: Context, welcome: Welcome = 'layers', ofFunction = false): Bound[] {
  const names = new Set<string>();
  return args.map((node) => {
    if (node.name !== undefined && names.has(node.name))
      c.problems.report('duplicate-argument', `\`${node.name}\` is given twice in one call.`, node);
    if (node.name !== undefined) names.add(node.name);
    const given = evaluate(node.value, c, welcome);
    const isRefused = hasFlow(given) && !takesFlow(welcome) && !ofFunction;
    if (isRefused)
      c.problems.report(
        'bad-argument',
        'A value of the network is no argument: a block that `takes` it gets it as a branch, `Block { | a | b }`.',
        node.value ?? node,
      );
    const value = isRefused ? UNKNOWN : given;
    const arrow: Arrow | undefined = node.out ? { type: 'arrow', from: value, to: evaluate(node.out, c) } : undefined;
    return { value: arrow ?? value, node, round: 0 };
  });
}

/** Gives a layer more arguments; where a name comes again, the later wins. */
export function applyLayer(layer: LayerVal, args: readonly Bound[]): LayerVal {
  const round = layer.rounds + 1;
  const positional = [...layer.positional];
  const named = new Map(layer.named);
  for (const { value, node } of args) {
    if (node?.name === undefined) positional.push({ value, node, round });
    else named.set(node.name, { value, node, round });
  }
  return { ...layer, positional, named, rounds: round };
}

function call(e: Reference, welcome: Welcome, c: Context): Val {
  const layer = takesLayers(welcome)
    ? c.scope.find(e.name, (b) => fitsCall(b) || (fitsArgument(b) && isCallableLayer(b)))
    : c.scope.find(e.name, fitsCall);
  // What a function of lists takes may be a list of values, wherever what it gives may be one.
  const ofFunction = isFunctionName(e.name);
  const args = evaluateArguments(e.args, c, ofFunction && takesFlow(welcome) ? 'lists' : 'layers', ofFunction);
  if (!layer) {
    const candidates = c.scope.all(fitsCall);
    const fixes = renamed(e.name, candidates, locationOfProperty(e, 'name'));
    const said = saidOtherwise(e.name);
    const hint = said === undefined ? c.session.suggest(e.name, candidates) : ` ${said}`;
    c.problems.report('unknown-name', `There is no function \`${e.name}\`.${hint}`, e, [], said === undefined ? fixes : []);
    return UNKNOWN;
  }
  if (layer.kind === 'function' || layer.kind === 'builtin') c.session.observe?.(e, layer.by);
  if (layer.kind === 'function')
    return callFunction(
      layer.declaration,
      layer.scope,
      args,
      e.args.map((a) => a.name),
      e,
      c,
    );
  if (layer.kind === 'builtin') {
    if (args.some((a) => hasUnknown(a.value))) return UNKNOWN;
    const result = functions[layer.name](args.map((a) => a.value as Val));
    const lists = [...args.map((a) => a.value), result].filter((v) => Array.isArray(v));
    c.session.step(lists.reduce((sum, l) => sum + (l.length >> 3), 0));
    if (!(result instanceof CallFault)) return result;
    c.problems.report('bad-argument', `\`${e.name}\` ${result.message}.`, e);
    return UNKNOWN;
  }
  const value = boundValue(layer);
  if (value === undefined || !isLayer(value)) return UNKNOWN;
  c.session.observe?.(e, layer.by);
  return applyLayer(value, args);
}
/** What is unknown may be a layer: after an error, or in a block that nothing calls. */
const isCallableLayer = (b: Binding): boolean => {
  const v = boundValue(b);
  return v !== undefined && (isLayer(v) || isUnknown(v));
};

/** Evaluates an expression. A missing one (half-typed text) is unknown. */
export function evaluate(e: Expression | undefined, c: Context, welcome: Welcome = 'numbers'): Val {
  if (!e) return UNKNOWN;
  c.session.step();
  switch (e.$type) {
    case 'IntLiteral':
    case 'FloatLiteral': {
      if (Number.isFinite(e.value) && (e.$type === 'FloatLiteral' || e.value <= EXACT)) return e.value;
      c.problems.report('number-too-large', 'This number is beyond 2^53, up to which whole numbers are exact.', e);
      return UNKNOWN;
    }
    case 'SizeLiteral':
      return { type: 'size', dims: e.value.split('x').map((d) => (d === '?' ? null : Number(d))) };
    case 'StringLiteral':
      return e.value;
    case 'BoolLiteral':
      return e.value === 'true';
    case 'ListLiteral':
      return e.pattern ? comprehension(e, c, welcome) : e.items.map((i) => evaluate(i, c, inList(welcome)));
    case 'Group':
      return evaluate(e.inner, c, welcome);
    case 'Conditional': {
      const test = evaluate(e.test, c);
      return isUnknown(test) ? UNKNOWN : evaluate(truth(test) ? e.then : e.else, c, welcome);
    }
    case 'Logic': {
      const left = evaluate(e.left, c);
      if (isUnknown(left)) return UNKNOWN;
      return truth(left) === (e.op === 'or') ? left : evaluate(e.right, c);
    }
    case 'Unary': {
      const v = evaluate(e.value, c);
      if (isUnknown(v)) return UNKNOWN;
      return e.op === 'not' ? !truth(v) : typeof v === 'number' ? -v : binary('-', 0, v, e, c);
    }
    case 'Compare':
      return comparison(e, c);
    case 'Binary':
      return binary(e.operator, evaluate(e.left, c, inOperand(welcome)), evaluate(e.right, c, inOperand(welcome)), e, c);
    case 'Power':
      return binary('**', evaluate(e.base, c), evaluate(e.exponent, c), e, c);
    case 'Index':
      return subscript(evaluate(e.of, c, e.subscript?.slice ? welcome : inOperand(welcome)), e.subscript, e, c);
    case 'Member':
      return memberOf(namedValue(e.of, c) ?? evaluate(e.of, c), e.member, e, c);
    case 'In':
    case 'Here': {
      const shape = e.$type === 'In' ? c.in : c.here;
      if (!shape) c.problems.report('no-shape-here', `\`${e.$type === 'In' ? 'in' : 'here'}\` is only known inside a block or network.`, e);
      return (e.$type === 'Here' && welcome === 'item' ? c.flows?.here : undefined) ?? shape ?? UNKNOWN;
    }
    case 'Reference':
      return e.call ? call(e, welcome, c) : reference(e, welcome, c);
    default:
      return e satisfies never;
  }
}

/** `xs[i]` and `xs[i:j]`. */
export function subscript(of: Val, s: Subscript | undefined, at: AstNode, c: Context): Val {
  if (!s?.slice) return elementAt(of, evaluate(s?.first, c), at, c);
  const ends = [s.first, s.last].map((e) => (e ? evaluate(e, c) : undefined));
  return slice(of, ends, at, c);
}

/** What `[i]` or `.name` takes of a value where a pipeline starts. */
export function stepInto(of: Val, step: Step, at: AstNode, c: Context): Val {
  if (step.subscript) return subscript(of, step.subscript, at, c);
  if (isUnknown(of) || step.member === undefined) return UNKNOWN;
  if (isFlow(of) && of.isCall) return innerOf(of, step.member, step, c);
  if (isFlow(of) && !of.sure) return UNKNOWN;
  const name = isInvocation(at) ? at.callee : undefined;
  const by = name === undefined ? undefined : c.scope.find(name, (b) => b.kind === 'value')?.by;
  const label = isFlow(of) && by && '$type' in by && isInvocation(at) && at.steps[0] === step ? labelled(by) : undefined;
  if (label && by && '$type' in by) {
    const place = locationOfProperty(by, 'name');
    if (c.problems.has('unknown-member', place)) return UNKNOWN;
    const message = `\`${name}\` is named with \`=\`, so nothing inside its call can be read, as \`${textOf(at)}\` does: label the call, \`${label.text}\`.`;
    c.problems.report(
      'unknown-member',
      message,
      place,
      [{ message: `\`${textOf(at)}\` is read here.`, location: locationOf(at) }],
      [label.fix],
    );
    return UNKNOWN;
  }
  const why = isFlow(of)
    ? 'Only what a label calls has values inside: label the call of a block itself, `x -> b: Block`, and write `b.name`.'
    : `Only a value has others inside: this is ${describe(of)}.`;
  c.problems.report('unknown-member', why, step);
  return UNKNOWN;
}

/** A whole number of at least `min`, or a problem. */
export function evaluateCount(e: Expression | undefined, what: string, c: Context): number | undefined {
  const v = evaluate(e, c);
  if (isUnknown(v) || !e) return undefined;
  if (typeof v === 'number' && Number.isInteger(v) && v >= 0) return v;
  c.problems.report('bad-count', `${what} takes a whole number, not ${typeof v === 'number' ? v : describe(v)}.`, e);
  return undefined;
}
