/** What the editor is told of a run: a fault where it began, and not at all the layers that it went through. */
import assert from 'node:assert/strict';
import type { RunResult } from '../../src/run/protocol.ts';
import { runGraph } from '../../src/run/run-graph.ts';
import { reference } from '../../src/tensor/index.ts';
import { foundBy } from '../../webview/found.ts';
import { targetOf } from '../support/cnn.ts';

/** `path: what is wrong there`, of the layers with a fault. */
async function faults(text: string, input: 'normal' | 'impulse' = 'normal'): Promise<readonly string[]> {
  const { graph } = await targetOf(text, 'B');
  const spec = { seed: 1, input, weights: 'he', calibrate: false } as const;
  const { results } = await runGraph({ graph, spec, maxBytes: 2 ** 28, look: true }, reference, () => undefined);
  return foundBy(graph, results[0] as RunResult).flatMap((l) => (l.fault ? [`${l.path}: ${l.fault.says}`] : []));
}

describe('faults of a run', () => {
  it('are none where all numbers are sound', async () => {
    assert.deepEqual(await faults('block B on 3x8x8 { conv(4, 3x3) -> relu -> conv(2, 1x1) }'), []);
  });

  it('are told of the layer that divided zero by zero, and not of those behind it', async () => {
    const found = await faults('block B on 3x8x8 {\n  odd: div {\n    | relu\n    | relu\n  }\n  conv(4, 1x1) -> sigmoid\n}');
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^odd: gave \d+ NaN in the last run$/);
  });

  it('are told of the layer where channels died, and of no merge that has them from its branches', async () => {
    // Nothing is left of the negative of a relu by another.
    const dead = 'relu -> times(-1) -> end: relu';
    const found = await faults(`block B on 3x8x8 {\n  concat {\n    | ${dead}\n    | identity\n  }\n  maxpool(2x2)\n}`);
    assert.deepEqual(found, ['branch1/end: had 3 of 3 channels zero everywhere in the last run']);
  });
});
