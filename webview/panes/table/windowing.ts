/** Which rows of a long list are near enough to be seen: only they are made. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** In pixels, as in VS Code's lists; the style sheet has it too. */
export const ROW = 22;
/** The header and the sum lie over the rows. */
const STUCK = 2 * 26;
/** Rows are made in steps of so many. */
const STEP = 8;
/** So many are there beyond what is seen, at either end. */
const BEYOND = 12;

export interface Seen {
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** What is seen of `length` rows in a box that scrolls. */
export function useWindow(box: RefObject<HTMLElement | null>, length: number): Seen {
  const [seen, setSeen] = useState<Seen>({ width: 0, from: 0, to: 60 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => {
      const first = Math.floor(element.scrollTop / ROW / STEP) * STEP;
      const next = {
        width: element.clientWidth,
        from: Math.max(0, first - BEYOND),
        to: first + Math.ceil(element.clientHeight / ROW) + STEP + BEYOND,
      };
      setSeen((old) => (old.width === next.width && old.from === next.from && old.to === next.to ? old : next));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, [box]);
  return { ...seen, from: Math.min(seen.from, Math.max(0, length - BEYOND)), to: Math.min(length, seen.to) };
}

/** Brings a row into view, if it is not, by as little as that takes. */
export function scrollToRow(element: HTMLElement | null, index: number): void {
  if (!element || index < 0) return;
  const top = index * ROW;
  const room = element.clientHeight - STUCK;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + ROW > element.scrollTop + room) element.scrollTop = top + ROW - room;
}
