/** What the design space shows of each point: its figures, what it is, and the time that a run of it took here. */
import type { SpacePoint } from '../../../src/graph/space.ts';
import { VARIANTS } from '../../../src/graph/variants/index.ts';
import { resultKey, resultsFor, type State } from '../../state.ts';
import type { Job } from '../pane.ts';

export interface Row {
  readonly key: string;
  readonly point: SpacePoint;
  /** It is the target that the page shows. */
  readonly shown: boolean;
  /** What it is, in words. */
  readonly says: string;
  /** Milliseconds of its last run as the text stands. */
  readonly ms: number | undefined;
  /** Why it has no time, where one asked for it or cannot: a sentence. */
  readonly untimed: string | undefined;
}

/** Targets keep their results under their own names, whichever target is shown. */
const keptAs = (p: SpacePoint): { readonly of: string; readonly part: string } =>
  p.of !== undefined && p.kind !== 'target' ? { of: p.of, part: `${p.kind} ${p.name}` } : { of: p.name, part: '' };

function saysOf({ kind, of }: SpacePoint, shown: boolean): string {
  switch (kind) {
    case 'target':
      return shown ? 'what is shown' : of === undefined ? 'target of this file' : `target of this file, which ${of} names with “versus”`;
    case 'versus':
      return `what ${of} names with “versus”`;
    default:
      return `${of} ${VARIANTS[kind].says}`;
  }
}

/** What the last run of a point took. The whole target may have been run for its values too. */
function msOf(s: State, p: SpacePoint): number | undefined {
  const { graph } = p;
  if (!graph) return undefined;
  const { of, part } = keptAs(p);
  const found = [resultsFor(s, graph, 'point', part, of), ...(p.kind === 'target' ? [resultsFor(s, graph, 'target', '', p.name)] : [])];
  const runs = found.flatMap((r) => (r?.current ? [r.finished] : []));
  return runs.toSorted((a, b) => b.at - a.at)[0]?.result.ms;
}

function untimedOf(s: State, p: SpacePoint): string | undefined {
  if (!p.graph) return 'Its blocks do not fit each other, so it does not run as a whole.';
  const { of, part } = keptAs(p);
  const refused = s.view && s.refused[resultKey({ uri: s.view.uri, target: of }, 'point', part)];
  return refused?.version === s.view?.version ? refused?.message : undefined;
}

/** The points of the file in which the view is, as far as they are known: variants only of the target that is shown. */
export function rowsOf(s: State): readonly Row[] {
  const { view, spaced } = s;
  if (!view || spaced?.uri !== view.uri) return [];
  const own = spaced.target === view.target;
  return spaced.points
    .filter((p) => own || p.kind === 'target')
    .map((p): Row => {
      const point = own ? p : { ...p, of: undefined };
      const shown = p.kind === 'target' && p.name === view.target;
      const ms = msOf(s, p);
      const untimed = ms === undefined ? untimedOf(s, p) : undefined;
      return { key: `${p.kind} ${p.name}`, point, shown, says: saysOf(point, shown), ms, untimed };
    });
}

/** A run of every point that runs. */
export function jobsOf(rows: readonly Row[]): readonly Job[] {
  const runnable = rows.flatMap(({ point }) => (point.graph ? [{ point, graph: point.graph }] : []));
  return runnable.map(({ point, graph }, i) => ({
    which: 'point',
    ...keptAs(point),
    graph,
    what: `${point.name} (${i + 1} of ${runnable.length})`,
    look: false,
    optional: true,
  }));
}
