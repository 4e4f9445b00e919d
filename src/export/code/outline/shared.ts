/**
 * Shared layers that are handed on: to a list, to a parameter of a block. A block gets them when it is made, for their channels, and when it is
 * called; it does not keep them, or they would be in its state dict as well.
 */
import type { Outline, OutlineArgument, OutlineBlock, OutlineExpr, OutlineInstance } from '../../../graph/outline.ts';
import { name, type Py, pyNum } from '../../../layers/python.ts';
import { identifier } from '../code.ts';
import { allEqual, type OutlineFacts } from './facts.ts';
import { isBlock } from './file.ts';
import { mentions } from './forms.ts';
import { type Kind, type Kinds, kindOf, kindsOf } from './kinds.ts';

/** Whether a name stands for shared layers. */
export const isModules = (k: Kind): boolean => k === 'module' || (typeof k !== 'string' && 'of' in k && isModules(k.of));

/** The calls in a body, with their arguments. */
function callsIn(body: unknown): readonly { readonly callee: string; readonly args: readonly OutlineArgument[] }[] {
  const found: { callee: string; args: readonly OutlineArgument[] }[] = [];
  JSON.stringify(body, (_, v) => {
    if (typeof v === 'object' && v !== null && typeof v.callee === 'string' && Array.isArray(v.args)) found.push(v);
    return v;
  });
  return found;
}

const paramOf = (d: OutlineBlock, args: readonly OutlineArgument[], i: number): string => args[i]?.name ?? d.params[i]?.name ?? '';

/** The argument of a call for a parameter. */
export const argumentFor = (d: OutlineBlock, args: readonly OutlineArgument[], param: string): OutlineExpr | undefined =>
  args.find((_, i) => paramOf(d, args, i) === param)?.value;

/** Whether a block is given what a name stands for, by itself. */
export const isHandedOver = (block: OutlineBlock, n: string): boolean =>
  callsIn(block.body).some(({ args }) => args.some((a) => a.value.kind === 'call' && a.value.callee === n && a.value.args === undefined));

/** The same, or as an element of a list. */
export function isHandedOn(block: OutlineBlock, n: string): boolean {
  let found = isHandedOver(block, n);
  JSON.stringify(block.body, (_, v) => {
    const items: readonly OutlineExpr[] = v?.kind === 'list' ? v.items : [];
    found ||= items.some((i) => i.kind === 'call' && i.callee === n && i.args === undefined);
    return v;
  });
  return found;
}

/** By block, the parameters that stand for shared layers. */
export function handedOver(outline: Outline): ReadonlyMap<string, Kinds> {
  const found = new Map<string, Map<string, Kind>>();
  const blocks = outline.declarations.filter(isBlock);
  if (!JSON.stringify(blocks.map((b) => b.body)).includes('"kind":"shared"')) return found;
  const byName = new Map(blocks.map((b) => [b.name, b]));
  for (let before = -1, size = 0; before !== size; ) {
    before = size;
    for (const d of blocks) {
      const kinds = kindsOf(d, () => 'constant', found.get(d.name));
      for (const { callee, args } of callsIn(d.body)) {
        const called = byName.get(callee);
        for (const [i, a] of called ? args.entries() : []) {
          const kind = kindOf(
            a.value,
            (n) => kinds.get(n) ?? 'constant',
            () => 'constant',
          );
          if (called && isModules(kind)) found.set(callee, (found.get(callee) ?? new Map()).set(paramOf(called, args, i), kind));
        }
      }
    }
    size = [...found.values()].reduce((n, m) => n + m.size, 0);
  }
  return found;
}

/** The stages by which what a name of a block stands for is called, wherever it is handed on to: block, slash, place. */
function usesOf(facts: OutlineFacts, block: OutlineBlock, n: string): ReadonlySet<string> {
  const uses = new Set<string>();
  const seen = new Set<string>();
  const follow = (d: OutlineBlock, name: string): void => {
    if (seen.has(`${d.name}/${name}`)) return;
    seen.add(`${d.name}/${name}`);
    JSON.stringify(d.body, (_, v) => {
      if (typeof v !== 'object' || v === null) return v;
      if (v.stage?.kind === 'call' && v.stage.callee === name) uses.add(`${d.name}/${v.at}`);
      if (v.kind === 'let' && v.name !== name && mentions(v.value, name)) follow(d, v.name);
      if (v.kind === 'for' && mentions(v.list, name)) for (const p of [v.pattern].flat(9)) follow(d, p);
      const called = typeof v.callee === 'string' ? facts.declarations.get(v.callee) : undefined;
      if (isBlock(called) && Array.isArray(v.args))
        for (const [i, a] of (v.args as readonly OutlineArgument[]).entries())
          if (mentions(a.value, name)) follow(called, paramOf(called, v.args, i));
      return v;
    });
  };
  follow(block, n);
  return uses;
}

/** The channels that enter a shared layer, in each instance of the block that declares it; undefined where they are several. */
function enteringShared(facts: OutlineFacts, block: OutlineBlock, n: string): readonly (number | undefined)[] {
  const uses = usesOf(facts, block, n);
  return block.instances.map((own) => {
    const found = new Set<number>();
    const visit = (i: OutlineInstance, name: string): void => {
      for (const t of i.traces) if (uses.has(`${name}/${t.at}`)) found.add(t.input[0]);
      for (const { instance } of i.items) {
        const inner = instance === undefined ? undefined : facts.instances.get(instance);
        if (inner) visit(inner.instance, inner.block.name);
      }
    };
    visit(own, block.name);
    const [only, ...more] = found;
    return more.length === 0 ? only : undefined;
  });
}

/** The channels that enter a shared layer: a parameter of the block that declares it, or a number; undefined where neither says them. */
export function entersAs(facts: OutlineFacts, block: OutlineBlock, n: string): Py | undefined {
  const entering = enteringShared(facts, block, n);
  const said = block.params.find((p) =>
    block.instances.every((i, k) => entering[k] !== undefined && i.arguments[p.name] === String(entering[k])),
  );
  if (said) return name(identifier(said.name));
  const all = allEqual(entering.map((e) => e ?? -1));
  return all === undefined || all < 0 ? undefined : pyNum(all);
}
