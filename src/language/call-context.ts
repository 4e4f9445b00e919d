/** What is being typed at a position, from the text before it: an argument of a call, a stage, a declaration. Works on half-typed text. */

export type TypingContext =
  /** Inside the brackets of a call: its name, which argument (from 0), and the argument's name where `name=` was typed. */
  | {
      readonly in: 'call';
      readonly callee: string;
      readonly argument: number;
      readonly name: string | undefined;
      readonly given: readonly string[];
    }
  /** Where a stage, or a statement, may stand. `after` is what comes before: an arrow takes only a stage. */
  | { readonly in: 'body'; readonly after: 'arrow' | 'statement' }
  /** In an expression outside a call. */
  | { readonly in: 'expression' }
  | { readonly in: 'file' };

/** The text before an offset with comments and strings blanked, so that brackets in them do not count. */
const blank = (text: string): string => text.replace(/#[^\n]*|"[^"\n]*"?/g, (m) => ' '.repeat(m.length));

/** Looks at the text before an offset. */
export function typingContext(whole: string, offset: number): TypingContext | undefined {
  const text = blank(whole.slice(0, offset));
  // Nothing is offered inside a comment or a string.
  const line = whole.slice(whole.lastIndexOf('\n', offset - 1) + 1, offset);
  if (line.includes('#') || (line.match(/"/g)?.length ?? 0) % 2 === 1) return undefined;
  const open: { readonly bracket: string; readonly at: number }[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if ('([{'.includes(c)) open.push({ bracket: c, at: i });
    else if (')]}'.includes(c)) open.pop();
  }
  const inner = open.findLast((o) => o.bracket !== '[');
  if (!inner) return { in: 'file' };
  if (inner.bracket === '(') {
    const callee = /([A-Za-z_]\w*)\s*$/.exec(text.slice(0, inner.at))?.[1];
    const declares = /\b(?:block|network|fn)\s+[A-Za-z_]\w*\s*$/.test(text.slice(0, inner.at));
    if (callee === undefined || declares || ['in', 'if', 'and', 'or', 'not', 'on'].includes(callee)) return { in: 'expression' };
    const args = splitArguments(text.slice(inner.at + 1));
    const last = args.at(-1) ?? '';
    const named = (a: string): string | undefined => /^\s*([A-Za-z_]\w*)\s*=(?!=)/.exec(a)?.[1];
    return { in: 'call', callee, argument: args.length - 1, name: named(last), given: args.slice(0, -1).map((a) => named(a) ?? '') };
  }
  const before = text
    .slice(inner.at + 1)
    .replace(/[A-Za-z_]\w*$/, '')
    .trimEnd();
  if (/->$/.test(before) || /(^|[\s{|>])[A-Za-z_]\w*\s*:$/.test(before)) return { in: 'body', after: 'arrow' };
  if (/(?:=|[+\-*/%<>(,]|\b(?:if|repeat|in|expect|and|or|not|then|else))$/.test(before) && !/\belse$/.test(before))
    return /(?:^|[\n{|])\s*(?:output\s+)?[A-Za-z_]\w*\s*=$/.test(before) && !/\blet\s+\w+\s*=$/.test(before)
      ? { in: 'body', after: 'arrow' }
      : { in: 'expression' };
  return { in: 'body', after: 'statement' };
}

/** Splits at the commas that are not inside further brackets. */
function splitArguments(text: string): readonly string[] {
  const args = [''];
  let depth = 0;
  for (const c of text) {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    if (c === ',' && depth === 0) args.push('');
    else args[args.length - 1] += c;
  }
  return args;
}
