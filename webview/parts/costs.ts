/** What the layers of the target cost by the metric that was chosen, as far as it is known. */
import { useMemo } from 'preact/hooks';
import { type Costs, costsOf, METRICS, type Measured, type MetricName } from '../../src/graph/metrics.ts';
import { layerClock } from '../../src/graph/timing.ts';
import type { TargetView } from '../../src/protocol/server.ts';
import type { Finished } from '../state.ts';

/** What a run found, by node id. */
function measuredIn({ result, graph }: Finished): readonly Measured[] {
  return graph.nodes.map((n, id) => {
    const found = result.nodes[id];
    const entries = n.shape.reduce((a, b) => a * b, 1);
    return { ms: found?.ms, zeros: found && entries > 0 ? found.statistics.zeros / entries : undefined };
  });
}

/** The metric that can be shown: what only a run tells wants one of the text as it stands. */
export const shownMetric = (metric: MetricName, hasRun: boolean): MetricName => (METRICS[metric].ofRun && !hasRun ? 'weights' : metric);

/** The costs that a picture of the target shows. */
export function useCosts(
  view: TargetView | undefined,
  metric: MetricName,
  results: { readonly finished: Finished; readonly current: boolean } | undefined,
): Costs | undefined {
  const run = results?.current ? results.finished : undefined;
  const shown = shownMetric(metric, run !== undefined);
  return useMemo(
    () => view && costsOf(view.graph, view.facts, shown, run && METRICS[shown].ofRun ? measuredIn(run) : [], run && layerClock(run.result)),
    [view, shown, METRICS[shown].ofRun ? run : undefined],
  );
}
