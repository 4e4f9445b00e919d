/** What enters and leaves a graph, as one line: for every face of it. */

import { showShape, showShapes } from '../layers/shape.ts';
import { type Graph, inputsOf } from './graph.ts';

/** `3×224×224 → 1000, aux1 1000`: an output has its name, unless it is the main one and has none of its own. */
export function shapesText(g: Graph): string {
  const outputs = g.outputs.map(({ name, node }) => `${name === 'output' ? '' : `${name} `}${showShape(g.nodes[node]?.shape ?? [0])}`);
  return `${showShapes(inputsOf(g).map((n) => n.shape))} → ${outputs.join(', ')}`;
}
