/** All channels of a layer as a grid in one picture, and one of them large, with the value under the pointer. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Area } from '../../../src/graph/field/pixel.ts';
import type { Channel, FeatureMaps } from '../../../src/run/protocol.ts';
import { measured } from '../../parts/figures.ts';
import { bytesOf, paintBytes } from '../../parts/viridis.ts';

/** Pixels of the screen a cell has at least, and between cells. */
const CELL = 36;
const GAP = 2;

/** Cells in a row that fill a width, and how large each is. */
export function gridOf(count: number, room: number): { readonly columns: number; readonly cell: number } {
  const columns = Math.max(1, Math.min(count, Math.floor((room + GAP) / (CELL + GAP))));
  return { columns, cell: Math.min(96, (room + GAP) / columns - GAP) };
}

export interface GridProps {
  readonly maps: FeatureMaps;
  readonly channel: number;
  onChannel(channel: number): void;
}

/** The keys by which one goes from channel to channel. */
const STEPS: Readonly<Record<string, (columns: number) => number>> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
};

export function ChannelGrid({ maps, channel, onChannel }: GridProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const { columns, cell } = gridOf(maps.count, room);
  const { width, height } = maps;
  const scale = cell / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  const rows = Math.ceil(maps.count / columns);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || room === 0) return;
    // Each channel has its own pixels; a bitmap of all is drawn cell by cell.
    const all = new ImageData(width, height * maps.count);
    paintBytes(all, maps.data, width, 0, 0);
    const sheet = new OffscreenCanvas(width, height * maps.count);
    sheet.getContext('2d')?.putImageData(all, 0, 0);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const ratio = window.devicePixelRatio;
    for (let i = 0; i < maps.count; i++) {
      const [x, y] = [(i % columns) * (w + GAP), Math.floor(i / columns) * (h + GAP)];
      context.drawImage(sheet, 0, i * height, width, height, x * ratio, y * ratio, w * ratio, h * ratio);
    }
  }, [maps, columns, w, h, room]);
  const at = (e: MouseEvent): number => {
    const { left, top } = (e.currentTarget as Element).getBoundingClientRect();
    return Math.floor((e.clientY - top) / (h + GAP)) * columns + Math.floor((e.clientX - left) / (w + GAP));
  };
  const onKey = (e: KeyboardEvent): void => {
    const step = STEPS[e.key]?.(columns);
    if (step === undefined) return;
    e.preventDefault();
    onChannel(Math.max(0, Math.min(maps.count - 1, channel + step)));
  };
  const ratio = typeof devicePixelRatio === 'number' ? devicePixelRatio : 1;
  return (
    <div class="channel-grid" ref={box}>
      {room > 0 && (
        <div class="sheet" style={{ width: `${columns * (w + GAP) - GAP}px`, height: `${rows * (h + GAP) - GAP}px` }}>
          <canvas
            ref={canvas}
            width={Math.round((columns * (w + GAP) - GAP) * ratio)}
            height={Math.round((rows * (h + GAP) - GAP) * ratio)}
            tabIndex={0}
            role="slider"
            aria-label="Channel"
            aria-valuemin={0}
            aria-valuemax={maps.count - 1}
            aria-valuenow={channel}
            onClick={(e) => {
              const i = at(e);
              if (i < maps.count) onChannel(i);
            }}
            onKeyDown={onKey}
          />
          <i
            class="chosen"
            style={{
              left: `${(channel % columns) * (w + GAP)}px`,
              top: `${Math.floor(channel / columns) * (h + GAP)}px`,
              width: `${w}px`,
              height: `${h}px`,
            }}
          />
        </div>
      )}
    </div>
  );
}

export interface LargeProps {
  readonly channel: Channel;
  readonly name: string;
  readonly pixel: readonly [y: number, x: number] | undefined;
  /** A part of it that is framed: what an output pixel sees, or what an input pixel reaches. */
  readonly area: Area | undefined;
  onPixel(y: number, x: number): void;
}

/** One channel, as large as there is room. */
export function Large({ channel, name, pixel, area, onPixel }: LargeProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<readonly [number, number]>();
  const { width, height, data } = channel;
  const { bytes, from, to } = bytesOf(data);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    paintBytes(image, bytes, width, 0, 0);
    context.putImageData(image, 0, 0);
  }, [channel]);
  const at = (e: MouseEvent): readonly [number, number] => {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    const clamp = (v: number, n: number): number => Math.max(0, Math.min(n - 1, Math.floor(v)));
    return [clamp(((e.clientY - box.top) / box.height) * height, height), clamp(((e.clientX - box.left) / box.width) * width, width)];
  };
  const move = (e: KeyboardEvent): void => {
    const [y, x] = pixel ?? [height >> 1, width >> 1];
    const to = { ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], Enter: [y, x] }[e.key];
    if (!to) return;
    e.preventDefault();
    const [ny, nx] = to as [number, number];
    onPixel(Math.max(0, Math.min(height - 1, ny)), Math.max(0, Math.min(width - 1, nx)));
  };
  const shown = under ?? pixel;
  const part = (v: number, n: number): string => `${(100 * v) / n}%`;
  return (
    <figure class="large">
      <div class="frame" style={{ aspectRatio: `${width} / ${height}`, maxWidth: `min(100%, ${(340 * width) / height}px)` }}>
        <canvas
          ref={canvas}
          width={width}
          height={height}
          tabIndex={0}
          role="slider"
          aria-label={`Pixel of ${name}, ${height} by ${width}: arrows choose one, which is explained`}
          aria-valuemin={0}
          aria-valuemax={width * height - 1}
          aria-valuenow={pixel ? pixel[0] * width + pixel[1] : 0}
          aria-valuetext={pixel ? `row ${pixel[0]}, column ${pixel[1]}` : 'none'}
          onMouseMove={(e) => setUnder(at(e))}
          onMouseLeave={() => setUnder(undefined)}
          onClick={(e) => onPixel(...at(e))}
          onKeyDown={move}
        />
        {area && (
          <i
            class="area"
            style={{
              left: part(area.columns[0], width),
              top: part(area.rows[0], height),
              width: part(area.columns[1] - area.columns[0] + 1, width),
              height: part(area.rows[1] - area.rows[0] + 1, height),
            }}
          />
        )}
        {pixel && (
          <i
            class="pixel"
            style={{ left: part(pixel[1], width), top: part(pixel[0], height), width: part(1, width), height: part(1, height) }}
          />
        )}
      </div>
      <figcaption>
        <span>{name}</span>
        <span class="under">
          {shown
            ? `row ${shown[0]}, column ${shown[1]}: ${measured(data[shown[0] * width + shown[1]] ?? Number.NaN)}`
            : 'Click a pixel: why is it what it is?'}
        </span>
      </figcaption>
      <div class="maps-scale">
        <span>{measured(from)}</span>
        <i class="viridis" />
        <span>{measured(to)}</span>
      </div>
    </figure>
  );
}
