/** The figures of a layer, a block or the target as rows: what the panel shows, and what is copied. */
import type { Facts } from '../../src/graph/facts.ts';
import { bytes, count, fieldText, percent } from '../../src/graph/figures.ts';
import { failedIn, type Graph } from '../../src/graph/graph.ts';
import { shapesText } from '../../src/graph/shapes-text.ts';
import type { Selection } from './figures.ts';

export interface FigureRow {
  /** Empty where it goes on from the row above. */
  readonly name: string;
  readonly text: string;
  /** A formula. */
  readonly mono?: boolean;
}

export function layerRows(s: Selection, { nodes, totals }: Facts): readonly FigureRow[] {
  const f = s.node ? nodes[s.node.id] : undefined;
  const other = s.params - s.weights - s.biases;
  const rows: FigureRow[] = [{ name: 'shape', text: s.node && s.node.inputs.length === 0 ? s.to : `${s.from} → ${s.to}` }];
  const row = (name: string, text: string): number => rows.push({ name, text });
  if (s.weights > 0 && f?.formula) rows.push({ name: 'weights', text: `${f.formula} = ${count(s.weights)}`, mono: true });
  else if (s.weights > 0) row('weights', count(s.weights));
  if (s.biases > 0) row('biases', count(s.biases));
  if (s.times > 1 && s.weights > 0) row(`each of ${s.times}`, `${count(s.weights / s.times)} weights`);
  if (other > 0) row('other params', count(other));
  if (s.macs > 0) row('MACs', count(s.macs));
  if (f) row('activation', bytes(f.activationBytes));
  if (f && s.node?.kind !== 'input') row('receptive field', fieldText(f));
  if (s.weights > 0) row('share', `${percent(s.weights, totals.weights)} of weights`);
  if (s.macs > 0) row(s.weights > 0 ? '' : 'share', `${percent(s.macs, totals.totalMacs)} of MACs`);
  return rows;
}

export function targetRows(graph: Graph, { totals: t }: Facts): readonly FigureRow[] {
  const about = failedIn(graph).length > 0 ? '≈ ' : '';
  return [
    { name: 'shape', text: shapesText(graph) },
    { name: 'weights', text: about + count(t.weights) },
    { name: 'params', text: about + count(t.params) },
    { name: 'MACs', text: about + count(t.macs) },
    ...(t.totalMacs > t.macs ? [{ name: '', text: `${about}${count(t.totalMacs)} with all outputs` }] : []),
    { name: 'peak memory', text: about + bytes(t.memory) },
    { name: 'layers', text: `${t.layers} with weights, ${t.depth} deep` },
  ];
}

/** What is chosen, else the target by a name, as lines of text with tabs between names and figures. */
export const figuresText = (graph: Graph, facts: Facts, s: Selection | undefined, name = graph.name): string =>
  [
    s ? `${s.title}\t${s.path}${name === graph.name ? '' : ` of ${name}`}` : name,
    ...(s ? layerRows(s, facts) : targetRows(graph, facts)).map(({ name, text }) => `${name}\t${text}`),
  ].join('\n');
