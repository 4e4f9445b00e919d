/**
 * Which layers of a whole network stand on one card.
 *
 * A call whose values keep to the lanes of its input and its output is a piece; of others (a whole network in a wrapper, a U that is written as
 * a recursion) the pieces are what is inside. Pieces of one lane are joined while one feeds only the other and they belong together: what has
 * no weights goes with what it feeds, runs of one block are one card, a stem's layers are one, and what is small joins what is large. Each step joins two of which
 * one has no other way out or in, so that cards never feed each other in a circle. Of several ways between two cards (what HRNet's streams tell
 * each other) a light step is part of the card where it ends.
 */
import type { Facts } from '../../graph/facts.ts';
import { type Graph, idsIn, type Scope } from '../../graph/graph.ts';
import { consumersOf, isPlain, type Scopes, type Unit } from '../units.ts';
import { hasPixels, type LaneSizes } from './sizes.ts';

/** What is less than this part of its neighbour's weights goes with it. */
const SMALL = 1 / 3;
/** What holds less than this part of all weights may be a mere step from one lane to another. */
const LIGHT = 0.02;

export interface Card {
  /** In the order of the graph. */
  readonly units: readonly Unit[];
  readonly nodes: readonly number[];
  readonly lane: number;
  /** Values that it reads of other cards. */
  readonly reads: readonly number[];
  /** How many that follow each other it stands for. */
  readonly times: number;
}

interface Group {
  readonly units: Unit[];
  lane: number;
  readonly isInput: boolean;
  readonly from: Set<Group>;
  readonly to: Set<Group>;
  weights: number;
  /** Names of the blocks that are called in it. */
  readonly calls: Set<string>;
  /** Whether layers with weights stand in it by themselves. */
  loose: boolean;
}

/** The nodes of a unit. */
export const nodesOf = (u: Unit): readonly number[] => (u.kind === 'node' ? [u.node.id] : u.scopes.flatMap((s) => idsIn(s)));

/** The cards of a graph, each after those that it reads. */
export function cardsOf(graph: Graph, facts: Facts, scopes: Scopes, sizes: LaneSizes): readonly Card[] {
  const consumers = consumersOf(graph);
  const groups = piecesOf(graph, scopes, sizes, consumers).map((unit) => groupOf(unit, graph, facts, sizes));
  const owner = new Map<number, Group>();
  for (const g of groups) for (const u of g.units) for (const id of nodesOf(u)) owner.set(id, g);
  for (const n of graph.nodes)
    for (const i of n.inputs) {
      const [a, b] = [owner.get(i), owner.get(n.id)];
      if (!a || !b || a === b) continue;
      a.to.add(b);
      b.from.add(a);
    }
  const left = joined(groups, LIGHT * facts.totals.weights);
  return inOrder(left).map((g) => cardOf(g, graph));
}

/** The pieces of a graph: calls that keep to their lanes, and single layers. */
function piecesOf(graph: Graph, scopes: Scopes, sizes: LaneSizes, consumers: readonly (readonly number[])[]): readonly Unit[] {
  const units: Unit[] = [];
  const visit = (s: Scope): void => {
    let at = s.from;
    const nodesUpTo = (end: number): void => {
      for (; at < end; at++) {
        const node = graph.nodes[at];
        if (node) units.push({ kind: 'node', node });
      }
    };
    for (const call of scopes.children[s.id] ?? []) {
      if (call.to <= call.from) continue;
      nodesUpTo(call.from);
      if (isPiece(graph, call, sizes, consumers)) {
        units.push({ kind: 'call', open: false, scopes: [call] });
      } else {
        visit(call);
      }
      at = call.to;
    }
    nodesUpTo(s.to);
  };
  const [root] = graph.scopes;
  if (root) {
    // Inputs stand before the root's own nodes where it says so, or are its first.
    for (const n of graph.nodes) if (n.kind === 'input' && (n.id < root.from || n.id >= root.to)) units.push({ kind: 'node', node: n });
    visit(root);
  }
  return units.sort((a, b) => (nodesOf(a)[0] ?? 0) - (nodesOf(b)[0] ?? 0));
}

function isPiece(graph: Graph, call: Scope, sizes: LaneSizes, consumers: readonly (readonly number[])[]): boolean {
  // A convolution with its normalisation is no more than a layer.
  if (isPlain(graph, call)) return false;
  const shapeAt = (id: number) => graph.nodes[id]?.shape;
  const [input, output] = [shapeAt(call.input), shapeAt(call.output)];
  if (!input || !output) return false;
  const [first, last] = [sizes.laneOf(input), sizes.laneOf(output)];
  let reached = first === last;
  for (let id = call.from; id < call.to; id++) {
    const shape = shapeAt(id);
    const leaves = id !== call.output && consumers[id]?.some((c) => c >= call.to);
    if (leaves || graph.outputs.some((o) => o.node === id && id !== call.output)) return false;
    // Gates come and go without leaving the map that they weigh.
    if (!shape || (!hasPixels(shape) && hasPixels(output))) continue;
    const lane = sizes.laneOf(shape);
    if (lane === last) reached = true;
    else if (lane !== first || (reached && last < first)) return false;
  }
  return reached;
}

const weighs = (facts: Facts, ids: readonly number[]): number => ids.reduce((sum, id) => sum + (facts.nodes[id]?.weights ?? 0), 0);

function groupOf(unit: Unit, graph: Graph, facts: Facts, sizes: LaneSizes): Group {
  const nodes = nodesOf(unit);
  const last = unit.kind === 'node' ? unit.node : graph.nodes[unit.scopes[0].output];
  const weights = weighs(facts, nodes);
  return {
    units: [unit],
    lane: last ? sizes.laneOf(last.shape) : 0,
    isInput: unit.kind === 'node' && unit.node.kind === 'input',
    from: new Set(),
    to: new Set(),
    weights,
    calls: new Set(unit.kind === 'call' ? [unit.scopes[0].name] : []),
    loose: unit.kind === 'node' && weights > 0,
  };
}

/** Whether two neighbours are one thing to a reader. */
function belong(a: Group, b: Group): boolean {
  if (a.weights === 0 || b.weights === 0) return true;
  if (a.calls.size === 0 && b.calls.size === 0) return true;
  const [one] = a.calls;
  if (a.calls.size === 1 && b.calls.size === 1 && one !== undefined && b.calls.has(one)) return true;
  return Math.min(a.weights, b.weights) <= SMALL * Math.max(a.weights, b.weights);
}

/** Joins what may be joined until nothing more may. */
function joined(groups: readonly Group[], light: number): readonly Group[] {
  const left = new Set(groups);
  const joinAll = (may: (a: Group, b: Group) => boolean): void => {
    let changed = true;
    while (changed) {
      changed = false;
      for (const a of left) {
        if (a.isInput) continue;
        const b = [...a.to].find((t) => may(a, t));
        if (!b) continue;
        join(a, b);
        left.delete(b);
        changed = true;
      }
    }
  };
  joinAll(isOne);
  joinAll((a, b) => isStep(a, b, light));
  joinAll(isOne);
  return [...left];
}

/** Whether two that follow each other in a lane are one card. */
function isOne(a: Group, b: Group): boolean {
  const onlyWay = a.to.size === 1 || (b.from.size === 1 && b.weights === 0);
  return a.lane === b.lane && onlyWay && belong(a, b);
}

/** Whether `a` only takes a value from one lane to another, beside other ways from its source and into `b`. */
function isStep(a: Group, b: Group, light: number): boolean {
  const [source] = a.from;
  const isLight = (g: Group): boolean => g.from.size === 1 && g.to.size === 1 && g.weights <= light && g.calls.size === 0;
  if (!source || !isLight(a) || source.to.size < 2) return false;
  const between = (a.lane - source.lane) * (b.lane - a.lane) >= 0;
  // A way may have several steps.
  return source.lane !== b.lane && between && (b.from.size > 1 || isLight(b));
}

/** Takes `b` into `a`. */
function join(a: Group, b: Group): void {
  a.units.push(...b.units);
  a.lane = b.lane;
  a.weights += b.weights;
  a.loose ||= b.loose;
  for (const name of b.calls) a.calls.add(name);
  a.to.delete(b);
  b.from.delete(a);
  for (const t of b.to) {
    t.from.delete(b);
    if (t === a) continue;
    t.from.add(a);
    a.to.add(t);
  }
  for (const f of b.from) {
    f.to.delete(b);
    if (f === a) continue;
    f.to.add(a);
    a.from.add(f);
  }
}

/** Each group after all that it reads; where that leaves a choice, as the text has it. */
function inOrder(groups: readonly Group[]): readonly Group[] {
  const first = (g: Group): number => Math.min(...g.units.map((u) => nodesOf(u)[0] ?? 0));
  const waits = new Map(groups.map((g) => [g, g.from.size]));
  const ready = groups.filter((g) => g.from.size === 0);
  const out: Group[] = [];
  while (ready.length > 0) {
    ready.sort((a, b) => first(a) - first(b));
    const g = ready.shift() as Group;
    out.push(g);
    for (const t of g.to) {
      const left = (waits.get(t) ?? 0) - 1;
      waits.set(t, left);
      if (left === 0) ready.push(t);
    }
  }
  return out;
}

function cardOf(g: Group, graph: Graph): Card {
  const units = [...g.units].sort((a, b) => (nodesOf(a)[0] ?? 0) - (nodesOf(b)[0] ?? 0));
  const nodes = units.flatMap(nodesOf);
  const own = new Set(nodes);
  const reads = [...new Set(nodes.flatMap((id) => (graph.nodes[id]?.inputs ?? []).filter((i) => !own.has(i))))];
  return { units, nodes, lane: g.lane, reads, times: 1 };
}
