/** What a pixel sees behind layers that take entries from elsewhere: some of it, or all there is. */
import assert from 'node:assert/strict';
import { targetOf } from '../support/cnn.ts';

const TABLE: readonly (readonly [layers: string, field: readonly [number, number]])[] = [
  ['conv(4, 3x3) -> softmax(2)', [3, 3]],
  ['conv(4, 3x3) -> softmax(over="pixels")', [16, 20]],
  ['conv(4, 3x5) -> scale(channels=1) -> times(2) -> plus(1)', [3, 5]],
  ['conv(4, 3x5) -> channelmean', [3, 5]],
  ['conv(4, 3x5) -> channelmax -> conv(1, 3x3)', [5, 7]],
  ['conv(4, 3x3) -> reshape(8x8x20)', [16, 20]],
  ['conv(4, 3x3) -> reshape(1280)', [16, 20]],
  ['conv(4, 3x3) -> transpose("cwh") -> conv(1, 3x3)', [16, 20]],
  ['conv(4, 3x5) -> grn', [3, 5]],
  ['blur -> conv(4, 3x3)', [7, 7]],
  ['blur(4x1, stride=1)', [4, 1]],
];

describe('receptive fields behind', () => {
  for (const [layers, field] of TABLE)
    it(`${layers}: ${field.join('×')}`, async () => {
      const { facts } = await targetOf(`block B on 4x16x20 { ${layers} }`, 'B');
      assert.deepEqual(facts.nodes.at(-1)?.receptiveField, field);
    });
});
