/** What other languages have and this one does not, or writes otherwise: Python, PyTorch, Keras, JavaScript. */
import { backwards, blanked, forwards } from '../brackets.ts';
import { all, gone, type Repair, type Slip } from './slip.ts';

type Site = Parameters<NonNullable<Slip['repair']>>[0];

const BRANCHES = 'Each branch begins with `|`.';
const LIST = 'A list does not change: name a longer one, `{}`.';

export const ELSEWHERE: readonly Slip[] = [
  // Operators.
  { here: /^\^/, hint: 'A power is written `**`.', repair: all(() => '**') },
  { here: /^&&?/, hint: 'Write `and`.', repair: spaced('and') },
  { here: /^\|\|/, before: /[\w)\]]\s*$/, hint: 'Write `or`.', repair: spaced('or') },
  { here: /^\|/, before: /\|$/, hint: 'Write `or` between conditions; a branch begins with one `|`.' },
  { here: /^!(?!=)/, hint: 'Write `not`.', repair: all(() => 'not ') },
  {
    here: /^\[\s*-?\d*\s*:\s*-?\d*\s*:\s*(-?\d+)?\s*\]/,
    before: /\brange\(\s*\w+\s*\)\s*$/,
    hint: 'A slice has no step. Write `{}`.',
    repair: reversedRange,
  },
  {
    here: /^:/,
    before: /\[[^[\]\n]*:[^[\]\n]*$/,
    hint: 'A slice has no step: choose elements by `[xs[i] for i in range(0, len(xs), 2)]`.',
  },
  { here: /^\[[^\]\n]*:[^\]\n]*:/, hint: 'A slice has no step: choose elements by `[xs[i] for i in range(0, len(xs), 2)]`.' },
  // Lists.
  {
    here: /^\(([^()\n]|\([^()\n]*\))*\)/,
    before: /(?<![\w.])(\w+)\s*\.\s*(?:append|push|extend)\s*$/,
    hint: LIST,
    repair: ({ at, here, before }) => {
      const [, name, how] = /(\w+)\s*\.\s*(\w+)\s*$/.exec(before) ?? [];
      const inner = here.slice(1, -1).trim();
      return { from: at - before.length, to: at + here.length, text: `let ${name} = ${name} + ${how === 'extend' ? inner : `[${inner}]`}` };
    },
  },
  {
    here: /^\+=\s*(?=\[)/,
    before: /(?<![\w.])(\w+)\s*$/,
    hint: LIST,
    repair: ({ at, here, before }) => ({
      from: at - before.length,
      to: at + here.length,
      text: `let ${before.trim()} = ${before.trim()} + `,
    }),
  },
  { here: /^[-+*/]=/, hint: 'Nothing is changed in place: name the new value, `s = add { | s | … }`, or a new number, `let n = n + 1`.' },
  {
    here: /^\+\s*(?=\[)/,
    before: /(?<![\w.])(?<!let\s+)(\w+)\s*=\s*\w+\s*$/,
    hint: 'Lists and numbers are named by `let`: `{}`.',
    repair: ({ at, here, before }) => ({ from: at - before.length, to: at + here.length, text: `let ${before}${here}` }),
  },
  {
    here: /^->/,
    before: /\blet\s+\w+\s*=[^\n={}]*$/,
    hint: '`let` names lists and numbers. A value of the network is named without it: `{}`.',
    repair: ({ at, here, before }) => ({
      from: at - before.length,
      to: at + here.length,
      text: before.replace(/^let\s+/, '') + here,
    }),
  },
  { here: /^:\s*=/, before: /\w+\s*$/, hint: 'A value is named with `=`.', repair: all((m) => m.replace(/:\s*=/, '=')) },
  // Outputs.
  {
    here: /^:/,
    before: /\boutput\s+\w+\s*$/,
    hint: 'An output is named with `=`: `output p3 = …`.',
    repair: all((m) => `${m.slice(0, -1).trimEnd()} =`),
  },
  {
    here: /^(?:\s*,\s*\w+)+/,
    before: /\boutput\s+\w+\s*$/,
    hint: 'Each output is a statement of its own: `output p3 = …`.',
    repair: outputs,
  },
  {
    here: /^[[(]/,
    before: /\breturn\s*$/,
    hint: 'A body gives what its last line makes; each further output is a statement, `output p3 = …`.',
  },
  // Bodies.
  {
    here: /^/,
    before: /\belif\b[^\n{}]*$/,
    hint: 'Write `else if`.',
    repair: ({ at, before }) => ({ from: at - before.length, to: at - before.length + 4, text: 'else if' }),
  },
  { here: /^of\b/, before: /\bfor\s+(?:\w+|\[[^\]]*\])\s*$/, hint: 'Write `in`.', repair: all((m) => m.replace(/of$/, 'in')) },
  { here: /^=/, before: /\bfor\s+\w+\s*$/, hint: 'A loop goes through a list: `for i in range(4) { … }`.' },
  {
    here: /^\((?=\s*(?:\w+|\[[^\]]*\])\s+in\b)/,
    before: /\bfor\s*$/,
    hint: 'A loop is written without brackets: `for i in range(4) { … }`.',
    repair: unbracketed,
  },
  { here: /^times\s*/, before: /\brepeat\s+\w+\s+$/, hint: 'Write `repeat 3 { … }`.', repair: gone },
  {
    here: /^[a-z_]\w*\s*(?=\{)/,
    before: /\brepeat\s+\w+\s+$/,
    hint: 'The round is named with `as`: `{}`.',
    repair: ({ at, here, before }) => ({ from: at - before.length, to: at + here.length, text: `${before}as ${here}` }),
  },
  // Imports and declarations.
  { here: /^from\b/, before: /(?:^|\n)\s*$/, hint: 'Write `{}`.', repair: imported },
  { here: /^\{/, before: /\bimport\s*$/, hint: 'The names of an import stand in no brackets.', repair: unbraced },
  { here: /^(?:\*|")/, before: /\bimport\s*$/, hint: 'An import names what it takes: `import A, B as C from "./file.cnn"`.' },
  {
    here: /^(?:def|class|function|func|module|model)\b(?=\s+\w)/,
    hint: 'What can be used again is a `block`, what stands alone a `network`.',
    repair: ({ at, here, text }) =>
      /^\w+\s+\w+\s*(?:\([^()]*\))?\s*\{/.test(text.slice(at)) ? { from: at, to: at + here.length, text: 'block' } : undefined,
  },
  {
    here: /^:\s*(?:\w+)(?=\s*[,)=])/,
    before: /\b(?:block|network|fn)\s+\w+\s*\([^()]*\w\s*$/,
    hint: 'A default is written `name=value`, and parameters have no types.',
    repair: ({ at, here }) =>
      /\d/.test(here) ? { from: at, to: at + here.length, text: `=${here.slice(1).trim()}` } : { from: at, to: at + here.length, text: '' },
  },
  {
    here: /^[a-z]\w*(?:\s*,\s*[a-z]\w*)*(?=\s*\{|\s+on\b)/,
    before: /\bblock\s+\w+\s+$/,
    hint: 'Parameters stand in round brackets: `{}`.',
    repair: ({ at, here, before }) => ({ from: at - before.length, to: at + here.length, text: `${before.trimEnd()}(${here})` }),
  },
  { here: /^=\s*(?=\{)/, before: /\b(?:block|network)\s+\w+\s*(?:\([^()]*\))?[^{}=]*$/, hint: 'A body follows without `=`.', repair: gone },
  {
    here: /^\(\s*[a-z_]\w*(?:\s*,\s*[a-z_]\w*)*\s*\)/i,
    before: /\b(?:block|network)\s+\w+\s*\([^()]*\)\s*$/,
    hint: 'The inputs stand behind `takes`: `{}`.',
    repair: ({ at, here, before }) => ({
      from: at - before.length,
      to: at + here.length,
      text: `${before.trimEnd()} takes ${here.slice(1, -1).trim()}`,
    }),
  },
  { here: /^\(/, before: /\b(?:block|network)\s+\w+\s*\([^()]*\)\s*$/, hint: 'The input stands behind `on`: `on 3x224x224`.' },
  // Inputs.
  {
    here: /^,\s*\d+(?:\s*,\s*\d+)*\s*\)/,
    before: /\bon\s*\(\s*\d+\s*$/,
    hint: 'A shape is written `{}`.',
    repair: ({ at, here, before }) => {
      const from = at - before.length + before.indexOf('(');
      return { from, to: at + here.length, text: ((before + here).match(/\d+/g) ?? []).join('x') };
    },
  },
  {
    here: /^[xX×]\s*\d+(?:\s*[xX×]\s*\d+)*/,
    before: /\d+\s*$/,
    hint: 'Write sizes with a small `x` and without spaces: `3x3`.',
    repair: all((m) => m.replace(/\s*[xX×]\s*/g, 'x')),
  },
  {
    here: /^\d+(?:x\d+)+(?:\s+\d+(?:x\d+)+)*/,
    before: /\bon\s+\d+(?:x\d+)+\s+$/,
    hint: 'Commas stand between the shapes of several inputs.',
    repair: ({ at, here, before }) => ({
      from: at - before.length,
      to: at + here.length,
      text: `${before.trimEnd()}, ${here.split(/\s+/).join(', ')}`,
    }),
  },
  { here: /^:/, before: /\btakes\s+\w+\s*$/, hint: 'The shapes of inputs stand behind `on`: `takes x, g on 64x8x8, 64x8x8`.' },
  { here: /^[[(]/, before: /\btakes\s*$/, hint: 'The names of inputs stand in no brackets: `takes x, g`.', repair: unbracketed },
  // Stages.
  {
    here: /^\(/,
    before: /(?<![\w.])(?:torch|tf|nn|F|keras|layers)\.[\w.]*$/,
    hint: 'Layers have no prefix.',
    repair: ({ at, before }) => ({ from: at - before.length, to: at - before.length + before.lastIndexOf('.') + 1, text: '' }),
  },
  {
    here: /^\(/,
    before: /\b[A-Z]\w*\s*(?:\((?:[^()\n]|\([^()\n]*\))*\))?\s*$/,
    hint: 'A call takes its inputs as branches: `{}`.',
    repair: called,
  },
  { here: /^,/, before: /\|[^|{}\n]*$/, hint: BRANCHES, repair: all((m) => m.replace(/\s*,$/, ' |')) },
  { here: /^,/, before: /\b(?:concat|add|mul|max|min|sub|div|matmul)\s*\{[^|{}\n]*$/, hint: BRANCHES, repair: listed },
  { here: /^,\s*(?=[A-Za-z])/, before: /(?<!\bfor\s+\w+)(?<=[\w)])\s*$/, hint: 'Join stages with `->`.', repair: afterName },
  { here: /^\.\s*(?=[a-z]\w*)/, before: /[)\w]\s*$/, hint: 'Join stages with `->`.', repair: afterName },
  { here: /^\(/, before: /(?<![\w.])\w+\s*\.\s*[a-z]\w*\s*$/, hint: 'A layer is a stage, joined with `->`: `{}`.', repair: method },
  { here: /^-(?![>\d=])\s*(?=[A-Za-z])/, before: /[\w)]\s*$/, hint: 'Join stages with `->`.', repair: afterName },
  {
    here: /^=(?![=>])/,
    before: /->\s*\n\s*\w+\s*$/,
    hint: 'On the line above, a stage is missing after `->`.',
    repair: ({ at, before }) => ({ from: at - before.length, to: at - before.length + 2, text: '' }),
  },
  {
    here: /^:[ \t]*/,
    before: /\b(?:for|if|else|repeat|block|network|while)\b(?![^\n]*\btakes\b[^\n]*$)[^\n{}]*$/,
    hint: 'A body stands in braces, `{ … }`, and not behind a colon.',
    repair: indented,
  },
];

function spaced(word: string) {
  return ({ text, at, here }: Site): Repair => {
    const [l, r] = [/\s$/.test(text.slice(0, at)) ? '' : ' ', /^\s/.test(text.slice(at + here.length)) ? '' : ' '];
    return { from: at, to: at + here.length, text: l + word + r };
  };
}

/** `range(n)[::-1]` as the range that counts down. */
function reversedRange({ at, here, before }: Site): Repair | undefined {
  const n = /\(\s*(\w+)\s*\)/.exec(before)?.[1];
  return /^\[\s*:\s*:\s*-1\s*\]$/.test(here) && n !== undefined
    ? { from: at - before.length, to: at + here.length, text: `range(${/^\d+$/.test(n) ? Number(n) - 1 : `${n} - 1`}, -1, -1)` }
    : undefined;
}

/** `output a, b`: a statement for each. */
function outputs({ text, at, here, before }: Site): Repair {
  const from = at - before.length;
  const names = (before + here).match(/\w+/g)?.slice(1) ?? [];
  const indent = /[ \t]*$/.exec(text.slice(0, from))?.[0] ?? '';
  return { from, to: at + here.length, text: names.map((n) => `output ${n} = ${n}`).join(`\n${indent}`) };
}

/** A body behind a colon, as it is indented, in braces. */
function indented({ text, at, here }: Site): Repair | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const indent = text.slice(start).search(/\S/);
  const lines = text.slice(at + here.length).split('\n');
  const end = lines.findIndex((l, i) => i > 0 && l.trim() !== '' && l.search(/\S/) <= indent);
  const body = lines
    .slice(1, end < 0 ? undefined : end)
    .join('\n')
    .trimEnd();
  if (body === '') return undefined;
  const rest = lines[0]?.trimEnd() ?? '';
  const to = at + here.length + (lines[0]?.length ?? 0) + 1 + body.length;
  return { from: at, to, text: ` {${rest === '' ? '' : ` ${rest.trim()}`}\n${body}\n${' '.repeat(indent)}}`, guess: '{ … }' };
}

/** What stands in a bracket, without it. */
function unbracketed({ text, at }: Site): Repair | undefined {
  const to = forwards(blanked(text), at + 1, () => false);
  return ')]'.includes(text[to] ?? '?') ? { from: at, to: to + 1, text: text.slice(at + 1, to).trim() } : undefined;
}

function unbraced({ text, at }: Site): Repair | undefined {
  const to = forwards(blanked(text), at + 1, () => false);
  return text[to] === '}' ? { from: at, to: to + 1, text: text.slice(at + 1, to).trim() } : undefined;
}

/** `from "./a.cnn" import A`, turned round. */
function imported({ text, at }: Site): Repair | undefined {
  const m = /^from\s+("[^"\n]*")\s+import\s+([^\n#]+)/.exec(text.slice(at));
  return m ? { from: at, to: at + m[0].trimEnd().length, text: `import ${m[2]?.trim()} from ${m[1]}` } : undefined;
}

/** `Gate(c)(x, g)` with a branch for each input. */
function called({ text, at, before }: Site): Repair | undefined {
  const plain = blanked(text);
  const to = forwards(plain, at + 1, () => false);
  if (text[to] !== ')') return undefined;
  const inputs: string[] = [];
  for (let from = at + 1; from < to; ) {
    const end = forwards(plain, from, (rest) => rest[0] === ',');
    inputs.push(text.slice(from, end).trim());
    from = end + 1;
  }
  if (inputs.length === 0 || !inputs.every((i) => /^[\w.[\] +-]+$/.test(i))) return undefined;
  const callee = before.trimEnd();
  const from = at - before.length;
  const whole = inputs.length === 1 ? `${inputs[0]} -> ${callee}` : `${callee} { ${inputs.map((i) => `| ${i}`).join(' ')} }`;
  return { from, to: to + 1, text: whole };
}

/** Values between braces and commas, each as a branch. */
function listed({ text, at }: Site): Repair | undefined {
  const plain = blanked(text);
  const from = backwards(plain, at, () => false);
  const to = forwards(plain, at, () => false);
  if (text[to] !== '}') return undefined;
  const items = text
    .slice(from, to)
    .split(',')
    .map((i) => i.trim());
  return items.every((i) => /^\w+$/.test(i)) ? { from, to, text: ` ${items.map((i) => `| ${i}`).join(' ')} ` } : undefined;
}

/** An arrow in place of what stands between two stages. */
function afterName({ text, at, here }: Site): Repair {
  const spaces = /[ \t]*$/.exec(text.slice(0, at))?.[0].length ?? 0;
  return { from: at - spaces, to: at + here.length, text: ' -> ' };
}

/** `x.relu(…)`: the stage behind an arrow. */
function method({ at, before }: Site): Repair {
  const dot = before.indexOf('.');
  return { from: at - before.length, to: at, text: `${before.slice(0, dot).trim()} -> ${before.slice(dot + 1).trim()}` };
}
