/** The canvas of a diagram: what one sees of the picture, and selection by mouse and keyboard. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Placed, type PlacedBox, type Room, waysOf } from '../../../src/diagram/index.ts';
import type { Facts } from '../../../src/graph/facts.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { type Difference, Drawing } from '../drawing.tsx';
import { Legend } from '../legend.tsx';
import { menuOf } from '../use-menu.ts';
import { Crumbs } from './crumbs.tsx';
import { Find } from './find.tsx';
import { Hover } from './hover.tsx';
import { Minimap } from './minimap.tsx';
import { playMotion } from './motion.ts';
import { isAnother } from './partners.ts';
import { isArrow, selectable, step } from './steps.ts';
import { CanvasTools, ZOOM_STEP } from './tools.tsx';
import { useHover } from './use-hover.ts';
import { useLabels } from './use-labels.ts';
import { isStill, type Linked, type Seen, useZoom } from './use-zoom.ts';

export { type Linked, link } from './use-zoom.ts';

const NOTHING = (): void => undefined;

/** A picture so many times as large as its pane has a map. */
const MAPPED = 1.25;

export interface CanvasProps {
  readonly placed: Placed | undefined;
  /** What the picture is of. */
  readonly graph: Graph;
  readonly facts: Facts;
  /** What is shown: another subject is fitted anew, an edited one stays where it is. */
  readonly subject: string;
  /** The key of the box that is chosen, or that holds what is. */
  readonly selected: string | undefined;
  /** The path of what is chosen. */
  readonly path?: string | undefined;
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
  /** Copies the figures of what is chosen. */
  onCopy?(): void;
}

export function Canvas(props: CanvasProps): JSX.Element {
  const { placed, subject, selected, marked, linked } = props;
  const svg = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const shown = useRef<{ placed: Placed; subject: string } | undefined>(undefined);
  /** Ends the way from the picture before, where it is still being gone. */
  const settle = useRef(NOTHING);
  const anchor = useRef<string | undefined>(undefined);
  const prefix = useRef(`d${Math.random().toString(36).slice(2, 8)}-`).current;
  const [finding, setFinding] = useState(false);
  const [isMapped, setMapped] = useState(false);
  const map = useRef<SVGRectElement>(null);
  const ways = useMemo(() => placed && waysOf(placed), [placed]);

  const label = useLabels(world);
  /** Moves the frame of the map. */
  const frame = (): void => {
    const { width, height } = eye.size();
    if (!placed || width === 0) return;
    const { x, y, k } = eye.at.current;
    setMapped(!linked && (placed.width * k > MAPPED * width || placed.height * k > MAPPED * height));
    const place = { x: -x / k, y: -y / k, width: width / k, height: height / k };
    for (const [name, value] of Object.entries(place)) map.current?.setAttribute(name, String(value));
  };
  const onMove = (byHand: boolean): void => {
    if (byHand) settle.current();
    frame();
    label(placed, eye.at.current.k);
  };
  const latest = useRef<Seen>({ placed, hasCorner: false, onMove });
  latest.current = { placed, hasCorner: Boolean(props.corner), onRoom: props.onRoom, onMove };
  const eye = useZoom(svg, world, latest, linked);

  // A new picture of the same subject keeps the box in question where it stood, once someone has moved or folded; before, it is fitted.
  useLayoutEffect(() => {
    if (!placed) return;
    const old = shown.current;
    shown.current = { placed, subject };
    settle.current();
    label(placed, eye.at.current.k);
    if (!old || old.subject !== subject) return eye.fit(false);
    const before = { placed: old.placed, at: eye.at.current };
    const key = anchor.current ?? (eye.moved.current ? selected : undefined);
    anchor.current = undefined;
    const [a, b] = [old.placed, placed].map((p) => p.boxes.find((x) => x.box.key === key));
    const { k } = eye.at.current;
    if (a && b) eye.pan((a.axis[0] - b.axis[0]) * k, (a.y - b.y) * k);
    else if (!eye.moved.current) eye.fit(false);
    if (world.current && !isStill() && isAnother(old.placed, placed))
      settle.current = playMotion(world.current, before, { placed, at: eye.at.current }, eye.size());
  }, [placed, subject]);
  useEffect(frame, [isMapped, placed]);

  const boxAt = (key: string | null | undefined): PlacedBox | undefined => placed?.boxes.find((b) => b.box.key === key && selectable(b));
  const boxOf = (e: Event): PlacedBox | undefined => boxAt((e.target as Element).closest('[data-key]')?.getAttribute('data-key'));
  const hover = useHover(svg, { placed, ways, boxOf });
  const toggle = (b: PlacedBox): void => {
    anchor.current = b.box.key;
    eye.moved.current = true;
    props.onFold(b.box.key, b.box.kind === 'block');
  };
  const choose = (b: PlacedBox): void => {
    props.onSelect(b);
    eye.show(b);
  };
  const foldAll = (open: boolean): void => {
    const keys = placed?.boxes.filter((b) => b.box.kind === (open ? 'block' : 'frame')).map((b) => b.box.key) ?? [];
    props.onFoldAll?.(Object.fromEntries(keys.map((k) => [k, open])));
  };

  // What the cursor is on comes into view, gently, where it is out of sight; of several the one that is chosen.
  const aim = useMemo(() => {
    if (!placed || marked.size === 0) return undefined;
    const isMarked = (b: PlacedBox): boolean => selectable(b) && b.box.nodes.some((n) => marked.has(n));
    return (
      placed.boxes.find((b) => b.box.key === selected && isMarked(b)) ?? placed.boxes.find((b) => b.box.kind !== 'frame' && isMarked(b))
    );
  }, [placed, marked, selected]);
  useEffect(() => {
    if (aim && !linked) eye.show(aim);
  }, [aim?.box.key]);

  const isMark = (e: MouseEvent): boolean => (e.target as Element).closest('.mark, .mark-hit') !== null;
  const onClick = (e: MouseEvent): void => {
    const b = boxOf(e);
    props.onSelect(b);
    // Only its mark opens and folds a block: a click elsewhere moves nothing.
    if (b && isMark(e)) toggle(b);
  };
  const onDoubleClick = (e: MouseEvent): void => {
    const b = boxOf(e);
    if (b && (b.box.kind === 'block' || b.box.kind === 'frame') && !isMark(e)) toggle(b);
  };
  const { onPath, onCopy } = props;
  // What the menu is opened on is chosen, as in VS Code's lists; the text stays where it is.
  const onContextMenu = (e: MouseEvent): void => {
    const b = boxOf(e);
    if (b && b.box.key !== selected) onPath?.(b.box.key);
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    if (onPath && (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'a') {
      // All of it is the target, whose figures then stand beside it; not the words of the page, which VS Code would select.
      e.preventDefault();
      e.stopPropagation();
      onPath(undefined);
      return;
    }
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
      '+': () => eye.scaleBy(ZOOM_STEP),
      '=': () => eye.scaleBy(ZOOM_STEP),
      '-': () => eye.scaleBy(1 / ZOOM_STEP),
      '0': () => eye.fit(true),
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
  const crumb = props.path?.includes(' … ') ? undefined : props.path;
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
        {...(onPath ? menuOf('diagram') : {})}
        onContextMenu={onContextMenu}
        {...(onCopy
          ? {
              onCopy: (e: ClipboardEvent) => {
                e.preventDefault();
                onCopy();
              },
            }
          : {})}
        onPointerMove={hover.onPointerMove}
        onPointerLeave={hover.onPointerLeave}
      >
        <g ref={world}>
          {placed && <Drawing placed={placed} selected={selected} marked={marked} differences={props.differences} prefix={prefix} />}
        </g>
      </svg>
      {placed && props.legend !== false && <Legend placed={placed} differs={(props.differences?.size ?? 0) > 0} />}
      {placed && props.corner}
      {placed && onPath && <Crumbs graph={props.graph} path={crumb} onSelect={onPath} />}
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
      {placed && isMapped && <Minimap placed={placed} frame={map} onGo={eye.centre} />}
      {hover.hovered && <Hover {...hover.hovered} graph={props.graph} facts={props.facts} metric={placed?.metric} {...eye.size()} />}
      <CanvasTools
        onFoldAll={props.onFoldAll && foldAll}
        onFind={linked ? undefined : () => setFinding(true)}
        onZoom={eye.scaleBy}
        onFit={() => eye.fit(true)}
      />
    </div>
  );
}
