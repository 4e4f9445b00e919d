/** The layers of a run with what their numbers are like; one of them is looked at. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count } from '../../../src/graph/figures.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { showShape } from '../../../src/layers/shape.ts';
import type { NodeResult, RunResult } from '../../../src/run/protocol.ts';
import { measured } from '../../parts/figures.ts';

/** What is wrong with a layer's numbers, if anything is. */
function faultOf({ statistics: s, deadChannels }: NodeResult, channels: number): string | undefined {
  const lost = s.nan + s.infinite;
  if (lost > 0) return `${count(lost)} not finite`;
  if (deadChannels === channels) return 'all zero';
  return deadChannels > 0 ? `${count(deadChannels)} dead` : undefined;
}

export interface LayersProps {
  readonly graph: Graph;
  readonly result: RunResult;
  readonly node: number;
  onNode(node: number): void;
}

export function Layers({ graph, result, node, onNode }: LayersProps): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [node]);
  return (
    <ul class="value-layers" ref={list} aria-label="Layers">
      {graph.nodes.map((n) => {
        const r = result.nodes[n.id];
        if (!r) return null;
        const fault = n.kind === 'input' ? undefined : faultOf(r, n.shape[0]);
        return (
          <li key={n.id}>
            <button type="button" aria-current={n.id === node} title={n.path} onClick={() => onNode(n.id)}>
              <span class="who">{n.path}</span>
              <span class="dim shape">{showShape(n.shape)}</span>
              <span class="dim numbers">
                {measured(r.statistics.mean)} ± {measured(r.statistics.std)}
              </span>
              {fault && <span class="warning fault">{fault}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
