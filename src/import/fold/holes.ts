/** The holes of a piece in the order in which they are written, blocks seen through. */
import { type Hole, holesOf } from './skeleton.ts';
import { type CallTerm, type LayerTerm, type Seq, sharedIn, type UseTerm } from './tree.ts';

/** The holes of a piece. A call has those that `args` gives for it, else all of its body's. */
export function flatHoles(terms: Seq, args?: (call: CallTerm) => readonly Hole[]): readonly Hole[] {
  return terms.flatMap((t): readonly Hole[] => {
    switch (t.type) {
      case 'layer':
        return t.node.shared === undefined ? holesOf(t.node) : [];
      case 'merge':
        return t.branches.flatMap((b) => flatHoles(b, args));
      case 'call':
        return args ? args(t) : bodyHoles(t.body);
      case 'loop':
        return [{ name: 'n', text: String(t.rounds.length), channels: false }, ...flatHoles(t.rounds[0] ?? [], args)];
      case 'use':
      case 'start':
      case 'pass':
        return [];
      case 'output':
        return flatHoles(t.body, args);
      default:
        return t satisfies never;
    }
  });
}

/** The holes of what is shared, where it is declared. */
export const declaredHoles = (t: LayerTerm | UseTerm, args?: (call: CallTerm) => readonly Hole[]): readonly Hole[] =>
  t.type === 'layer' ? holesOf(t.node) : args ? args(t.of) : bodyHoles(t.of.body);

/** The holes of a block's body: first those of what is shared in it, which is declared before all else. */
export const bodyHoles = (body: Seq, args?: (call: CallTerm) => readonly Hole[]): readonly Hole[] => [
  ...[...sharedIn(body).values()].flatMap((t) => declaredHoles(t, args)),
  ...flatHoles(body, args),
];
