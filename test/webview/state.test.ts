/** What the page keeps, and how messages change it. */
import assert from 'node:assert/strict';
import type { ToPage } from '../../src/protocol/page.ts';
import type { TargetView } from '../../src/protocol/server.ts';
import { restored, START } from '../../webview/kept.ts';
import { begin, comparisonOf, isAwaited, isSpaceAwaited, reduce, type State } from '../../webview/state.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { comparisonFor, sending, sent, spaceFor, viewOf } from './views.ts';

const view = viewOf(fixtures.inception().graph);
const shown = (): State => reduce(begin(START), { type: 'view', result: { status: 'ok', sent: sent(view) }, fileName: 'a.cnn' });

const TABS = ['diagram', 'table', 'compare'] as const;

describe('page state', () => {
  it('keeps the last good view while the text is broken', () => {
    const s = reduce(shown(), {
      type: 'view',
      result: { status: 'stale', sent: undefined, reason: 'broken', at: undefined },
      fileName: 'a.cnn',
    });
    assert.deepEqual(s.view, view);
    assert.deepEqual(s.freshness, { status: 'stale', reason: 'broken', at: undefined });
  });

  it('puts together what it has and what changed', () => {
    const first = sending(view);
    const edited = viewOf(fixtures.inception().graph, { version: 2 });
    const wider = edited.graph.nodes.map((n) => (n.id === 3 ? { ...n, shape: [7, 7, 7] as const } : n));
    const next = { ...edited, graph: { ...edited.graph, nodes: wider.slice(0, -1) } };
    const second = sending(next, first.posted).sent;
    assert.ok(JSON.stringify(second).length < JSON.stringify(first.sent).length / 2, 'only what changed is sent');
    const show = (s: State, v: typeof second): State => reduce(s, { type: 'view', result: { status: 'ok', sent: v }, fileName: 'a.cnn' });
    const s = show(show(begin(START), first.sent), second);
    assert.deepEqual(s.view, next);
    assert.equal(s.lost, false);
  });

  it('asks for the whole where a view builds on one that it does not have', () => {
    const second = sending(view, sending(view).posted).sent;
    const s = reduce(shown(), { type: 'view', result: { status: 'ok', sent: second }, fileName: 'a.cnn' });
    assert.equal(s.lost, true);
    assert.deepEqual(s.view, view);
  });

  it('awaits a comparison until one of this very text has come', () => {
    const compared = reduce(shown(), comparisonFor(view) as Extract<ToPage, { type: 'comparison' }>);
    assert.equal(isAwaited(shown()), true);
    assert.equal(isAwaited(compared), false);
    assert.equal(comparisonOf(compared)?.current, true);
    const later = sent({ ...view, version: 2 });
    const edited = reduce(compared, { type: 'view', result: { status: 'ok', sent: later }, fileName: 'a.cnn' });
    assert.equal(isAwaited(edited), true);
    assert.equal(comparisonOf(edited)?.current, false);
  });

  it('forgets a view whose target is gone', () => {
    const s = reduce(shown(), { type: 'view', result: { status: 'missing', reason: 'gone' }, fileName: 'a.cnn' });
    assert.equal(s.view, undefined);
  });

  it('keeps folds and selection by target and path', () => {
    const s = reduce(reduce(shown(), { type: 'select', path: 'branch2/conv' }), { type: 'fold', path: 'x', open: true });
    assert.deepEqual(Object.values(s.kept.selected), ['branch2/conv']);
    assert.deepEqual(Object.values(s.kept.folds), [{ x: true }]);
    assert.deepEqual(restored(JSON.parse(JSON.stringify(s.kept)), TABS), s.kept);
  });

  it('keeps how the table is shown, and what is open in it by target', () => {
    const folds = { base: 'open', rows: { branch2: false } } as const;
    const changes = [{ sort: { column: 'macs', down: true } }, { filter: '3x3' }, { columns: { kernel: true, params: false } }] as const;
    const s = changes.reduce((at, change) => reduce(at, { type: 'table', change }), reduce(shown(), { type: 'row-folds', folds }));
    assert.deepEqual(s.kept.table, { ...START.table, ...Object.assign({}, ...changes) });
    assert.deepEqual(Object.values(s.kept.rowFolds), [folds]);
    assert.deepEqual(restored(JSON.parse(JSON.stringify(s.kept)), TABS), s.kept);
    const odd = { table: { flat: 1, filter: 2, sort: { column: 'nowhere' }, columns: { nowhere: true, kernel: 'x' } }, rowFolds: { a: 3 } };
    assert.deepEqual(restored(odd, TABS), { ...START, rowFolds: { a: { base: 'readable', rows: {} } } });
  });

  it('awaits a design space until one of this very text and target has come, and of no broken text', () => {
    const space = spaceFor(view) as Extract<ToPage, { type: 'space' }>;
    const came = reduce(shown(), space);
    const seen = (s: State, of: TargetView): State =>
      reduce(s, { type: 'view', result: { status: 'ok', sent: sent(of) }, fileName: 'a.cnn' });
    assert.deepEqual([shown(), came, seen(came, { ...view, version: 2 }), seen(came, { ...view, target: 'Other' })].map(isSpaceAwaited), [
      true,
      false,
      true,
      true,
    ]);
    const broken = { status: 'stale', sent: undefined, reason: 'broken', at: undefined } as const;
    assert.equal(isSpaceAwaited(reduce(shown(), { type: 'view', result: broken, fileName: 'a.cnn' })), false);
    const across = reduce(came, { type: 'across', across: 'memory' }).kept;
    assert.equal(restored(JSON.parse(JSON.stringify(across)), TABS).across, 'memory');
    assert.equal(restored({ across: 'nowhere' }, TABS).across, 'params');
  });

  it('keeps what is tried by target, and that the bar for it is open', () => {
    const tried = reduce(reduce(shown(), { type: 'try', tried: { c1: '96' } }), { type: 'what-if', open: true });
    assert.deepEqual([Object.values(tried.kept.tried), tried.kept.whatIf], [[{ c1: '96' }], true]);
    assert.deepEqual(restored(JSON.parse(JSON.stringify(tried.kept)), TABS), tried.kept);
    assert.deepEqual(restored({ tried: { a: { c1: 3 }, b: 'x', c: { c1: '8', d: null } }, whatIf: 1 }, TABS), {
      ...START,
      tried: { c: { c1: '8' } },
    });
    assert.deepEqual(reduce(tried, { type: 'try', tried: {} }).kept.tried, {});
  });

  it('takes no nonsense for what an earlier page kept, nor for a seed', () => {
    for (const kept of [undefined, null, 3, 'x', {}, { seed: -1, tab: 'nowhere', folds: 7, panel: { width: -1, folded: { x: 1 } } }])
      assert.deepEqual(restored(kept, TABS), START);
    assert.equal(reduce(shown(), { type: 'seed', seed: 1.5 }).kept.seed, 1);
  });
});
