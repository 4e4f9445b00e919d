/** The numbers of a run: what it was made with, every channel of every layer, and why a number is what it is. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { count } from '../../../src/graph/figures.ts';
import { timeText } from '../../../src/graph/timing.ts';
import { shapeSize, showShape } from '../../../src/layers/shape.ts';
import { histogram } from '../../../src/run/look.ts';
import type { Bins, Channel, RunResult } from '../../../src/run/protocol.ts';
import { type Entry, statistics } from '../../../src/tensor/index.ts';
import { measured } from '../../parts/figures.ts';
import { Histogram } from '../../parts/histogram.tsx';
import { engineOf } from '../../parts/last-run.tsx';
import { NumberRows, type NumberRowsProps } from '../../parts/numbers.tsx';
import type { PaneProps } from '../pane.ts';
import { useAsked } from './asked.ts';
import { ChannelGrid, Large } from './channels.tsx';
import { FigureOne } from './figure-one.tsx';
import { Layers } from './layers.tsx';
import { SetupBar } from './setup-bar.tsx';
import { WhyThis } from './why.tsx';

/** What is looked at: a number of a node's output, or of a value between its operations. */
interface Look {
  readonly node: number;
  readonly value: number | undefined;
  readonly channel: number;
  readonly pixel: readonly [y: number, x: number] | undefined;
}

/** A histogram, and what its numbers are. */
function Summary({ histogram, ...numbers }: NumberRowsProps & { readonly histogram: Bins | undefined }): JSX.Element {
  return (
    <div class="statistics">
      {histogram && <Histogram {...histogram} />}
      <dl>
        <NumberRows {...numbers} />
      </dl>
    </div>
  );
}

function Shown({ p, result }: { readonly p: PaneProps; readonly result: RunResult }): JSX.Element {
  const graph = p.results?.finished.graph ?? p.view.graph;
  const chosen = p.state.kept.selected[p.subject];
  const selected = graph.nodes.find((n) => n.path === chosen)?.id;
  const [look, setLook] = useState<Look>({ node: selected ?? graph.outputs[0]?.node ?? 0, value: undefined, channel: 0, pixel: undefined });
  const [before, setBefore] = useState<readonly Look[]>([]);
  // What is chosen elsewhere is looked at here.
  useEffect(() => {
    if (selected !== undefined && selected !== look.node) setLook({ node: selected, value: undefined, channel: 0, pixel: undefined });
  }, [selected]);
  const held = p.state.held === result;
  const node = graph.nodes[look.node] ?? graph.nodes[0];
  const numbers = result.nodes[look.node];
  const maps = useAsked(p.ask, held && node ? { ask: 'channels', node: node.id } : undefined, result);
  const channel = useAsked(p.ask, held && node ? { ask: 'channel', node: node.id, channel: look.channel } : undefined, result);
  const at: Entry | undefined = look.pixel && [look.channel, look.pixel[0], look.pixel[1]];
  const why = useAsked(
    p.ask,
    held && at && node ? { ask: 'why', of: look.value === undefined ? { node: node.id } : { value: look.value }, at } : undefined,
    result,
  );
  const isInput = node?.kind === 'input';
  const output = graph.outputs[0]?.node ?? 0;
  const reached = useAsked(p.ask, held && isInput && look.pixel ? { ask: 'reached', node: output, at: look.pixel } : undefined, result);
  if (!node || !numbers) return <p class="empty">The layer is no longer there.</p>;

  const go = (next: Look): void => {
    setBefore([...before, look]);
    setLook(next);
    const path = graph.nodes[next.node]?.path;
    if (path !== undefined && next.node !== look.node) p.dispatch({ type: 'select', path });
  };
  const single = node.shape.length === 1 || (node.shape[1] === 1 && node.shape[2] === 1);
  const shownMaps = maps?.question.node === node.id ? maps.answer : undefined;
  const shownChannel = channel?.question.node === node.id && channel.question.channel === look.channel ? channel.answer : undefined;
  return (
    <div class="values-body">
      <Layers
        graph={graph}
        result={result}
        node={look.node}
        onNode={(id) => go({ node: id, value: undefined, channel: 0, pixel: undefined })}
      />
      <div class="value-channels">
        <h2>
          {node.path} <span class="dim">{showShape(node.shape)}</span>
        </h2>
        <Summary {...numbers} entries={shapeSize(node.shape)} />
        {!held ? (
          <p class="dim">
            The numbers of this run are not kept: they are too many, or another run came after it. Run again to look at channels.
          </p>
        ) : single ? (
          <Vector
            p={p}
            node={node.id}
            channels={node.shape[0]}
            result={result}
            channel={look.channel}
            onChannel={(c) => go({ ...look, value: undefined, channel: c, pixel: [0, 0] })}
          />
        ) : (
          shownMaps && (
            <>
              <ChannelGrid maps={shownMaps} channel={look.channel} onChannel={(c) => setLook({ ...look, value: undefined, channel: c })} />
              <div class="maps-scale">
                <span>{measured(shownMaps.from)}</span>
                <i class="viridis" />
                <span>{measured(shownMaps.to)}</span>
                <span class="of">{count(shownMaps.of)} channels</span>
              </div>
            </>
          )
        )}
      </div>
      <div class="value-why">
        {before.length > 0 && (
          <button
            type="button"
            class="as-link back"
            onClick={() => {
              const last = before.at(-1);
              if (!last) return;
              setBefore(before.slice(0, -1));
              setLook(last);
              const path = graph.nodes[last.node]?.path;
              if (path !== undefined) p.dispatch({ type: 'select', path });
            }}
          >
            <span class="codicon codicon-arrow-left" /> back to {graph.nodes[before.at(-1)?.node ?? 0]?.path}
          </button>
        )}
        {held && !single && shownChannel && (
          <Large
            channel={shownChannel}
            name={`channel ${look.channel}`}
            pixel={look.pixel}
            area={isInput ? why?.answer?.seen : undefined}
            onPixel={(y, x) => setLook({ ...look, value: undefined, pixel: [y, x] })}
          />
        )}
        {held && !single && shownChannel && <OfChannel channel={shownChannel} />}
        {why?.answer && (
          <>
            <WhyThis
              graph={graph}
              why={why.answer}
              onGo={(value, maker, [c, y, x]) => {
                const isOutput = why.answer?.makers[value]?.isOutput ?? true;
                go({ node: maker, value: isOutput ? undefined : value, channel: c, pixel: [y, x] });
              }}
            />
            <FigureOne why={why.answer} channels={node.shape[0]} ask={p.ask} onChannel={(c) => setLook({ ...look, channel: c })} />
            <p class="dim">
              {why.answer.seen && !isInput
                ? `It sees rows ${why.answer.seen.rows.join(' to ')} and columns ${why.answer.seen.columns.join(' to ')} of the input.`
                : ''}
              {isInput && reached?.answer
                ? graph.nodes[output]?.shape.length === 1
                  ? `It reaches ${graph.nodes[output]?.path}.`
                  : `It reaches rows ${reached.answer.rows.join(' to ')} and columns ${reached.answer.columns.join(' to ')} of ${graph.nodes[output]?.path}.`
                : ''}
            </p>
            {why.answer.seen && !isInput && <SeenInput p={p} result={result} seen={why.answer.seen} />}
          </>
        )}
      </div>
    </div>
  );
}

/** What one channel's numbers are, beside those of its layer. */
function OfChannel({ channel: { data } }: { readonly channel: Channel }): JSX.Element {
  const numbers = useMemo(() => ({ statistics: statistics(data), histogram: histogram(data) }), [data]);
  return <Summary {...numbers} entries={data.length} />;
}

/** The input's first channel with what a pixel sees of it. */
function SeenInput({
  p,
  result,
  seen,
}: {
  readonly p: PaneProps;
  readonly result: RunResult;
  readonly seen: NonNullable<Parameters<typeof Large>[0]['area']>;
}): JSX.Element | null {
  const input = useAsked(p.ask, { ask: 'channel', node: 0, channel: 0 }, result);
  if (!input?.answer || input.answer.width * input.answer.height === 1) return null;
  return <Large channel={input.answer} name="input, channel 0" pixel={undefined} area={seen} onPixel={() => undefined} />;
}

/** Entries of a vector as one column of numbers. */
function Vector({
  p,
  node,
  channels,
  result,
  channel,
  onChannel,
}: {
  readonly p: PaneProps;
  readonly node: number;
  readonly channels: number;
  readonly result: RunResult;
  readonly channel: number;
  onChannel(channel: number): void;
}): JSX.Element {
  const shown = Math.min(channels, 200);
  const [numbers, setNumbers] = useState<readonly (number | undefined)[]>([]);
  useEffect(() => {
    let left = false;
    void Promise.all(Array.from({ length: shown }, (_, c) => p.ask({ ask: 'channel', node, channel: c }))).then((all) => {
      if (!left) setNumbers(all.map((a) => a?.data[0]));
    });
    return () => {
      left = true;
    };
  }, [node, shown, result]);
  const most = numbers.reduce<number>((m, v) => Math.max(m, Math.abs(v ?? 0)), 0);
  return (
    <>
      <ul class="vector" aria-label="Entries">
        {numbers.map((v, c) => (
          <li key={c}>
            <button type="button" aria-current={c === channel} onClick={() => onChannel(c)}>
              <span class="dim">{c}</span>
              <span class="track">
                <i style={{ width: `${most > 0 ? (100 * Math.abs(v ?? 0)) / most : 0}%` }} class={(v ?? 0) < 0 ? 'less' : ''} />
              </span>
              <span class="mono">{v === undefined ? '' : measured(v)}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown < channels && (
        <p class="dim">
          The first {shown} of {count(channels)} entries.
        </p>
      )}
    </>
  );
}

export function Body(p: PaneProps): JSX.Element {
  const result = p.results?.finished.result;
  return (
    <div class="values">
      <SetupBar {...p} />
      {result && result.nodes.length > 0 ? (
        <>
          <p class={`ran${p.results?.current ? '' : ' old'}`}>
            {!p.results?.current && <span class="warning">Of the text before the last edit. </span>}
            <b>{timeText(result)}</b>{' '}
            <span class="dim">
              · {result.with} · {engineOf(result)}
            </span>
          </p>
          <Shown key={`${p.subject} ${result.with}`} p={p} result={result} />
        </>
      ) : (
        <p class="empty">
          <span class="codicon codicon-play" />
          <b>No numbers yet</b>
          <span>Run {p.view.target} to see every channel of every layer, and why a value is what it is.</span>
        </p>
      )}
    </div>
  );
}
