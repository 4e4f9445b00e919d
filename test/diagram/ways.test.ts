/** The ways through a picture, as keys and the pointer follow them. */
import assert from 'node:assert/strict';
import { layoutWithin, waysOf } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { targetOf } from '../support/cnn.ts';

const TEXT = `
block Twice(c) { conv(c, 3x3) -> relu -> conv(c, 1x1) }
block Fork on 8x16x16 {
  first: conv(8, 1x1)
  concat {
    | Twice(4)
    | identity
  }
  last: relu
}`;

describe('ways through a picture', () => {
  const ways = async (folds: Readonly<Record<string, boolean>>) => {
    const { graph, facts } = await targetOf(TEXT, 'Fork');
    return waysOf(await layoutWithin(graph, facts, { folds }, undefined, createLayered()));
  };

  it('lead from a box to what reads it, and back', async () => {
    const w = await ways({ 'branch1/Twice': false });
    assert.deepEqual(w.after('first'), ['branch1/Twice', 'concat']);
    assert.deepEqual(w.before('concat'), ['branch1/Twice', 'first']);
    assert.deepEqual(w.before('input'), []);
  });

  it('lead into an open block and out of it, not round within', async () => {
    const w = await ways({ 'branch1/Twice': true });
    assert.deepEqual(w.after('first'), ['concat', 'branch1/Twice/conv']);
    assert.deepEqual(w.before('branch1/Twice/conv'), ['first']);
    assert.deepEqual(w.after('branch1/Twice/conv_2'), ['concat']);
    assert.deepEqual(w.after('branch1/Twice'), ['concat']);
  });

  it('go through a box from the input to the output, past what lies beside it', async () => {
    const w = await ways({ 'branch1/Twice': true });
    const inner = w.through('branch1/Twice/conv_2');
    for (const key of ['input', 'first', 'branch1/Twice/conv', 'concat', 'last']) assert.ok(inner.has(key), key);
    const fork = await ways({});
    assert.ok(!fork.through('input').has('nothing'));
  });
});
