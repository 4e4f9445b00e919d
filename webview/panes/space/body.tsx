/** The design space: the targets of the file and the variants of the one that is shown, by what they cost and how long they take. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { ACROSS } from '../../kept.ts';
import { Switch } from '../../parts/switches.tsx';
import { isSpaceAwaited } from '../../state.ts';
import type { PaneProps } from '../pane.ts';
import { Figures } from './figures.tsx';
import { MEASURES } from './measures.ts';
import { Plot } from './plot.tsx';
import { type Row, rowsOf } from './rows.ts';

/** Shows what a row is about. */
function open({ post, dispatch, onTab }: PaneProps, { point: { kind, name }, shown }: Row): void {
  if (shown) onTab('diagram');
  else if (kind === 'target') post({ type: 'target', target: name });
  else {
    // Where nothing was chosen, what `versus` names is compared with.
    dispatch({ type: 'ask', asked: kind === 'versus' ? undefined : { kind: 'variant', name: kind } });
    onTab('compare');
  }
}

export function Body(p: PaneProps): JSX.Element {
  const { state, view } = p;
  const [lit, onLit] = useState<string>();
  const { spaced, results, refused, kept } = state;
  const rows = useMemo(() => rowsOf(state), [spaced, results, refused, view]);
  if (rows.length === 0) return <Nothing {...p} />;
  const onOpen = (row: Row): void => open(p, row);
  const unknown = spaced?.unknown ?? [];
  return (
    <div class={`space-pane${p.stale ? ' stale' : ''}`}>
      <div class="space-tools">
        <Switch
          name="Across"
          title="What goes from left to right."
          value={kept.across}
          values={ACROSS.map((a) => [a, MEASURES[a].title])}
          onChoose={(across) => p.dispatch({ type: 'across', across })}
        />
        <ul class="space-legend" aria-label="Legend">
          <li>
            <i class="dot" /> target
          </li>
          {rows.some((r) => r.point.kind !== 'target') && (
            <li>
              <i class="diamond" /> variant → {view.target}
            </li>
          )}
        </ul>
      </div>
      <Plot rows={rows} across={kept.across} lit={lit} onLit={onLit} onOpen={onOpen} />
      <div class="space-figures">
        <Figures rows={rows} lit={lit} onLit={onLit} onOpen={onOpen} />
        {unknown.length > 0 && (
          <p class="dim">
            <span class="codicon codicon-info" aria-hidden="true" /> {unknown.join(', ')} {unknown.length > 1 ? 'have' : 'has'} an error:
            what that costs is known once it is corrected.
          </p>
        )}
      </div>
    </div>
  );
}

const Nothing = ({ state, view }: PaneProps): JSX.Element =>
  isSpaceAwaited(state) ? (
    <p class="empty">
      <span class="codicon codicon-graph-scatter" />
      <span>Looking at the targets of {state.fileName} …</span>
    </p>
  ) : (
    <p class="empty">
      <span class="codicon codicon-error" />
      <b>Nothing to choose between yet</b>
      <span>{view.target} has an error. What it and its variants cost is known once that is corrected.</span>
    </p>
  );
