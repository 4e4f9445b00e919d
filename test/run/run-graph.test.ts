/** A run as a runner makes it: what it was made with, and what its numbers answer afterwards. */
import assert from 'node:assert/strict';
import type { Answers, FromRunner, Question, RunResult } from '../../src/run/protocol.ts';
import { runGraph } from '../../src/run/run-graph.ts';
import { serve } from '../../src/run/serve.ts';
import type { RunSpec } from '../../src/run/spec.ts';
import { reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';

const SPEC: RunSpec = { seed: 1, input: 'normal', weights: 'he', calibrate: false };
const TEXT = 'block B on 3x8x8 { conv(4, 3x3) -> bn -> relu -> conv(2, 1x1) -> gap -> flatten }';

async function ran(text = TEXT, change: Partial<RunSpec> = {}) {
  const { graph } = await targetOf(text, 'B');
  const run = await runGraph({ graph, spec: { ...SPEC, ...change }, maxBytes: 2 ** 28, look: true }, reference, () => undefined);
  const [result] = run.results as [RunResult];
  const id = (path: string): number => graph.nodes.find((n) => n.path === path)?.id ?? -1;
  const ask = <Q extends Question>(q: Q): Answers[Q['ask']] => run.answer(q) as Answers[Q['ask']];
  return { graph, result, id, ask };
}

describe('the numbers of a run', () => {
  it('are told channel by channel, small and as they are', async () => {
    const { id, ask, result } = await ran();
    const conv = id('conv');
    assert.equal(ask({ ask: 'channels', node: conv })?.count, 4);
    const { statistics } = result.nodes[conv] as RunResult['nodes'][number];
    const all = [0, 1, 2, 3].flatMap((channel) => [...(ask({ ask: 'channel', node: conv, channel })?.data ?? [])]);
    assert.equal(all.length, 256);
    assert.ok(Math.abs(Math.max(...all) - statistics.max) < 1e-6);
    assert.equal(ask({ ask: 'channels', node: 99 }), undefined);
  });

  it('are explained back along the flow, to the input', async () => {
    const { id, ask, graph } = await ran();
    const why = ask({ ask: 'why', of: { node: id('conv_2') }, at: [1, 3, 4] });
    const reason = why?.explanation.reason;
    // The seed's figure 1: at one pixel, as many products as there are channels.
    assert.equal(reason?.how, 'products');
    if (!why || reason?.how !== 'products') return;
    assert.deepEqual([reason.patch.channels, reason.patch.rows, reason.patch.columns], [[0, 1, 2, 3], [3], [4]]);
    assert.ok(Math.abs(why.explanation.number - why.explanation.again) < 1e-5);
    assert.equal(graph.nodes[why.makers[reason.patch.value]?.node ?? -1]?.path, 'relu');
    assert.deepEqual(why.seen, { rows: [2, 4], columns: [3, 5] });
    const relu = ask({ ask: 'why', of: { value: reason.patch.value }, at: [2, 3, 4] });
    assert.equal(relu?.explanation.reason?.how, 'function');
    const input = ask({ ask: 'why', of: { node: 0 }, at: [0, 0, 0] });
    assert.equal(input?.explanation.reason, undefined);
    assert.deepEqual(input?.seen, { rows: [0, 0], columns: [0, 0] });
  });

  it('tell what of an output a pixel of the input reaches', async () => {
    const { id, ask } = await ran();
    assert.deepEqual(ask({ ask: 'reached', node: id('relu'), at: [0, 4] }), { rows: [0, 1], columns: [3, 5] });
    // Behind a global pool each pixel is seen.
    assert.deepEqual(ask({ ask: 'reached', node: id('gap'), at: [0, 4] }), { rows: [0, 0], columns: [0, 0] });
    assert.deepEqual(ask({ ask: 'why', of: { node: id('gap') }, at: [0, 0, 0] })?.seen, { rows: [0, 7], columns: [0, 7] });
  });

  it('are refused before anything of their size is made', async () => {
    const { graph } = await targetOf('block B on 512x2048x2048 { relu }', 'B');
    const run = runGraph({ graph, spec: SPEC, maxBytes: 2 ** 31, look: true }, reference, () => undefined);
    await assert.rejects(run, /needs, for its input and weights alone, 8,192 MiB/);
  });

  it('are forgotten where they are too many', async () => {
    const { graph } = await targetOf(TEXT, 'B');
    const run = await runGraph({ graph, spec: SPEC, maxBytes: 8000, look: true }, reference, () => undefined).catch(
      (e: Error) => e.message,
    );
    assert.ok(typeof run === 'string' ? /MiB/.test(run) : run.results[0]?.kept === false);
  });
});

describe('what a run is made with', () => {
  const outputs = async (change: Partial<RunSpec>) => {
    const { id, result } = await ran(TEXT, change);
    return (result.nodes[id('bn')] as RunResult['nodes'][number]).statistics;
  };

  it('is said', async () => {
    assert.equal((await ran()).result.with, 'normal input, He weights, seed 1');
    assert.equal(
      (await ran(TEXT, { input: 'impulse', weights: 'constant', calibrate: true })).result.with,
      'impulse input, constant weights, batch norm calibrated',
    );
  });

  it('changes its numbers: calibrated, batch norm gives mean 0 and deviation 1', async () => {
    const calibrated = await outputs({ calibrate: true });
    assert.ok(Math.abs(calibrated.mean) < 1e-3 && Math.abs(calibrated.std - 1) < 1e-2, `${calibrated.mean} ± ${calibrated.std}`);
    const [he, xavier] = [await outputs({}), await outputs({ weights: 'xavier' })];
    // Of 3×3×3 inputs and 4×3×3 outputs: √(6/27) against √(6/63).
    assert.ok(Math.abs(xavier.std / he.std - Math.sqrt(27 / 63)) < 1e-3, String(xavier.std / he.std));
  });

  it('may be constant weights, with which a convolution is a mean', async () => {
    const { result, id } = await ran('block B on 3x8x8 { conv(4, 1x1, bias=false) }', { weights: 'constant' });
    const { mean, min } = (result.nodes[id('conv')] as RunResult['nodes'][number]).statistics;
    const input = (result.nodes[0] as RunResult['nodes'][number]).statistics;
    assert.ok(Math.abs(mean - input.mean) < 1e-5 && min > input.min);
  });
});

describe('a runner behind messages', () => {
  it('answers a run, then questions, and says why it cannot', async () => {
    const { graph } = await targetOf(TEXT, 'B');
    const said: FromRunner[] = [];
    const take = serve(
      async () => reference,
      (m) => said.push(m),
    );
    const last = (): FromRunner | undefined => said.at(-1);
    await take({ type: 'ask', id: 1, question: { ask: 'channels', node: 1 } });
    assert.deepEqual(last(), { type: 'answer', id: 1, answer: undefined });
    await take({ type: 'run', graph, spec: SPEC, maxBytes: 2 ** 28, look: true });
    assert.equal(last()?.type, 'done');
    await take({ type: 'ask', id: 2, question: { ask: 'channel', node: 1, channel: 0 } });
    const answer = last();
    assert.ok(answer?.type === 'answer' && answer.id === 2 && answer.answer !== undefined);
    await take({ type: 'run', graph, beside: graph, spec: SPEC, maxBytes: 2 ** 28, look: false });
    const both = last();
    assert.ok(both?.type === 'done' && both.results.length === 2 && both.results[0]?.runs === both.results[1]?.runs);
    const wrong = { ...SPEC, weights: { name: 'w.safetensors', bytes: new Uint8Array(3) } };
    await take({ type: 'run', graph, spec: wrong, maxBytes: 2 ** 28, look: true });
    const failed = last();
    assert.ok(
      failed?.type === 'failed' && failed.refused && /^w\.safetensors cannot be read: /.test(failed.message),
      JSON.stringify(failed),
    );
  });
});
