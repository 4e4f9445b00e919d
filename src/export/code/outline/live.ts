/** What of some lines of Python is read: assignments and loops that nothing reads are left out, as nothing here does more than compute. */

import { method, name, type Py, tuple } from '../../../layers/python.ts';
import { same } from '../code.ts';
import { expression, markedWith, type PyStatement } from '../python/statement.ts';

export type Live = ReadonlySet<string>;

/** The names that an expression reads, attributes of the module as `self.conv`, those within an f-string among them; not those that it gives itself. */
export function readsOf(v: unknown): Live {
  const found = new Set<string>();
  const walk = (x: unknown): void => {
    if (Array.isArray(x)) for (const i of x) walk(i);
    else if (typeof x === 'object' && x !== null) {
      const e = x as Py;
      if (e.k === 'comprehension') {
        walk(e.list);
        for (const n of less(readsOf([e.item, e.filter]), readsOf(e.pattern))) found.add(n);
        return;
      }
      if (e.k === 'atom') {
        if (!e.text.startsWith('f"')) found.add(e.text);
        else for (const m of e.text.matchAll(/\{(\w+)\}/g)) found.add(m[1] as string);
        return;
      }
      if (e.k === 'attr' && e.of.k === 'atom' && e.of.text === 'self') found.add(`self.${e.name}`);
      for (const i of Object.values(x)) walk(i);
    }
  };
  walk(v);
  return found;
}

const union = (...sets: readonly Live[]): Live => new Set(sets.flatMap((s) => [...s]));
const less = (a: Live, b: Live): Live => new Set([...a].filter((n) => !b.has(n)));
const NOBODY = name('_');

/** The name that is changed by giving it, or an element of it, something. */
function changed(to: Py): string | undefined {
  if (to.k === 'atom') return to.text;
  if (to.k === 'attr' && to.of.k === 'atom' && to.of.text === 'self') return `self.${to.name}`;
  return to.k === 'index' ? changed(to.of) : undefined;
}

/** What an `append` adds to. */
function appended(s: PyStatement): { readonly to: Py; readonly item: Py } | undefined {
  if (s.k !== 'expression' || s.value.k !== 'call' || s.value.fn.k !== 'attr' || s.value.fn.name !== 'append') return undefined;
  const [item] = s.value.args;
  return item && { to: s.value.fn.of, item: item.value };
}

interface Read {
  readonly body: readonly PyStatement[];
  /** What is read of what stands before. */
  readonly live: Live;
}

/** Told of each place where names are given values: what is read behind it. */
type Watch = (given: Live, live: Live) => void;

/** The lines of which something is read, where behind them `after` is. */
export function whatIsRead(body: readonly PyStatement[], after: Live, watch?: Watch): Read {
  const out: PyStatement[] = [];
  let live = after;
  // What is read behind the line that is first in `out`.
  let behind = after;
  let isKept = false;
  for (const s of [...body].reverse()) {
    if (s.k === 'comment') {
      // It speaks of the line below.
      if (isKept) out.unshift(s);
      continue;
    }
    const [next] = out;
    const add = next && appended(next);
    if (s.k === 'assign' && s.to.k === 'atom' && add && same(add.item, s.to) && !behind.has(s.to.text)) {
      // What is only made to be added to a list needs no name.
      watch?.(readsOf(s.to), live);
      out[0] = markedWith(markedWith(expression(method(add.to, 'append', s.value)), next.at ?? []), s.at ?? []);
      live = union(less(live, new Set([s.to.text])), readsOf(s.value));
      continue;
    }
    if (s.k === 'assign' && next?.k === 'return' && same(next.value, s.to)) {
      watch?.(readsOf(s.to), live);
      out[0] = markedWith(markedWith({ k: 'return', value: s.value }, next.at ?? []), s.at ?? []);
      live = readsOf(s.value);
      continue;
    }
    const read = lineRead(s, live, watch);
    isKept = read.body.length > 0;
    if (isKept) behind = live;
    live = read.live;
    out.unshift(...read.body);
  }
  return { body: out, live };
}

function lineRead(s: PyStatement, live: Live, watch?: Watch): Read {
  const gone: Read = { body: [], live };
  switch (s.k) {
    case 'assign': {
      watch?.(readsOf(s.to), live);
      if (s.to.k === 'tuple') {
        const isRead = (x: Py): boolean => [...readsOf(x)].some((n) => live.has(n));
        if (!s.to.items.some(isRead)) return gone;
        const to = tuple(...s.to.items.map((x) => (isRead(x) ? x : NOBODY)));
        return { body: [{ ...s, to }], live: union(less(live, readsOf(to)), readsOf(s.value)) };
      }
      const to = changed(s.to);
      if (to === undefined) return { body: [s], live: union(live, readsOf(s)) };
      if (!live.has(to)) return gone;
      // An element that is given to a list leaves the others.
      if (s.to.k === 'index') return { body: [s], live: union(live, readsOf(s)) };
      return { body: [s], live: union(less(live, new Set([to])), readsOf(s.value)) };
    }
    case 'augment': {
      const to = changed(s.to);
      return to !== undefined && !live.has(to) ? gone : { body: [s], live: union(live, readsOf(s)) };
    }
    case 'expression': {
      const add = appended(s);
      const to = add && changed(add.to);
      return to !== undefined && !live.has(to) ? gone : { body: [s], live: union(live, readsOf(s)) };
    }
    case 'return':
      return { body: [s], live: readsOf(s.value) };
    case 'if': {
      const [yes, no] = [whatIsRead(s.yes, live, watch), whatIsRead(s.no, live, watch)];
      if (yes.body.length + no.body.length === 0) return gone;
      const all = union(yes.live, no.live, readsOf(s.test));
      if (yes.body.length > 0) return { body: [{ ...s, yes: yes.body, no: no.body }], live: all };
      const test: Py = s.test.k === 'unary' && s.test.op === 'not' ? s.test.value : { k: 'unary', op: 'not', value: s.test };
      return { body: [{ ...s, test, yes: no.body, no: [] }], live: all };
    }
    case 'for': {
      const own = readsOf(s.pattern);
      // What a round reads may be of the round before.
      let after = live;
      let inner = whatIsRead(s.body, after, watch);
      for (;;) {
        const more = union(after, less(inner.live, own));
        if (more.size === after.size) break;
        after = more;
        inner = whatIsRead(s.body, after, watch);
      }
      watch?.(own, inner.live);
      if (inner.body.length === 0) return gone;
      return { body: [{ ...s, body: inner.body }], live: union(after, readsOf(s.list)) };
    }
    case 'def':
    case 'class':
    case 'comment':
    case 'raw':
      return { body: [s], live };
    default:
      return s satisfies never;
  }
}

/** Whether two names cannot be one: one of them is given a value while that of the other is still read. */
export function interfere(body: readonly PyStatement[], a: string, b: string): boolean {
  let found = false;
  whatIsRead(body, new Set(), (given, live) => {
    found ||= (given.has(a) && live.has(b)) || (given.has(b) && live.has(a));
  });
  // What a comprehension names hides what is called the same.
  JSON.stringify(body, (_, v) => {
    if (typeof v === 'object' && v !== null && v.k === 'comprehension') {
      const [own, read] = [readsOf(v.pattern), readsOf([v.item, v.filter])];
      found ||= (own.has(a) && read.has(b)) || (own.has(b) && read.has(a));
    }
    return v;
  });
  return found;
}
