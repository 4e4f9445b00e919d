/** What the editor benchmark edits: sound texts of the length they claim, which stay sound where a number changes, and come back by undoing. */
import assert from 'node:assert/strict';
import { edits } from '../../scripts/bench/editor/edits.ts';
import { generate, generateFolder } from '../../scripts/bench/editor/generate.ts';
import { subjects } from '../../scripts/bench/editor/subjects.ts';
import { analyse } from '../support/cnn.ts';

describe('what the editor benchmark edits', function () {
  this.timeout(20_000);
  for (const { name, files, edited, viewed, places } of subjects())
    it(`${name} is sound, and stays so when a number changes`, async () => {
      const text = files[edited] ?? '';
      const made = edits(text, places);
      const changed = made.next().value;
      assert.equal(changed.kind, 'number');
      assert.notEqual(changed.text, text);
      for (const now of [text, changed.text]) {
        const all = { ...files, [edited]: now };
        const { [viewed]: main = '', ...others } = all;
        const { problems } = await analyse(main, others, viewed);
        assert.deepEqual(
          problems.filter((p) => p.severity !== 'hint'),
          [],
        );
      }
      assert.ok(made.next().value.text.length > changed.text.length);
      assert.equal(made.next().value.text, changed.text);
      assert.equal(made.next().value.text, text);
    });

  it('has texts of the lengths and folders of the sizes that are asked', () => {
    for (const lines of [100, 300, 1000]) {
      const made = generate(lines).split('\n').length;
      assert.ok(made <= lines + 1 && made > lines - 30, `${made} lines for ${lines}`);
    }
    assert.equal(Object.keys(generateFolder(60)).length, 60);
  });
});
