/** What the writers of files ask of a whole outline. */
import type { Outline, OutlineBlock, OutlineDeclaration } from '../../../graph/outline.ts';
import { identifier } from '../code.ts';
import type { OutlineFacts } from './facts.ts';

/** A constant's name in Python. */
export const constantName = (n: string): string => identifier(n).toUpperCase();

export const isBlock = (d: OutlineDeclaration | undefined): d is OutlineBlock => d?.kind === 'block' || d?.kind === 'network';

/** Whether a size that is, or may be, no square is handed on as a value: then all sizes that are handed on are pairs. */
export function handsOnPairs(outline: Outline, facts: OutlineFacts): boolean {
  let found = false;
  const isUneven = (size: string): boolean => {
    const [h, w, ...more] = size.split('x');
    return h !== w && w !== undefined && more.length === 0;
  };
  // `size(h, w)` as an argument of a block.
  const mayBeUneven = (e: { readonly callee?: string; readonly args?: readonly { readonly value: unknown }[] }): boolean =>
    e.callee === 'size' && e.args?.length === 2 && JSON.stringify(e.args[0]?.value) !== JSON.stringify(e.args[1]?.value);
  const look = (v: unknown, inLayer: boolean, isHandedOn = false): void => {
    if (Array.isArray(v)) for (const x of v) look(x, inLayer, isHandedOn);
    else if (typeof v === 'object' && v !== null) {
      const e = v as { readonly kind?: string; readonly value?: unknown; readonly callee?: string };
      if (e.kind === 'size' && typeof e.value === 'string' && !inLayer && isUneven(e.value)) found = true;
      if (e.kind === 'call' && isHandedOn && mayBeUneven(e)) found = true;
      const isOurs = e.callee !== undefined && facts.declarations.has(e.callee);
      const ofLayer = e.kind === 'call' && e.callee !== undefined && !isOurs;
      const hands = (k: string): boolean => (k === 'args' ? isOurs : isHandedOn && !ofLayer);
      for (const [k, x] of Object.entries(v))
        if (k !== 'inputs' && k !== 'instances') look(x, e.kind === 'call' ? ofLayer : inLayer, hands(k));
    }
  };
  for (const d of outline.declarations) look(d, false);
  return found;
}
