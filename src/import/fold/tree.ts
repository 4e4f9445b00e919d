/**
 * A graph as a tree of terms, as one writes it: a sequence of layers, some of which join branches that are sequences themselves. A value that
 * is read elsewhere than by what follows it is marked, and a pipeline starts from it there.
 */
import { type Body, type Item, type Statement, statementsOf } from '../../export/cnn/flow.ts';
import { type Graph, inputsOf, type Node } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';

export type Term = LayerTerm | MergeTerm | CallTerm | UseTerm | LoopTerm | StartTerm | PassTerm | OutputTerm;
export type Seq = readonly Term[];

export interface LayerTerm {
  readonly type: 'layer';
  readonly node: Node;
}
export interface MergeTerm {
  readonly type: 'merge';
  readonly node: Node;
  readonly branches: readonly Seq[];
}
/** The call of a block; `body` is what it stands for here, its numbers those of this place. `takes` are the values that enter beside the flow. */
export interface CallTerm {
  readonly type: 'call';
  readonly block: number;
  readonly takes: readonly number[];
  readonly body: Seq;
}
/** A use of a block that is shared as a whole: `key` tells what it shares with others, `name` what its layers stand in together. */
export interface UseTerm {
  readonly type: 'use';
  readonly key: string;
  readonly name: string;
  readonly of: CallTerm;
}
/** The same several times in a row. `uniform`: the rounds are equal; else they differ in numbers. `states`: values with names go from round to round. */
export interface LoopTerm {
  readonly type: 'loop';
  readonly uniform: boolean;
  readonly states?: true;
  readonly rounds: readonly Seq[];
}
/** A pipeline that starts from a value given before; values are nodes. */
export interface StartTerm {
  readonly type: 'start';
  readonly value: number;
}
/** A branch that only passes on what arrives. */
export interface PassTerm {
  readonly type: 'pass';
}
export interface OutputTerm {
  readonly type: 'output';
  readonly name: string;
  readonly body: Seq;
}

/** A tree, and the values from which pipelines start elsewhere. */
export interface Tree {
  readonly root: Seq;
  readonly marked: ReadonlySet<number>;
}

/** The nodes of terms, in the order in which they are written. */
export function nodesOf(terms: Seq): readonly Node[] {
  return terms.flatMap((t): readonly Node[] => {
    switch (t.type) {
      case 'layer':
        return [t.node];
      case 'merge':
        return [...t.branches.flatMap(nodesOf), t.node];
      case 'call':
      case 'output':
        return nodesOf(t.body);
      case 'use':
        return nodesOf(t.of.body);
      case 'loop':
        return t.rounds.flatMap(nodesOf);
      case 'start':
      case 'pass':
        return [];
      default:
        return t satisfies never;
    }
  });
}

/** The node whose value a sequence gives; undefined where it gives what arrives. */
export function resultOf(terms: Seq): number | undefined {
  for (const t of terms.toReversed()) {
    switch (t.type) {
      case 'layer':
      case 'merge':
        return t.node.id;
      case 'call':
        return resultOf(t.body);
      case 'use':
        return resultOf(t.of.body);
      case 'loop':
        return resultOf(t.rounds.at(-1) ?? []);
      case 'start':
        return t.value;
      case 'pass':
      case 'output':
        break;
      default:
        t satisfies never;
    }
  }
  return undefined;
}

/** The node whose value enters a sequence; undefined where it starts from values of its own. */
export function entryOf([first]: Seq): number | undefined {
  switch (first?.type) {
    case 'layer':
      return first.node.inputs[0];
    case 'merge':
      for (const [j, b] of first.branches.entries()) {
        if (b[0]?.type === 'start') continue;
        const entry = b[0]?.type === 'pass' ? first.node.inputs[j] : entryOf(b);
        if (entry !== undefined) return entry;
      }
      return undefined;
    case 'call':
      return entryOf(first.body);
    case 'use':
      return entryOf(first.of.body);
    case 'loop':
      return entryOf(first.rounds[0] ?? []);
    case 'start':
    case 'pass':
    case 'output':
    case undefined:
      return undefined;
    default:
      return first satisfies never;
  }
}

/** What a term shares with others as a whole. */
export const sharedBy = (t: Term): string | undefined => (t.type === 'use' ? t.key : t.type === 'layer' ? t.node.shared : undefined);

/** How often pipelines start from each value, by node, and how often shared weights are used, by their path. */
export type Starts = Map<number | string, number>;

export function startsIn(terms: Seq, counts: Starts = new Map()): Starts {
  for (const t of terms) {
    const key = sharedBy(t);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    else if (t.type === 'start') counts.set(t.value, (counts.get(t.value) ?? 0) + 1);
    else if (t.type === 'merge') for (const b of t.branches) startsIn(b, counts);
    else if (t.type === 'call' || t.type === 'output') startsIn(t.body, counts);
    else if (t.type === 'loop') for (const r of t.rounds) startsIn(r, counts);
  }
  return counts;
}

/** How often pipelines start from each value in a text itself: of what it calls, only what that takes. */
export function startsHere(terms: Seq, counts: Starts = new Map()): Starts {
  const add = (value: number): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const t of terms) {
    if (t.type === 'start') add(t.value);
    else if (t.type === 'call') t.takes.forEach(add);
    else if (t.type === 'merge') for (const b of t.branches) startsHere(b, counts);
    else if (t.type === 'output') startsHere(t.body, counts);
    else if (t.type === 'loop') for (const r of t.rounds) startsHere(r, counts);
  }
  return counts;
}

/** The first use of each thing that is shared in a sequence itself, not in what it calls. */
export function sharedIn(terms: Seq, found = new Map<string, LayerTerm | UseTerm>()): ReadonlyMap<string, LayerTerm | UseTerm> {
  for (const t of terms) {
    const key = sharedBy(t);
    if (key !== undefined && (t.type === 'layer' || t.type === 'use')) {
      if (!found.has(key)) found.set(key, t);
    } else if (t.type === 'merge') for (const b of t.branches) sharedIn(b, found);
    else if (t.type === 'output') sharedIn(t.body, found);
    else if (t.type === 'loop') for (const r of t.rounds) sharedIn(r, found);
  }
  return found;
}

export function treeOf(g: Graph): Tree {
  const inputs = inputsOf(g);
  const marked = new Set<number>();
  const items: Item[] = [];
  const nodeAt: Node[] = [inputs[0] as Node];
  const valueAt = new Map<number, number>([[0, 0]]);
  for (const n of g.nodes.slice(1)) {
    const isInput = n.kind === 'input';
    valueAt.set(n.id, items.length + 1);
    nodeAt.push(n);
    items.push({
      text: n.kind,
      merge: !isInput && layerOf(n.kind).merge === true,
      inputs: n.inputs.map((i) => valueAt.get(i) as number),
      shape: n.shape,
      path: '',
      label: undefined,
      line: 'dress',
    });
  }
  const [main, ...more] = g.outputs;
  const body: Body = {
    input: (inputs[0] as Node).shape,
    name: inputs[0]?.path,
    items,
    result: valueAt.get(main?.node ?? 0) ?? 0,
    outputs: more.map((o) => ({ name: o.name, value: valueAt.get(o.node) as number })),
  };
  const terms = (statements: readonly Statement[]): Seq =>
    statements.flatMap(({ output, stages }): Seq => {
      const made = stages.map((s): Term => {
        switch (s.type) {
          case 'item': {
            const node = nodeAt[s.value] as Node;
            return s.item.merge ? { type: 'merge', node, branches: s.branches.map(terms) } : { type: 'layer', node };
          }
          case 'start': {
            const { id } = nodeAt[s.value] as Node;
            marked.add(id);
            return { type: 'start', value: id };
          }
          case 'pass':
            return { type: 'pass' };
          default:
            return s satisfies never;
        }
      });
      return output === undefined ? made : [{ type: 'output', name: output, body: made }];
    });
  return { root: terms(statementsOf(body)), marked };
}
