/** Paths name layers in every view and export. */
import assert from 'node:assert/strict';
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
});
