/** Puts costs into a diagram: a figure beside each box, and how much ink it gets beside the heaviest of the picture. */
import type { Graph } from '../graph/graph.ts';
import { type Costs, costText, METRICS, together } from '../graph/metrics.ts';
import { TONES, type Tone, toneOf } from '../graph/tone.ts';
import type { Box, Diagram, Ink, Level } from './diagram.ts';

/** The boxes that show what they cost; the others only dress them, join them, or are what enters and leaves. */
const INKED: ReadonlySet<Box['kind']> = new Set(['conv', 'pointwise', 'pool', 'other', 'block']);

const costOf = (b: Pick<Box, 'nodes'>, costs: Costs): number =>
  together(
    costs.metric,
    b.nodes.map((id) => costs.values[id] ?? 0),
  );

/** All boxes of a level, those inside open blocks too. */
export function* boxesIn(level: Level): Generator<Box> {
  for (const { boxes } of level.columns)
    for (const b of boxes) {
      yield b;
      if (b.level) yield* boxesIn(b.level);
    }
}

/** What the heaviest of some boxes costs: all bars are measured against it. */
export function heaviestAmong(boxes: Iterable<Box>, costs: Costs): number {
  let most = 0;
  for (const b of boxes) if (INKED.has(b.kind)) most = Math.max(most, costOf(b, costs));
  return most;
}

export const heaviestOf = (d: Diagram, costs: Costs): number => heaviestAmong(boxesIn(d.level), costs);

/** The diagram with its ink; `heaviest` is given where two diagrams are on one scale. */
export const inked = (d: Diagram, g: Graph, costs: Costs, heaviest = heaviestOf(d, costs)): Diagram => ({
  ...d,
  metric: costs.metric,
  level: withInk(d.level, inkWith(g, costs, heaviest)),
});

const withInk = (l: Level, box: (b: Box) => Box): Level => ({ ...l, columns: l.columns.map((c) => ({ boxes: c.boxes.map(box) })) });

/** What gives a box its ink, and what is inside it theirs. */
export function inkWith(g: Graph, costs: Costs, heaviest: number): (b: Box) => Box {
  const isTone = (id: number, tone: Tone): boolean => {
    const n = g.nodes[id];
    return n !== undefined && toneOf(n) === tone;
  };
  const box = (b: Box): Box => {
    const level = b.level ? { level: withInk(b.level, box) } : {};
    const value = INKED.has(b.kind) ? costOf(b, costs) : 0;
    if (value <= 0 || heaviest <= 0) return { ...b, ...level };
    const ink: Ink = { value, share: Math.min(1, value / heaviest), parts: partsOf(b, value) };
    // A card says its name and shape first; what a layer weighs stands alone.
    const kept = b.kind === 'block' ? b.figures.slice(0, 1) : [];
    const again = b.figures.find((f) => f.startsWith('weights of'));
    return { ...b, ...level, ink, figures: again && costs.metric === 'weights' ? b.figures : [...kept, costText(costs, value)] };
  };
  const partsOf = (b: Box, value: number): Ink['parts'] =>
    b.kind === 'block' && METRICS[costs.metric].adds
      ? TONES.map((tone) => ({
          tone,
          share: b.nodes.reduce((s, id) => s + (isTone(id, tone) ? (costs.values[id] ?? 0) : 0), 0) / value,
        })).filter((p) => p.share > 0)
      : [{ tone: b.kind === 'conv' || b.kind === 'pointwise' ? b.kind : 'other', share: 1 }];
  return box;
}
