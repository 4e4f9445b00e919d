/**
 * The canonical layout of a `.cnn` text. As gofmt does, it keeps the author's line breaks and decides everything within and before a
 * line: indentation by brackets, one space between tokens where there should be one, at most one blank line. A line that is too long is
 * broken (`line-breaks.ts`).
 */
import type { IToken } from 'chevrotain';
import { isIgnore } from './ignores.ts';
import { isSoft, useOf } from './keywords.ts';
import { breaksOf, type Placed, type Token } from './line-breaks.ts';

export const toToken = (t: IToken): Token => ({ image: t.image, offset: t.startOffset, type: t.tokenType.name });

interface Bracket {
  readonly kind: string;
  /** Whether branches stand in it. */
  readonly merge: boolean;
  /** Whether it belongs to a loop or condition, which stands where a branch would. */
  readonly loop: boolean;
  /** Whether a branch has begun in it. */
  begun: boolean;
}

/** Whether a minus begins its operand: behind a keyword or sign that ends none. */
function isSign(t: Token, before: Token | undefined): boolean {
  if (t.image !== '-') return false;
  const use = before && useOf(before.image);
  return !before || (use !== undefined && use !== 'close' && use !== 'value');
}

/** Whether a token is a name before a bracket: no keyword that may be one has a bracket behind it. */
const isName = (t: Token): boolean => t.type === 'ID' || isSoft(t.image);

/** The space between two tokens of a line. */
function between(a: Token, b: Token, beforeA: Token | undefined, inside: Bracket | undefined, tight: (t: Token) => boolean): string {
  if (b.type === 'COMMENT') return ' ';
  if (a.image === '{' || b.image === '}') return ' ';
  if (
    useOf(a.image) === 'open' ||
    b.image === ')' ||
    b.image === ']' ||
    b.image === ',' ||
    b.image === ':' ||
    a.image === '.' ||
    b.image === '.'
  )
    return '';
  const flat = inside && inside.kind !== '{';
  if (flat && ([a.image, b.image].some((t) => t === '=' || t === '->') || a.image === ':')) return '';
  if (isSign(a, beforeA)) return '';
  if (b.image === '(') return isName(a) ? '' : a.image === '**' ? '' : ' ';
  if (b.image === '[') return isName(a) || a.image === ')' || a.image === ']' ? '' : ' ';
  if (a.image === '**' || b.image === '**') return '';
  if (useOf(b.image) === 'arithmetic' && tight(b) && !isSign(b, a)) return '';
  if (useOf(a.image) === 'arithmetic' && tight(a)) return '';
  return ' ';
}

/** A line of tokens; those without any are blank. */
interface Line {
  readonly text: string;
  readonly placed: readonly Placed[];
}

/** So many comments in a row are looked over for what they stand above. */
const MOST_COMMENTS = 100;

/** Formats a text from its tokens, comments included. A text with lexing errors should be left alone. */
export function formatTokens(text: string, tokens: readonly Token[]): string {
  const sorted = [...tokens].sort((a, b) => a.offset - b.offset);
  const broken = new Set<Token>();
  for (;;) {
    const lines = layout(text, sorted, broken);
    const more = unignored(lines).flatMap(({ placed }) => breaksOf(placed));
    if (more.length === 0) return lines.map((l) => `${l.text.trimEnd()}\n`).join('');
    for (const t of more) broken.add(t);
  }
}

const comments = ({ placed }: Line): boolean => placed.length > 0 && placed.every((p) => p.token.type === 'COMMENT');

/** The lines without those of which a comment asks to ignore something: what it speaks of must not move to another line. */
function unignored(lines: readonly Line[]): readonly Line[] {
  const found: Line[] = [];
  let above = false;
  for (const line of lines) {
    const asks = line.placed.some((p) => p.token.type === 'COMMENT' && isIgnore(p.token.image));
    if (!asks && !above) found.push(line);
    if (comments(line)) above ||= asks;
    else if (line.placed.length > 0) above = false;
  }
  return found;
}

/** The text as lines: broken where the author did, and before some tokens. */
function layout(text: string, tokens: readonly Token[], broken: ReadonlySet<Token>): readonly Line[] {
  const lines: Line[] = [];
  const open: Bracket[] = [];
  const merges = bracesOfBranches(tokens);
  const loops = new Set([...merges.values()].filter((t) => t !== undefined));
  const spaced = (i: number): boolean => /\s/.test(text.charAt(i));
  // An operator is as tight as its author wrote it; one space on either side makes it loose.
  const tight = (t: Token): boolean => !broken.has(t) && !spaced(t.offset - 1) && !spaced(t.offset + t.image.length);
  let line = '';
  let placed: Placed[] = [];
  let previous: Token | undefined;
  let beforePrevious: Token | undefined;
  let lastWord: Token | undefined;
  for (const [i, t] of tokens.entries()) {
    const gap = previous ? text.slice(previous.offset + previous.image.length, t.offset) : '';
    const breaks = gap.split('\n').length - 1;
    const first = !previous || breaks > 0 || broken.has(t);
    if (first && previous) {
      lines.push({ text: line, placed });
      placed = [];
      // No blank line just inside a brace.
      if (breaks > 1 && previous.image !== '{' && t.image !== '}') lines.push({ text: '', placed });
    }
    // A bracket may close what was never open.
    const next = t.type === 'COMMENT' ? tokens.slice(i, i + MOST_COMMENTS).find((x) => x.type !== 'COMMENT') : undefined;
    const column = 2 * Math.max(0, indent(open, t, lastWord, loops, next));
    line = first ? ' '.repeat(column) : line + between(previous as Token, t, beforePrevious, open.at(-1), tight);
    const start = line.length;
    line += t.image;
    const isClosing = useOf(t.image) === 'close';
    if (isClosing) open.pop();
    placed.push({ token: t, start, end: line.length, indent: column, inside: open.at(-1)?.kind ?? '' });
    if (useOf(t.image) === 'open')
      open.push({
        kind: t.image,
        merge: merges.has(t),
        loop: merges.get(t) !== undefined && open.at(-1)?.merge === true,
        begun: false,
      });
    const inside = open.at(-1);
    if (inside && useOf(t.image) === 'branch') inside.begun = true;
    beforePrevious = previous;
    previous = t;
    if (t.type !== 'COMMENT') lastWord = t;
  }
  if (previous) lines.push({ text: line, placed });
  return lines;
}

/** The braces in which branches stand, be it only those of loops; each with the word of the loop or condition to which it belongs. */
function bracesOfBranches(tokens: readonly Token[]): ReadonlyMap<Token, Token | undefined> {
  const found = new Map<Token, Token | undefined>();
  const open: number[] = [];
  const note = (brace: number | undefined): void => {
    const token = brace === undefined ? undefined : tokens[brace];
    if (brace !== undefined && token?.image === '{' && !found.has(token)) found.set(token, loopOf(tokens, brace));
  };
  for (const [i, t] of tokens.entries()) {
    const use = useOf(t.image);
    if (use === 'open') open.push(i);
    else if (use === 'branch') note(open.at(-1));
    else if (use === 'close') {
      const closed = tokens[open.pop() ?? -1];
      // A loop that gives branches stands among branches.
      if (closed && found.get(closed)) note(open.at(-1));
    }
  }
  return found;
}

/** The word with which the loop or condition begins to which a brace belongs. */
function loopOf(tokens: readonly Token[], brace: number): Token | undefined {
  let depth = 0;
  for (let i = brace - 1; i >= 0; i--) {
    const t = tokens[i] as Token;
    const use = useOf(t.image);
    // No brace stands between a loop's word and its own: what ends here is the statement before.
    if (t.image === '}') return undefined;
    if (use === 'close') depth++;
    if (use === 'open') depth--;
    if (depth < 0) return undefined;
    if (depth > 0) continue;
    if (t.image === 'else' || ['for', 'repeat', 'if'].includes(t.image)) return t;
    if (t.image === '|' || t.image === '->' || t.image === '=' || t.image === ':') return undefined;
  }
  return undefined;
}

/** How deep a line is that begins with a token; of a comment, `next` is what it stands above. */
function indent(open: readonly Bracket[], t: Token, before: Token | undefined, loops: ReadonlySet<Token>, next: Token | undefined): number {
  const inner = open.at(-1);
  // Inside a merge, what does not begin a branch belongs to one, and goes under the branch's first stage.
  const depth = open.reduce((sum, b) => sum + (b.merge && !b.loop ? 2 : 1), 0);
  if (useOf(t.image) === 'close') return depth - (inner?.merge ? 2 : 1);
  const above = t.type === 'COMMENT' ? next : t;
  const begins = !above || above.image === '|' || useOf(above.image) === 'close' || loops.has(above);
  if (inner?.merge && (begins || (above.image === 'let' && !inner.begun))) return depth - 1;
  return depth + (goesOn(t, before, inner) ? 1 : 0);
}

/** Whether a token that begins a line goes on with what stands before it; between round and square brackets everything is one list. */
function goesOn(t: Token, before: Token | undefined, inner: Bracket | undefined): boolean {
  if (t.image === '->' || before?.image === '->' || before?.image === '=') return true;
  if (!before || (inner && inner.kind !== '{')) return false;
  if (!inner && (useOf(t.image) === 'clause' || before.image === ',')) return true;
  if (t.image === 'then' || (t.image === 'else' && before.image !== '}')) return true;
  return [t, before].some((x) => ['arithmetic', 'power', 'comparison', 'logic'].includes(useOf(x.image) ?? ''));
}
