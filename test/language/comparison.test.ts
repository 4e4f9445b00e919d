/** What a target is compared with when one asks: a variant, another target, itself in another text of its file. */
import assert from 'node:assert/strict';
import { comparisonOf } from '../../src/language/editor/comparison.ts';
import type { Against, ComparisonResult } from '../../src/protocol/server.ts';
import { workspace } from '../support/cnn.ts';

const SHARED = 'block Twice(c) { conv(c, 3x3) -> relu -> conv(c, 3x3) }\n';
const MAIN = `import Twice from "./shared.cnn"
block Reduced on 192x28x28 { conv(96, 1x1) -> relu -> conv(128, 3x3) }
block Plain on 192x28x28 { conv(128, 3x3) }
block Wrong on 192x28x28 { conv(7->8, 3x3) }
block Both on 8x16x16 { Twice(8) }
`;

async function compared(target: string, against?: Against): Promise<ComparisonResult> {
  const { document, services } = await workspace({ 'main.cnn': MAIN, 'shared.cnn': SHARED })('main.cnn');
  return comparisonOf(document, services, target, against);
}
const weights = ({ comparison: c }: ComparisonResult): readonly [string | undefined, number | undefined, number | undefined] => [
  c?.otherName,
  c?.this.totals.weights,
  c?.other.totals.weights,
];

describe('a comparison that is asked for', () => {
  it('is with the naive form where nothing is named, and where it is', async () => {
    const naive = ['naive', 192 * 96 + 96 * 128 * 9, 192 * 128 * 9] as const;
    assert.deepEqual(weights(await compared('Reduced')), naive);
    assert.deepEqual(weights(await compared('Reduced', { kind: 'variant', name: 'naive' })), naive);
  });

  it('is with another target of a file', async () => {
    const against = { kind: 'target', uri: 'file:///test/main.cnn', name: 'Plain' } as const;
    assert.deepEqual(weights(await compared('Reduced', against)), ['Plain', 129_024, 221_184]);
    // What has no variant can be compared with another target all the same.
    assert.deepEqual(weights(await compared('Plain', { ...against, name: 'Reduced' })), ['Reduced', 221_184, 129_024]);
  });

  it('is with an older text, which imports what the file does', async () => {
    const text = 'import Twice from "./shared.cnn"\nblock Both on 8x16x16 { Twice(4) -> conv(8, 1x1) }\n';
    assert.deepEqual(weights(await compared('Both', { kind: 'text', text, name: 'HEAD' })), [
      'HEAD',
      2 * 8 * 8 * 9,
      8 * 4 * 9 + 4 * 4 * 9 + 4 * 8,
    ]);
  });

  it('leaves the file as it is', async () => {
    const { document, services } = await workspace({ 'main.cnn': MAIN, 'shared.cnn': SHARED })('main.cnn');
    const text = 'block Plain on 3x8x8 { relu }';
    await comparisonOf(document, services, 'Plain', { kind: 'text', text, name: 'HEAD' });
    assert.equal(services.analyses.of(document).targets.length, 4);
    assert.deepEqual(
      weights(await comparisonOf(document, services, 'Plain', { kind: 'target', uri: document.uri.toString(), name: 'Reduced' })),
      ['Reduced', 221_184, 129_024],
    );
  });

  for (const [what, target, against, says] of [
    ['a variant that is none', 'Plain', { kind: 'variant', name: 'naive' }, '`Plain` no longer has a naive form.'],
    [
      'a target with an error',
      'Plain',
      { kind: 'target', uri: 'file:///test/main.cnn', name: 'Wrong' },
      '`Wrong` no longer exists, or it has an error or cannot stand alone.',
    ],
    [
      'a file that is gone',
      'Plain',
      { kind: 'target', uri: 'file:///test/gone.cnn', name: 'A' },
      '`A` no longer exists, or it has an error or cannot stand alone.',
    ],
    [
      'a text without it',
      'Plain',
      { kind: 'text', text: 'block Other on 3x8x8 { relu }', name: 'HEAD' },
      'There is no `Plain` that can stand alone in HEAD.',
    ],
    [
      'a text in which it is wrong',
      'Plain',
      { kind: 'text', text: 'block Plain on 3x8x8 { conv(4->8, 3x3) }', name: 'HEAD' },
      '`Plain` has an error in HEAD.',
    ],
    [
      'a text that is none',
      'Plain',
      { kind: 'text', text: 'block {{{', name: 'HEAD' },
      'There is no `Plain` that can stand alone in HEAD.',
    ],
  ] as const)
    it(`says why there is none with ${what}`, async () => {
      const result = await compared(target, against);
      assert.equal(result.comparison, undefined);
      assert.equal(result.refused, says);
    });
});
