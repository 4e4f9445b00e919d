/** What the page keeps, and how messages change it. */
import assert from 'node:assert/strict';
import { begin, reduce, restored, START, type State } from '../../webview/state.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { viewOf } from './views.ts';

const view = viewOf(fixtures.inception().graph);
const shown = (): State => reduce(begin(START), { type: 'view', result: { status: 'ok', view }, fileName: 'a.cnn' });

describe('page state', () => {
  it('keeps the last good view while the text is broken', () => {
    const s = reduce(shown(), {
      type: 'view',
      result: { status: 'stale', view: undefined, reason: 'broken', at: undefined },
      fileName: 'a.cnn',
    });
    assert.equal(s.view, view);
    assert.deepEqual(s.freshness, { status: 'stale', reason: 'broken', at: undefined });
  });

  it('forgets a view whose target is gone', () => {
    const s = reduce(shown(), { type: 'view', result: { status: 'missing', reason: 'gone' }, fileName: 'a.cnn' });
    assert.equal(s.view, undefined);
  });

  it('keeps folds and selection by target and path', () => {
    const s = reduce(reduce(shown(), { type: 'select', path: 'branch2/conv' }), { type: 'fold', path: 'x', open: true });
    assert.deepEqual(Object.values(s.kept.selected), ['branch2/conv']);
    assert.deepEqual(Object.values(s.kept.folds), [{ x: true }]);
    assert.deepEqual(restored(JSON.parse(JSON.stringify(s.kept))), s.kept);
  });

  it('takes no nonsense for what an earlier page kept, nor for a seed', () => {
    for (const kept of [undefined, null, 3, 'x', {}, { seed: -1, tab: 'nowhere', folds: 7 }]) assert.deepEqual(restored(kept), START);
    assert.equal(reduce(shown(), { type: 'seed', seed: 1.5 }).kept.seed, 1);
  });
});
