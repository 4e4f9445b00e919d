/** The canvas of a diagram: pan, zoom, fit, selection by mouse and keyboard. */
import { select } from 'd3-selection';
import { type D3ZoomEvent, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Placed, type PlacedBox, type Room, waysOf } from '../../../src/diagram/index.ts';
import type { Facts } from '../../../src/graph/facts.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { type Difference, Drawing } from '../drawing.tsx';
import { Legend } from '../legend.tsx';
import { Crumbs } from './crumbs.tsx';
import { Find } from './find.tsx';
import { Hover } from './hover.tsx';
import { labelsAt } from './labels.ts';
import { Minimap } from './minimap.tsx';
import { isArrow, selectable, step } from './steps.ts';
import { CORNER, type Extent, fitScale, fitted, kept, LEGEND, PAD, wayTo, wheelDelta } from './view.ts';

/** A picture is laid out anew only where the pane has changed by so many pixels. */
const ROOM_STEP = 24;
/** Milliseconds that a pointer rests on a box before its figures stand beside it. */
const REST = 250;
/** Milliseconds in which the picture moves to what is shown by itself. */
const GENTLE = 160;
/** A picture so many times as large as its pane has a map. */
const MAPPED = 1.25;

/** Panes side by side that move together: scale, height, and the way from the middle. */
export interface Linked {
  readonly panes: Set<(k: number, y: number, dx: number) => void>;
  /** The scale at which all of them fit. */
  readonly fits: Map<object, number>;
}
export const link = (): Linked => ({ panes: new Set(), fits: new Map() });

export interface CanvasProps {
  readonly placed: Placed | undefined;
  /** What the picture is of. */
  readonly graph: Graph;
  readonly facts: Facts;
  /** What is shown: another subject is fitted anew, an edited one stays where it is. */
  readonly subject: string;
  readonly selected: string | undefined;
  readonly marked: ReadonlySet<number>;
  /** Nodes that differ from the picture beside. */
  readonly differences?: ReadonlyMap<number, Difference>;
  readonly stale: boolean;
  readonly label: string;
  readonly linked?: Linked;
  readonly legend?: boolean;
  /** What stands in the upper corner. */
  readonly corner?: ComponentChildren;
  /** Told in how many pixels the picture is seen, in steps. */
  onRoom?(room: Room): void;
  onSelect(box: PlacedBox | undefined): void;
  onFold(path: string, open: boolean): void;
  /** Opens and folds several at once. */
  onFoldAll?(folds: Readonly<Record<string, boolean>>): void;
  /** Selects by path what may not be drawn by itself. */
  onPath?(path: string | undefined): void;
}

interface Hovered {
  readonly box: PlacedBox;
  readonly x: number;
  readonly y: number;
}

export function Canvas(props: CanvasProps): JSX.Element {
  const { placed, subject, selected, marked, linked } = props;
  const svg = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown>>(undefined);
  const at = useRef<ZoomTransform>(zoomIdentity);
  const shown = useRef<{ placed: Placed; subject: string } | undefined>(undefined);
  const moved = useRef(false);
  const anchor = useRef<string | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const prefix = useRef(`d${Math.random().toString(36).slice(2, 8)}-`).current;

  const [finding, setFinding] = useState(false);
  const [hovered, setHovered] = useState<Hovered>();
  const [isMapped, setMapped] = useState(false);
  const seen = useRef<SVGRectElement>(null);
  const ways = useMemo(() => placed && waysOf(placed), [placed]);

  const size = (): Extent => ({ width: svg.current?.clientWidth ?? 0, height: svg.current?.clientHeight ?? 0 });
  const move = (t: ZoomTransform): void => {
    if (svg.current && behaviour.current) select(svg.current).call(behaviour.current.transform, kept(t, latest.current.placed, size()));
  };
  /** Goes there so that the eye can follow. */
  const glide = (t: ZoomTransform): void => {
    const to = kept(t, latest.current.placed, size());
    if (!world.current || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      move(to);
      return;
    }
    world.current.style.transition = `transform ${GENTLE}ms ease-out`;
    move(to);
    setTimeout(() => {
      if (world.current) world.current.style.transition = '';
    }, GENTLE);
  };
  const labelled = useRef<{ readonly placed: Placed; readonly k: number } | undefined>(undefined);
  /** Shows the labels that have room at this scale. */
  const label = (): void => {
    const p = latest.current.placed;
    const { k } = at.current;
    const g = world.current;
    if (!p || !g || (labelled.current?.placed === p && labelled.current.k === k)) return;
    labelled.current = { placed: p, k };
    const shown = labelsAt(p, k);
    g.style.setProperty('--label', String(shown?.factor ?? 1));
    const words = g.querySelector('.texts')?.children ?? [];
    for (let i = 0; i < words.length; i++) words[i]?.classList.toggle('gone', shown?.texts[i] === false);
  };
  /** Moves the frame of the map. */
  const frame = (): void => {
    const p = latest.current.placed;
    const { width, height } = size();
    if (!p || width === 0) return;
    const { x, y, k } = at.current;
    setMapped(!linked && (p.width * k > MAPPED * width || p.height * k > MAPPED * height));
    const r = seen.current;
    if (!r) return;
    for (const [name, value] of [
      ['x', -x / k],
      ['y', -y / k],
      ['width', width / k],
      ['height', height / k],
    ] as const)
      r.setAttribute(name, String(value));
  };
  const fitView = (whole: boolean): void => {
    const p = latest.current.placed;
    const { width, height } = size();
    if (!p || width === 0 || height === 0) return;
    let k = fitScale(p, { width, height }, { whole, linked: linked !== undefined });
    if (linked && svg.current) {
      linked.fits.set(svg.current, k);
      k = Math.min(...linked.fits.values());
    }
    move(fitted(p, { width, height }, k, linked !== undefined));
    moved.current = false;
  };

  // d3-zoom moves the world directly: no render for a drag.
  useEffect(() => {
    const node = svg.current;
    if (!node) return;
    const z = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.04, 4])
      .filter((e: Event) => (e.type === 'wheel' ? (e as WheelEvent).ctrlKey || (e as WheelEvent).metaKey : !(e as MouseEvent).button))
      .clickDistance(4)
      .wheelDelta(wheelDelta)
      .constrain((t) => kept(t, latest.current.placed, size()))
      .on('zoom', (e: D3ZoomEvent<SVGSVGElement, unknown>) => {
        at.current = e.transform;
        const { x, y, k } = e.transform;
        if (world.current) world.current.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
        frame();
        label();
        if (e.sourceEvent) {
          moved.current = true;
          tell();
        }
      });
    behaviour.current = z;
    const tell = (): void => {
      const p = latest.current.placed;
      if (!linked || !p) return;
      const dx = at.current.x - (size().width - p.width * at.current.k) / 2;
      for (const pane of linked.panes) if (pane !== follow) pane(at.current.k, at.current.y, dx);
    };
    const follow = (k: number, y: number, dx: number): void => {
      const p = latest.current.placed;
      if (p) move(zoomIdentity.translate((size().width - p.width * k) / 2 + dx, y).scale(k));
      moved.current = true;
    };
    linked?.panes.add(follow);
    select(node).call(z).on('dblclick.zoom', null);
    // A plain wheel scrolls, as everywhere in VS Code; with Ctrl, or a pinch, it zooms.
    const wheel = (e: WheelEvent): void => {
      if (e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      const unit = e.deltaMode === 1 ? 20 : 1;
      const { x, y, k } = at.current;
      const [dx, dy] = e.shiftKey && e.deltaX === 0 ? [e.deltaY, 0] : [e.deltaX, e.deltaY];
      move(zoomIdentity.translate(x - dx * unit, y - dy * unit).scale(k));
      moved.current = true;
      tell();
    };
    node.addEventListener('wheel', wheel, { passive: false });
    const watch = new ResizeObserver(() => {
      const { width, height } = size();
      const step = (pixels: number): number => Math.max(ROOM_STEP, Math.floor(pixels / ROOM_STEP) * ROOM_STEP);
      latest.current.onRoom?.({
        width: step(width - 2 * PAD),
        height: step(height - (latest.current.corner ? CORNER : PAD) - PAD - LEGEND),
      });
      if (!moved.current) fitView(false);
    });
    watch.observe(node);
    return () => {
      node.removeEventListener('wheel', wheel);
      watch.disconnect();
      linked?.panes.delete(follow);
      linked?.fits.delete(node);
    };
  }, []);

  // A new picture of the same subject keeps the box in question where it stood, once someone has moved or folded; before, it is fitted.
  useLayoutEffect(() => {
    if (!placed) return;
    const old = shown.current;
    shown.current = { placed, subject };
    label();
    if (!old || old.subject !== subject) return fitView(false);
    const key = anchor.current ?? (moved.current ? selected : undefined);
    anchor.current = undefined;
    const [a, b] = [old.placed, placed].map((p) => p.boxes.find((x) => x.box.key === key));
    if (a && b) {
      const { x, y, k } = at.current;
      move(zoomIdentity.translate(x + (a.axis[0] - b.axis[0]) * k, y + (a.y - b.y) * k).scale(k));
    } else if (!moved.current) fitView(false);
  }, [placed, subject]);

  const boxAt = (key: string | null | undefined): PlacedBox | undefined => placed?.boxes.find((b) => b.box.key === key && selectable(b));
  const toggle = (b: PlacedBox): void => {
    anchor.current = b.box.key;
    moved.current = true;
    props.onFold(b.box.key, b.box.kind === 'block');
  };
  const bringIntoView = (b: PlacedBox): void => {
    const way = wayTo(b, at.current, size());
    if (!way) return;
    const { x, y, k } = at.current;
    glide(zoomIdentity.translate(x + way[0], y + way[1]).scale(k));
    moved.current = true;
  };
  const choose = (b: PlacedBox): void => {
    props.onSelect(b);
    bringIntoView(b);
  };
  const foldAll = (all: boolean): void => {
    if (!placed) return;
    const keys = placed.boxes.filter((b) => b.box.kind === (all ? 'frame' : 'block')).map((b) => b.box.key);
    props.onFoldAll?.(Object.fromEntries(keys.map((k) => [k, !all])));
  };

  // What the cursor is on comes into view, gently, where it is out of sight.
  const first = useMemo(() => {
    if (!placed || marked.size === 0) return undefined;
    const all = placed.boxes.filter((b) => selectable(b) && b.box.kind !== 'frame' && b.box.nodes.some((n) => marked.has(n)));
    return all[0];
  }, [placed, marked]);
  useEffect(() => {
    if (first && !linked) bringIntoView(first);
  }, [first?.box.key]);

  // The ways through the box beneath the pointer, without a render of the picture.
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const light = (key: string | undefined): void => {
    const node = svg.current;
    if (!node) return;
    node.classList.toggle('following', key !== undefined);
    if (key === undefined || !ways) return;
    const lit = ways.through(key);
    const has = (k: string | null | undefined): boolean => k !== null && k !== undefined && lit.has(k);
    for (const e of node.querySelectorAll<SVGElement>('[data-key], [data-from]')) {
      const { key: own, from, to } = e.dataset;
      e.classList.toggle('lit', from === undefined ? has(own) : has(from) && has(to));
    }
  };
  const leave = (): void => {
    clearTimeout(rest.current);
    setHovered(undefined);
    light(undefined);
  };
  useEffect(() => leave, [placed]);
  const onPointerMove = (e: PointerEvent): void => {
    const b = boxAt((e.target as Element).closest('[data-key]')?.getAttribute('data-key'));
    if (e.buttons !== 0 || !b || b.box.kind === 'frame') {
      leave();
      return;
    }
    if (hovered?.box === b) return;
    clearTimeout(rest.current);
    const r = svg.current?.getBoundingClientRect();
    const [x, y] = [e.clientX - (r?.left ?? 0), e.clientY - (r?.top ?? 0)];
    if (hovered) leave();
    rest.current = setTimeout(() => {
      setHovered({ box: b, x, y });
      light(b.box.key);
    }, REST);
  };
  const onClick = (e: MouseEvent): void => {
    const target = e.target as Element;
    const b = boxAt(target.closest('[data-key]')?.getAttribute('data-key'));
    props.onSelect(b);
    // Only its mark opens and folds a block: a click elsewhere moves nothing.
    if (b && target.closest('.mark, .mark-hit')) toggle(b);
  };
  const onDoubleClick = (e: MouseEvent): void => {
    const b = boxAt((e.target as Element).closest('[data-key]')?.getAttribute('data-key'));
    if (b && (b.box.kind === 'block' || b.box.kind === 'frame') && !(e.target as Element).closest('.mark, .mark-hit')) toggle(b);
  };
  const scaleBy = (f: number): void => {
    if (!svg.current || !behaviour.current) return;
    select(svg.current).call(behaviour.current.scaleBy, f);
    moved.current = true;
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const isFind = e.key === '/' || ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'f');
    if (isFind && !linked) {
      e.preventDefault();
      e.stopPropagation();
      setFinding(true);
      return;
    }
    if (!placed || !ways || e.ctrlKey || e.metaKey || e.altKey) return;
    const current = boxAt(selected);
    const act: Readonly<Record<string, () => void>> = {
      Enter: () => current && (current.box.kind === 'block' || current.box.kind === 'frame') && toggle(current),
      Escape: () => props.onSelect(undefined),
      '+': () => scaleBy(1.2),
      '=': () => scaleBy(1.2),
      '-': () => scaleBy(1 / 1.2),
      '0': () => fitView(true),
    };
    const { key } = e;
    if (!isArrow(key) && !act[key]) return;
    e.preventDefault();
    if (!isArrow(key)) {
      act[key]?.();
      return;
    }
    const next = step(placed, ways, current, key);
    if (next) choose(next);
  };
  // A card of a network has no path of its own.
  const crumb = boxAt(selected) && selected?.includes(' … ') ? undefined : selected;
  useEffect(frame, [isMapped, placed]);
  const index = placed?.boxes.findIndex((b) => b.box.key === selected && selectable(b)) ?? -1;
  return (
    <div class={`pane${props.stale ? ' stale' : ''}`}>
      <svg
        ref={svg}
        class="diagram"
        role="application"
        aria-label={`${props.label}. Arrow keys move along the flow, Enter opens a block, / finds a layer.`}
        {...(index >= 0 ? { 'aria-activedescendant': `${prefix}${index}` } : {})}
        // Lower case: Preact sets attributes of SVG elements as they are written.
        tabindex={0}
        onClick={onClick}
        onDblClick={onDoubleClick}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={leave}
      >
        <g ref={world}>
          {placed && <Drawing placed={placed} selected={selected} marked={marked} differences={props.differences} prefix={prefix} />}
        </g>
      </svg>
      {placed && props.legend !== false && <Legend placed={placed} differs={(props.differences?.size ?? 0) > 0} />}
      {placed && props.corner}
      {placed && props.onPath && <Crumbs graph={props.graph} path={crumb} onSelect={props.onPath} />}
      {placed && finding && (
        <Find
          placed={placed}
          graph={props.graph}
          onFound={choose}
          onClose={() => {
            setFinding(false);
            svg.current?.focus();
          }}
        />
      )}
      {placed && isMapped && (
        <Minimap
          placed={placed}
          frame={seen}
          onGo={(px, py) => {
            const { k } = at.current;
            const { width, height } = size();
            move(zoomIdentity.translate(width / 2 - px * k, height / 2 - py * k).scale(k));
            moved.current = true;
          }}
        />
      )}
      {hovered && (
        <Hover box={hovered.box} graph={props.graph} facts={props.facts} metric={placed?.metric} {...size()} x={hovered.x} y={hovered.y} />
      )}
      <div class="tools">
        {props.onFoldAll && (
          <>
            <button type="button" title="Open one level more" aria-label="Open one level more" onClick={() => foldAll(false)}>
              <span class="codicon codicon-expand-all" />
            </button>
            <button type="button" title="Fold all blocks" aria-label="Fold all blocks" onClick={() => foldAll(true)}>
              <span class="codicon codicon-collapse-all" />
            </button>
          </>
        )}
        {!linked && (
          <button type="button" title="Find (/)" aria-label="Find" onClick={() => setFinding(true)}>
            <span class="codicon codicon-search" />
          </button>
        )}
        <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => scaleBy(1.2)}>
          <span class="codicon codicon-zoom-in" />
        </button>
        <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => scaleBy(1 / 1.2)}>
          <span class="codicon codicon-zoom-out" />
        </button>
        <button type="button" title="Fit the whole diagram (0)" aria-label="Fit the whole diagram" onClick={() => fitView(true)}>
          <span class="codicon codicon-screen-full" />
        </button>
      </div>
    </div>
  );
}
