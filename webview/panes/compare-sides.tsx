/** Both pictures of a comparison, on one scale: beside each other, or one above the other where that shows them larger. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { buildDiagram, chooseScale, heaviestOf, type Room, type Scale } from '../../src/diagram/index.ts';
import { analyse } from '../../src/graph/analyse.ts';
import { diffGraphs } from '../../src/graph/diff/diff.ts';
import type { ComparisonPart } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { costsOf, METRIC_NAMES, METRICS } from '../../src/graph/metrics.ts';
import { shapesText } from '../../src/graph/shapes-text.ts';
import { Canvas, type Linked, link } from '../parts/canvas/canvas.tsx';
import type { Difference } from '../parts/drawing.tsx';
import { MetricSwitch } from '../parts/switches.tsx';
import { useLayout } from '../workers/layouter.ts';
import type { CompareProps } from './compare-parts.ts';

const NONE: ReadonlySet<number> = new Set();

interface Size {
  readonly width: number;
  readonly height: number;
}
/** A side's heading, and what its pane keeps free: in a narrow panel there is no legend. */
const headOf = (width: number): number => (width > NARROW ? 90 : 50);
const NARROW = 760;
/** Sides change places only for so much more. */
const WORTH = 1.15;

/** Whether pictures are larger one above the other; `before` says how they are arranged now. */
function isLargerStacked(sizes: readonly Size[], { width, height }: Size, before: boolean): boolean {
  const scale = (w: number, h: number): number => Math.min(1, ...sizes.map((s) => Math.min(w / s.width, (h - headOf(width)) / s.height)));
  const [beside, stacked] = [scale(width / 2, height), scale(width, height / 2)];
  return before ? stacked * WORTH > beside : stacked > beside * WORTH;
}

/** `256 → 64 → 64 → 256`: the widths through which one goes, along the first way. */
function widths(part: ComparisonPart, side: 'this' | 'other'): string {
  return shapesText(part[side]);
}

/** A pane in which bands are as wide as they would be alone, and how much narrower they become in a small one at most. */
const WIDE = 760;
const NARROWEST = 0.3;
/** One scale still, for both sides: bands give way before labels do. */
const narrowed = (s: Scale, across: number): Scale => ({ ...s, factor: s.factor * Math.max(NARROWEST, Math.min(1, across / WIDE)) });

const SIDES = ['this', 'other'] as const;

/** What the heaviest layer of one side costs. */
function heaviestIn(graph: Graph, { metric, folds }: Pick<CompareProps, 'metric' | 'folds'>): number {
  const facts = analyse(graph);
  return heaviestOf(buildDiagram(graph, facts, { folds: folds ?? {} }), costsOf(graph, facts, metric));
}

/** The nodes of both sides that the other has not, or has with other arguments or weights; shapes alone follow from that. */
function differencesOf(part: ComparisonPart): Readonly<Record<'this' | 'other', ReadonlyMap<number, Difference>>> {
  const measured = (graph: Graph) => ({ graph, facts: analyse(graph) });
  const { nodes } = diffGraphs(measured(part.this), measured(part.other));
  const changed = nodes.pairs.filter((p) => p.follows.includes('params') || p.edits.some((e) => e.what === 'kind' || e.what === 'params'));
  const of = (only: readonly number[], side: 'before' | 'after'): ReadonlyMap<number, Difference> =>
    new Map([...only.map((id) => [id, 'only'] as const), ...changed.map((p) => [p[side], 'changed'] as const)]);
  return { this: of(nodes.gone, 'before'), other: of(nodes.added, 'after') };
}

interface SideProps {
  readonly p: CompareProps;
  readonly part: ComparisonPart;
  readonly side: 'this' | 'other';
  readonly title: string;
  readonly scale: ReturnType<typeof chooseScale>;
  /** What the heaviest layer of both sides costs. */
  readonly heaviest: number;
  readonly differences: ReturnType<typeof differencesOf>;
  readonly linked: Linked;
  onRoom?(room: Room): void;
  onSize(side: 'this' | 'other', size: Size): void;
}

function SidePane({ p, part, side, title, scale, heaviest, differences, linked, onRoom, onSize }: SideProps): JSX.Element {
  const graph = part[side];
  const facts = useMemo(() => analyse(graph), [graph]);
  const costs = useMemo(() => costsOf(graph, facts, p.metric), [graph, facts, p.metric]);
  const layout = useLayout(p.assets, graph, facts, p.folds, { scale, costs, heaviest });
  const [selected, setSelected] = useState<string>();
  useEffect(() => {
    if (layout.placed) onSize(side, { width: layout.placed.width, height: layout.placed.height });
  }, [layout.placed]);
  return (
    <div class="side">
      <h2 title={`${title} ${widths(part, side)}`}>
        {title} <span class="dim">{widths(part, side)}</span>
      </h2>
      {layout.failed && <p class="error">{layout.failed}</p>}
      <Canvas
        placed={layout.placed}
        graph={graph}
        facts={facts}
        subject={`${p.subject}${part.path}`}
        selected={selected}
        marked={NONE}
        differences={differences[side]}
        stale={p.stale}
        label={`Diagram of ${title}`}
        linked={linked}
        legend={side === 'this'}
        corner={
          side === 'other' && (
            <div class="switches">
              <MetricSwitch metric={p.metric} metrics={METRIC_NAMES.filter((m) => !METRICS[m].ofRun)} onMetric={p.onMetric} />
            </div>
          )
        }
        {...(onRoom ? { onRoom } : {})}
        onSelect={(b) => {
          setSelected(b?.box.key);
          if (b) p.onReveal(b.box.source);
        }}
        onFold={p.onFold}
      />
    </div>
  );
}

interface SidesProps {
  readonly p: CompareProps;
  readonly part: ComparisonPart;
  readonly title: string;
}

/** The two panes, which move together. */
export function Sides({ p, part, title }: SidesProps): JSX.Element {
  const [across, setAcross] = useState(WIDE);
  const scale = useMemo(() => narrowed(chooseScale([part.this, part.other]), across), [part, across]);
  const changeRoom = useCallback(({ width }: Room) => setAcross(width), []);
  const linked = useMemo(() => link(), []);
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Size>();
  const [sizes, setSizes] = useState<Partial<Record<'this' | 'other', Size>>>({});
  const stacked = useRef(false);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setRoom({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const changeSize = useCallback((side: 'this' | 'other', size: Size) => setSizes((old) => ({ ...old, [side]: size })), []);
  if (room && sizes.this && sizes.other) stacked.current = isLargerStacked([sizes.this, sizes.other], room, stacked.current);
  const heaviest = useMemo(() => Math.max(...SIDES.map((side) => heaviestIn(part[side], p))), [part, p.metric, p.folds]);
  const differences = useMemo(() => differencesOf(part), [part]);
  const shared = { p, part, scale, heaviest, differences, linked, onSize: changeSize };
  return (
    <div class={`sides${stacked.current ? ' stacked' : ''}`} ref={box}>
      <SidePane {...shared} side="this" title={title} onRoom={changeRoom} />
      <SidePane {...shared} side="other" title={p.comparison.otherName} />
    </div>
  );
}
