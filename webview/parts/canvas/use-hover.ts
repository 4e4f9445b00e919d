/** The box beneath the pointer, once it rests there: its figures stand beside it, and the ways through it are lit up without a render. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Placed, PlacedBox, Ways } from '../../../src/diagram/index.ts';

/** Milliseconds that a pointer rests on a box before its figures stand beside it. */
const REST = 250;

/** A box, and where in the pane the pointer is. */
export interface Hovered {
  readonly box: PlacedBox;
  readonly x: number;
  readonly y: number;
}

export interface Hovering {
  readonly hovered: Hovered | undefined;
  onPointerMove(e: PointerEvent): void;
  onPointerLeave(): void;
}

export function useHover(
  svg: RefObject<SVGSVGElement | null>,
  { placed, ways, boxOf }: { readonly placed: Placed | undefined; readonly ways: Ways | undefined; boxOf(e: Event): PlacedBox | undefined },
): Hovering {
  const [hovered, setHovered] = useState<Hovered>();
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const light = (key: string | undefined): void => {
    const node = svg.current;
    if (!node) return;
    node.classList.toggle('following', key !== undefined);
    if (key === undefined || !ways) return;
    const lit = ways.through(key);
    const has = (k: string | undefined): boolean => k !== undefined && lit.has(k);
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
  // What is beneath the pointer in another picture is not known until it moves.
  useEffect(() => leave, [placed]);
  const onPointerMove = (e: PointerEvent): void => {
    const box = boxOf(e);
    if (e.buttons !== 0 || !box || box.box.kind === 'frame') {
      leave();
      return;
    }
    if (hovered?.box === box) return;
    clearTimeout(rest.current);
    const r = svg.current?.getBoundingClientRect();
    const [x, y] = [e.clientX - (r?.left ?? 0), e.clientY - (r?.top ?? 0)];
    if (hovered) leave();
    rest.current = setTimeout(() => {
      setHovered({ box, x, y });
      light(box.box.key);
    }, REST);
  };
  return { hovered, onPointerMove, onPointerLeave: leave };
}
