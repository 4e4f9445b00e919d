/** The diagram of the target, with the side panel. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { arrangementOf, boxFor, type PlacedBox } from '../../src/diagram/index.ts';
import { METRIC_NAMES, METRICS } from '../../src/graph/metrics.ts';
import { Canvas } from '../parts/canvas/canvas.tsx';
import { figuresText } from '../parts/rows.ts';
import { ArrangementSwitch, MetricSwitch } from '../parts/switches.tsx';
import { useMenu } from '../parts/use-menu.ts';
import { shownName } from '../parts/what-if/says.ts';
import { svgOf } from '../workers/layouter.ts';
import type { Pane, PaneProps } from './pane.ts';
import { TargetPanel } from './target-panel.tsx';
import { ofTarget } from './target-run.ts';

function Body(p: PaneProps): JSX.Element {
  const { view, layout, subject } = p;
  const choose = (b: PlacedBox | undefined): void => {
    p.dispatch({ type: 'select', path: b?.box.key });
    if (b) p.onReveal(b.box.source);
  };
  // What is chosen may be drawn by what holds it.
  const { selection } = p;
  const drawn = useMemo(
    () => selection && ((layout.placed && boxFor(layout.placed, selection.path, selection.nodes)?.box.key) ?? selection.path),
    [layout.placed, selection],
  );
  const copyFigures = (): void =>
    p.post({
      type: 'copy',
      text: figuresText(view.graph, view.facts, selection, shownName(view)),
      what: `the figures of ${selection?.title ?? shownName(view)}`,
    });
  const { placed } = layout;
  useMenu({
    'copy-figures': copyFigures,
    'copy-svg': () => {
      if (!placed || !p.assets) return;
      svgOf(p.assets, placed).then(
        (text) => p.post({ type: 'copy', text, what: `the picture of ${shownName(view)} as SVG` }),
        (e: Error) => p.post({ type: 'failed', message: `The picture could not be written: ${e.message}` }),
      );
    },
    reveal: () => {
      const at = selection?.source ?? view.graph.scopes[0]?.source;
      if (at) p.onReveal(at);
    },
  });
  const suits = useMemo(() => arrangementOf(view.graph), [view.graph]);
  // A picture that is still of another target is fitted anew once its own has come.
  const isOwn = layout.graph === view.graph || layout.graph?.name === view.graph.name;
  return (
    <>
      {layout.failed && !layout.placed ? (
        <p class="empty">
          <span class="codicon codicon-error" />
          <b>No picture</b>
          <span>{layout.failed}</span>
        </p>
      ) : (
        <Canvas
          placed={layout.placed}
          graph={view.graph}
          facts={view.facts}
          subject={isOwn ? `${subject} ${p.state.kept.arrangement ?? ''}` : `${subject}?`}
          selected={drawn}
          path={p.selection?.path}
          marked={p.marked}
          stale={p.stale}
          label={`Diagram of ${view.target}`}
          corner={
            <div class="switches">
              {suits === 'lanes' && (
                <ArrangementSwitch
                  arrangement={p.state.kept.arrangement ?? suits}
                  onArrangement={(arrangement) => p.dispatch({ type: 'arrangement', arrangement })}
                />
              )}
              <MetricSwitch
                metric={p.metric}
                metrics={METRIC_NAMES.filter((m) => !METRICS[m].ofRun || p.results?.current)}
                onMetric={(metric) => p.dispatch({ type: 'metric', metric })}
              />
            </div>
          }
          onRoom={p.onRoom}
          onSelect={choose}
          onFold={(path, open) => p.dispatch({ type: 'fold', path, open })}
          onFoldAll={(folds) => p.dispatch({ type: 'folds', folds })}
          onPath={(path) => p.dispatch({ type: 'select', path })}
          onCopy={copyFigures}
        />
      )}
      <TargetPanel {...p} />
    </>
  );
}

export const diagram: Pane = { title: 'Diagram', ...ofTarget, Body };
