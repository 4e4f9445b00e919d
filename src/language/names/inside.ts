/** What names a declaration has for what stands inside it: parameters, constants, loop variables, labels and values, by its text alone. */

import type { AstNode } from 'langium';
import {
  type Block,
  type Fn,
  isBlock,
  isBody,
  isBranch,
  isFn,
  isFor,
  isNetwork,
  isParam,
  isPipeline,
  isRepeat,
  type Network,
  type Pipeline,
  type Statement,
} from '../syntax/generated/ast.ts';
import { statementsOf } from '../syntax/half-typed.ts';
import { outwards } from '../syntax/locate.ts';
import type { Meaning, NameInScope } from './meaning.ts';

export function named(
  name: string | undefined,
  means: Meaning,
  by: AstNode = means.node,
  property = 'name',
  index?: number,
): NameInScope[] {
  return name === undefined ? [] : [{ name, means, by: { node: by, property, index, name } }];
}

/** The labels of a pipeline, the last first; where the stage is given, of those before it. */
function* inPipeline(p: Pipeline | undefined, before?: AstNode): Generator<NameInScope> {
  for (const s of earlier(p?.stages ?? [], before)) yield* named(s.label, { kind: 'value', node: s }, s, 'label');
}

function* inStatements(statements: readonly Statement[], before: AstNode | undefined): Generator<NameInScope> {
  for (const s of earlier(statements, before)) {
    switch (s.$type) {
      case 'Let':
        yield* named(s.name, { kind: 'constant', node: s });
        break;
      case 'Named':
        yield* named(s.name, { kind: 'value', node: s });
        yield* inPipeline(s.value);
        break;
      case 'Output':
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

/** What comes before a node, the last first: a name that is given again means the later. */
function earlier<T extends AstNode>(nodes: readonly T[], before: AstNode | undefined): readonly T[] {
  const all: readonly AstNode[] = nodes;
  const end = before ? all.indexOf(before) : -1;
  return nodes.slice(0, end < 0 ? nodes.length : end).reverse();
}

/** The names that a declaration has for a node inside it, the innermost first. */
export function* namesInside(node: AstNode): Generator<NameInScope> {
  let child: AstNode | undefined;
  for (const n of outwards(node)) {
    if (isBody(n) || isBranch(n)) yield* inStatements(statementsOf(n), child);
    if (isPipeline(n)) yield* inPipeline(n, child);
    // What is counted or gone through stands outside of the loop.
    if (isRepeat(n) && child !== n.count) yield* named(n.index, { kind: 'variable', node: n }, n, 'index');
    if (isFor(n) && child !== n.list)
      for (const [i, name] of [...n.variables.entries()].reverse()) yield* named(name, { kind: 'variable', node: n }, n, 'variables', i);
    if (isBlock(n) || isNetwork(n) || isFn(n)) yield* inParameters(n, child);
    child = n;
  }
}

/** A default sees the parameters before it, and what stands behind `on` none. */
function* inParameters(d: Block | Network | Fn, child: AstNode | undefined): Generator<NameInScope> {
  if (!isFn(d) && child !== undefined && child === d.preview) return;
  for (const p of earlier(d.params ?? [], child && isParam(child) ? child : undefined))
    yield* named(p.name, { kind: 'parameter', node: p, of: d });
}

/** Whether a body or branch around a node names a value so, before the node or behind it. */
export function isNamedAround(name: string, node: AstNode): boolean {
  for (const n of outwards(node))
    if (isBody(n) || isBranch(n))
      for (const s of inStatements(n.statements, undefined)) if (s.name === name && s.means.kind === 'value') return true;
  return false;
}
