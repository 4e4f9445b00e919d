/** What a block lets be seen from outside: the names of its inputs, and the values that its own body names. */
import type { Block, Network } from '../syntax/generated/ast.ts';
import type { Inner, Instance, Item } from './instance.ts';
import type { Scope } from './scope.ts';
import { hasFlow, isFlow, isList, type Val } from './values.ts';

/** The names of what a block takes, where it says so; half-typed text may lack some. */
export const namesTaken = (d: Block | Network): readonly string[] => d.takes.map((t) => t.name).filter((n) => n !== undefined);

const innerOf = (v: Val): Inner | undefined => {
  if (isFlow(v)) return { kind: 'value', value: v.id, shape: v.shape, sure: v.sure, isCall: v.isCall };
  if (!isList(v) || !v.some(hasFlow)) return undefined;
  const items = v.map(innerOf);
  return { kind: 'list', items: items.filter((i) => i !== undefined) };
};

/** The values, labels and lists of values that a body has named. */
export function insideOf(scope: Scope): ReadonlyMap<string, Inner> {
  const found = new Map<string, Inner>();
  for (const [name, b] of scope.entries()) {
    if (b.kind === 'value') found.set(name, { kind: 'value', value: b.id, shape: b.shape, sure: b.sure, isCall: b.isCall });
    const inner = b.kind === 'constant' ? innerOf(b.value) : undefined;
    if (inner) found.set(name, inner);
  }
  return found;
}

/** The instance of the call that gives a value, also where the value is picked out of another call. */
export function calledBy(items: readonly Item[], value: number): Instance | undefined {
  const item = items[value - 1];
  if (item?.type === 'call') return item.instance;
  if (item?.type !== 'pick') return undefined;
  const around = calledBy(items, item.call);
  return around && calledBy(around.items, item.value);
}
