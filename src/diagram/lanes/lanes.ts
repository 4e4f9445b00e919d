/**
 * Graph → lanes: what is drawn of a whole network, before anything has a place. A lane holds the maps of one size, a card stands in the lane of its
 * output, and its rank is how many cards lie before it on the longest way: the flow. By that one rule U-Net is a U, ResNet a stair and FPN
 * a pyramid; nobody drew them so, their sizes did.
 */
import { addTo } from '../../graph/add-to.ts';
import type { Facts } from '../../graph/facts.ts';
import { count, percent } from '../../graph/figures.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { type Costs, costText, type MetricName, together } from '../../graph/metrics.ts';
import { showShape } from '../../layers/shape.ts';
import { boxOfNode, lastName, titleOf } from '../describe.ts';
import type { Box } from '../diagram.ts';
import { boxesIn, heaviestAmong, inkWith } from '../ink.ts';
import { blankBox, boxOfCalls, type Context, contextOf, levelOfUnits } from '../level.ts';
import { chooseScale, type Scale } from '../scale.ts';
import { type Folds, runFrom, type Unit } from '../units.ts';
import { type Card, cardsOf, nodesOf } from './cards.ts';
import { foldRounds } from './repeats.ts';
import { laneSizes } from './sizes.ts';

export interface LaneCard {
  readonly box: Box;
  /** Index into `LaneDiagram.lanes`. */
  readonly lane: number;
  readonly rank: number;
}
/** A value on its way from card to card. */
export interface LaneLink {
  /** Indices into `LaneDiagram.cards`. */
  readonly from: number;
  readonly to: number;
  readonly channels: number;
}
export interface Lane {
  /** The map's size. */
  readonly label: string;
  /** What its cards cost together. */
  readonly sum: string;
}
export interface LaneDiagram {
  readonly name: string;
  readonly scale: Scale;
  readonly metric?: MetricName;
  readonly lanes: readonly Lane[];
  /** Each after those that feed it. */
  readonly cards: readonly LaneCard[];
  readonly links: readonly LaneLink[];
}

export interface LaneOptions {
  /** Open cards, by their boxes' keys. */
  readonly folds?: Folds;
  readonly costs?: Costs;
  readonly heaviest?: number;
}

/** A network of so few lanes with pixels has no stages to show. */
const FEWEST = 3;
/** So few nodes are seen one by one. */
const WHOLE_NETWORK = 40;

/** Whether a graph is better seen by its lanes than as one column. */
export const hasLanes = (graph: Graph): boolean => graph.nodes.length > WHOLE_NETWORK && laneSizes(graph).labels.length > FEWEST;

/** The lanes of a graph. Throws `DiagramTooLarge` where a card that is open holds too much. */
export function buildLanes(graph: Graph, facts: Facts, options: LaneOptions = {}): LaneDiagram {
  const context = contextOf(graph, facts, options.folds ?? {});
  const sizes = laneSizes(graph);
  const cards = foldRounds(cardsOf(graph, facts, context.scopes, sizes), graph, context.scopes);
  const owner = new Map(cards.flatMap((c, i) => c.nodes.map((id) => [id, i] as const)));
  const links = cards.flatMap((c, to) => c.reads.map((value) => ({ value, from: owner.get(value) ?? 0, to })));
  const ranks = ranksOf(cards.length, links);
  const isInput = (c: Card): boolean => c.nodes.every((id) => graph.nodes[id]?.kind === 'input');
  // What enters stands beside what reads it: a lane with nothing but the image would be empty.
  const laneOf = (i: number): number => {
    const card = cards[i] as Card;
    const reader = links.find((l) => l.from === i);
    return isInput(card) && reader ? (cards[reader.to]?.lane ?? card.lane) : card.lane;
  };
  const used = [...new Set(cards.map((_, i) => laneOf(i)))].sort((a, b) => a - b);
  const { costs } = options;
  const plain = cards.map((c) => boxOfCard(context, c));
  const ink = costs && inkWith(graph, costs, options.heaviest ?? heaviestAmong(plain.flatMap(withInside), costs));
  const sumOf = (lane: number): string => {
    if (!costs) return '';
    const ids = cards.flatMap((c, i) => (laneOf(i) === lane ? c.nodes : []));
    const value = together(
      costs.metric,
      ids.map((id) => costs.values[id] ?? 0),
    );
    return value > 0 ? (costText(costs, value).split(' · ').at(-1) ?? '') : '';
  };
  const full = chooseScale([graph]);
  const outputs = outputsOf(graph, (id) => owner.get(id) ?? 0);
  return {
    name: graph.name,
    scale: full,
    ...(costs ? { metric: costs.metric } : {}),
    lanes: used.map((lane) => ({ label: sizes.labels[lane] ?? '', sum: sumOf(lane) })),
    cards: [
      ...plain.map((box, i) => ({ box: ink ? ink(box) : box, lane: used.indexOf(laneOf(i)), rank: ranks[i] ?? 0 })),
      ...outputs.map(({ box, from }) => ({ box, lane: used.indexOf(laneOf(from)), rank: (ranks[from] ?? 0) + 1 })),
    ],
    links: [
      ...links.map(({ value, from, to }) => ({ from, to, channels: graph.nodes[value]?.shape[0] ?? 1 })),
      ...outputs.map(({ box, from }, i) => ({ from, to: plain.length + i, channels: box.channels[1] })),
    ],
  };
}

/** Where values leave, behind the cards that make them. One alone is where the flow ends, and needs no name. */
function outputsOf(graph: Graph, cardOf: (node: number) => number): readonly { readonly box: Box; readonly from: number }[] {
  if (graph.outputs.length < 2) return [];
  return graph.outputs.map(({ name, node }) => ({ box: blankBox(graph, 'output', `output:${name}`, node, name), from: cardOf(node) }));
}

const withInside = (b: Box): readonly Box[] => (b.level ? [b, ...boxesIn(b.level)] : [b]);

/** The longest way to each card; what has nothing before it stands directly before what reads it. */
function ranksOf(count: number, links: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const ranks = Array.from({ length: count }, () => 0);
  // Cards come after what they read.
  const into = new Map<number, number[]>();
  const out = new Map<number, number[]>();
  for (const l of links) {
    addTo(into, l.to, l.from);
    addTo(out, l.from, l.to);
  }
  for (let i = 0; i < count; i++) for (const from of into.get(i) ?? []) ranks[i] = Math.max(ranks[i] ?? 0, (ranks[from] ?? 0) + 1);
  for (let i = 0; i < count; i++) {
    const readers = (out.get(i) ?? []).map((to) => ranks[to] ?? 0);
    if (!into.has(i) && readers.length > 0) ranks[i] = Math.min(...readers) - 1;
  }
  const least = Math.min(...ranks);
  return ranks.map((r) => r - least);
}

/** The units of a card as they are drawn where it is open: runs of equal calls as one. */
function unitsOfCard(c: Context, card: Card): readonly Unit[] {
  const out: Unit[] = [];
  const calls = card.units.flatMap((u) => (u.kind === 'call' ? u.scopes : []));
  for (let i = 0; i < card.units.length; ) {
    const unit = card.units[i] as Unit;
    if (unit.kind === 'node') {
      out.push(unit);
      i++;
      continue;
    }
    const run = runFrom(calls, calls.indexOf(unit.scopes[0]), c.scopes, c.consumers);
    out.push({ kind: 'call', open: c.folds[run[0].path] ?? false, scopes: run });
    i += run.length;
  }
  return out;
}

/** A part of a card that has weights, as its title names it. */
interface Part {
  readonly name: string;
  times: number;
  weights: number;
}

function partsOf(c: Context, card: Card): readonly Part[] {
  const parts: Part[] = [];
  for (const u of card.units) {
    const weights = nodesOf(u).reduce((sum, id) => sum + (c.facts.nodes[id]?.weights ?? 0), 0);
    if (weights === 0) continue;
    const name = u.kind === 'call' ? u.scopes[0].name : nameOf(u.node);
    const same = parts.find((p) => p.name === name);
    if (same) {
      same.times++;
      same.weights += weights;
    } else parts.push({ name, times: 1, weights });
  }
  return parts;
}

/** `fc`, `conv 3×3`: a label where someone gave one. */
function nameOf(n: Node): string {
  const label = lastName(n.path);
  return label === n.kind || label === '' || /^branch\d+$/.test(label) ? titleOf(n) : label;
}

/** What holds this part of a card's weights gives it its name alone; what holds less than the other is not in its title. */
const MOST = 0.6;
const NAMED = 0.1;
const MOST_NAMES = 2;

function titleOfCard(c: Context, card: Card): string {
  const parts = partsOf(c, card);
  const all = parts.reduce((sum, p) => sum + p.weights, 0);
  const main = parts.filter((p) => p.weights >= MOST * all);
  const large = main.length > 0 ? main : parts.filter((p) => p.weights >= NAMED * all);
  const shown = (large.length > 0 ? large : parts).map((p) => (p.times > 1 ? `${p.name} ×${p.times}` : p.name));
  if (shown.length === 0) {
    const first = card.units[0];
    return first?.kind === 'node' ? nameOf(first.node) : (first?.scopes[0].name ?? '');
  }
  return shown.length > MOST_NAMES ? `${shown[0]} … ${shown[shown.length - 1]}` : shown.join(', ');
}

function boxOfCard(c: Context, card: Card): Box {
  const { graph, facts } = c;
  const [only] = card.units;
  if (card.units.length === 1 && only?.kind === 'node' && only.node.kind === 'input') return boxOfNode(graph, only.node, facts.nodes);
  if (card.units.length === 1 && only?.kind === 'call') {
    const box = boxOfCalls(c, { ...only, open: c.folds[only.scopes[0].path] ?? false });
    return { ...box, nodes: card.nodes, times: card.times, figures: [channelsText(box.channels), box.figures[1] ?? ''] };
  }
  const nodes = card.nodes.map((id) => graph.nodes[id] as Node);
  const [first, last] = [nodes[0] as Node, nodes[nodes.length - 1] as Node];
  const weights = nodes.reduce((sum, n) => sum + (facts.nodes[n.id]?.weights ?? 0), 0);
  const key = nodes.length === 1 ? first.path : `${first.path} … ${last.path}`;
  const into = graph.nodes[card.reads[0] ?? first.id];
  const open = c.folds[key] ?? false;
  const channels = [into?.shape[0] ?? 1, last.shape[0]] as const;
  return {
    kind: open ? 'frame' : 'block',
    key,
    nodes: card.nodes,
    channels,
    title: titleOfCard(c, card),
    figures: [channelsText(channels), `${count(weights)} · ${percent(weights, facts.totals.weights)}`],
    shape: showShape(last.shape),
    source: first.source,
    failed: nodes.some((n) => n.failed),
    times: card.times,
    ...(open ? { level: levelOfUnits(c, unitsOfCard(c, card), { path: key, entries: card.reads, exit: last.id }) } : {}),
  };
}

/** `64 → 256`: the lane says the rest of the shape. */
const channelsText = ([from, to]: readonly [number, number]): string => (from === to ? count(to) : `${count(from)} → ${count(to)}`);
