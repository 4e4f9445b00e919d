/** Follows one size through the steps of a graph to where it does not fit. */
import { residueOf } from './extent.ts';
import { extentAfter, type Step } from './steps.ts';

/** Why a size does not fit, at the first node that it does not fit. */
export type Misfit =
  | { readonly node: number; readonly kind: 'disagree'; readonly branch: number; readonly gives: number; readonly first: number }
  | { readonly node: number; readonly kind: 'small'; readonly arrives: number; readonly least: number }
  | { readonly node: number; readonly kind: 'divide'; readonly arrives: number; readonly by: number }
  | { readonly node: number; readonly kind: 'other'; readonly arrives: number; readonly needs: number };

function misfitOf(s: Step, node: number, before: readonly (number | undefined)[]): Misfit | undefined {
  if (s.kind === 'join') {
    const all = s.of.map((i) => before[i]);
    const reference = all.findIndex((x) => x !== undefined && !(s.spreads && x === 1));
    const first = all[reference];
    if (first === undefined) return undefined;
    const branch = all.findIndex((x) => x !== undefined && x !== first && !(s.spreads && x === 1));
    return branch < 0 ? undefined : { node, kind: 'disagree', branch, gives: all[branch] as number, first };
  }
  if (s.kind !== 'layer' && s.kind !== 'like') return undefined;
  const arrives = before[s.of];
  if (arrives === undefined) return undefined;
  if (s.kind === 'like') {
    const least = before[s.like];
    return s.crops && least !== undefined && arrives < least ? { node, kind: 'small', arrives, least } : undefined;
  }
  const { least, remainders } = s.local;
  if (remainders && !remainders.taken.has(residueOf(arrives, remainders.by))) return { node, kind: 'divide', arrives, by: remainders.by };
  if (arrives < least) return { node, kind: 'small', arrives, least };
  return s.needs !== undefined && arrives !== s.needs ? { node, kind: 'other', arrives, needs: s.needs } : undefined;
}

/** The first node at which an input of extent n does not fit; undefined where it does. */
export function misfit(steps: readonly Step[], n: number): Misfit | undefined {
  const extents: (number | undefined)[] = [];
  for (const [node, s] of steps.entries()) {
    const wrong = misfitOf(s, node, extents);
    if (wrong) return wrong;
    extents.push(extentAfter(s, extents, n));
  }
  return undefined;
}
