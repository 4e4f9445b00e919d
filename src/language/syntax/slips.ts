/** Slips of syntax that one makes coming from Python, from papers or from other languages: what is written there, and how it is written here. */

interface Slip {
  /** The text from the place of the error on begins so. */
  readonly here: RegExp;
  /** The text before it ends so. */
  readonly before?: RegExp;
  readonly hint: string;
}

const SIZE = 'Write sizes with a small `x` and without spaces: `3x3`.';
const ARROW = 'Stages are joined by `->`.';

const SLIPS: readonly Slip[] = [
  { here: /^\/[/*]/, hint: 'Comments begin with `#`.' },
  { here: /^×/, hint: SIZE },
  { here: /^[xX]\s*\d/, before: /\d\s*$/, hint: SIZE },
  { here: /^\d/, before: /\d\s*[xX×]\s*$/, hint: SIZE },
  { here: /^(?:=>|=\s*>|-\s+>|\|>|>>)/, hint: ARROW },
  { here: /^>/, before: /[-=]\s*$/, hint: ARROW },
  { here: /^->/, before: /\{\s*$/, hint: 'The first stage stands without an arrow: what enters goes into it.' },
  { here: /^->/, before: /\|\s*$/, hint: 'The first stage of a branch stands without an arrow.' },
  { here: /^\+/, before: /[\w)]\s*$/, hint: 'Branches are added by `add { | … | … }`.' },
  { here: /^\[/, before: /\w\s*$/, hint: 'Arguments stand in round brackets: `conv(16, 3x3)`.' },
  { here: /^=(?!=)/, before: /\b(?:if|expect)\b[^{}\n]*$/, hint: 'Two values are compared by `==`.' },
  { here: /^=\s*[),]/, hint: 'A value is missing after `=`.' },
  { here: /^(?:[-+*/%.]|\*\*|\/\/)\s*[),\]}]/, hint: 'Something is missing behind it.' },
  {
    here: /^\{/,
    before: /\bnetwork\s+\w+\s*(?:\([^()]*\))?\s*$/,
    hint: 'A network says what enters it: `network Net on 3x224x224 { … }`.',
  },
  { here: /^./s, before: /\b(?:concat|add|mul)\s*\{\s*$/, hint: 'Each branch begins with `|`.' },
  {
    here: /^in\b/,
    before: /[|{]\s*$/,
    hint: '`in` is the shape that enters, for expressions. For the value, name it at the start: `x: identity`.',
  },
];

/** How what stands at an offset is written in this language, if it is a slip that is known. */
export function slipAt(text: string, offset: number): string | undefined {
  const [before, here] = [text.slice(Math.max(0, offset - 200), offset), text.slice(offset, offset + 40)];
  return SLIPS.find((s) => s.here.test(here) && (s.before?.test(before) ?? true))?.hint;
}
