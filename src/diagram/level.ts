/** One block laid open: its units as boxes, joined to columns, and the bands between them. */
import type { Facts } from '../graph/facts.ts';
import { count, percent } from '../graph/figures.ts';
import { type Graph, idsIn, type Node, type Scope } from '../graph/graph.ts';
import { isRepeated, sharedAs } from '../graph/shared.ts';
import { type Shape, sameShape, showShape } from '../layers/shape.ts';
import { boxOfNode, lastName, stepOf, weightsFrom } from './describe.ts';
import type { Box, Column, Level, Link } from './diagram.ts';
import { consumersOf, type Folds, type Scopes, scopesOf, type Unit, unitsOf } from './units.ts';

/** Levels with more boxes than this are not drawn: nobody could read them, and the layout would take too long. */
export const MOST_BOXES = 4000;

/** A picture that would be too large, with a message for the reader. */
export class DiagramTooLarge extends Error {
  constructor(boxes: number) {
    super(`This view would have ${count(boxes)} boxes, more than can be drawn (${count(MOST_BOXES)}). Fold a block, or use the table.`);
    this.name = 'DiagramTooLarge';
  }
}

/** What all levels of a picture are made from. */
export interface Context {
  readonly graph: Graph;
  readonly facts: Facts;
  readonly folds: Folds;
  readonly scopes: Scopes;
  readonly consumers: readonly (readonly number[])[];
}

export const contextOf = (graph: Graph, facts: Facts, folds: Folds): Context => ({
  graph,
  facts,
  folds,
  scopes: scopesOf(graph),
  consumers: consumersOf(graph),
});

/** A box that will be in a column, and the boxes that feed it. */
interface Vertex {
  readonly box: Box;
  readonly sources: { readonly vertex: number; readonly value: number; readonly through: boolean }[];
}

/** A box of nothing but a value: where it enters or leaves. */
export const blankBox = (graph: Graph, kind: 'entry' | 'exit' | 'output', key: string, node: number, title = ''): Box => {
  const n = graph.nodes[node];
  if (!n) throw new Error(`no node ${node}`);
  return {
    kind,
    key,
    nodes: [],
    channels: [n.shape[0], n.shape[0]],
    title,
    figures: [],
    shape: showShape(n.shape),
    source: n.source,
    failed: false,
    times: 1,
  };
};

/** The box of calls in a row, folded or open. */
export function boxOfCalls(c: Context, unit: Extract<Unit, { kind: 'call' }>): Box {
  const { graph, facts } = c;
  const [first] = unit.scopes;
  const last = unit.scopes[unit.scopes.length - 1] ?? first;
  const nodes = unit.scopes.flatMap((s) => idsIn(s));
  const weights = nodes.reduce((total, i) => total + (facts.nodes[i]?.weights ?? 0), 0);
  const input = graph.nodes[first.input]?.shape as Shape;
  const output = graph.nodes[last.output]?.shape as Shape;
  const label = lastName(first.path);
  const named = label === first.name;
  const step = stepOf(input, output);
  const inside = nodes.map((i) => graph.nodes[i] as Node);
  const use = inside.find((n) => n.shared !== undefined);
  const shared = use && sharedAs(use, first.path);
  const again = shared !== undefined && weights === 0 && use && isRepeated(graph, use) ? weightsFrom(shared) : undefined;
  return {
    kind: unit.open ? 'frame' : 'block',
    key: first.path,
    nodes,
    scope: first.id,
    channels: [input[0], output[0]],
    title: named ? first.name : label,
    figures: [
      `${named ? '' : `${first.name} · `}${showShape(output)}`,
      again ?? `${count(weights)} · ${percent(weights, facts.totals.weights)}`,
    ],
    ...(shared === undefined ? {} : { shared }),
    shape: showShape(output),
    source: first.source,
    failed: nodes.some((i) => graph.nodes[i]?.failed),
    times: unit.scopes.length,
    ...(step ? { step } : {}),
    ...(unit.open ? { level: levelOf(c, first) } : {}),
  };
}

/** A block laid open. Throws `DiagramTooLarge`. */
export function levelOf(c: Context, scope: Scope): Level {
  const units = unitsOf(c.graph, scope, c.folds, c.scopes, c.consumers);
  if (scope.parent === undefined) return levelOfUnits(c, units, { path: undefined, entries: [], exit: undefined });
  return levelOfUnits(c, units, { path: scope.path, entries: [scope.input], exit: scope.output });
}

/** Where values enter and leave a level that is inside another; a target's own has its inputs and outputs among its units. */
export interface Border {
  readonly path: string | undefined;
  readonly entries: readonly number[];
  readonly exit: number | undefined;
}

/** Some units of a graph, laid open. Throws `DiagramTooLarge`. */
export function levelOfUnits(c: Context, units: readonly Unit[], { path, entries, exit }: Border): Level {
  const { graph } = c;
  if (units.length > MOST_BOXES) throw new DiagramTooLarge(units.length);
  const isRoot = path === undefined;
  const vertices: Vertex[] = [];
  /** By node: the vertex that gives its value. */
  const giver = new Map<number, number>();
  /** `identity` nodes are not drawn: the value that they pass on. */
  const passes = new Map<number, number>();
  entries.forEach((value, i) => {
    giver.set(value, vertices.length);
    vertices.push({ box: blankBox(graph, 'entry', `${path}/${i > 0 ? i : ''}`, value), sources: [] });
  });
  const sourceOf = (value: number): Vertex['sources'][number] => {
    let v = value;
    while (passes.has(v)) v = passes.get(v) as number;
    // A value from outside that is not the input can only come in where folding is looked through: the level's own vertices have it.
    return { vertex: giver.get(v) ?? 0, value, through: v !== value };
  };
  for (const unit of units) {
    if (unit.kind === 'node') {
      const { node } = unit;
      const [only] = node.inputs;
      if (node.kind === 'identity' && only !== undefined && node.inputs.length === 1) {
        passes.set(node.id, only);
        continue;
      }
      giver.set(node.id, vertices.length);
      vertices.push({ box: boxOfNode(graph, node, c.facts.nodes), sources: node.inputs.map(sourceOf) });
    } else {
      const { from } = unit.scopes[0];
      const all = unit.scopes.flatMap((s) => graph.nodes.slice(s.from, s.to));
      const values = [...new Set(all.flatMap((n) => n.inputs.filter((i) => i < from)))];
      for (const n of all) giver.set(n.id, vertices.length);
      vertices.push({ box: boxOfCalls(c, unit), sources: values.map(sourceOf) });
    }
  }
  if (exit !== undefined) vertices.push({ box: blankBox(graph, 'exit', `${path}//`, exit), sources: [sourceOf(exit)] });
  for (const o of graph.outputs) {
    const node = graph.nodes[o.node];
    const isMain = o === graph.outputs[0];
    // An output belongs to the level of its block: further ones of an open block inside it.
    const here = isRoot ? giver.has(o.node) || passes.has(o.node) : !isMain && giver.has(o.node) && o.name.startsWith(`${path}/`);
    const folded = vertices[giver.get(o.node) ?? -1]?.box;
    if (!node || !here) continue;
    // What is an output inside a block is drawn there.
    if (folded?.scope !== undefined && !isMain && o.name.startsWith(`${folded.key}/`)) continue;
    vertices.push({
      box: blankBox(graph, 'output', `output:${o.name}`, o.node, o.name === 'output' ? '' : o.name),
      sources: [sourceOf(o.node)],
    });
  }
  return columnsOf(graph, vertices);
}

/** Joins vertices that feed only each other to columns. */
function columnsOf(graph: Graph, vertices: readonly Vertex[]): Level {
  const uses = vertices.map(() => 0);
  for (const v of vertices) for (const s of v.sources) uses[s.vertex] = (uses[s.vertex] ?? 0) + 1;
  const columns: { boxes: Box[] }[] = [];
  const columnOf: number[] = [];
  const links: Link[] = [];
  vertices.forEach((v, i) => {
    const [only] = v.sources;
    const joins = only !== undefined && v.sources.length === 1 && uses[only.vertex] === 1;
    if (joins) {
      const column = columnOf[only.vertex] as number;
      columnOf[i] = column;
      columns[column]?.boxes.push(v.box);
      return;
    }
    columnOf[i] = columns.length;
    columns.push({ boxes: [v.box] });
    const first = graph.nodes[v.sources[0]?.value ?? -1]?.shape;
    v.sources.forEach((s, port) => {
      const shape = graph.nodes[s.value]?.shape as Shape;
      links.push({
        from: columnOf[s.vertex] as number,
        to: i, // a vertex for now; its column is known below
        port,
        channels: shape[0],
        identity: v.box.kind === 'add' && (uses[s.vertex] ?? 0) > 1,
        failed:
          v.box.failed &&
          (v.box.kind === 'concat' ? !sameMap(shape, first) : v.box.kind === 'add' || v.box.kind === 'mul' ? !fits(shape, first) : false),
      });
    });
  });
  return { columns: columns satisfies readonly Column[], links: links.map((l) => ({ ...l, to: columnOf[l.to] as number })) };
}

const sameMap = (a: Shape, b: Shape | undefined): boolean =>
  b !== undefined && sameShape([1, ...a.slice(1)] as unknown as Shape, [1, ...b.slice(1)] as unknown as Shape);
const fits = (a: Shape, b: Shape | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((n, i) => n === b[i] || n === 1 || b[i] === 1);
