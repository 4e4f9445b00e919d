/** The zoo: networks that come to the figures that are published for them, in files that have nothing to remark on. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { formatText } from '../../src/language/editor/formatter.ts';
import { workspace } from '../support/cnn.ts';
import { FIGURES } from '../support/figures.ts';

const examples = new URL('../../examples/', import.meta.url);
const filesOf = (folder: '' | 'zoo/'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(new URL(`./${folder}`, examples))
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => [folder + f, readFileSync(new URL(folder + f, examples), 'utf8')]),
  );
const zoo = filesOf('zoo/');
const files = { ...filesOf(''), ...zoo };

const analysed = workspace(files);

describe('the zoo', () => {
  it('is listed, file by file', () => {
    const listed = readFileSync(new URL('zoo/README.md', examples), 'utf8').matchAll(/^\| \[\w+\]\((\w+\.cnn)\)/gm);
    assert.deepEqual([...listed].map(([, file]) => `zoo/${file}`).sort(), Object.keys(zoo).sort());
  });

  for (const [file, text] of Object.entries(zoo)) {
    it(`${file} has no problems`, async () => {
      const { problems } = await analysed(file);
      assert.deepEqual(
        problems.map((p) => p.message),
        [],
      );
    });
    it(`${file} has the canonical layout`, async () => assert.equal(formatText(text, (await analysed(file)).services), text));
    // What only brings blocks for others has no network.
    if (/^network /m.test(text))
      it(`${file} has figures`, () => assert.ok(Object.values(FIGURES).some((rows) => rows.some(([of]) => `${of}.cnn` === file))));
  }

  for (const [source, rows] of Object.entries(FIGURES))
    describe(source, () => {
      for (const [file, name, params, gmacs, of] of rows)
        it(name, async () => {
          const { analysis } = await analysed(`${file}.cnn`);
          const target = analysis.targets.find((t) => t.name === name);
          const totals = target && analysis.target(target)?.facts.totals;
          const macs = of === 'all' ? totals?.totalMacs : totals?.macs;
          assert.deepEqual([totals?.params, Math.round((macs ?? 0) / 1e6) / 1e3], [params, gmacs]);
        });
    });
});
