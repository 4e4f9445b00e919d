/**
 * Loops as one writes them by hand: without indices that nothing reads, over modules rather than over their numbers, as comprehensions where they
 * do no more than fill a list.
 */

import { attr, call, index, list, name, type Py, tuple } from '../../../layers/python.ts';
import { same } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, markedWith, type PyStatement } from '../python/statement.ts';
import { plural, SELF } from './forms.ts';
import { type Live, readsOf } from './live.ts';

type For = Extract<PyStatement, { readonly k: 'for' }>;

/** The lists of modules of which a loop's body reads those of its round, `self.convs[i]`, in the order in which they are called. */
function listsOf(body: readonly PyStatement[], i: Py): readonly string[] {
  const found = new Set<string>();
  const walk = (v: unknown): void => {
    if (Array.isArray(v)) for (const x of v) walk(x);
    else if (typeof v === 'object' && v !== null) {
      const e = v as Py;
      if (e.k === 'index' && e.items.length === 1 && same(e.items[0], i) && e.of.k === 'attr' && same(e.of.of, SELF)) found.add(e.of.name);
      // What is called is called with what was computed before.
      if (e.k === 'call') walk([e.args, e.fn]);
      else walk(Object.values(v));
    }
  };
  walk(body);
  return [...found];
}

/** What one of the modules is called that an attribute holds; undefined where that is not known. */
type Singular = (list: string) => string | undefined;

/** Lines with one expression in place of another. */
export function exchanged(body: readonly PyStatement[], from: Py, to: Py): readonly PyStatement[] {
  const walk = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v !== 'object' || v === null) return v;
    return same(v, from) ? to : Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x)]));
  };
  return walk(body) as readonly PyStatement[];
}

const isRead = (pattern: Py, body: Live): boolean => [...readsOf(pattern)].some((n) => body.has(n));
const zipped = (parts: readonly Py[]): Py => (parts.length === 1 ? (parts[0] as Py) : call('zip', ...parts));
const together = (parts: readonly Py[]): Py => (parts.length === 1 ? (parts[0] as Py) : tuple(...parts));
/** A pattern whose unread names are `_`. */
const onlyRead = (p: Py, body: Live): Py =>
  p.k === 'tuple' ? tuple(...p.items.map((x) => onlyRead(x, body))) : isRead(p, body) ? p : name('_');

/** A loop over the modules of its rounds, with what else it reads. `free`: names that lines inside may take. */
function tidiedFor(s: For, free: (wanted: string) => string, one: Singular): For {
  const counted = s.list.k === 'call' && same(s.list.fn, name('enumerate')) && s.list.args.length === 1 && s.pattern.k === 'tuple';
  const ranged = s.list.k === 'call' && same(s.list.fn, name('range')) && s.list.args.length === 1 && s.pattern.k === 'atom';
  if (!counted && !ranged) return { ...s, pattern: onlyRead(s.pattern, readsOf(s.body)) };
  const [i, elements] = s.pattern.k === 'tuple' ? (s.pattern.items as readonly [Py, Py]) : [s.pattern, undefined];
  const over = s.list.k === 'call' ? (s.list.args[0]?.value as Py) : s.list;
  let { body } = s;
  const modules: (readonly [Py, Py])[] = [];
  for (const a of listsOf(body, i)) {
    const module = name(free(singular(one(a) ?? a)));
    body = exchanged(body, index(attr(SELF, a), i), module);
    modules.push([module, attr(SELF, a)]);
  }
  const read = readsOf(body);
  const readsIndex = isRead(i, read);
  const parts = [...modules, ...(elements && isRead(elements, read) ? [[onlyRead(elements, read), over] as const] : [])];
  if (parts.length === 0) {
    const times = elements ? call('range', call('len', over)) : s.list;
    return { ...s, pattern: readsIndex ? i : name('_'), list: times, body };
  }
  const [pattern, items] = [together(parts.map(([p]) => p)), zipped(parts.map(([, l]) => l))];
  return readsIndex ? { ...s, pattern: tuple(i, pattern), list: call('enumerate', items), body } : { ...s, pattern, list: items, body };
}

/** What one of several is called; a word without vowels is no plural. */
function singular(word: string): string {
  if (!/[aeiouy]/i.test(word)) return word;
  const [, base = word, number = ''] = /^(.*?)(_\d+)?$/.exec(word) ?? [];
  const one = [base.replace(/ies$/, 'y'), base.replace(/es$/, ''), base.replace(/s$/, '')].find((w) => w !== base && plural(w) === base);
  return `${one ?? base}${number}`;
}

/** Lines with their loops as one writes them by hand; a loop that does no more than fill a list is a comprehension. */
export function tidied(body: readonly PyStatement[], free: (wanted: string) => string, one: Singular): readonly PyStatement[] {
  const out: PyStatement[] = [];
  for (const s of body) {
    if (s.k === 'if') out.push({ ...s, yes: tidied(s.yes, free, one), no: tidied(s.no, free, one) });
    else if (s.k === 'for') {
      const made = tidiedFor({ ...s, body: tidied(s.body, free, one) }, free, one);
      const filled = comprehension(out.at(-1), made);
      if (filled) out[out.length - 1] = filled;
      else out.push(made);
    } else {
      const begun = begunWith(out.at(-1), s);
      if (begun) out[out.length - 1] = begun;
      else out.push(s);
    }
  }
  return out;
}

/** `xs = []` and a line that appends to it, as one. */
function begunWith(before: PyStatement | undefined, s: PyStatement): PyStatement | undefined {
  if (before?.k !== 'assign' || !same(before.value, list()) || before.to.k !== 'atom' || s.k !== 'expression') return undefined;
  const { value } = s;
  if (value.k !== 'call' || value.fn.k !== 'attr' || value.fn.name !== 'append' || !same(value.fn.of, before.to)) return undefined;
  return markedWith(markedWith(assign(before.to, list(value.args[0]?.value as Py)), before.at ?? []), s.at ?? []);
}

/** What a comprehension runs over: what is only counted need not be. */
function overItself({ pattern, list: over }: For): Py {
  const [length] = over.k === 'call' && same(over.fn, name('range')) && same(pattern, name('_')) ? over.args : [];
  const of = length?.value;
  return of?.k === 'call' && same(of.fn, name('len')) ? (of.args[0]?.value ?? over) : over;
}

/** `xs = []` and a loop that does nothing but append, as one line where that is not too long. */
function comprehension(before: PyStatement | undefined, s: For): PyStatement | undefined {
  const [only, ...more] = s.body;
  if (before?.k !== 'assign' || more.length > 0 || only?.k !== 'expression') return undefined;
  const ofModules = same(before.value, call('nn.ModuleList'));
  if (!ofModules && !same(before.value, list())) return undefined;
  const { value } = only;
  if (value.k !== 'call' || value.fn.k !== 'attr' || value.fn.name !== 'append' || !same(value.fn.of, before.to)) return undefined;
  const item = value.args[0]?.value as Py;
  if (!ofModules && readsOf(item).has(flat(before.to))) return undefined;
  const brackets = ofModules ? 'none' : 'list';
  const all: Py = { k: 'comprehension', item, pattern: s.pattern, list: overItself(s), filter: undefined, brackets };
  return markedWith(markedWith(assign(before.to, ofModules ? call('nn.ModuleList', all) : all), s.at ?? []), only.at ?? []);
}
