/**
 * How a tensor of the file lies in a value of ours. Exporters reshape and transpose without end: to shuffle channels, to put them last for a
 * layer norm, to flatten. None of it computes anything. So each tensor is a view: a value of ours, its axes split into atoms, and the
 * tensor's axes as lists of those atoms. Reshape and Transpose only change the view; a layer stands for them where something reads the
 * tensor that cannot do with the value as it lies.
 */

/** A factor of an axis; compared by identity. An extent of 1 has none. */
export interface Atom {
  readonly size: number;
}
export type Atoms = readonly Atom[];

export interface View {
  /** Our value. */
  readonly node: number;
  /** The atoms of the value's own axes: channels, height, width; of a vector, its features. */
  readonly order: readonly Atoms[];
  /** The atoms of each axis of the tensor, the batch first. */
  readonly axes: readonly Atoms[];
}

export const extent = (atoms: Atoms): number => atoms.reduce((n, a) => n * a.size, 1);
export const sameAtoms = (a: Atoms, b: Atoms): boolean => a.length === b.length && a.every((atom, i) => atom === b[i]);
const atomsOf = (n: number): Atoms => (n === 1 ? [] : [{ size: n }]);

/** The view of a value as it lies: batch, then its own axes. */
export function viewOf(node: number, shape: readonly number[]): View {
  const order = shape.map(atomsOf);
  return { node, order, axes: [[], ...order] };
}

/** The same tensor in another value of the same extents. */
export const moved = (v: View, node: number): View => ({ ...v, node });

/** The tensor's extents. */
export const dimsOf = (v: View): readonly number[] => v.axes.map(extent);

export const transposedView = (v: View, perm: readonly number[]): View => ({ ...v, axes: perm.map((p) => v.axes[p] ?? []) });

/** With an atom in two. */
function split(v: View, atom: Atom, outer: number): { readonly view: View; readonly parts: readonly [Atom, Atom] } {
  const parts: [Atom, Atom] = [{ size: outer }, { size: atom.size / outer }];
  const within = (atoms: Atoms): Atoms => atoms.flatMap((a) => (a === atom ? parts : [a]));
  return { view: { ...v, order: v.order.map(within), axes: v.axes.map(within) }, parts };
}

/** The tensor under other extents; undefined where an axis would have to be cut across. */
export function reshapedView(v: View, dims: readonly number[]): View | undefined {
  let view = v;
  let left = [...v.axes.flat()];
  const axes: Atom[][] = [];
  for (const n of dims) {
    const axis: Atom[] = [];
    let rest = n;
    while (rest > 1) {
      const [next] = left;
      if (!next) return undefined;
      if (rest % next.size === 0) {
        axis.push(next);
        left = left.slice(1);
        rest /= next.size;
      } else if (next.size % rest === 0) {
        const made = split(view, next, rest);
        view = made.view;
        axis.push(made.parts[0]);
        left = [made.parts[1], ...left.slice(1)];
        rest = 1;
      } else return undefined;
    }
    axes.push(axis);
  }
  return left.length > 0 ? undefined : { ...view, axes };
}

/** Which of the value's axes each of the tensor's is made of, whole and in order; undefined where one is not. */
export function keysOf(v: View): readonly (readonly number[])[] | undefined {
  const keys: number[][] = [];
  for (const axis of v.axes) {
    const key: number[] = [];
    let rest = axis;
    while (rest.length > 0) {
      const at = v.order.findIndex((o) => o.length > 0 && o.every((a, i) => rest[i] === a));
      if (at < 0) return undefined;
      key.push(at);
      rest = rest.slice((v.order[at] as Atoms).length);
    }
    keys.push(key);
  }
  return keys;
}

/** Runs of atoms that stay together on the way from one order to another. */
export function runsOf(from: Atoms, to: Atoms): readonly Atoms[] {
  const runs: Atom[][] = [];
  for (const a of from) {
    const last = runs.at(-1)?.at(-1);
    const follows = last !== undefined && to[to.indexOf(last) + 1] === a;
    if (follows) runs.at(-1)?.push(a);
    else runs.push([a]);
  }
  return runs;
}
