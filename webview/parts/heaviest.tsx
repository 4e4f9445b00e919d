/** Where the cost of a picture is: its heaviest boxes, each with its bar; a click goes there. */
import type { JSX } from 'preact';
import type { Placed, PlacedBox } from '../../src/diagram/index.ts';
import { METRICS } from '../../src/graph/metrics.ts';
import { type Folding, PanelPiece } from './piece.tsx';

const MOST = 6;

export interface HeaviestProps extends Folding {
  readonly placed: Placed;
  onSelect(b: PlacedBox): void;
}

export function Heaviest({ placed, onSelect, ...folding }: HeaviestProps): JSX.Element | null {
  const heavy = placed.boxes
    .filter((b) => b.box.ink)
    .sort((a, b) => (b.box.ink?.value ?? 0) - (a.box.ink?.value ?? 0))
    .slice(0, MOST);
  const nameOf = (b: PlacedBox): string => (b.box.times > 1 ? `${b.box.title} ×${b.box.times}` : b.box.title);
  if (!placed.metric || heavy.length === 0) return null;
  return (
    <PanelPiece {...folding} piece="heaviest" title={`Where the ${METRICS[placed.metric].noun} are`}>
      <ul class="heaviest">
        {heavy.map((b) => (
          <li key={b.box.key}>
            <button type="button" title={b.box.key} onClick={() => onSelect(b)}>
              <span class="who">
                {nameOf(b)}
                {/* Which of several that are called alike. */}
                {heavy.some((o) => o !== b && nameOf(o) === nameOf(b)) && <span class="dim"> {b.box.shape.replace(/^\d+×/, '')}</span>}
              </span>
              <span class="track">
                {b.box.ink?.parts.map(({ tone, share }) => (
                  <i key={tone} class={tone} style={{ width: `${100 * share * (b.box.ink?.share ?? 0)}%` }} />
                ))}
              </span>
              <span class="much">{b.box.figures.at(-1)?.split(' · ').at(-1)}</span>
            </button>
          </li>
        ))}
      </ul>
    </PanelPiece>
  );
}
