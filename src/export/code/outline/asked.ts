/** Of each block the values inside it that are read from outside: `body.stages`. */
import type { Outline } from '../../../graph/outline.ts';
import type { OutlineFacts } from './facts.ts';
import { isBlock } from './file.ts';

export function askedFor(outline: Outline, facts: OutlineFacts): ReadonlyMap<string, readonly string[]> {
  const asks = new Map<string, Set<string>>();
  for (const d of outline.declarations) {
    if (!isBlock(d)) continue;
    const members: (readonly [string, string])[] = [];
    const places = new Map<string, string>();
    JSON.stringify(d.body, (_, v) => {
      if (typeof v !== 'object' || v === null) return v;
      if (v.kind === 'member' && v.of?.kind === 'call' && v.of.args === undefined && !['c', 'h', 'w'].includes(v.member))
        members.push([v.of.callee, v.member]);
      if (typeof v.label === 'string' && typeof v.at === 'string') places.set(v.label, v.at);
      if (v.kind === 'named') places.set(v.name, v.value.at(-1)?.at);
      return v;
    });
    for (const [of, member] of members)
      for (const b of facts.callees(d, places.get(of) ?? '').blocks) asks.set(b, (asks.get(b) ?? new Set()).add(member));
  }
  return new Map([...asks].map(([b, m]) => [b, [...m]]));
}
