/** Where lines of `forward` come from: from where the modules that they call were made. */

import { markedWith, type PyStatement } from '../python/statement.ts';
import { namesOf } from './forms.ts';

/** By attribute and by local name, the lines of the text that what is kept there comes from. */
export type Origins = ReadonlyMap<string, readonly string[]>;

const attributesIn = (v: unknown): readonly string[] =>
  [...JSON.stringify(v).matchAll(/"k":"attr","of":\{"k":"atom","text":"self"\},"name":"(\w+)"/g)].map((m) => `self.${m[1]}`);

export function originsOf(init: readonly PyStatement[]): Origins {
  const found = new Map<string, string[]>();
  const add = (key: string, at: readonly string[]): void => {
    found.set(key, [...(found.get(key) ?? []), ...at]);
  };
  const walk = (body: readonly PyStatement[]): void => {
    for (const s of body) {
      if (s.k === 'if') {
        walk(s.yes);
        walk(s.no);
      } else if (s.k === 'for') walk(s.body);
      else if (s.k === 'assign' && (s.to.k === 'attr' || s.to.k === 'index')) {
        const own = [...namesOf(s.value)].flatMap((n) => found.get(n) ?? []);
        for (const a of attributesIn(s.to)) add(a, [...(s.at ?? []), ...own]);
      } else if ((s.k === 'assign' || s.k === 'augment') && s.to.k === 'atom') add(s.to.text, s.at ?? []);
      else if (s.k === 'expression' && s.value.k === 'call' && s.value.fn.k === 'attr') {
        const { of } = s.value.fn;
        const own = [...namesOf(s.value.args)].flatMap((n) => found.get(n) ?? []);
        for (const a of of.k === 'atom' ? [of.text] : attributesIn(of)) add(a, [...(s.at ?? []), ...own]);
      }
    }
  };
  walk(init);
  return found;
}

export function withOrigins(s: PyStatement, origins: Origins): PyStatement {
  const of = (v: unknown): readonly string[] => attributesIn(v).flatMap((a) => origins.get(a) ?? []);
  if (s.k === 'if')
    return markedWith({ ...s, yes: s.yes.map((x) => withOrigins(x, origins)), no: s.no.map((x) => withOrigins(x, origins)) }, of(s.test));
  if (s.k === 'for') return markedWith({ ...s, body: s.body.map((x) => withOrigins(x, origins)) }, of(s.list));
  return markedWith(s, of(s));
}
