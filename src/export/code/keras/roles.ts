/**
 * What parameters and constants that stand for layers are in Keras: something that `layers.Activation` takes, where only activations are handed
 * on, else a function of a value and a name. A role goes from a parameter to those that it is handed on to, and back.
 */
import type { Outline, OutlineBlock, OutlineExpr } from '../../../graph/outline.ts';
import { layerOf, layers } from '../../../layers/index.ts';
import { known } from '../code.ts';
import type { OutlineFacts } from '../outline/facts.ts';

export type Role = 'activation' | 'callable';
export type Roles = ReadonlyMap<string, Role>;
export const roleKey = (block: string, name: string): string => `${block}/${name}`;

/** Whether a kind is something that `layers.Activation` takes. */
export function isActivation(kind: string): boolean {
  const layer = layers.get(kind);
  if (!layer || layer.merge) return false;
  const params = Object.fromEntries(Object.entries(layer.params).map(([n, spec]) => [n, known(spec.default ?? null)]));
  try {
    const place = { isMap: true, xs: undefined, y: undefined, pairs: false, uses: [] };
    return layerOf(kind).export.keras.form(params as never, place).activation !== undefined;
  } catch {
    return false;
  }
}

type Visit = (call: {
  readonly callee: string;
  readonly args?: readonly { readonly name?: string; readonly value: OutlineExpr }[];
  readonly at?: string;
}) => void;

/** Each call in a body, with its place where it is a stage. */
function calls(body: unknown, visit: Visit, at?: string): void {
  if (Array.isArray(body)) for (const x of body) calls(x, visit);
  else if (typeof body === 'object' && body !== null) {
    const o = body as Readonly<Record<string, unknown>>;
    if (typeof o.callee === 'string') visit({ ...(o as never as Parameters<Visit>[0]), ...(at === undefined ? {} : { at }) });
    for (const [k, v] of Object.entries(o)) if (k !== 'instances') calls(v, visit, k === 'stage' ? (o.at as string) : undefined);
  }
}

/** The parameters that are handed on as they are in an expression. */
function handedOn(e: OutlineExpr): readonly string[] {
  if (e.kind === 'call') return e.args === undefined ? [e.callee] : [];
  if (e.kind === 'conditional') return [...handedOn(e.yes), ...handedOn(e.no)];
  return e.kind === 'group' ? handedOn(e.inner) : [];
}

export function rolesOf(outline: Outline, facts: OutlineFacts): Roles {
  const roles = new Map<string, Role>();
  const edges: (readonly [string, string])[] = [];
  const blocks = outline.declarations.filter((d): d is OutlineBlock => d.kind === 'block' || d.kind === 'network');
  for (const block of blocks) {
    const flow = (e: OutlineExpr, to: string): void => {
      // A layer's own name stands for nothing here.
      for (const n of handedOn(e))
        if (block.params.some((p) => p.name === n) || !(layers.has(n) || facts.declarations.has(n)))
          edges.push([roleKey(block.name, n), to]);
    };
    for (const p of block.params) if (p.value) flow(p.value, roleKey(block.name, p.name));
    calls(block.body, ({ callee, args, at }) => {
      const made = at === undefined ? undefined : facts.callees(block, at);
      const targets = facts.declarations.has(callee) ? [callee] : [...(made?.blocks ?? [])];
      if (made && !facts.declarations.has(callee) && !layers.has(callee)) {
        const other = made.blocks.size > 0 || [...made.layers].some((k) => !isActivation(k));
        if (other) roles.set(roleKey(block.name, callee), 'callable');
        else if (made.layers.size > 0 && !roles.has(roleKey(block.name, callee))) roles.set(roleKey(block.name, callee), 'activation');
      }
      for (const t of targets) {
        const d = facts.declarations.get(t);
        if (d?.kind !== 'block' && d?.kind !== 'network') continue;
        let next = 0;
        for (const a of args ?? []) flow(a.value, roleKey(t, a.name ?? d.params[next++]?.name ?? ''));
      }
    });
  }
  for (let more = true; more; ) {
    more = false;
    for (const [a, b] of edges)
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const role = roles.get(from);
        if (role && roles.get(to) !== role && (role === 'callable' || !roles.has(to))) {
          roles.set(to, role);
          more = true;
        }
      }
  }
  return roles;
}

/** The names that blocks are handed on under: those take a name for their layers. */
export function handedOnBlocks(outline: Outline): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (v: unknown, key: string): void => {
    if (Array.isArray(v)) for (const x of v) look(x, key);
    else if (typeof v === 'object' && v !== null) {
      const o = v as Readonly<Record<string, unknown>>;
      if (o.kind === 'call' && typeof o.callee === 'string' && key !== 'stage') found.add(o.callee);
      for (const [k, x] of Object.entries(o)) if (k !== 'instances') look(x, k);
    }
  };
  for (const d of outline.declarations) look(d.kind === 'alias' ? d.of.args : d, '');
  return found;
}
