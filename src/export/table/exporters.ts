/** The layer table as a file, as `summary` and the workbench have it: a row for each layer. */
import { layersOf } from '../../graph/graph.ts';
import type { ColumnName } from '../../graph/tree/columns.ts';
import type { Row } from '../../graph/tree/row.ts';
import { pathTree, totalOf } from '../../graph/tree/tree.ts';
import { cellText, cellValue, csv as csvOf, headsOf, markdown as markdownOf } from '../../graph/tree/written.ts';
import type { Exporter, Subject } from '../exporter.ts';

const COLUMNS = ['layer', 'kind', 'output', 'params', 'weights', 'macs', 'weightsShare', 'field'] as const satisfies readonly ColumnName[];

/** The rows of layers, wherever in the tree they stand. */
const leaves = (rows: readonly Row[]): readonly Row[] => rows.flatMap((r) => (r.type === 'layer' ? [r] : leaves(r.children)));

function tableOf({ graph, facts }: Subject, write: typeof csvOf, cell: typeof cellText, withTotal: boolean): string {
  const tree = pathTree(graph, facts);
  const total = totalOf(graph, tree);
  const rows = [...leaves(tree), ...(withTotal && layersOf(graph).length > 0 ? [total] : [])];
  return `${write(
    headsOf(COLUMNS),
    rows.map((r) => COLUMNS.map((name) => cell(name, r, total))),
  )}\n`;
}

export const csv: Exporter = {
  name: 'csv',
  title: 'Layer table (CSV)',
  extension: 'csv',
  says: 'A row for each layer, figures without units.',
  hasWeights: false,
  write: async (s) => tableOf(s, csvOf, cellValue, false),
};

export const markdown: Exporter = {
  name: 'markdown',
  title: 'Layer table (Markdown)',
  extension: 'md',
  says: 'The same for people, with the sum.',
  hasWeights: false,
  write: async (s) => tableOf(s, markdownOf, cellText, true),
};
