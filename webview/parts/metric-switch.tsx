/** Chooses what the ink of a picture tells. */
import type { JSX } from 'preact';
import './elements.ts';
import { isMetricName, METRICS, type MetricName } from '../../src/graph/metrics.ts';

export interface MetricSwitchProps {
  readonly metric: MetricName;
  /** What can be shown. */
  readonly metrics: readonly MetricName[];
  onMetric(metric: MetricName): void;
}

export const MetricSwitch = ({ metric, metrics, onMetric }: MetricSwitchProps): JSX.Element => (
  <div class="metric" title="What the ink tells: a layer is the fuller the more it costs, and its bar is its share of the heaviest.">
    <span>Cost</span>
    <vscode-single-select
      class="metric-select"
      label="Cost"
      value={metric}
      onChange={(e: Event) => {
        const { value } = e.target as HTMLSelectElement;
        if (isMetricName(value)) onMetric(value);
      }}
    >
      {metrics.map((m) => (
        <vscode-option key={m} value={m} selected={m === metric}>
          {METRICS[m].title}
        </vscode-option>
      ))}
    </vscode-single-select>
  </div>
);
