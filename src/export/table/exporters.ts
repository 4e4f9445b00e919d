/** The layer table as a file, as `summary` and the workbench have it: a row for each layer. */
import { layersOf } from '../../graph/graph.ts';
import { WRITTEN_COLUMNS } from '../../graph/tree/columns.ts';
import { leavesOf, pathTree, totalOf } from '../../graph/tree/tree.ts';
import { cellText, cellValue, csv as csvOf, headsOf, markdown as markdownOf } from '../../graph/tree/written.ts';
import type { Exporter, Subject } from '../exporter.ts';

function tableOf({ graph, facts }: Subject, write: typeof csvOf, cell: typeof cellText, withTotal: boolean): string {
  const tree = pathTree(graph, facts);
  const total = totalOf(graph, tree);
  const rows = [...leavesOf(tree), ...(withTotal && layersOf(graph).length > 0 ? [total] : [])];
  return `${write(
    headsOf(WRITTEN_COLUMNS),
    rows.map((r) => WRITTEN_COLUMNS.map((name) => cell(name, r, total))),
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
