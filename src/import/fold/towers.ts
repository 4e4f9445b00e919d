/**
 * Towers: layers that are shared one by one, and follow each other in the same way in every use, are shared as a whole. Each becomes a block that is
 * declared once, `shared locate = Tower(36)`, and of which a use is one term.
 */
import { writeLayer } from '../../export/cnn/arguments.ts';
import { weightsOf } from '../../graph/analyse.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { costOf, DECLARATION, LAYER } from './cost.ts';
import { skeletonOf } from './skeleton.ts';
import type { LayerTerm, Seq, Term, Tree } from './tree.ts';

/** What follows a use of something shared, up to the next: the same at each use, or it is the end of a tower. */
interface Next {
  readonly key: string;
  /** The layers between, as they are written. */
  readonly between: string;
}
interface Tower {
  readonly keys: readonly string[];
  readonly uses: number;
  readonly body: Seq;
  readonly text: string;
}

const isShared = (t: Term | undefined): t is LayerTerm & { readonly node: Node & { readonly shared: string } } =>
  t?.type === 'layer' && t.node.shared !== undefined;

/** Applies a change to each sequence of a tree that is not folded yet, outermost first. */
function each(terms: Seq, change: (s: Seq) => Seq): Seq {
  return change(terms).map((t): Term => {
    if (t.type === 'merge') return { ...t, branches: t.branches.map((b) => each(b, change)) };
    return t.type === 'output' ? { ...t, body: each(t.body, change) } : t;
  });
}

/** By what is shared: what follows each of its uses. */
function followers(g: Graph, { root, marked }: Tree): ReadonlyMap<string, readonly (Next | undefined)[]> {
  const found = new Map<string, (Next | undefined)[]>();
  /** What only passes numbers on their way, and what nothing else reads. */
  const isBetween = (t: Term | undefined): t is LayerTerm =>
    t?.type === 'layer' && !marked.has(t.node.id) && Object.values(weightsOf(g, t.node)).every((w) => w === undefined);
  const next = (terms: Seq, from: number): Next | undefined => {
    const at = terms[from];
    if (at?.type !== 'layer' || marked.has(at.node.id)) return undefined;
    let to = from + 1;
    const between: string[] = [];
    for (let t = terms[to]; !isShared(t) && isBetween(t); t = terms[++to]) between.push(writeLayer(t.node));
    const last = terms[to];
    return isShared(last) ? { key: last.node.shared, between: between.join('>') } : undefined;
  };
  each(root, (terms) => {
    for (const [i, t] of terms.entries()) if (isShared(t)) found.set(t.node.shared, [...(found.get(t.node.shared) ?? []), next(terms, i)]);
    return terms;
  });
  return found;
}

/** What is shared in chains: each behind the one before it in every use of both. */
function chains(by: ReadonlyMap<string, readonly (Next | undefined)[]>): readonly (readonly string[])[] {
  const after = new Map<string, string>();
  for (const [key, all] of by) {
    const [first] = all;
    if (first && first.key !== key && by.get(first.key)?.length === all.length)
      if (all.every((n) => n?.key === first.key && n.between === first.between)) after.set(key, first.key);
  }
  const inner = new Set(after.values());
  return [...by.keys()].flatMap((head) => {
    if (inner.has(head)) return [];
    const chain = [head];
    for (let key = after.get(head); key !== undefined; key = after.get(key)) chain.push(key);
    return chain.length > 1 ? [chain] : [];
  });
}

/** The terms of a tower from a place, their layers no longer shared by themselves. */
function bodyAt(terms: Seq, from: number, keys: readonly string[]): Seq {
  const to = terms.findIndex((t, i) => i > from && isShared(t) && t.node.shared === keys.at(-1));
  return terms.slice(from, to + 1).map((t): Term => {
    if (!isShared(t)) return t;
    const { shared: _, ...node } = t.node;
    return { type: 'layer', node };
  });
}

/** Lines that blocks for towers of one form save, about. */
const saving = (all: readonly Tower[]): number =>
  all.reduce((sum, t) => sum + t.keys.length - 1 + t.uses * LAYER * (t.body.length - 1), -DECLARATION - costOf(all[0]?.body ?? []));

/** The tree with its towers as uses of blocks, and how many blocks these are: their numbers are the first. */
export function findTowers(g: Graph, tree: Tree): Tree & { readonly blocks: number } {
  const by = followers(g, tree);
  const found = new Map<string, Tower>();
  const heads = new Map(chains(by).map((keys) => [keys[0], keys]));
  each(tree.root, (terms) => {
    for (const [i, t] of terms.entries()) {
      const keys = isShared(t) ? heads.get(t.node.shared) : undefined;
      if (!keys || found.has(keys[0] ?? '')) continue;
      const body = bodyAt(terms, i, keys);
      found.set(keys[0] ?? '', { keys, uses: by.get(keys[0] ?? '')?.length ?? 0, body, text: skeletonOf(body).text });
    }
    return terms;
  });
  const forms = [...Map.groupBy(found.values(), (t) => t.text)].filter(([, all]) => saving(all) > 0).map(([text]) => text);
  const root = each(tree.root, (terms) => {
    const out: Term[] = [];
    for (let i = 0; i < terms.length; ) {
      const t = terms[i] as Term;
      const tower = isShared(t) ? found.get(t.node.shared) : undefined;
      const block = tower ? forms.indexOf(tower.text) : -1;
      if (!tower || block < 0) {
        out.push(t);
        i++;
        continue;
      }
      const body = bodyAt(terms, i, tower.keys);
      out.push({ type: 'use', key: tower.keys[0] as string, name: around(tower.keys), of: { type: 'call', block, takes: [], body } });
      i += body.length;
    }
    return out;
  });
  return { root, marked: tree.marked, blocks: forms.length };
}

/** What the layers of a tower stand in together; the path of the first where they have nothing in common. */
function around(keys: readonly string[]): string {
  const [first = [], ...rest] = keys.map((k) => k.split('/').slice(0, -1));
  const parts = first.filter((p, i) => rest.every((other) => first.slice(0, i + 1).every((q, j) => q === other[j]) && other[i] === p));
  return parts.at(-1) ?? keys[0] ?? '';
}
