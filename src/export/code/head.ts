/** The first lines of a file of code: what it is a network of, and its figures. */
import type { Facts } from '../../graph/facts.ts';
import { type Graph, inputsOf } from '../../graph/graph.ts';
import { showShape } from '../../layers/shape.ts';

const figure = (n: number): string => n.toLocaleString('en');

export function headOf(g: Graph, facts: Facts, remarks: readonly string[]): string {
  const shapes = inputsOf(g).map((n) => showShape(n.shape));
  const out = g.outputs.map((o) => showShape(g.nodes[o.node]?.shape ?? [1]));
  const { params, macs } = facts.totals;
  const first = `${g.name} by Pointwise: ${shapes.join(', ')} → ${out.join(', ')},`;
  const second = `${figure(params)} params, ${figure(macs)} MACs.`;
  const rest = [...(g.outputs.length > 1 ? [`Gives a dict: ${g.outputs.map((o) => o.name).join(', ')}.`] : []), ...remarks].flatMap((r) => [
    '',
    r,
  ]);
  const head = `${first} ${second}`;
  return (head.length <= 82 ? [head, ...rest] : [first, second, ...rest]).join('\n');
}
