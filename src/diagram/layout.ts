/**
 * Diagram → Placed. Columns are stacked by hand (see `column.ts`); where they fork and meet, ELK's layered algorithm (Sugiyama) decides
 * layers, order and horizontal places. Heights are ours again: the room between layers grows with how far its bands have to go.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import { type PlacedColumn, type PlacedLevel, placeColumn } from './column.ts';
import type { Box, Diagram, Level, Link } from './diagram.ts';
import type { Layered } from './layered.ts';
import { append, noPieces, type Pieces } from './pen.ts';
import type { Placed, Stretch } from './placed.ts';
import { bandWidth, type Scale } from './scale.ts';

const MARGIN = 24;
const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '40',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
} as const;

/** Gives every box, band and text its place. `tight` keeps less room between layers, for a picture that must be low. */
export async function layoutDiagram(diagram: Diagram, layered: Layered, tight = false): Promise<Placed> {
  const level = await placeLevel(diagram.level, diagram.scale, layered, tight);
  const pieces = noPieces();
  append(pieces, level.pieces, MARGIN, MARGIN);
  // Frames lie under what is in them: larger boxes first.
  const boxes = [...pieces.boxes].sort(
    (a, b) => Number(b.box.kind === 'frame') - Number(a.box.kind === 'frame') || (b.box.kind === 'frame' ? b.height - a.height : 0),
  );
  const { name, scale, metric } = diagram;
  return {
    name,
    scale,
    ...(metric ? { metric } : {}),
    width: level.width + 2 * MARGIN,
    height: level.height + 2 * MARGIN,
    ...pieces,
    boxes,
  };
}

/** Places a level; its origin is its upper left corner. */
export async function placeLevel(level: Level, scale: Scale, layered: Layered, tight: boolean): Promise<PlacedLevel> {
  const opened = new Map<Box, PlacedLevel>();
  for (const { boxes } of level.columns)
    for (const box of boxes) if (box.level) opened.set(box, await placeLevel(box.level, scale, layered, tight));
  const open = (box: Box): PlacedLevel => opened.get(box) as PlacedLevel;
  const columns = level.columns.map((column, i) => {
    const into = level.links.filter((l) => l.to === i);
    const out = level.links.filter((l) => l.from === i);
    const toMerge = out.length === 1 && ['concat', 'add', 'mul'].includes(level.columns[out[0]?.to ?? -1]?.boxes[0]?.kind ?? '');
    return placeColumn(
      column,
      scale,
      into.map((l) => l.channels),
      out.length > 0 && !toMerge,
      open,
    );
  });
  const [only] = columns;
  if (only && columns.length === 1) {
    const pieces = noPieces();
    append(pieces, only.pieces, only.left, 0);
    return { pieces, width: only.left + only.right, height: only.height, into: only.left, out: only.left + only.out };
  }
  return assemble(level, columns, scale, await layered(elkGraph(level, columns, scale)), tight);
}

function elkGraph(level: Level, columns: readonly PlacedColumn[], scale: Scale): ElkNode {
  const children = columns.map((c, i): ElkNode => {
    const last = level.columns[i]?.boxes.at(-1)?.kind;
    const first = level.columns[i]?.boxes[0]?.kind;
    const constraint = first === 'entry' || first === 'input' ? 'FIRST' : last === 'exit' ? 'LAST' : undefined;
    return {
      id: `c${i}`,
      width: c.left + c.right,
      height: Math.max(1, c.height),
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS', ...(constraint ? { 'elk.layered.layering.layerConstraint': constraint } : {}) },
      ports: [
        ...c.ports.map((x, p) => ({
          id: `c${i}i${p}`,
          x: c.left + x,
          y: 0,
          width: 0,
          height: 0,
          layoutOptions: { 'elk.port.side': 'NORTH' },
        })),
        { id: `c${i}o`, x: c.left + c.out, y: Math.max(1, c.height), width: 0, height: 0, layoutOptions: { 'elk.port.side': 'SOUTH' } },
      ],
    };
  });
  const edges = level.links.map(
    (l, i): ElkExtendedEdge => ({
      id: `e${i}`,
      sources: [`c${l.from}o`],
      targets: [`c${l.to}i${l.port}`],
      layoutOptions: { 'elk.edge.thickness': String(bandWidth(scale, l.channels)) },
    }),
  );
  return { id: 'level', layoutOptions: OPTIONS, children, edges };
}

interface Layer {
  from: number;
  to: number;
  readonly columns: number[];
  height: number;
  /** Its final top. */
  y: number;
}

/** Columns by the layer in which ELK put them: those whose heights overlap. */
function layersOf(columns: readonly PlacedColumn[], nodes: readonly ElkNode[]): readonly Layer[] {
  const layers: Layer[] = [];
  const byTop = nodes
    .map((node, i) => ({ i, top: node.y ?? 0, bottom: (node.y ?? 0) + (node.height ?? 0) }))
    .sort((a, b) => a.top - b.top || b.bottom - a.bottom);
  for (const { i, top, bottom } of byTop) {
    const last = layers[layers.length - 1];
    const height = columns[i]?.height ?? 0;
    if (last && top < last.to) {
      last.to = Math.max(last.to, bottom);
      last.columns.push(i);
      last.height = Math.max(last.height, height);
    } else layers.push({ from: top, to: bottom, columns: [i], height, y: 0 });
  }
  return layers;
}

/** Where a link runs: at the source, through each layer that it passes, at the target. */
function lanesOf(edge: ElkExtendedEdge, from: number, to: number, layers: readonly Layer[]): readonly number[] {
  const [section] = edge.sections ?? [];
  if (!section) throw new Error(`the layout left out ${edge.id}`);
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
  const lanes = [section.startPoint.x];
  for (let layer = from + 1; layer < to; layer++) {
    const l = layers[layer] as Layer;
    const middle = (l.from + l.to) / 2;
    const at = points.findIndex((p, i) => i > 0 && p.y >= middle && (points[i - 1]?.y ?? 0) <= middle);
    lanes.push((points[at] ?? section.endPoint).x);
  }
  lanes.push(section.endPoint.x);
  return lanes;
}

/** Room for bands that go so far to the side. */
const gapFor = (furthest: number, tight: boolean): number =>
  tight ? Math.min(85, 26 + 0.15 * furthest) : Math.min(170, 34 + 0.32 * furthest);

function assemble(level: Level, columns: readonly PlacedColumn[], scale: Scale, placed: ElkNode, tight: boolean): PlacedLevel {
  const nodes = placed.children ?? [];
  const layers = layersOf(columns, nodes);
  const layerOf = new Map(layers.flatMap((l, i) => l.columns.map((c) => [c, i] as const)));
  const edges = new Map((placed.edges ?? []).map((e) => [e.id, e]));
  const ways = level.links.map((link, i) => {
    const [from, to] = [layerOf.get(link.from) ?? 0, layerOf.get(link.to) ?? 0];
    return { link, from, lanes: lanesOf(edges.get(`e${i}`) as ElkExtendedEdge, from, to, layers) };
  });
  const furthest = layers.map(() => 0);
  for (const { from, lanes } of ways)
    for (let k = 0; k + 1 < lanes.length; k++)
      furthest[from + k] = Math.max(furthest[from + k] ?? 0, Math.abs((lanes[k + 1] as number) - (lanes[k] as number)));
  let y = 0;
  layers.forEach((layer, i) => {
    layer.y = y;
    y += layer.height + (i + 1 < layers.length ? gapFor(furthest[i] ?? 0, tight) : 0);
  });
  const pieces: Pieces = noPieces();
  for (const { link, from, lanes } of ways) {
    const top = (layers[from]?.y ?? 0) + (columns[link.from]?.height ?? 0);
    pieces.bands.push({
      width: portWidth(level, columns, link, scale),
      channels: link.channels,
      identity: link.identity,
      failed: link.failed,
      stretches: stretchesOf(lanes, layers.slice(from, from + lanes.length), top, arrives(level, link)),
      joins: [level.columns[link.from]?.boxes.at(-1)?.key ?? '', level.columns[link.to]?.boxes[0]?.key ?? ''],
    });
  }
  let into = 0;
  let out = 0;
  let width = placed.width ?? 0;
  let shift = 0;
  for (const b of pieces.bands)
    for (const s of b.stretches) {
      shift = Math.max(shift, b.width / 2 - Math.min(s.x0, s.x1));
      width = Math.max(width, Math.max(s.x0, s.x1) + b.width / 2);
    }
  columns.forEach((c, i) => {
    const layer = layers[layerOf.get(i) ?? 0];
    const x = (nodes[i]?.x ?? 0) + c.left;
    append(pieces, c.pieces, x, layer?.y ?? 0);
    const boxes = level.columns[i]?.boxes;
    if (boxes?.[0]?.kind === 'entry') into = x;
    if (boxes?.at(-1)?.kind === 'exit') out = x + c.out;
  });
  const moved = noPieces();
  append(moved, pieces, shift, 0);
  return { pieces: moved, width: width + shift, height: y, into: into + shift, out: out + shift };
}

/** A band is as wide as its place on a concat, which the floor of narrow bands may have moved. */
function portWidth(level: Level, columns: readonly PlacedColumn[], link: Link, scale: Scale): number {
  const merge = columns[link.to]?.pieces.boxes[0];
  return level.columns[link.to]?.boxes[0]?.kind === 'concat'
    ? (merge?.parts?.[link.port]?.[1] ?? bandWidth(scale, link.channels))
    : bandWidth(scale, link.channels);
}

/** How far below its layer's top a link ends: merges stand a little lower; what does not fit stops short. */
function arrives(level: Level, link: Link): number {
  const kind = level.columns[link.to]?.boxes[0]?.kind;
  const merges = kind === 'concat' || kind === 'add' || kind === 'mul';
  return (merges ? 6 : 0) - (link.failed ? 4 : 0);
}

/** Straight to the end of its layer, in an S to the next lane, and so on, straight to its end. */
function stretchesOf(lanes: readonly number[], layers: readonly Layer[], top: number, more: number): readonly Stretch[] {
  const out: Stretch[] = [];
  let y = top;
  lanes.slice(1).forEach((x1, k) => {
    const x0 = lanes[k] as number;
    const [here, next] = [layers[k] as Layer, layers[k + 1] as Layer];
    const bottom = here.y + here.height;
    if (bottom > y) out.push({ x0, y0: y, x1: x0, y1: bottom });
    out.push({ x0, y0: bottom, x1, y1: next.y });
    y = next.y;
  });
  const x = lanes[lanes.length - 1] as number;
  if (more > 0) out.push({ x0: x, y0: y, x1: x, y1: y + more });
  return out;
}
