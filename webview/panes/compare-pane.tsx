/** The target against its variant. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { failedIn } from '../../src/graph/graph.ts';
import { shownMetric } from '../parts/costs.ts';
import { Prose } from '../parts/empty.tsx';
import { shownName } from '../parts/what-if/says.ts';
import { comparisonOf, isAwaited, refusedOf, resultsFor, type State, targetKey } from '../state.ts';
import { Against } from './against.tsx';
import { Compare } from './compare.tsx';
import { chosenPart, partsOf } from './compare-parts.ts';
import type { Pane, PaneProps } from './pane.ts';
import { ofTarget } from './target-run.ts';

/** What is compared, and the part of it that was chosen. */
function chosen(s: State) {
  const comparison = comparisonOf(s)?.comparison;
  const part = comparison && s.view && chosenPart(partsOf(comparison), s.kept.parts[targetKey(s.view)]);
  return comparison && part && { comparison, part };
}

function Body(p: PaneProps): JSX.Element {
  const { state, view, subject, compared } = p;
  const comparison = compared?.comparison;
  const parts = useMemo(() => (comparison ? partsOf(comparison) : []), [comparison]);
  const part = chosenPart(parts, state.kept.parts[subject]);
  if (!comparison || !part) return <Nothing {...p} />;
  const resultOf = (side: 'this' | 'other') => {
    const r = resultsFor(state, part[side], side, part.path);
    return r?.current ? r.finished.result : undefined;
  };
  return (
    <Compare
      comparison={comparison}
      subject={subject}
      kind={view.kind}
      against={<Against {...p} />}
      assets={p.assets}
      as={state.kept.compareAs}
      parts={parts}
      part={part}
      results={{ this: resultOf('this'), other: resultOf('other') }}
      folds={state.kept.folds[subject]}
      metric={shownMetric(state.kept.metric, false)}
      stale={p.stale || !compared.current}
      onMetric={(metric) => p.dispatch({ type: 'metric', metric })}
      onPart={(path) => p.dispatch({ type: 'part', path })}
      onFold={(path, open) => p.dispatch({ type: 'fold', path, open })}
      onReveal={p.onReveal}
      onAs={(as) => p.dispatch({ type: 'compare-as', as })}
      onOpen={(text) => p.post({ type: 'open', text })}
    />
  );
}

const Nothing = (p: PaneProps): JSX.Element => (
  <div class="nothing">
    <Against {...p} />
    <Why {...p} />
  </div>
);

const Why = ({ state, view }: PaneProps): JSX.Element =>
  isAwaited(state) && failedIn(view.graph).length === 0 ? (
    <p class="empty">
      <span class="codicon codicon-diff" />
      <span>Comparing {view.target} …</span>
    </p>
  ) : refusedOf(state) !== undefined ? (
    <p class="empty">
      <span class="codicon codicon-diff" />
      <b>Nothing to compare {view.target} with</b>
      <Prose text={refusedOf(state) ?? ''} />
    </p>
  ) : failedIn(view.graph).length > 0 ? (
    <p class="empty">
      <span class="codicon codicon-error" />
      <b>Nothing to compare yet</b>
      <span>{view.target} has an error. What a variant of it would cost is known once that is corrected.</span>
    </p>
  ) : (
    <p class="empty">
      <span class="codicon codicon-diff" />
      <b>Nothing to compare {view.target} with</b>
      <span>
        No variant can be derived from it: it has no 1×1 reduction, depthwise convolution or groups. It names none with “versus” either.
        Compare it with another target, or with an earlier text.
      </span>
    </p>
  );

export const compare: Pane = {
  title: 'Compare',
  run: 'Time both',
  obstacle: (s) =>
    chosen(s)
      ? undefined
      : s.view && failedIn(s.view.graph).length > 0
        ? ofTarget.obstacle(s)
        : isAwaited(s)
          ? 'The comparison is still being made.'
          : 'There is no variant to compare with.',
  isAwaited,
  jobs(s) {
    const c = chosen(s);
    if (!c || !s.view) return [];
    const { part, comparison } = c;
    const what = `${part.path.length > 1 ? part.path : shownName(s.view)} and ${comparison.otherName} in turns`;
    return [{ which: 'this', part: part.path, graph: part.this, beside: { which: 'other', graph: part.other }, what, look: false }];
  },
  Body,
};
