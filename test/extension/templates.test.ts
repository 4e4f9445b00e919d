/** Every template that a new network or the walkthrough begins with: it has no problem, has its layout, and says the lesson's figures. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import { TEMPLATES } from '../../src/extension/begin/templates.ts';
import { analyse } from '../support/cnn.ts';

const folder = new URL('../../media/templates/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(`${name}.cnn`, folder), 'utf8');

describe('templates', () => {
  it('are those in the folder', () => {
    assert.deepEqual(TEMPLATES.map((t) => `${t.name}.cnn`).sort(), readdirSync(folder).sort());
  });

  for (const { name } of TEMPLATES)
    it(`${name} has no problem, and something that stands alone`, async () => {
      const { analysis, problems } = await analyse(text(name));
      assert.deepEqual(problems, []);
      assert.ok(analysis.targets.length > 0);
    });

  it('have the figures of the lesson', async () => {
    const weights = async (name: string, of: 'weights' | 'naive'): Promise<number | undefined> => {
      const { analysis } = await analyse(text(name));
      const target = analysis.targets.at(-1);
      const c = target && analysis.comparison(target);
      return of === 'weights' ? c?.this.totals.weights : c?.other.totals.weights;
    };
    assert.deepEqual([await weights('inception', 'weights'), await weights('inception', 'naive')], [163_328, 387_072]);
    assert.deepEqual([await weights('bottleneck', 'weights'), await weights('bottleneck', 'naive')], [69_632, 1_179_648]);
  });
});

describe('the walkthrough', () => {
  it('has pages that are there, and buttons whose commands are', () => {
    const commands = new Set(manifest.contributes.commands.map((c) => c.command));
    for (const step of manifest.contributes.walkthroughs.flatMap((w) => w.steps)) {
      readFileSync(new URL(`../../${step.media.markdown}`, import.meta.url));
      for (const [, command = ''] of step.description.matchAll(/\(command:([\w.]+)\)/g)) assert.ok(commands.has(command), command);
    }
  });
});
