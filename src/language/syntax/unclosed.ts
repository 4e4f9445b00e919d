/** Brackets that do not pair, told by how the text is indented: the one that is never closed, and the one that closes too much. */
import { blanked } from './brackets.ts';

interface Open {
  readonly offset: number;
  readonly line: number;
  readonly indent: number;
}

/** A `{` that is never closed, and where its `}` was probably meant to be. */
export interface Unclosed {
  readonly offset: number;
  /** Where to write, and what. */
  readonly at: number;
  readonly text: string;
}

/** What begins a line of its own at the left edge, where no body is open. */
const DECLARATION = /^(?:block|network|fn|let|import)\b/;

interface Pairs {
  /** The bracket that is never closed; the innermost at the end of the text, where the indentation tells nothing. */
  readonly unclosed: Open | undefined;
  /** A `}` that closes a body which begins on a line with another indentation. */
  readonly astray: number | undefined;
}

function pairs(text: string): Pairs {
  const plain = blanked(text);
  const open: Open[] = [];
  let unclosed: Open | undefined;
  let astray: number | undefined;
  let [line, from] = [0, 0];
  for (const content of plain.split('\n')) {
    const indent = content.search(/\S/);
    if (DECLARATION.test(content)) {
      unclosed ??= open.at(-1);
      open.length = 0;
    }
    for (let i = Math.max(0, indent); i < content.length && indent >= 0; i++) {
      const c = content[i];
      if (c === '{') open.push({ offset: from + i, line, indent });
      if (c !== '}') continue;
      // What stands first in its line closes what begins there too.
      const inner = open.at(-1);
      const isFirst = i === indent;
      if (isFirst && inner && inner.line < line && inner.indent > indent && open.some((o) => o.indent === indent)) {
        unclosed ??= inner;
        while ((open.at(-1)?.indent ?? indent) > indent) open.pop();
      }
      const closed = open.pop();
      if (!closed || (!isFirst && closed.line < line && closed.indent < indent)) astray ??= from + i;
    }
    line++;
    from += content.length + 1;
  }
  return { unclosed: unclosed ?? open.at(-1), astray };
}

/** Where the declaration begins in which an offset stands, or the one before it where it is itself the beginning of one. */
function beginning(text: string, offset: number): number {
  const starts = [...text.slice(0, offset).matchAll(/^(?:block|network|fn|let|import)\b/gm)].map((m) => m.index);
  return starts.at(-1) ?? 0;
}

/** The `{` that is still open at an offset, in the declaration before it. */
export function unclosedAt(whole: string, offset: number): Unclosed | undefined {
  const start = beginning(whole, offset);
  const text = whole.slice(start, offset).trimEnd();
  const { unclosed } = pairs(text);
  if (!unclosed) return undefined;
  // What is indented further is its body; what is not, comes behind it.
  const lines = text.slice(unclosed.offset).split('\n');
  const outside = lines.findIndex((l, i) => i > 0 && l.trim() !== '' && l.search(/\S/) <= unclosed.indent);
  const body = lines
    .slice(0, outside < 0 ? undefined : outside)
    .join('\n')
    .trimEnd();
  return {
    offset: start + unclosed.offset,
    at: start + unclosed.offset + body.length,
    text: body.includes('\n') ? `\n${' '.repeat(unclosed.indent)}}` : ' }',
  };
}

/** The `}` before an offset that closes more than it should, by the indentation. */
export function astrayBefore(whole: string, offset: number): number | undefined {
  const start = beginning(whole, offset);
  const { astray } = pairs(whole.slice(start, offset));
  return astray === undefined ? undefined : start + astray;
}
