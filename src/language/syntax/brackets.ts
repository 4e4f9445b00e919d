/** Brackets in text that may not parse: where one closes, and where its contents begin, end and are divided. */

const OPEN = '([{';
const CLOSE = ')]}';

/** The text with strings and comments blanked out, so that nothing in them counts. */
export const blanked = (text: string): string => text.replace(/"[^"\n]*"|#[^\n]*/g, (m) => (m[0] === '#' ? ' ' : '"').repeat(m.length));

/** Goes forward from an offset, at the same depth, to the first place where `stop` holds or the bracket around it closes. */
export function forwards(text: string, from: number, stop: (rest: string) => boolean): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i);
    if (depth === 0 && (CLOSE.includes(c) || stop(text.slice(i, i + 8)))) return i;
    if (OPEN.includes(c)) depth++;
    else if (CLOSE.includes(c)) depth--;
  }
  return text.length;
}

/** Goes back from an offset to where what precedes it begins: after the bracket around it, or after what `stop` takes as its end. */
export function backwards(text: string, from: number, stop: (before: string) => boolean): number {
  let depth = 0;
  for (let i = from; i > 0; i--) {
    const c = text.charAt(i - 1);
    if (depth === 0 && (OPEN.includes(c) || stop(text.slice(Math.max(0, i - 8), i)))) return i;
    if (CLOSE.includes(c)) depth++;
    else if (OPEN.includes(c)) depth--;
  }
  return 0;
}
