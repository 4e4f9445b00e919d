/** How each layer of a target is named in Keras, by the path under which its weights are kept: from the instances, with the rounds of loops. */
import { snake } from '../code.ts';
import type { OutlineFacts } from '../outline/facts.ts';
import { roundOf } from '../outline/loops.ts';
import type { FunctionCode, Slot } from './place.ts';

export function namesByPath(
  root: number,
  facts: OutlineFacts,
  codes: ReadonlyMap<string, FunctionCode>,
  takesName: (block: string) => boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // `given`: by parameter, the names of the shared layers that it stands for.
  const walk = (id: number, path: string, prefix: string, given: ReadonlyMap<string, string>): void => {
    const known = facts.instances.get(id);
    if (!known) return;
    const { instance, block } = known;
    const slots: ReadonlyMap<string, Slot> = codes.get(block.name)?.slots ?? new Map();
    const stages = new Map<number, number>();
    for (const [i, t] of instance.traces.entries()) if (t.to > t.from && t.at !== '' && !stages.has(t.to - 1)) stages.set(t.to - 1, i);
    for (const [i, item] of instance.items.entries()) {
      if (item.layer === undefined && item.instance === undefined) continue;
      const trace = stages.get(i);
      const slot = trace === undefined ? undefined : slots.get(instance.traces[trace]?.at ?? '');
      const rounds = slot?.loops.map((l) => `_${roundOf(instance, trace as number, i, l)}`).join('') ?? '';
      const baseOf = (param: string | undefined, base: string): string =>
        param === undefined ? `${prefix}${base}` : (given.get(param) ?? '?');
      const name = slot ? `${baseOf(slot.param, slot.base)}${rounds}` : '?';
      const own = `${path}${item.segment}`;
      if (item.instance === undefined) found.set(own, name);
      else {
        const hands = new Map([...(slot?.hands ?? [])].map(([p, s]) => [p, baseOf(s.param, s.attribute ?? '?')]));
        walk(item.instance, `${own}/`, takesName(facts.instances.get(item.instance)?.block.name ?? '') ? `${name}_` : '?', hands);
      }
    }
  };
  const target = facts.instances.get(root)?.block;
  walk(root, '', target && takesName(target.name) ? `${snake(target.name)}_` : '', new Map());
  return found;
}
