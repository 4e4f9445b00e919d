/**
 * Parameters: a block's holes that differ between its calls. One that follows from others is no parameter: it is the same as another, a multiple
 * or a part of it, or of the channels that arrive.
 */
import type { Graph } from '../../graph/graph.ts';
import { bodyHoles } from './holes.ts';
import { callsIn } from './loops.ts';
import type { Hole } from './skeleton.ts';
import { type CallTerm, entryOf, type Seq } from './tree.ts';

/** What stands in a hole: a text, or a multiple or part of a parameter or of the channels that arrive. */
export type Expr =
  | { readonly of: 'text'; readonly text: string }
  | { readonly of: 'param' | 'in'; readonly index: number; readonly times: number; readonly over: number };

export interface Param {
  readonly name: string;
  /** What most calls give, where it need not be given. */
  readonly usual: string | undefined;
}
export interface Block {
  readonly id: number;
  /** One of its bodies: the numbers in it are not those that are written. */
  readonly body: Seq;
  readonly holes: readonly Expr[];
  readonly params: readonly Param[];
  readonly calls: readonly CallTerm[];
}
export interface Resolved {
  /** A block behind those that it calls. */
  readonly blocks: readonly Block[];
  /** The arguments of a call, in the order of the block's parameters. */
  args(call: CallTerm): readonly Hole[];
}

/** How often one number is in another, or it in that, in whole steps, for all pairs alike. */
function ratio(of: readonly number[], by: readonly number[]): { readonly times: number; readonly over: number } | undefined {
  const [a = 0, b = 0] = [of[0], by[0]];
  const [times, over] = a >= b ? [a / b, 1] : [1, b / a];
  const small = (n: number): boolean => Number.isInteger(n) && n <= 16;
  if (!small(times) || !small(over)) return undefined;
  return of.every((n, i) => n === (times * (by[i] as number)) / over) ? { times, over } : undefined;
}
const counts = (texts: readonly string[]): readonly number[] | undefined =>
  texts.every((t) => /^[1-9]\d*$/.test(t)) ? texts.map(Number) : undefined;

function mostCommon(texts: readonly string[]): { readonly text: string; readonly share: number } {
  const by = Map.groupBy(texts, (t) => t);
  const [text, all] = [...by].reduce((a, b) => (b[1].length > a[1].length ? b : a));
  return { text, share: all.length / texts.length };
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.every((x, i) => x === b[i]);

/** Names of parameters: by what they are; several numbers of channels are numbered, the last of them is the block's own. */
function named(found: readonly { readonly hole: Hole; readonly values: readonly string[] }[], keeps: boolean): readonly Param[] {
  const wide = found.filter((f) => f.hole.channels);
  const taken = new Map<string, number>();
  return found.map(({ hole, values }) => {
    const place = wide.findIndex((w) => w.hole === hole);
    const last = place === wide.length - 1;
    const wanted = place < 0 ? hole.name : wide.length > 2 ? `c${place + 1}` : last && !keeps ? 'channels' : 'hidden';
    const n = (taken.get(wanted) ?? 0) + 1;
    taken.set(wanted, n);
    const usual = mostCommon(values);
    const mayLeave = !hole.channels && hole.name !== 'n' && usual.share >= 0.5;
    return { name: n === 1 ? wanted : `${wanted}${n}`, usual: mayLeave ? usual.text : undefined };
  });
}

/** Finds the parameters of all blocks, those of inner blocks first. */
export function resolve(root: Seq, g: Graph): Resolved {
  const calls = callsIn(root);
  const given = new Map<CallTerm, readonly Hole[]>();
  const args = (call: CallTerm): readonly Hole[] => given.get(call) ?? [];
  const blocks: Block[] = [];
  const done = new Set<number>();
  const visit = (id: number): void => {
    if (done.has(id)) return;
    done.add(id);
    const all = calls.get(id) ?? [];
    const [first] = all;
    if (!first) return;
    for (const inner of callsIn(first.body).keys()) visit(inner);
    const rows = all.map((c) => bodyHoles(c.body, args));
    const arriving = all.map((c) => {
      const entry = entryOf(c.body);
      const shape = entry === undefined ? undefined : g.nodes[entry]?.shape;
      return shape?.length === 3 ? shape[0] : 0;
    });
    const found: { hole: Hole; values: readonly string[] }[] = [];
    const holes = (rows[0] ?? []).map((hole, j): Expr => {
      const texts = rows.map((r) => r[j]?.text ?? '');
      if (texts.every((t) => t === texts[0])) return { of: 'text', text: texts[0] ?? '' };
      const known = found.findIndex((f) => f.hole.name === hole.name && same(f.values, texts));
      if (known >= 0) return { of: 'param', index: known, times: 1, over: 1 };
      const numbers = hole.channels ? counts(texts) : undefined;
      if (numbers) {
        const fromIn = arriving.every((n) => n > 0) ? ratio(numbers, arriving) : undefined;
        if (fromIn?.times === 1 && fromIn.over === 1) return { of: 'in', index: 0, ...fromIn };
        for (const exact of [true, false])
          for (const [index, f] of found.entries()) {
            const other = f.hole.channels ? counts(f.values) : undefined;
            const r = other && ratio(numbers, other);
            if (r && (r.times === 1 && r.over === 1) === exact) return { of: 'param', index, ...r };
          }
        if (fromIn) return { of: 'in', index: 0, ...fromIn };
      }
      found.push({ hole, values: texts });
      return { of: 'param', index: found.length - 1, times: 1, over: 1 };
    });
    // What must be given stands first.
    const wide = holes.filter((_, j) => rows[0]?.[j]?.channels && rows[0][j]?.name !== 'groups');
    const params = named(found, wide.at(-1)?.of === 'in');
    const order = params
      .map((_, i) => i)
      .sort((a, b) => Number(params[a]?.usual !== undefined) - Number(params[b]?.usual !== undefined) || a - b);
    const at = new Map(order.map((old, i) => [old, i]));
    for (const [i, c] of all.entries())
      given.set(
        c,
        order.map((k) => ({ ...(found[k] as (typeof found)[number]).hole, text: found[k]?.values[i] ?? '' })),
      );
    blocks.push({
      id,
      body: first.body,
      holes: holes.map((e) => (e.of === 'param' ? { ...e, index: at.get(e.index) ?? 0 } : e)),
      params: order.map((k) => params[k] as Param),
      calls: all,
    });
  };
  for (const id of calls.keys()) visit(id);
  return { blocks, args };
}
