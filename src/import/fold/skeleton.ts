/**
 * What two pieces of a network have in common when their numbers are forgotten: the skeleton, and its holes in which the numbers stand. Pieces
 * of one skeleton can be one block, with parameters for the holes in which they differ.
 */
import { writeArgument, writeLayer } from '../../export/cnn/arguments.ts';
import type { Node } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import { entryOf, resultOf, type Seq, startsIn, type Term } from './tree.ts';

/** A place for a value: of which parameter of which layer, and as what it is written. */
export interface Hole {
  /** The parameter's name; `act` for a whole activation; `times` for how often a loop runs. */
  readonly name: string;
  /** As it is written: `64`, `3x3`, `true`, `relu`. */
  readonly text: string;
  /** What it counts, where that is channels: then it may depend on other numbers of channels. */
  readonly channels: boolean;
}

const CHANNELS = new Set(['channels', 'features', 'groups', 'from', 'to']);
const isCount = (kind: string, name: string): boolean => CHANNELS.has(name) && !(name === 'to' && kind !== 'slice') && kind !== 'prelu';

/** Activations without numbers of channels can be passed to a block whole. */
export const isAct = (n: Node): boolean => layerOf(n.kind).role === 'activation' && n.kind !== 'prelu' && n.kind !== 'softmax';

/** The holes of a layer; what is shared has its own where it is declared. */
export function holesOf(n: Node): readonly Hole[] {
  if (isAct(n)) return [{ name: 'act', text: writeLayer(n), channels: false }];
  return Object.entries(n.params).map(([name, value]) => ({
    name,
    text: writeArgument(n.kind, name, value),
    channels: isCount(n.kind, name),
  }));
}

/** A layer without its numbers. What is not given, and follows from something else, is no number. */
function kindOf(n: Node): string {
  if (isAct(n)) return 'act';
  const open = Object.entries(n.params).flatMap(([name, value]) => (value === null ? [name] : []));
  return open.length > 0 ? `${n.kind}(${open.join()})` : n.kind;
}

export interface Skeleton {
  readonly text: string;
  /** Gives the network an output, which no block can. */
  readonly open: boolean;
  /** The values from which pipelines in it start that are given outside, but for the one that flows into it. */
  readonly outside: readonly number[];
}

/**
 * The skeleton of a piece. Values are numbered in the order in which the piece gives them, those alone that it reads again itself, and in that in which
 * it reads them where they are given outside.
 */
export function skeletonOf(terms: Seq): Skeleton {
  const own = startsIn(terms);
  const given = new Map<number, number>();
  const numbers = new Map<string, number>();
  const shared = (path: string): number => {
    const number = numbers.get(path) ?? numbers.size;
    numbers.set(path, number);
    return number;
  };
  let open = false;
  const entry = entryOf(terms);
  const outside: number[] = [];
  const read = (value: number): string => {
    const number = given.get(value);
    if (number !== undefined) return `$${number}`;
    if (value === entry) return '@in';
    if (!outside.includes(value)) outside.push(value);
    return `@${outside.indexOf(value)}`;
  };
  const marked = (text: string, value: number | undefined): string => {
    if (value === undefined || !own.has(value)) return text;
    given.set(value, given.size);
    return `${text}=`;
  };
  const of = (t: Term): string => {
    switch (t.type) {
      case 'layer':
        return marked(t.node.shared === undefined ? kindOf(t.node) : `shared${shared(t.node.shared)} ${kindOf(t.node)}`, t.node.id);
      case 'merge':
        return marked(`${t.node.kind}{${t.branches.map((b) => b.map(of).join('>')).join('|')}}`, t.node.id);
      case 'call':
        return marked(t.takes.length > 0 ? `#${t.block}(${t.takes.map(read).join()})` : `#${t.block}`, resultOf(t.body));
      case 'use':
        return marked(`shared${shared(t.key)} #${t.of.block}`, resultOf([t]));
      case 'loop':
        return marked(`loop(${(t.rounds[0] ?? []).map(of).join('>')})`, resultOf(t.rounds.at(-1) ?? []));
      case 'start':
        return read(t.value);
      case 'pass':
        return 'pass';
      case 'output':
        open = true;
        return `output ${t.name}`;
      default:
        return t satisfies never;
    }
  };
  return { text: terms.map(of).join('>'), open, outside };
}
