/** A histogram of a layer's output. The bin that holds zero has a colour of its own: after a relu it towers, and is cut. */
import type { JSX } from 'preact';
import { BINS, type Bins } from '../../src/run/protocol.ts';
import { measured } from './figures.ts';

const [WIDTH, HEIGHT] = [288, 56];

export function Histogram({ from: min, to: max, counts: bins }: Bins): JSX.Element {
  const zero = max > min && min <= 0 && max >= 0 ? Math.min(BINS - 1, Math.floor((-min / (max - min)) * BINS)) : -1;
  const rest = Math.max(1, ...bins.filter((_, i) => i !== zero));
  // One towering bin must not flatten all others.
  const top = Math.min(Math.max(...bins), rest * 1.6) || 1;
  const step = WIDTH / BINS;
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Histogram of values from ${measured(min)} to ${measured(max)}`}
      >
        {bins.map((n, i) => {
          const h = n === 0 ? 0 : Math.max(1, Math.min(1, n / top) * HEIGHT);
          return <rect key={i} class={i === zero ? 'zero' : 'bin'} x={i * step} y={HEIGHT - h} width={step - 1} height={h} />;
        })}
      </svg>
      <figcaption>
        <span>{measured(min)}</span>
        <span>{measured(max)}</span>
      </figcaption>
    </figure>
  );
}
