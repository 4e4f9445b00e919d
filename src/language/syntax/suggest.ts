/** The name that was probably meant, where a name is unknown. */
import { distance } from 'fastest-levenshtein';
import { ourName } from './foreign.ts';

/** Whether a name is another but for two letters that changed places. */
const swapped = (a: string, b: string): boolean => a.length === b.length && [...a].sort().join() === [...b].sort().join();

interface Search {
  readonly name: string;
  readonly candidates: readonly string[];
  readonly found: string | undefined;
}

/** What was looked for last: what is unknown in a block is so in each of its uses, hundreds of times in a row. */
let last: Search | undefined;

/** Our name for what other frameworks call this, or one of ours that is near enough. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const isLast =
    last?.name === name && last.candidates.length === candidates.length && last.candidates.every((c, i) => c === candidates[i]);
  if (!isLast || !last) last = { name, candidates, found: search(name, candidates) };
  return last.found;
}

function search(name: string, candidates: readonly string[]): string | undefined {
  const ours = ourName(name);
  if (ours !== undefined && candidates.includes(ours)) return ours;
  const [best] = candidates
    // What is being typed has no name yet, whatever its type says: `let 9`.
    .filter(Boolean)
    .map((c) => {
      const [a, b] = [name.toLowerCase(), c.toLowerCase()];
      return { c, d: distance(a, b) === 2 && swapped(a, b) ? 1 : distance(a, b), least: Math.min(a.length, b.length) };
    })
    // Of two letters, half may not be wrong.
    .filter(({ d, least }) => d === 0 || (least >= 3 && d <= Math.max(1, Math.floor(least / 3))))
    .sort((a, b) => a.d - b.d);
  return best?.c;
}

/**
 * Whether a name is surely another: what ours is called elsewhere, or a slip of one letter in a longer word. `E21` is no slip of `E11`, nor
 * `sepconv` of `deconv`.
 */
export function isSlip(name: string, near: string): boolean {
  // A multiply–accumulate is two of them: the number beside it would be another.
  if (/^flops$/i.test(name)) return false;
  if (ourName(name) === near || name.toLowerCase() === near.toLowerCase()) return true;
  const letters = (s: string): string => s.replace(/\d/g, '');
  const same = distance(name, near) === 1 || swapped(name, near);
  return same && Math.min(name.length, near.length) >= 4 && letters(name) !== letters(near);
}

/** `Did you mean …?`, where there is something to suggest; else empty. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}
