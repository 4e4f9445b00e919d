/** The whole picture, small, where only a part of it is in view: what is seen is framed, and a press goes there. */
import type { JSX, RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Placed } from '../../../src/diagram/index.ts';

const WIDTH = 150;
const HEIGHT = 110;

export interface MinimapProps {
  readonly placed: Placed;
  /** The frame of what is seen, which moves without a render. */
  readonly frame: RefObject<SVGRectElement | null>;
  /** The middle of what should be seen, in the picture's own pixels. */
  onGo(x: number, y: number): void;
}

export function Minimap({ placed, frame, onGo }: MinimapProps): JSX.Element {
  const k = Math.min(WIDTH / placed.width, HEIGHT / placed.height);
  const boxes = useMemo(
    () =>
      placed.boxes
        .filter((b) => b.box.kind !== 'entry' && b.box.kind !== 'exit')
        .map((b) => (
          <rect key={b.box.key} class={`box ${b.box.kind}`} x={b.x} y={b.y} width={b.width} height={Math.max(b.height, 2 / k)} />
        )),
    [placed, k],
  );
  const go = (e: PointerEvent): void => {
    if (e.buttons !== 1) return;
    const r = (e.currentTarget as SVGSVGElement).getBoundingClientRect();
    onGo((e.clientX - r.left) / k, (e.clientY - r.top) / k);
  };
  return (
    <svg
      class="minimap"
      aria-hidden="true"
      width={placed.width * k}
      height={placed.height * k}
      viewBox={`0 0 ${placed.width} ${placed.height}`}
      onPointerDown={go}
      onPointerMove={go}
    >
      {boxes}
      <rect ref={frame} class="seen" />
    </svg>
  );
}
