/** What a picture shows and how it is laid out, to be chosen. */
import type { JSX } from 'preact';
import './elements.ts';
import type { Arrangement } from '../../src/diagram/index.ts';
import { METRICS, type MetricName } from '../../src/graph/metrics.ts';

interface SwitchProps<T extends string> {
  readonly name: string;
  readonly title: string;
  readonly value: T;
  readonly values: readonly (readonly [value: T, title: string])[];
  onChoose(value: T): void;
}

/** Chooses one of a few values. */
export const Switch = <T extends string>({ name, title, value, values, onChoose }: SwitchProps<T>): JSX.Element => (
  <div class="metric" title={title}>
    <span>{name}</span>
    <vscode-single-select
      class="metric-select"
      label={name}
      value={value}
      onChange={(e: Event) => {
        const found = values.find(([v]) => v === (e.target as HTMLSelectElement).value);
        if (found) onChoose(found[0]);
      }}
    >
      {values.map(([v, text]) => (
        <vscode-option key={v} value={v} selected={v === value}>
          {text}
        </vscode-option>
      ))}
    </vscode-single-select>
  </div>
);

export interface MetricSwitchProps {
  readonly metric: MetricName;
  /** What can be shown. */
  readonly metrics: readonly MetricName[];
  onMetric(metric: MetricName): void;
}

/** Chooses what the ink of a picture tells. */
export const MetricSwitch = ({ metric, metrics, onMetric }: MetricSwitchProps): JSX.Element => (
  <Switch
    name="Cost"
    title="What the ink tells: a layer is the fuller the more it costs, and its bar is its share of the heaviest."
    value={metric}
    values={metrics.map((m) => [m, METRICS[m].title])}
    onChoose={onMetric}
  />
);

export interface ArrangementSwitchProps {
  readonly arrangement: Arrangement;
  onArrangement(arrangement: Arrangement): void;
}

/** Chooses how a whole network is laid out. */
export const ArrangementSwitch = ({ arrangement, onArrangement }: ArrangementSwitchProps): JSX.Element => (
  <Switch
    name="Layout"
    title="By lanes, one for each size of map, or as one column."
    value={arrangement}
    values={[
      ['lanes', 'lanes'],
      ['column', 'column'],
    ]}
    onChoose={onArrangement}
  />
);
