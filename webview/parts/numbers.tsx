/** What a lot of numbers is, in figures: of a layer's output, or of one of its channels. */
import type { JSX } from 'preact';
import { count, percent } from '../../src/graph/figures.ts';
import type { Statistics } from '../../src/tensor/index.ts';
import { measured } from './figures.ts';
import { Row } from './piece.tsx';

export interface NumberRowsProps {
  readonly statistics: Statistics;
  /** How many numbers there are. */
  readonly entries: number;
  readonly deadChannels?: number;
}

/** Rows of a list of figures. */
export function NumberRows({ statistics: s, entries, deadChannels = 0 }: NumberRowsProps): JSX.Element {
  return (
    <>
      <Row name="mean ± std">
        {measured(s.mean)} ± {measured(s.std)}
      </Row>
      <Row name="min … max">
        {measured(s.min)} … {measured(s.max)}
      </Row>
      <Row name="zeros">
        {percent(s.zeros, entries)}
        {deadChannels > 0 && ` · ${count(deadChannels)} dead ${deadChannels === 1 ? 'channel' : 'channels'}`}
      </Row>
      {s.nan + s.infinite > 0 && (
        <Row name="not finite">
          <span class="error">
            {count(s.nan)} NaN, {count(s.infinite)} infinite
          </span>
        </Row>
      )}
    </>
  );
}
