/** Which points the design space of a file has. */
import assert from 'node:assert/strict';
import { failedIn } from '../../src/graph/graph.ts';
import { designSpaceOf } from '../../src/language/editor/space.ts';
import { analyse } from '../support/cnn.ts';

const reduced = 'conv(16, 1x1) -> relu -> conv(16, 3x3) -> relu -> conv(64, 1x1)';

/** A file, the target that is looked at, and what stands in its space: kinds and names, `<` what they are variants of, params. */
const CASES: readonly (readonly [says: string, text: string, shown: string, points: readonly string[], unknown?: readonly string[]])[] = [
  [
    'a block without variants alone',
    'block A on 8x4x4 { conv(8, 1x1) }', // 8×8 + 8
    'A',
    ['target A 72'],
  ],
  [
    'all targets in the order of the text, and the variants of the one that is shown',
    `block Plain on 64x8x8 { conv(64, 3x3) }\nblock Reduced on 64x8x8 { ${reduced} }\nblock Needs(n) { conv(n, 1x1) }`,
    'Reduced',
    ['target Plain 36928', 'target Reduced 4448', 'naive naive<Reduced 10320'],
  ],
  [
    'no variants of targets that are not shown',
    `block Plain on 64x8x8 { conv(64, 3x3) }\nblock Reduced on 64x8x8 { ${reduced} }`,
    'Plain',
    ['target Plain 36928', 'target Reduced 4448'],
  ],
  [
    'a target that `versus` names once, as what it is',
    `block Plain on 64x8x8 { conv(64, 3x3) }\nblock Mine on 64x8x8 versus Plain { conv(64, 1x1) }`,
    'Mine',
    ['target Plain<Mine 36928', 'target Mine 4160'],
  ],
  [
    'what `versus` names that is no target',
    'block Wide(n) { conv(n, 3x3) }\nblock Mine on 64x8x8 versus Wide(64) { conv(64, 1x1) }',
    'Mine',
    ['target Mine 4160', 'versus Wide<Mine 36928'],
  ],
  [
    'nothing of a target with an error, but its name',
    'block Whole on 64x8x8 { conv(8, 1x1) }\nblock Broken on 64x8x8 { conv(8, 9x9, pad=0) }',
    'Broken',
    ['target Whole 520'],
    ['Broken'],
  ],
  ['nothing of a target that does not exist', 'block A on 8x4x4 { conv(8, 1x1) }', 'B', ['target A 72']],
];

describe('design space', () => {
  for (const [says, text, shown, points, unknown = []] of CASES)
    it(`has ${says}`, async () => {
      const { document, services } = await analyse(text);
      const space = await designSpaceOf(document, services, shown);
      assert.deepEqual(
        space.points.map((p) => `${p.kind} ${p.name}${p.of === undefined ? '' : `<${p.of}`} ${p.params}`),
        points,
      );
      assert.deepEqual(space.unknown, unknown);
      for (const { graph } of space.points) assert.ok(graph && failedIn(graph).length === 0, 'each runs');
    });

  it('has no graph of a variant that only runs block by block', async () => {
    const inception = (input: string): string =>
      `{ concat { | conv(16, 1x1) | conv(8, 1x1) -> relu -> conv(16, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) } }${input}`;
    const text = `block A ${inception('')}\nnetwork N on 64x8x8 { A -> A }`;
    const { document, services } = await analyse(text);
    const { points } = await designSpaceOf(document, services, 'N');
    assert.deepEqual(
      points.map((p) => [p.name, p.graph !== undefined]),
      [
        ['N', true],
        ['naive', false],
      ],
    );
  });
});
