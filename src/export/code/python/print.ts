/**
 * Prints Python as `ruff format` leaves it (its default style, https://docs.astral.sh/ruff/formatter): lines of 88 characters; what does not fit
 * is broken at its outermost brackets, first all on one line within, then one on each line with a comma behind the last.
 */
import type { Py, PyArg } from '../../../layers/python.ts';
import type { PyModule, PyParam, PyStatement } from './statement.ts';

const WIDTH = 88;
const INDENT = '    ';

/** How strongly an expression holds together; what holds less needs brackets inside what holds more. */
const OPERATORS: Readonly<Record<string, number>> = {
  or: 2,
  and: 3,
  '|': 6,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  '//': 11,
  '%': 11,
  '@': 11,
  '**': 13,
};
const [LAMBDA, IF, NOT, COMPARE, SIGN, ATOM] = [0, 1, 4, 5, 12, 20];

function strength(e: Py): number {
  switch (e.k) {
    case 'lambda':
      return LAMBDA;
    case 'if':
      return IF;
    case 'compare':
      return COMPARE;
    case 'unary':
      return e.op === 'not' ? NOT : SIGN;
    case 'binary':
      return OPERATORS[e.op] ?? 0;
    default:
      return ATOM;
  }
}

const within = (e: Py, least: number): string => (strength(e) < least ? `(${flat(e)})` : flat(e));

/** Whether a power is written without spaces: both its sides are names, numbers or attributes. */
const isSimple = (e: Py): boolean =>
  e.k === 'atom' || (e.k === 'attr' && isSimple(e.of)) || (e.k === 'unary' && e.op !== 'not' && isSimple(e.value));

const pair = (item: readonly [Py, Py] | Py): string => ('k' in item ? flat(item) : `${flat(item[0])}: ${flat(item[1])}`);
const argument = (a: PyArg): string => (a.name === undefined ? flat(a.value) : `${a.name}=${flat(a.value)}`);

/** A side of a slice that is more than a name gets spaces around the colon. */
function sliceText(from: Py | undefined, to: Py | undefined): string {
  const sides = [from, to].filter((s) => s !== undefined);
  const spaced = sides.some((s) => s.k !== 'atom' && !(s.k === 'unary' && s.value.k === 'atom'));
  const colon = spaced ? `${from ? ' ' : ''}:${to ? ' ' : ''}` : ':';
  return `${from ? flat(from) : ''}${colon}${to ? flat(to) : ''}`;
}

/** An expression on one line. */
export function flat(e: Py): string {
  switch (e.k) {
    case 'atom':
      return e.text;
    case 'call':
      return `${within(e.fn, ATOM)}(${e.args.map(argument).join(', ')})`;
    case 'attr':
      return `${within(e.of, ATOM)}.${e.name}`;
    case 'index':
      return `${within(e.of, ATOM)}[${e.items.map(flat).join(', ')}]`;
    case 'slice':
      return sliceText(e.from, e.to);
    case 'binary': {
      const own = OPERATORS[e.op] ?? 0;
      const power = e.op === '**';
      const gap = power && isSimple(e.left) && isSimple(e.right) ? '' : ' ';
      // A sign on the right of a power binds to it.
      const right = power && e.right.k === 'unary' ? flat(e.right) : within(e.right, power ? own : own + 1);
      return `${within(e.left, power ? own + 1 : own)}${gap}${e.op}${gap}${right}`;
    }
    case 'unary':
      return e.op === 'not' ? `not ${within(e.value, NOT)}` : `${e.op}${within(e.value, SIGN)}`;
    case 'compare':
      return [within(e.first, COMPARE + 1), ...e.rest.map((r) => `${r.op} ${within(r.value, COMPARE + 1)}`)].join(' ');
    case 'if':
      return `${within(e.yes, IF + 1)} if ${within(e.test, IF + 1)} else ${within(e.no, IF)}`;
    case 'list':
      return `[${e.items.map(flat).join(', ')}]`;
    case 'tuple':
      return `(${e.items.map(flat).join(', ')}${e.items.length === 1 ? ',' : ''})`;
    case 'dict':
      return `{${e.items.map(pair).join(', ')}}`;
    case 'comprehension': {
      const filter = e.filter ? ` if ${within(e.filter, IF + 1)}` : '';
      const text = `${flat(e.item)} for ${pattern(e.pattern)} in ${within(e.list, IF + 1)}${filter}`;
      return e.brackets === 'list' ? `[${text}]` : text;
    }
    case 'lambda':
      return `lambda${e.params === '' ? '' : ` ${e.params}`}: ${flat(e.body)}`;
    case 'star':
      return `${e.stars}${within(e.value, COMPARE + 1)}`;
    default:
      return e satisfies never;
  }
}

/** The names of a loop: a tuple without its brackets. */
export const pattern = (e: Py): string => (e.k === 'tuple' ? e.items.map(flat).join(', ') : flat(e));

/** Whether something in it asks for lines of its own. */
function isBroken(e: Py): boolean {
  switch (e.k) {
    case 'call':
      return e.breaks === true || isBroken(e.fn) || e.args.some((a) => isBroken(a.value));
    case 'list':
    case 'tuple':
      return e.items.some(isBroken);
    default:
      return false;
  }
}

const fits = (line: string): boolean => line.length <= WIDTH;

/** One element of brackets: what stands before it, and the expression. */
interface Part {
  readonly head: string;
  readonly value: Py;
}

/** Brackets over several lines. */
function bracketed(open: string, parts: readonly Part[], close: string, indent: string, mustBreak: boolean): readonly string[] {
  const inner = indent + INDENT;
  const one = inner + parts.map((p) => p.head + flat(p.value)).join(', ');
  const lonely = parts.length === 1 && parts[0]?.value.k === 'comprehension';
  if (!mustBreak && fits(one) && !parts.some((p) => isBroken(p.value))) return [indent + open, one, indent + close];
  return [indent + open, ...parts.flatMap((p) => layout(p.head, p.value, lonely ? '' : ',', inner)), indent + close];
}

/** The operands of a chain of one operator's strength, each behind its operator. */
function operands(e: Py): readonly string[] {
  if (e.k === 'if') return [within(e.yes, IF + 1), `if ${within(e.test, IF + 1)}`, `else ${within(e.no, IF)}`];
  if (e.k === 'compare') return [within(e.first, COMPARE + 1), ...e.rest.map((r) => `${r.op} ${within(r.value, COMPARE + 1)}`)];
  if (e.k !== 'binary' || e.op === '**') return [flat(e)];
  const own = OPERATORS[e.op] ?? 0;
  const left = strength(e.left) === own ? operands(e.left) : [within(e.left, own)];
  return [...left, `${e.op} ${within(e.right, own + 1)}`];
}

/** `head`, an expression and `tail` over as many lines as they need. */
export function layout(head: string, e: Py, tail: string, indent: string): readonly string[] {
  const line = indent + head + flat(e) + tail;
  if (fits(line) && !isBroken(e)) return [line];
  switch (e.k) {
    case 'call': {
      if (e.args.length === 0) return [line];
      // What is called is broken first, where not even that fits.
      if (e.fn.k === 'call' && e.fn.args.length > 0 && !fits(`${indent}${head}${flat(e.fn)}(`))
        return layout(head, e.fn, `(${e.args.map(argument).join(', ')})${tail}`, indent);
      const parts = e.args.map((a): Part => ({ head: a.name === undefined ? '' : `${a.name}=`, value: a.value }));
      return bracketed(`${head}${within(e.fn, ATOM)}(`, parts, `)${tail}`, indent, e.breaks === true);
    }
    case 'list':
    case 'tuple': {
      if (e.items.length === 0) return [line];
      const [open, close] = e.k === 'list' ? ['[', ']'] : ['(', ')'];
      return bracketed(
        head + open,
        e.items.map((value) => ({ head: '', value })),
        close + tail,
        indent,
        true,
      );
    }
    case 'dict':
      return bracketed(
        `${head}{`,
        e.items.map((item): Part => ('k' in item ? { head: '', value: item } : { head: `${flat(item[0])}: `, value: item[1] })),
        `}${tail}`,
        indent,
        true,
      );
    case 'comprehension': {
      const bare = e.brackets === 'none';
      const inner = bare ? indent : indent + INDENT;
      const one = `${inner}${flat({ ...e, brackets: 'none' })}`;
      const body = fits(one)
        ? [one]
        : [
            ...layout('', e.item, '', inner),
            `${inner}for ${pattern(e.pattern)} in ${within(e.list, IF + 1)}`,
            ...(e.filter ? [`${inner}if ${flat(e.filter)}`] : []),
          ];
      return bare ? body : [`${indent}${head}[`, ...body, `${indent}]${tail}`];
    }
    case 'lambda':
      return layout(`${head}lambda${e.params === '' ? '' : ` ${e.params}`}: `, e.body, tail, indent);
    case 'star':
      return layout(head + e.stars, e.value, tail, indent);
    case 'binary':
    case 'compare':
    case 'if': {
      // Behind a name or a comma brackets of its own; where a bracket is open already, none.
      const bare = head === '' && tail === ',';
      const inner = bare ? indent : indent + INDENT;
      const one = inner + flat(e);
      const body = fits(one) && !bare ? [one] : operands(e).map((o) => inner + o);
      if (bare) return [...body.slice(0, -1), `${body.at(-1)}${tail}`];
      return [`${indent}${head}(`, ...body, `${indent})${tail}`];
    }
    default:
      return [line];
  }
}

function docLines(doc: string, indent: string): readonly string[] {
  if (doc === '') return [];
  const safe = doc.replaceAll('\\', '\\\\').replaceAll('"""', "'''");
  const lines = safe.split('\n').map((l) => l.trim());
  const end = safe.endsWith('"') ? ' ' : '';
  if (lines.length === 1) return [`${indent}"""${safe}${end}"""`];
  return [`${indent}"""${lines[0]}`, ...lines.slice(1).map((l) => (l === '' ? '' : indent + l)), `${indent}"""`];
}

function block(body: readonly PyStatement[], indent: string): readonly string[] {
  const lines = body.flatMap((s, i) => {
    const gap = i > 0 && (s.k === 'def' || body[i - 1]?.k === 'def') ? [''] : [];
    return [...gap, ...statement(s, indent)];
  });
  return lines.length === 0 || body.every((s) => s.k === 'comment') ? [...lines, `${indent}pass`] : lines;
}

const params = (list: readonly PyParam[]): Py => ({
  k: 'call',
  fn: { k: 'atom', text: '' },
  args: list.map((p): PyArg => (p.value ? { name: p.name, value: p.value } : { value: { k: 'atom', text: p.name } })),
});

/** Between a line and where it comes from, until a file is printed: no text holds it. */
const MARK = '\u0000';

/** A statement's lines, each with where it comes from behind it. */
export function statement(s: PyStatement, indent: string): readonly string[] {
  const lines = bare(s, indent);
  if (!s.at) return lines;
  const at = MARK + s.at.join(MARK);
  return lines.map((l) => (l.includes(MARK) ? l : l + at));
}

function bare(s: PyStatement, indent: string): readonly string[] {
  const inner = indent + INDENT;
  switch (s.k) {
    case 'assign':
      return layout(`${pattern(s.to)} = `, s.value, '', indent);
    case 'augment':
      return layout(`${flat(s.to)} ${s.op}= `, s.value, '', indent);
    case 'expression':
      return layout('', s.value, '', indent);
    case 'return':
      // Several values need no brackets, where they fit.
      if (s.value.k === 'tuple' && s.value.items.length > 1 && fits(`${indent}return ${pattern(s.value)}`))
        return [`${indent}return ${pattern(s.value)}`];
      return layout('return ', s.value, '', indent);
    case 'if': {
      const lines = [...layout('if ', s.test, ':', indent), ...block(s.yes, inner)];
      const [only] = s.no;
      if (s.no.length === 1 && only?.k === 'if') {
        const [first = '', ...rest] = statement(only, indent);
        return [...lines, `${indent}el${first.slice(indent.length)}`, ...rest];
      }
      return s.no.length === 0 ? lines : [...lines, `${indent}else:`, ...block(s.no, inner)];
    }
    case 'for':
      return [...layout(`for ${pattern(s.pattern)} in `, s.list, ':', indent), ...block(s.body, inner)];
    case 'def':
      return [
        ...layout(`def ${s.name}`, params(s.params), ':', indent),
        ...docLines(s.doc, inner),
        ...(s.doc !== '' && s.body.length === 0 ? [] : block(s.body, inner)),
      ];
    case 'class':
      return [
        `${indent}class ${s.name}${s.bases.length > 0 ? `(${s.bases.join(', ')})` : ''}:`,
        ...docLines(s.doc, inner),
        ...(s.doc !== '' && s.body.length > 0 ? [''] : []),
        ...block(s.body, inner),
      ];
    case 'comment':
      return s.text.split('\n').map((l) => `${indent}# ${l}`);
    case 'raw':
      return s.text.split('\n').map((l) => (l === '' ? '' : indent + l));
    default:
      return s satisfies never;
  }
}

/** A file with where each of its lines comes from. */
export interface MarkedText {
  readonly text: string;
  readonly lines: readonly { readonly text: string; readonly at: readonly string[] }[];
}

export function markedModule(m: PyModule): MarkedText {
  const lines = written(m)
    .trimEnd()
    .split('\n')
    .map((l) => {
      const [text = '', ...at] = l.split(MARK);
      return { text, at: text === '' ? [] : at };
    });
  return { text: `${lines.map((l) => l.text).join('\n')}\n`, lines };
}

/** The text of a file: two lines between what stands at the outermost level, where that is a class, a function or the last `if`. */
function written(m: PyModule): string {
  const isLarge = (s: PyStatement | undefined): boolean => s?.k === 'def' || s?.k === 'class' || s?.k === 'raw' || s?.k === 'if';
  const chunks: string[] = [];
  const lines = [...docLines(m.doc, ''), ...(m.doc === '' ? [] : ['']), ...m.imports];
  chunks.push(lines.join('\n'));
  for (const [i, s] of m.body.entries()) {
    const before = m.body[i - 1];
    const above = isLarge(before) || (isLarge(s) && before?.k !== 'comment') ? '\n\n\n' : i === 0 ? '\n\n' : '\n';
    chunks.push(above + statement(s, '').join('\n'));
  }
  return `${chunks.join('')}\n`;
}
