/** What is marked in the picture for a place of the text: the innermost stage there, wherever it was called from. */
import assert from 'node:assert/strict';
import { nodesAt } from '../../src/diagram/index.ts';
import { cursor, targetOf } from '../support/cnn.ts';

/** The paths of what is marked for the cursor at `$0`, or for a selection from there that is `over` characters long. */
async function marked(text: string, over = 0, uri = 'file:///test/main.cnn'): Promise<readonly string[]> {
  const { text: plain, position: start } = cursor(text);
  const { graph } = await targetOf(plain, 'A');
  const end = { ...start, character: start.character + over };
  return [...nodesAt(graph, { uri, range: { start, end } })].map((id) => graph.nodes[id]?.path ?? '').sort();
}

const NESTED = `block Unit { conv(8, 1x1) -> bn }
block A on 8x8x8 {
  concat {
    | relu
    | add { | Unit | identity -> tanh }
  }
  first: Unit
}`;
const UNIT = (path: string): readonly string[] => [`${path}/bn`, `${path}/conv`];

describe('the cursor marks', () => {
  for (const [at, paths] of [
    ['con$0cat', ['concat']],
    ['| re$0lu', ['branch1/relu']],
    // Two stages hold the cursor, or three: the inner one is meant.
    ['| a$0dd', ['branch2/add']],
    ['add {$0', ['branch2/add']],
    ['ta$0nh', ['branch2/branch2/tanh']],
    ['| Un$0it', UNIT('branch2/branch1/Unit')],
    ['first: $0Unit', UNIT('first')],
    // Of a block, its layers in each of its calls.
    ['$0bn', ['branch2/branch1/Unit/bn', 'first/bn']],
    ['block$0 A', []],
    ['block $0A', []],
  ] as const)
    it(`${at}: ${paths.join(', ') || 'nothing'}`, async () =>
      assert.deepEqual(await marked(NESTED.replace(at.replace('$0', ''), at)), paths));

  it('what holds all of a selection', async () => {
    const select = (at: string, over: string) => marked(NESTED.replace(at.replace('$0', ''), at), over.length);
    assert.deepEqual(await select('| $0identity', 'identity'), ['branch2/branch2/identity']);
    assert.deepEqual(await select('| $0identity', 'identity -> tanh'), ['branch2/add']);
    assert.deepEqual(await select('| $0add', 'add { | Unit | identity -> tanh }'), ['branch2/add']);
    assert.deepEqual(await select('| $0add', 'add { | Unit | identity -> tanh } '), ['concat']);
  });

  it('nothing for a place of another file', async () =>
    assert.deepEqual(await marked(NESTED.replace('tanh', 'ta$0nh'), 0, 'file:///test/other.cnn'), []));

  it('each round of a loop, and each stage of a line by itself', async () => {
    const text = 'block A on 8x8x8 { repeat 2 { relu -> tanh } }';
    assert.deepEqual(await marked(text.replace('relu', '$0relu')), ['relu[0]', 'relu[1]']);
    assert.deepEqual(await marked(text.replace('tanh', 'tanh$0')), ['tanh[0]', 'tanh[1]']);
  });
});
