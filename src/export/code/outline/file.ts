/** What the writers of files ask of a whole outline. */
import type { Outline, OutlineBlock, OutlineDeclaration } from '../../../graph/outline.ts';
import { identifier } from '../code.ts';
import type { OutlineFacts } from './facts.ts';

/** A constant's name in Python. */
export const constantName = (n: string): string => identifier(n).toUpperCase();

export const isBlock = (d: OutlineDeclaration | undefined): d is OutlineBlock => d?.kind === 'block' || d?.kind === 'network';

/** Whether a size that is no square is handed on as a value: then all sizes that are handed on are pairs. */
export function handsOnPairs(outline: Outline, facts: OutlineFacts): boolean {
  let found = false;
  const isUneven = (size: string): boolean => {
    const [h, w, ...more] = size.split('x');
    return h !== w && w !== undefined && more.length === 0;
  };
  const look = (v: unknown, inLayer: boolean): void => {
    if (Array.isArray(v)) for (const x of v) look(x, inLayer);
    else if (typeof v === 'object' && v !== null) {
      const e = v as { readonly kind?: string; readonly value?: unknown; readonly callee?: string };
      if (e.kind === 'size' && typeof e.value === 'string' && !inLayer && isUneven(e.value)) found = true;
      const ofLayer = e.kind === 'call' && e.callee !== undefined && !facts.declarations.has(e.callee);
      for (const [k, x] of Object.entries(v)) if (k !== 'inputs' && k !== 'instances') look(x, e.kind === 'call' ? ofLayer : inLayer);
    }
  };
  for (const d of outline.declarations) look(d, false);
  return found;
}
