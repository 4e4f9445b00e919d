/** Lists of which only the changes are sent: each index whose entry is different, with the new entry. */
import { dequal } from 'dequal/lite';
import type { Changed } from '../protocol/server.ts';

/** What one who has `before` needs to have `after`. */
export const changed = <T>(before: readonly T[], after: readonly T[]): Changed<T> => ({
  length: after.length,
  at: after.flatMap((item, i) => (item === before[i] || dequal(item, before[i]) ? [] : [[i, item] as const])),
});

/** What `before` becomes. */
export function applied<T>(before: readonly T[], { length, at }: Changed<T>): readonly T[] {
  const after = before.slice(0, length);
  for (const [i, item] of at) after[i] = item;
  return after;
}
