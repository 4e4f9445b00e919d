/** `pointwise summary`: the layer table of a target, with totals. */
import type { Facts } from '../graph/facts.ts';
import { bytes, count } from '../graph/figures.ts';
import { type Graph, inputsOf, layersOf } from '../graph/graph.ts';
import { shapesText } from '../graph/shapes-text.ts';
import { WRITTEN_COLUMNS } from '../graph/tree/columns.ts';
import type { Row } from '../graph/tree/row.ts';
import { pathTree, totalOf } from '../graph/tree/tree.ts';
import { cellText, cellValue, csv, headsOf, markdown } from '../graph/tree/written.ts';
import { Failure } from './errors.ts';
import { openTarget } from './open.ts';
import { textTable } from './table.ts';
import { totalsData } from './totals-data.ts';
import { withValues } from './with-input.ts';

export interface SummaryOptions {
  readonly target?: string;
  readonly input?: string;
  readonly depth?: string;
  /** `c1=96`: values in place of those of the text. */
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly markdown?: boolean;
}

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

/** A row per layer, or per block where paths are cut at `depth`. */
const cut = (rows: readonly Row[], depth: number): readonly Row[] =>
  rows.flatMap((r) => (r.type === 'layer' || depth <= 1 ? [r] : cut(r.children, depth - 1)));

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
  const { graph, facts } = withValues(file, target, o.input, o.set ?? []);
  if (o.json) return JSON.stringify(summaryData(graph, facts), null, 2);
  const t = facts.totals;
  const tree = pathTree(graph, facts);
  const total = totalOf(graph, tree);
  const rows = cut(tree, depth ?? Number.POSITIVE_INFINITY);
  const cells = (of: typeof cellText): readonly (readonly string[])[] => rows.map((r) => WRITTEN_COLUMNS.map((name) => of(name, r, total)));
  const heads = headsOf(WRITTEN_COLUMNS);
  if (o.csv) return csv(heads, cells(cellValue));
  const table = o.markdown ? markdown(heads, cells(cellText)) : textTable(heads, cells(cellText));
  const auxiliary = t.totalMacs > t.macs ? ` (${count(t.totalMacs)} with further outputs)` : '';
  return `${table}\n\n${graph.name}  ${shapesText(graph)}\nparams ${count(t.params)}  weights ${count(t.weights)}  buffers ${count(t.buffers)}  MACs ${count(t.macs)}${auxiliary}\npeak memory ${bytes(t.memory)}  layers ${count(t.layers)}  depth ${count(t.depth)}`;
}
