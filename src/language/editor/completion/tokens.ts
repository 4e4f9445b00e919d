/** The tokens of half-typed text before a cursor, and the word that is being typed there. */

export interface Typed {
  readonly tokens: readonly string[];
  /** The part of a word that stands before the cursor. */
  readonly prefix: string;
  /** Whether a line ends between the last token and that word. */
  readonly newLine: boolean;
  /** What is being typed is text: a comment, or a string, from its first character on. */
  readonly inside: { readonly kind: 'comment' } | { readonly kind: 'string'; readonly from: number } | undefined;
}

const TOKEN =
  /#[^\n]*|"[^"\n]*"?|->|[=!<>]=|\/\/|\*\*|(?:\d+|\?)(?:x(?:\d+|\?))+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_][A-Za-z0-9_]*|[^\s]/g;

export const isWord = (token: string): boolean => /^[A-Za-z_]/.test(token);
export const isString = (token: string): boolean => token.startsWith('"');

/** Reads the text before an offset. */
export function tokensBefore(whole: string, offset: number): Typed {
  const text = whole.slice(0, offset);
  const found = [...text.matchAll(TOKEN)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length }));
  const tokens = found.filter((t) => !t.text.startsWith('#'));
  const last = found.at(-1);
  const open = last?.to === offset ? last : undefined;
  const inside = (): Typed['inside'] => {
    if (open?.text.startsWith('#')) return { kind: 'comment' };
    if (open && isString(open.text) && (open.text.length === 1 || !open.text.endsWith('"'))) return { kind: 'string', from: open.from + 1 };
    return undefined;
  };
  const prefix = /[\w?]*$/.exec(text)?.[0] ?? '';
  const before = tokens.filter((t) => t.from < offset - prefix.length);
  const texts = before.map((t) => t.text);
  const within = inside();
  return {
    tokens: within?.kind === 'string' ? texts.filter((_, i) => before[i] !== open) : texts,
    prefix,
    newLine: text.slice(before.at(-1)?.to ?? 0, offset - prefix.length).includes('\n'),
    inside: within,
  };
}
