/** A comparison as code: both sides of it, or of one of its blocks, as `.cnn`. */
import type { Comparison, ComparisonPart } from '../../graph/facts.ts';
import { VARIANTS } from '../../graph/variants/index.ts';
import { type Declared, toCnn } from './file.ts';

type Kind = Declared['kind'];
/** The two graphs of a comparison, or of a block that differs. */
type Pair = Pick<ComparisonPart, 'path' | 'this' | 'other'>;

function other(c: Comparison, { path, this: a, other: b }: Pair, kind: Kind): Declared {
  const name = path || a.name;
  return c.derived
    ? { graph: b, kind, name: `${name} ${c.derived}`, doc: `${name} ${VARIANTS[c.derived].says}: the ${c.derived} form.` }
    : { graph: b, kind, name: c.otherName, doc: `${c.otherName}, with which ${name} is compared.` };
}

/** Both sides as texts that differ in nothing but what differs, and the other side as a file of its own, with a sentence saying what it is. */
export function codeOf(c: Comparison, pair: Pair, kind: Kind): { readonly this: string; readonly other: string; readonly file: string } {
  const file = other(c, pair, kind);
  return {
    this: toCnn([{ graph: pair.this, kind, name: pair.path || pair.this.name, doc: '' }]),
    other: toCnn([{ ...file, doc: '' }]),
    file: toCnn([file]),
  };
}

/** The other side of a whole comparison: one target, or where its blocks do not fit each other any more, each of those blocks. */
export function otherCode(c: Comparison, kind: Kind): string {
  if (c.graphs) return toCnn([other(c, { path: '', ...c.graphs }, kind)]);
  return toCnn(c.parts.map((p) => other(c, p, 'block')));
}
