/** Paths name layers in every view and export. */
import assert from 'node:assert/strict';
import { record } from '../../src/graph/record.ts';
import { targetOf } from '../support/cnn.ts';

describe('paths', () => {
  it('join labels, else callees; count seconds, branches and iterations', async () => {
    const text = `
      block Unit(c, act=relu) { conv(c, 3x3) -> act }
      network N(unit=Unit) on 8x16x16 {
        stem: unit(8)
        conv(8, 1x1) -> conv(8, 1x1)
        for n in [1, 2] { repeat n { unit(8) } }
        add { | unit(8, act=leakyrelu(0.1)) -> relu | identity }
      }`;
    const { graph } = await targetOf(text, 'N');
    assert.deepEqual(
      graph.nodes.slice(1).map((n) => n.path),
      [
        'stem/conv',
        'stem/relu',
        'conv',
        'conv_2',
        'Unit[0]/conv',
        'Unit[0]/relu',
        'Unit_2[0]/conv',
        'Unit_2[0]/relu',
        'Unit_2[1]/conv',
        'Unit_2[1]/relu',
        'branch1/Unit/conv',
        'branch1/Unit/leakyrelu',
        'branch1/relu',
        'branch2/identity',
        'add',
      ],
    );
  });

  it('are unique however repeats and names meet', async () => {
    const text = `
      block Unit(c) { a: conv(c, 3x3) -> relu }
      network N on 8x16x16 {
        repeat 2 { repeat 3 { Unit(8) -> relu } conv(8, 1x1) }
        repeat 2 as i { for n in [1, 2] { repeat n { conv(8, 1x1) } } }
        conv: Unit(8)
        input: relu
      }`;
    const { graph } = await targetOf(text, 'N');
    const paths = graph.nodes.map((n) => n.path);
    assert.equal(new Set(paths).size, paths.length, paths.join(' '));
    assert.ok(paths.includes('Unit[1][2]/a') || paths.includes('Unit[0][2]/a'), paths.join(' '));
    // What shares a path would share its weights.
    const { program } = record(graph);
    assert.equal(new Set(program.weights.map((w) => w.name)).size, program.weights.length);
  });

  it('say how often an alias was given an argument: the last wins', async () => {
    const text = `
      block Unit(c=4, k=1x1) on 3x8x8 { conv(c, k) }
      network Wide = Unit(c=8)
      network Wider = Wide(c=16)
      network Call on 3x8x8 { Wide(c=32) -> Wider(k=3x3) }`;
    const shapes = async (name: string) => (await targetOf(text, name)).graph.nodes.map((n) => n.shape[0]);
    assert.deepEqual(await shapes('Wide'), [3, 8]);
    assert.deepEqual(await shapes('Wider'), [3, 16]);
    assert.deepEqual(await shapes('Call'), [3, 32, 16]);
    assert.deepEqual((await targetOf(text, 'Call')).graph.nodes[2]?.params.kernel, [3, 3]);
  });
});
