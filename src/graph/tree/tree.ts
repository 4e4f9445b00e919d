/** The layers of a graph as a tree by path: blocks, branches and rounds hold layers, each with the sum of what is in it. */
import type { Facts } from '../facts.ts';
import { type Graph, layersOf, type Node, type Scope } from '../graph.ts';
import { TONES, type Tone, toneOf } from '../tone.ts';
import { roundsPath } from './paths.ts';
import { type Figures, type Row, type RunFigures, together, tonesTogether } from './row.ts';

const UNKNOWN: RunFigures = {
  ms: undefined,
  clock: undefined,
  min: undefined,
  max: undefined,
  mean: undefined,
  std: undefined,
  zeros: undefined,
};

/** The rows of a graph, one for each part of a path; `run` is by node id. Inputs have none. */
export function pathTree(g: Graph, facts: Facts, run: readonly (RunFigures | undefined)[] = []): readonly Row[] {
  const blocks = new Map(g.scopes.map((s) => [s.path, s]));
  const root = newPart('');
  for (const n of layersOf(g)) {
    let at = root;
    for (let slash = n.path.indexOf('/'); slash >= 0; slash = n.path.indexOf('/', slash + 1)) at = partOf(at, n.path.slice(0, slash));
    at.items.push(layerRow(g, n, facts, run[n.id]));
  }
  const finish = (p: Part): readonly Row[] => p.items.map((i) => ('items' in i ? partRow(g, i.path, blocks.get(i.path), finish(i)) : i));
  return finish(root);
}

/** The same as one reads it: what holds but one thing is joined with that, and rounds of a loop that follow each other are one row. */
export function tableTree(g: Graph, facts: Facts, run: readonly (RunFigures | undefined)[] = []): readonly Row[] {
  return inRounds(pathTree(g, facts, run).map(joined));
}

/** The sum of a tree, as a row: what the whole costs. */
export const totalOf = (g: Graph, rows: readonly Row[]): Row =>
  holding(rows, {
    type: 'block',
    path: g.name,
    kind: g.name,
    times: 1,
    shape: g.nodes[g.outputs[0]?.node ?? 0]?.shape ?? [1],
    source: (g.scopes[0] as Scope).source,
  });

/** A tree's rows that are layers. */
export const leavesOf = (rows: readonly Row[]): readonly Row[] => rows.flatMap((r) => (r.type === 'layer' ? [r] : leavesOf(r.children)));

interface Part {
  readonly path: string;
  readonly items: (Part | Row)[];
  readonly parts: Map<string, Part>;
}
const newPart = (path: string): Part => ({ path, items: [], parts: new Map() });

function partOf(around: Part, path: string): Part {
  const found = around.parts.get(path);
  if (found) return found;
  const part = newPart(path);
  around.parts.set(path, part);
  around.items.push(part);
  return part;
}

function layerRow(g: Graph, n: Node, facts: Facts, run: RunFigures = UNKNOWN): Row {
  const f = facts.nodes[n.id];
  const figures: Figures = {
    layers: 1,
    params: f?.params ?? 0,
    weights: f?.weights ?? 0,
    buffers: f?.buffers ?? 0,
    macs: f?.macs ?? 0,
    memory: f?.activationBytes ?? 0,
    field: f?.receptiveField ?? [1, 1],
    ...run,
  };
  const own = toneOf(n);
  const only = (value: number): Readonly<Record<Tone, number>> =>
    Object.fromEntries(TONES.map((t) => [t, t === own ? value : 0])) as Record<Tone, number>;
  return {
    type: 'layer',
    path: n.path,
    kind: n.kind,
    times: 1,
    children: [],
    nodes: [n.id],
    shape: g.nodes[n.id]?.shape ?? n.shape,
    formula: f?.formula ?? '',
    shared: n.shared,
    failed: n.failed === true,
    figures,
    tones: { weights: only(figures.weights), macs: only(figures.macs), ms: only(figures.ms ?? 0) },
    source: n.source,
  };
}

function partRow(g: Graph, path: string, block: Scope | undefined, children: readonly Row[]): Row {
  const last = children.at(-1) as Row;
  return holding(children, {
    type: block ? 'block' : 'part',
    path,
    kind: block?.name ?? '',
    times: 1,
    shape: g.nodes[block?.output ?? -1]?.shape ?? last.shape,
    source: block?.source ?? (children[0] as Row).source,
  });
}

/** A row that holds others, with their sums. */
export const holding = (
  children: readonly Row[],
  { type, path, kind, times, shape, source }: Pick<Row, 'type' | 'path' | 'kind' | 'times' | 'shape' | 'source'>,
): Row => ({
  type,
  path,
  kind,
  times,
  shape,
  source,
  children,
  nodes: children.flatMap((c) => c.nodes),
  formula: '',
  shared: undefined,
  failed: children.some((c) => c.failed),
  figures: together(children),
  tones: tonesTogether(children),
});

/** As editors show folders that hold but one: `branch1/ConvBN` is one row. */
function joined(r: Row): Row {
  const [one, ...more] = r.children;
  if (one && more.length === 0) return joined(one);
  return r.type === 'layer' ? r : { ...r, children: inRounds(r.children.map(joined)) };
}

/** Which round of which thing a row is: of `Unit[2]/conv`, the 2 of `Unit`, if that is all that the round holds. */
function roundOf({ path }: Row, around: string): { readonly name: string; readonly index: number } | undefined {
  const [, name, index] = /^(.*)\[(\d+)\]$/.exec(path.slice(around.length).split('/', 1)[0] ?? '') ?? [];
  return name === undefined ? undefined : { name: around + name, index: Number(index) };
}

/** Puts the rounds of a loop that follow each other into one row. */
function inRounds(rows: readonly Row[]): readonly Row[] {
  // All stand in the same place: what their paths have in common up to a slash.
  const first = rows[0]?.path ?? '';
  const shared = rows.length > 1 ? commonPrefix(first, rows[1]?.path ?? '') : '';
  const around = shared.slice(0, shared.lastIndexOf('/') + 1);
  const out: Row[] = [];
  for (let i = 0; i < rows.length; ) {
    const start = rows[i] as Row;
    const round = roundOf(start, around);
    let end = i + 1;
    for (let next = rows[end]; round && next; next = rows[++end]) {
      const after = roundOf(next, around);
      if (after?.name !== round.name || after.index !== round.index + end - i) break;
    }
    const some = rows.slice(i, end);
    out.push(round && some.length > 1 ? roundsRow(round, some) : start);
    i = end;
  }
  return out;
}

function roundsRow({ name, index }: { readonly name: string; readonly index: number }, rounds: readonly Row[]): Row {
  const [first, last] = [rounds[0] as Row, rounds.at(-1) as Row];
  return holding(rounds, {
    type: 'rounds',
    path: roundsPath(name, index, index + rounds.length - 1),
    kind: rounds.every((r) => r.kind === first.kind) ? first.kind : '',
    times: rounds.length,
    shape: last.shape,
    source: first.source,
  });
}

function commonPrefix(a: string, b: string): string {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end++;
  return a.slice(0, end);
}
