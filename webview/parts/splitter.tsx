/** The line between the picture and its figures: dragged, or moved by arrows, it gives the figures more room or less. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { KeptPanel } from '../kept.ts';

/** Beside an editor the figures stand below the picture; `narrow.css` says the same. */
const BELOW = '(max-width: 760px) and (min-height: 441px)';
/** The figures have at least so many pixels, and leave at least so many to the picture. */
const LEAST = { width: 180, height: 96 } as const;
const LEFT = { width: 240, height: 160 } as const;
/** Of an arrow key. */
const STEP = 16;

export interface SplitterProps {
  /** The id of what it makes larger. */
  readonly controls: string;
  /** Undefined gives back the size that it has by itself. */
  onSize(change: Partial<Pick<KeptPanel, 'width' | 'height'>>): void;
}

export function Splitter({ controls, onSize }: SplitterProps): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const [isBelow, setBelow] = useState(() => matchMedia(BELOW).matches);
  const [range, setRange] = useState({ now: 0, most: 0 });
  const side = isBelow ? 'height' : 'width';

  const panel = (): HTMLElement | null => document.getElementById(controls);
  const mostOf = (): number => Math.max(LEAST[side], (bar.current?.parentElement?.getBoundingClientRect()[side] ?? 0) - LEFT[side]);
  const clamp = (size: number): number => Math.round(Math.max(LEAST[side], Math.min(mostOf(), size)));
  const sizeNow = (): number => panel()?.getBoundingClientRect()[side] ?? 0;
  useEffect(() => {
    const media = matchMedia(BELOW);
    const onChange = (): void => setBelow(media.matches);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, []);
  // What stands in it decides its height until one has dragged it.
  useEffect(() => {
    const watch = new ResizeObserver(() => setRange({ now: Math.round(sizeNow()), most: mostOf() }));
    const own = panel();
    if (own) watch.observe(own);
    return () => watch.disconnect();
  }, [side]);

  const onPointerDown = (e: PointerEvent): void => {
    const element = bar.current;
    const around = element?.parentElement;
    if (e.button !== 0 || !element || !around) return;
    e.preventDefault();
    element.focus();
    element.setPointerCapture(e.pointerId);
    const place = (at: PointerEvent): number => (isBelow ? at.clientY : at.clientX);
    const [start, size] = [place(e), sizeNow()];
    let to: number | undefined;
    // The page is drawn anew once it is let go; meanwhile the style alone changes.
    const onMove = (at: PointerEvent): void => {
      to = clamp(size + start - place(at));
      around.style.setProperty(`--panel-${side}`, `${to}px`);
    };
    const onUp = (): void => {
      element.removeEventListener('pointermove', onMove);
      if (to !== undefined) onSize({ [side]: to });
    };
    element.addEventListener('pointermove', onMove);
    element.addEventListener('lostpointercapture', onUp, { once: true });
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const [more, less] = isBelow ? (['ArrowUp', 'ArrowDown'] as const) : (['ArrowLeft', 'ArrowRight'] as const);
    const to: Readonly<Record<string, () => number | undefined>> = {
      [more]: () => clamp(sizeNow() + STEP),
      [less]: () => clamp(sizeNow() - STEP),
      Home: () => LEAST[side],
      End: mostOf,
      Enter: () => undefined,
    };
    const size = to[e.key];
    if (!size) return;
    e.preventDefault();
    onSize({ [side]: size() });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule of a text cannot be moved.
    <div
      ref={bar}
      class={`splitter ${isBelow ? 'below' : 'beside'}`}
      role="separator"
      tabIndex={0}
      title="Drag, or press arrows; a double click or Enter gives back its own size."
      aria-label="Size of the figures"
      aria-controls={controls}
      aria-orientation={isBelow ? 'horizontal' : 'vertical'}
      aria-valuemin={LEAST[side]}
      aria-valuemax={range.most}
      aria-valuenow={range.now}
      onPointerDown={onPointerDown}
      onDblClick={() => onSize({ [side]: undefined })}
      onKeyDown={onKeyDown}
    />
  );
}
