/** What `diff --json` prints. */
import { FIGURES, type Measured } from '../../graph/diff/data.ts';
import type { Entry, Side } from '../../graph/diff/entries.ts';
import { totalsData } from '../totals-data.ts';
import type { FileDiff, TargetDiff } from './targets.ts';

const sideData = (s: Side | undefined, type: Entry['type']): unknown =>
  s
    ? {
        name: s.path,
        kind: s.kind,
        ...(type === 'node' ? { arguments: s.params } : {}),
        output: s.shape,
        ...Object.fromEntries(FIGURES.map((f) => [f, s.figures[f]])),
      }
    : null;

/** Entries of one type, those within blocks too. */
function dataOf(entries: readonly Entry[], type: Entry['type'], all: boolean): readonly unknown[] {
  return entries.flatMap((e) => {
    const inner = dataOf(e.children, type, all);
    if (e.type !== type || (!all && e.status === 'equal')) return inner;
    return [{ status: e.status, before: sideData(e.before, type), after: sideData(e.after, type), edits: e.edits }, ...inner];
  });
}

const targetData = ({ diff, entries }: TargetDiff, all: boolean): unknown => ({
  before: diff.before,
  after: diff.after,
  equal: diff.equal,
  totals: { before: totalsData(diff.totals.before), after: totalsData(diff.totals.after) },
  outputs: diff.outputs.map((o) => ({ name: o.name, before: o.before ?? null, after: o.after ?? null, changed: o.changed })),
  layers: dataOf(entries, 'node', all),
  blocks: dataOf(entries, 'scope', all),
});

const loneData = ({ graph, facts }: Measured): unknown => ({ target: graph.name, totals: totalsData(facts.totals) });

/** Data of a difference: what differs, or with `all` every layer and block. */
export const diffData = (d: FileDiff, all: boolean): unknown => ({
  before: d.before,
  after: d.after,
  equal: d.equal,
  targets: d.targets.map((t) => targetData(t, all)),
  added: d.added.map(loneData),
  gone: d.gone.map(loneData),
});
