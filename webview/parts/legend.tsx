/** What the colours and widths mean; only of what the picture has. */
import type { JSX } from 'preact';
import type { BoxKind, Placed } from '../../src/diagram/index.ts';
import { METRICS } from '../../src/graph/metrics.ts';

const WORDS: readonly (readonly [BoxKind, string])[] = [
  ['pointwise', '1×1, linear'],
  ['conv', 'larger kernel'],
  ['pool', 'pool'],
  ['activation', 'activation'],
  ['norm', 'normalisation'],
  ['block', 'folded block'],
  ['other', 'resize, reshape'],
];

export function Legend({ placed }: { readonly placed: Placed }): JSX.Element {
  const kinds = new Set(placed.boxes.map((b) => b.box.kind));
  // Folded blocks are in the colours of what is inside.
  for (const { box } of placed.boxes)
    for (const { tone } of box.ink?.parts ?? []) if (tone !== 'other') kinds.add(tone === 'linear' ? 'pointwise' : tone);
  if (placed.lanes) kinds.delete('block');
  return (
    <ul class="legend" aria-label="Legend">
      {WORDS.filter(([kind]) => kinds.has(kind)).map(([kind, word]) => (
        <li key={kind}>
          <i class={`swatch ${kind}`} />
          {word}
        </li>
      ))}
      {placed.boxes.some((b) => b.box.strands) && (
        <li>
          <i class="swatch conv strands" />
          grouped
        </li>
      )}
      {placed.bands.some((b) => b.identity) && (
        <li>
          <i class="swatch identity" />
          identity
        </li>
      )}
      {placed.metric && placed.bars.length > 0 && (
        <li title="A layer is the fuller the more it costs (its root, so that what is small can be seen); its bar is its share of the heaviest.">
          <i class="swatch ink" />
          ink: {METRICS[placed.metric].title}
        </li>
      )}
      <li class="scale" title="A band is never narrower than 2 pixels.">
        <i class="swatch band" />
        {placed.scale.kind === 'linear' ? 'width: channels' : 'width: √channels'}
      </li>
    </ul>
  );
}
