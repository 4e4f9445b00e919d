/** Slips in what the language itself has: sizes, arrows, brackets, conditions, and what Python writes otherwise. */
import { backwards, blanked, forwards } from '../brackets.ts';
import { all, gone, type Repair, type Slip } from './slip.ts';

const SIZE = 'Write sizes with a small `x` and without spaces: `3x3`.';
const ARROW = 'Join stages with `->`.';

const joined = all((m) => m.replace(/\s*[xX×]\s*/, 'x'));

export const KNOWN: readonly Slip[] = [
  { here: /^\/\//, hint: 'Comments begin with `#`.', repair: all(() => '#') },
  { here: /^\/\*/, hint: 'Comments begin with `#`.' },
  { here: /^;/, hint: 'Statements need no semicolon.', repair: gone },
  { here: /^'[^'\n]*'/, hint: 'Strings use double quotes.', repair: all((m) => m.replaceAll("'", '"')) },
  { here: /^×\s*\d+/, before: /\d+\s*$/, hint: SIZE, repair: joined },
  { here: /^×/, hint: SIZE },
  { here: /^[xX]\s*\d+/, before: /\d+\s*$/, hint: SIZE, repair: joined },
  { here: /^\d+/, before: /\d+\s*[xX×]\s*$/, hint: SIZE, repair: joined },
  { here: /^(?:=>|=\s*>|-\s+>|\|>|>>)/, hint: ARROW, repair: all(() => '->') },
  { here: /^>/, before: /[-=]\s*$/, hint: ARROW, repair: all(() => '->') },
  { here: /^>/, before: /\|$/, hint: ARROW, repair: all(() => '->') },
  {
    here: /^->\s*/,
    before: /\{\s*$/,
    hint: 'No arrow goes before the first stage: it takes what enters.',
    repair: gone,
  },
  {
    here: /^->\s*/,
    before: /\|\s*$/,
    hint: 'No arrow goes before the first stage of a branch.',
    repair: gone,
  },
  { here: /^\+/, before: /[\w)]\s*$/, hint: 'Add branches with `add { | … | … }`.', repair: added },
  {
    here: /^\[/,
    before: /\b(?!(?:takes|return|on|in|repeat|import|for)\b)\w+\s*$/,
    hint: 'Arguments go in round brackets: `conv(16, 3x3)`.',
    repair: rounded,
  },
  {
    here: /^=(?!=)/,
    before: /\b(?:if|expect)\b[^{}\n]*$/,
    hint: 'Use `==` to compare two values.',
    repair: ({ at }) => ({ from: at, to: at + 1, text: '==' }),
  },
  { here: /^=\s*[),]/, hint: 'A value is missing after `=`.' },
  { here: /^,\s*\d+\s*\)/, before: /\(\s*\d+\s*$/, hint: 'A size is written `{}`.', repair: all((m) => (m.match(/\d+/g) ?? []).join('x')) },
  { here: /^(?:[-+*/%.]|\*\*|\/\/)\s*[),\]}]/, hint: 'Something is missing after it.' },
  { here: /^if\b/, before: /[\w)\]"]\s*$/, hint: 'Write `{}`.', repair: conditional },
  {
    here: /^(?:,\s*\w+\s*)+(?=in\b)/,
    before: /\bfor\s+\w+\s*$/,
    hint: 'Write `{}`: several variables go in square brackets.',
    repair: variables,
  },
  {
    here: /^\(\s*\w+(?:\s*,\s*\w+)*\s*\)(?=\s*in\b)/,
    before: /\bfor\s+$/,
    hint: 'Write `{}`: several variables go in square brackets.',
    repair: variables,
  },
  {
    here: /^\{/,
    before: /\bnetwork\s+\w+\s*(?:\([^()]*\))?\s*$/,
    hint: 'A network needs an input: `network Net on 3x224x224 { … }`.',
    repair: ({ at }) => ({ from: at, to: at, text: 'on 3x224x224 ', guess: 'on 3x224x224' }),
  },
  {
    here: /^in\b/,
    before: /[|{]\s*$/,
    hint: '`in` is the shape that enters, for use in expressions. For the value itself, name it at the start: `x: identity`.',
  },
];

/** `x + y` as branches. */
function added({ text, at }: { readonly text: string; readonly at: number }): Repair | undefined {
  const from = at - (/\w+\s*$/.exec(text.slice(0, at))?.[0].length ?? 0);
  const sum = /^\w+(?:\s*\+\s*\w+)+/.exec(text.slice(from))?.[0];
  if (sum === undefined || from === at) return undefined;
  const names = sum.split('+').map((name) => `| ${name.trim()}`);
  return { from, to: from + sum.length, text: `add { ${names.join(' ')} }` };
}

/** `conv[16, 3x3]` in round brackets. */
function rounded({ text, at }: { readonly text: string; readonly at: number }): Repair | undefined {
  const to = forwards(blanked(text), at + 1, () => false);
  return text[to] === ']' ? { from: at, to: to + 1, text: `(${text.slice(at + 1, to)})` } : undefined;
}

/** `a if c else b`, from anywhere in it. */
function conditional({ text, at }: { readonly text: string; readonly at: number }): Repair | undefined {
  const plain = blanked(text);
  const from = backwards(plain, at, (before) => /(?:,|->|(?<![=<>!])=|\n)$/.test(before));
  const otherwise = forwards(plain, at + 2, (rest) => /^(?:\belse\b|[,{])/.test(rest));
  if (!plain.startsWith('else', otherwise)) return undefined;
  const end = forwards(plain, otherwise + 4, (rest) => /^(?:,|\n|->|\{)/.test(rest));
  const to = plain.slice(0, end).trimEnd().length;
  const [a, c, b] = [text.slice(from, at), text.slice(at + 2, otherwise), text.slice(otherwise + 4, to)].map((part) => part.trim());
  const start = from + (plain.slice(from).length - plain.slice(from).trimStart().length);
  return a && b && c ? { from: start, to, text: `if ${c} then ${a} else ${b}` } : undefined;
}

/** `for i, c in` and `for (i, c) in` with their variables in square brackets. */
function variables({ at, here, before }: { readonly at: number; readonly here: string; readonly before: string }): Repair {
  const names = (before + here).match(/\w+/g)?.slice(1) ?? [];
  return { from: at - before.length, to: at + here.length, text: `for [${names.join(', ')}] ` };
}
