/** Makes a text smaller while it keeps failing (Zeller & Hildebrandt 2002, Simplifying and isolating failure-inducing input), first by lines, then by tokens. */
import { tokens } from './mutate.ts';

/** Leaves out parts of a list while it keeps failing. */
async function leaveOut(parts: readonly string[], fails: (text: string) => Promise<boolean>): Promise<readonly string[]> {
  let now = parts;
  for (let size = Math.ceil(now.length / 2); size >= 1; ) {
    let smaller = false;
    for (let from = 0; from < now.length; ) {
      const without = [...now.slice(0, from), ...now.slice(from + size)];
      if (without.length > 0 && (await fails(without.join('')))) {
        now = without;
        smaller = true;
      } else from += size;
    }
    if (size === 1 && !smaller) break;
    if (size > 1) size = Math.ceil(size / 2);
  }
  return now;
}

/** The smallest text found that still fails. */
export async function minimise(text: string, fails: (text: string) => Promise<boolean>): Promise<string> {
  const lines = await leaveOut(text.split(/(?<=\n)/), fails);
  return (await leaveOut(tokens(lines.join('')), fails)).join('');
}
