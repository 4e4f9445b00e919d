/** Running a graph: what is too large is refused with its figure before anything of that size is made. */
import assert from 'node:assert/strict';
import { execute } from '../../src/graph/execute.ts';
import { PlanTooLarge, reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';

describe('a run that needs more memory than it may have', () => {
  for (const [what, text] of [
    ['for its input', 'block B on 512x2048x2048 { conv(512, 3x3) }'],
    ['for its weights', 'block B on 100000 { linear(100000) }'],
  ] as const)
    it(`${what} is refused`, async () => {
      const { graph } = await targetOf(text, 'B');
      const run = () => execute(graph, reference, { seed: 1, maxBytes: 2 ** 31, progress: () => {} });
      await assert.rejects(run, (e) => e instanceof PlanTooLarge && e.bytes > e.limit && /MiB/.test(e.message));
    });
});
