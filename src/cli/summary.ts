/** `pointwise summary`: the layer table of a target, with totals. */
import type { Facts } from '../graph/facts.ts';
import { bytes, count, percent } from '../graph/figures.ts';
import { type Graph, inputsOf, layersOf } from '../graph/graph.ts';
import { shapesText } from '../graph/shapes-text.ts';
import { showShape } from '../layers/shape.ts';
import { Failure } from './errors.ts';
import { openTarget } from './open.ts';
import { type Column, csv, markdown, textTable } from './table.ts';
import { totalsData } from './totals-data.ts';
import { withInput } from './with-input.ts';

export interface SummaryOptions {
  readonly target?: string;
  readonly input?: string;
  readonly depth?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly markdown?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'layer' },
  { head: 'kind' },
  { head: 'output', right: true },
  { head: 'params', right: true },
  { head: 'weights', right: true },
  { head: 'MACs', right: true },
  { head: 'share of weights', right: true },
  { head: 'field', right: true },
];

/** What `summary --json` prints. */
export function summaryData(g: Graph, f: Facts): unknown {
  const shape = (id: number): readonly number[] => g.nodes[id]?.shape ?? [];
  return {
    target: g.name,
    input: shape(0),
    inputs: inputsOf(g).map((n) => ({ name: n.path, shape: n.shape })),
    outputs: g.outputs.map((o) => ({ name: o.name, shape: shape(o.node) })),
    ...totalsData(f.totals),
    layers: layersOf(g).map((n) => {
      const facts = f.nodes[n.id];
      return {
        name: n.path,
        kind: n.kind,
        ...(n.shared === undefined ? {} : { shared: n.shared }),
        inputs: n.inputs.map(shape),
        output: n.shape,
        params: facts?.params ?? 0,
        weights: facts?.weights ?? 0,
        macs: facts?.macs ?? 0,
        receptiveField: facts?.receptiveField ?? [1, 1],
        effectiveStride: facts?.effectiveStride ?? [1, 1],
        effectivePadding: facts?.effectivePadding ?? [0, 0],
        centre: facts?.centre ?? [0, 0],
        range: n.source.range,
      };
    }),
  };
}

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly output: string;
  readonly params: number;
  readonly weights: number;
  readonly macs: number;
  readonly field: string;
}

/** A row per node, or per block where paths are cut at `depth`. */
function rowsOf(g: Graph, f: Facts, depth: number | undefined): readonly Row[] {
  const rows: Row[] = [];
  const blocks = new Map(g.scopes.map((s) => [s.path, s.name]));
  let last: string | undefined;
  for (const n of layersOf(g)) {
    const facts = f.nodes[n.id];
    if (!facts) continue;
    const parts = n.path.split('/');
    const folded = depth !== undefined && parts.length > depth;
    const name = folded ? parts.slice(0, depth).join('/') : n.path;
    const row: Row = {
      name,
      kind: folded ? (blocks.get(name) ?? 'block') : n.kind,
      output: showShape(n.shape),
      params: facts.params,
      weights: facts.weights,
      macs: facts.macs,
      field: facts.receptiveField.join('×'),
    };
    const before = rows.at(-1);
    if (folded && before && last === name)
      rows[rows.length - 1] = {
        ...row,
        params: before.params + row.params,
        weights: before.weights + row.weights,
        macs: before.macs + row.macs,
      };
    else rows.push(row);
    last = folded ? name : undefined;
  }
  return rows;
}

/** The depth at which paths are cut; undefined for none. */
function parseDepth(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const depth = Number(text);
  if (Number.isInteger(depth) && depth >= 1) return depth;
  throw new Failure(`--depth takes a whole number from 1, not ${text}.`, 2);
}

/** Prints the table. */
export async function summary(path: string, o: SummaryOptions): Promise<string> {
  const depth = parseDepth(o.depth);
  const { file, target } = await openTarget(path, o.target);
  const { graph, facts } = withInput(file, target, o.input);
  if (o.json) return JSON.stringify(summaryData(graph, facts), null, 2);
  const t = facts.totals;
  const plain = o.csv === true;
  const figure = (n: number): string => (plain ? String(n) : n === 0 ? '' : count(n));
  const rows = rowsOf(graph, facts, depth).map((r) => [
    r.name,
    r.kind,
    r.output,
    figure(r.params),
    figure(r.weights),
    figure(r.macs),
    plain ? String(t.weights > 0 ? Number((r.weights / t.weights).toPrecision(6)) : 0) : r.weights > 0 ? percent(r.weights, t.weights) : '',
    r.field,
  ]);
  if (o.csv) return csv(COLUMNS, rows);
  const table = o.markdown ? markdown(COLUMNS, rows) : textTable(COLUMNS, rows);
  const auxiliary = t.totalMacs > t.macs ? ` (${count(t.totalMacs)} with further outputs)` : '';
  return `${table}\n\n${graph.name}  ${shapesText(graph)}\nparams ${count(t.params)}  weights ${count(t.weights)}  buffers ${count(t.buffers)}  MACs ${count(t.macs)}${auxiliary}\npeak memory ${bytes(t.memory)}  layers ${count(t.layers)}  depth ${count(t.depth)}`;
}
