/**
 * Figure 1 of the lesson with the numbers of a run: at one pixel, the channels that come in, the matrix of a 1×1 convolution, and one dot
 * product for each channel that goes out.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Why } from '../../../src/run/protocol.ts';
import type { Reason } from '../../../src/tensor/index.ts';
import { measured } from '../../parts/figures.ts';
import type { PaneProps } from '../pane.ts';

/** More channels than this are no longer a figure. */
const MOST = 8;

type Products = Extract<Reason, { readonly how: 'products' }>;
interface Row {
  readonly channel: number;
  readonly reason: Products;
  readonly number: number;
}

const dotOf = (why: Why | undefined): Products | undefined => {
  const reason = why?.explanation.reason;
  return reason?.how === 'products' && reason.patch.rows.length * reason.patch.columns.length === 1 ? reason : undefined;
};

export interface FigureOneProps {
  readonly why: Why;
  /** Of the layer's output. */
  readonly channels: number;
  readonly ask: PaneProps['ask'];
  onChannel(channel: number): void;
}

/** The figure, for a dot product of few channels; else nothing. */
export function FigureOne({ why, channels, ask, onChannel }: FigureOneProps): JSX.Element | null {
  const { value, at } = why.explanation;
  const dot = dotOf(why);
  const isFigure = dot !== undefined && dot.patch.channels.length <= MOST && channels <= MOST;
  const [rows, setRows] = useState<readonly Row[]>([]);
  useEffect(() => {
    let left = false;
    if (isFigure)
      void Promise.all(Array.from({ length: channels }, (_, c) => ask({ ask: 'why', of: { value }, at: [c, at[1], at[2]] }))).then(
        (all) => {
          if (left) return;
          setRows(
            all.flatMap((w, channel) => {
              const reason = dotOf(w);
              return w && reason ? [{ channel, reason, number: w.explanation.number }] : [];
            }),
          );
        },
      );
    return () => {
      left = true;
    };
  }, [isFigure, value, at[1], at[2], channels]);
  if (!isFigure || rows.length === 0) return null;
  return (
    <figure class="figure-one">
      <table>
        <thead>
          <tr>
            <th scope="col">in</th>
            {[...dot.patch.numbers].map((n, i) => (
              <th key={i} scope="col" class="mono" title={`channel ${dot.patch.channels[i]}`}>
                {measured(n)}
              </th>
            ))}
            {rows.some((r) => r.reason.bias !== undefined) && <th scope="col">bias</th>}
            <th scope="col">out</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.channel} class={r.channel === at[0] ? 'chosen' : ''}>
              <th scope="row">
                <button type="button" class="as-link" onClick={() => onChannel(r.channel)}>
                  channel {r.channel}
                </button>
              </th>
              {[...r.reason.weights].map((w, i) => (
                <td key={i} class="mono">
                  {measured(w)}
                </td>
              ))}
              {r.reason.bias !== undefined && <td class="mono">{measured(r.reason.bias)}</td>}
              <td class="mono out">{measured(r.number)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption class="dim small">
        {dot.patch.channels.length} channels at one pixel, {channels} dot products: each row of weights with the numbers above it.
      </figcaption>
    </figure>
  );
}
