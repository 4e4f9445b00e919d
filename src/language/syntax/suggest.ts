/** The name that was probably meant, where a name is unknown. */
import { distance } from 'fastest-levenshtein';
import { ourName } from './foreign.ts';

/** Whether a name is another but for two letters that changed places. */
const swapped = (a: string, b: string): boolean => a.length === b.length && [...a].sort().join() === [...b].sort().join();

/** Our name for what other frameworks call this, or one of ours that is near enough. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ours = ourName(name);
  if (ours !== undefined && candidates.includes(ours)) return ours;
  const [best] = candidates
    .map((c) => {
      const [a, b] = [name.toLowerCase(), c.toLowerCase()];
      return { c, d: distance(a, b) === 2 && swapped(a, b) ? 1 : distance(a, b), least: Math.min(a.length, b.length) };
    })
    // Of two letters, half may not be wrong.
    .filter(({ d, least }) => d === 0 || (least >= 3 && d <= Math.max(1, Math.floor(least / 3))))
    .sort((a, b) => a.d - b.d);
  return best?.c;
}

/** `Did you mean …?`, where there is something to suggest; else empty. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}
