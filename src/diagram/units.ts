/**
 * Folding: which nodes of a graph are drawn as one thing.
 *
 * Inside one open block, each node is a unit, and so is each call of a block, folded or open. Calls in a row that are equal (the
 * iterations of a repeat) are one unit, drawn once. A call around a single layer (a convolution with its normalisation) is looked through.
 */
import type { Graph, Node, Scope } from '../graph/graph.ts';
import { layers } from '../layers/index.ts';

export type Unit =
  | { readonly kind: 'node'; readonly node: Node }
  | {
      readonly kind: 'call';
      readonly open: boolean /** Equal calls in a row, the first of which is drawn. */;
      readonly scopes: readonly [Scope, ...Scope[]];
    };

/** Folds that the user set, by scope path. What is absent takes its default. */
export type Folds = Readonly<Record<string, boolean>>;

/** Above this many nodes, blocks inside the target are folded until one opens them. */
const OPEN_UP_TO = 56;
/** A call with one weighted layer and at most so many nodes is looked through. */
const PLAIN_NODES = 5;

const weighs = (n: Node): boolean => {
  const role = layers.get(n.kind)?.role;
  return role === 'conv' || role === 'linear';
};

/** Everything about scopes that folding asks repeatedly. */
export interface Scopes {
  readonly children: readonly (readonly Scope[])[];
  readonly signature: (s: Scope) => string;
}

/** Prepares a graph for folding. */
export function scopesOf(graph: Graph): Scopes {
  const children: Scope[][] = graph.scopes.map(() => []);
  for (const s of graph.scopes) if (s.parent !== undefined) children[s.parent]?.push(s);
  for (const list of children) list.sort((a, b) => a.from - b.from);
  const known = new Map<number, string>();
  const signature = (s: Scope): string => {
    const old = known.get(s.id);
    if (old !== undefined) return old;
    const text = JSON.stringify([
      s.name,
      graph.nodes[s.input]?.shape,
      s.output - s.from,
      // Inputs relative to the scope; anything outside is “the input” (-1).
      graph.nodes
        .slice(s.from, s.to)
        .map((n) => [
          n.kind,
          n.params,
          n.shape,
          n.failed,
          n.inputs.map((i) => (i >= s.from ? i - s.from : -1)),
          n.source.range.start,
          n.source.uri,
        ]),
    ]);
    known.set(s.id, text);
    return text;
  };
  return { children, signature };
}

/** Whether every value that crosses the scope's border is its one input or its one output. */
function isClosed(graph: Graph, s: Scope, consumers: readonly (readonly number[])[]): boolean {
  for (let i = s.from; i < s.to; i++) {
    if (graph.nodes[i]?.inputs.some((j) => j < s.from && j !== s.input)) return false;
    if (i !== s.output && consumers[i]?.some((j) => j >= s.to)) return false;
  }
  return true;
}

/** Who reads each node. */
export function consumersOf(graph: Graph): readonly (readonly number[])[] {
  const out: number[][] = graph.nodes.map(() => []);
  for (const n of graph.nodes) for (const i of n.inputs) out[i]?.push(n.id);
  return out;
}

/** Whether a call holds so little that it is looked through rather than framed. */
export function isPlain(graph: Graph, s: Scope): boolean {
  return s.to - s.from <= PLAIN_NODES && graph.nodes.slice(s.from, s.to).filter(weighs).length <= 1;
}

/** Whether a call is drawn open: as the user set it, else by the size of the graph. */
export const isOpen = (graph: Graph, s: Scope, folds: Folds): boolean =>
  folds[s.path] ?? (graph.nodes.length <= OPEN_UP_TO || isPlain(graph, s));

/** Equal calls in a row, from `calls[at]` on. */
export function runFrom(
  calls: readonly Scope[],
  at: number,
  scopes: Scopes,
  consumers: readonly (readonly number[])[],
): readonly [Scope, ...Scope[]] {
  const first = calls[at] as Scope;
  const run: [Scope, ...Scope[]] = [first];
  for (let i = at + 1; first.repeat && i < calls.length; i++) {
    const [last, next] = [run[run.length - 1] as Scope, calls[i] as Scope];
    const chained =
      next.input === last.output && next.from === last.to && (consumers[last.output] ?? []).every((c) => c >= next.from && c < next.to);
    if (next.repeat?.group !== first.repeat.group || !chained || scopes.signature(next) !== scopes.signature(first)) break;
    run.push(next);
  }
  return run;
}

/** The units of one open scope, in the graph's order. */
export function unitsOf(
  graph: Graph,
  scope: Scope,
  folds: Folds,
  scopes: Scopes,
  consumers: readonly (readonly number[])[],
): readonly Unit[] {
  const units: Unit[] = [];
  const visit = (s: Scope): void => {
    const calls = (scopes.children[s.id] ?? []).filter((c) => c.to > c.from);
    let at = s.from;
    const nodesUpTo = (end: number): void => {
      for (; at < end; at++) units.push({ kind: 'node', node: graph.nodes[at] as Node });
    };
    for (let i = 0; i < calls.length; ) {
      const run = runFrom(calls, i, scopes, consumers);
      i += run.length;
      const [first] = run;
      nodesUpTo(first.from);
      const open = isOpen(graph, first, folds);
      const through = run.length === 1 && folds[first.path] === undefined && isPlain(graph, first);
      if (open && (through || !isClosed(graph, first, consumers))) for (const c of run) visit(c);
      else units.push({ kind: 'call', open, scopes: run });
      at = (run[run.length - 1] as Scope).to;
    }
    nodesUpTo(s.to);
  };
  visit(scope);
  return units;
}
