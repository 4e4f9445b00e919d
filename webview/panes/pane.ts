/** What a pane is: one tab of the page, with what it needs to know, what it may ask, and what a run of it computes. */
import type { JSX } from 'preact';
import type { Room } from '../../src/diagram/index.ts';
import type { Graph, Location } from '../../src/graph/graph.ts';
import type { MetricName } from '../../src/graph/metrics.ts';
import type { FromPage, Init, Tab } from '../../src/protocol/page.ts';
import type { TargetView } from '../../src/protocol/server.ts';
import type { Answer, Question } from '../../src/run/protocol.ts';
import type { Selection } from '../parts/figures.ts';
import type { Action, comparisonOf, resultsFor, State, Which } from '../state.ts';
import type { useLayout } from '../workers/layouter.ts';

/** A graph to run, and under what its result is kept. */
export interface Job {
  readonly which: Which;
  readonly part?: string;
  /** The target under which its result is kept, if that is not the one that is shown. */
  readonly of?: string;
  readonly graph: Graph;
  /** What is timed in turns with it. */
  readonly beside?: { readonly which: Which; readonly graph: Graph };
  /** What the foot says is running. */
  readonly what: string;
  /** Whether its values are looked at, not its time alone. */
  readonly look: boolean;
  /** Whether the jobs behind it run too where this one does not fit in memory. */
  readonly optional?: boolean;
}

export interface PaneProps {
  readonly state: State;
  readonly view: TargetView;
  /** The target, told from those of other files. */
  readonly subject: string;
  readonly assets: Init['assets'] | undefined;
  /** The picture of the target. */
  readonly layout: ReturnType<typeof useLayout>;
  /** What the ink of the picture tells. */
  readonly metric: MetricName;
  readonly selection: Selection | undefined;
  /** The nodes at the cursor. */
  readonly marked: ReadonlySet<number>;
  /** The text has errors: what is shown is older. */
  readonly stale: boolean;
  readonly results: ReturnType<typeof resultsFor>;
  readonly compared: ReturnType<typeof comparisonOf>;
  dispatch(action: Action): void;
  post(message: FromPage): void;
  /** Asks for numbers of the run whose result is held. */
  ask<Q extends Question>(question: Q): Promise<Answer<Q> | undefined>;
  onRoom(room: Room): void;
  onTab(tab: Tab): void;
  onReveal(location: Location): void;
}

export interface Pane {
  /** On the tab. */
  readonly title: string;
  /** On the button that runs it. */
  readonly run: string;
  /** It shows what the text says, whatever is tried. */
  readonly ofText?: true;
  /** Why it cannot run now, in words. */
  obstacle(s: State): string | undefined;
  /** Whether what a run needs is still to come. */
  isAwaited(s: State): boolean;
  /** What a run of it computes. */
  jobs(s: State): readonly Job[];
  Body(props: PaneProps): JSX.Element;
}
