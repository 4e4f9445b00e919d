/** The diagram of the target, with the side panel. */
import type { JSX } from 'preact';
import type { PlacedBox } from '../../src/diagram/index.ts';
import { METRIC_NAMES, METRICS } from '../../src/graph/metrics.ts';
import { Canvas } from '../parts/canvas.tsx';
import { MetricSwitch } from '../parts/metric-switch.tsx';
import type { Pane, PaneProps } from './pane.ts';
import { TargetPanel } from './target-panel.tsx';
import { ofTarget } from './target-run.ts';

function Body(p: PaneProps): JSX.Element {
  const { view, layout, subject } = p;
  const choose = (b: PlacedBox | undefined): void => {
    p.dispatch({ type: 'select', path: b?.box.key });
    if (b) p.onReveal(b.box.source);
  };
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
          subject={isOwn ? subject : `${subject}?`}
          selected={p.selection?.path}
          marked={p.marked}
          stale={p.stale}
          label={`Diagram of ${view.target}`}
          corner={
            <MetricSwitch
              metric={p.metric}
              metrics={METRIC_NAMES.filter((m) => !METRICS[m].ofRun || p.results?.current)}
              onMetric={(metric) => p.dispatch({ type: 'metric', metric })}
            />
          }
          onRoom={p.onRoom}
          onSelect={choose}
          onFold={(path, open) => p.dispatch({ type: 'fold', path, open })}
        />
      )}
      <TargetPanel {...p} />
    </>
  );
}

export const diagram: Pane = { title: 'Diagram', ...ofTarget, Body };
