/** Lints as a whole: silent on what we show as good, and as loud as the settings say. What each finds stands in the fixtures of `lints/`. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import manifest from '../../package.json' with { type: 'json' };
import { lintSettings } from '../../scripts/diagnostics.ts';
import { problemsOf } from '../../src/language/analysis/problems.ts';
import { levelsOf } from '../../src/language/lints/index.ts';
import { analyse } from '../support/cnn.ts';

const examples = new URL('../../examples/', import.meta.url);
const texts = Object.fromEntries(
  readdirSync(examples)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [f, readFileSync(new URL(f, examples), 'utf8')]),
);

describe('lints', () => {
  for (const [file, text] of Object.entries(texts))
    it(`have nothing to say of ${file}`, async () => {
      const { [file]: _, ...others } = texts;
      assert.deepEqual((await analyse(text, others, file)).problems, []);
    });

  it('have a setting each, as npm run generate writes it', () => {
    assert.deepEqual(manifest.contributes.configuration.find((group) => group.id === 'pointwise.lints')?.properties, lintSettings());
  });

  it('are as loud as the settings say, or silent', async () => {
    const { document, services, problems } = await analyse('block A on 3x8x8 { x = relu -> relu }');
    assert.deepEqual(
      problems.map((p) => [p.code, p.severity]),
      [
        ['unused-name', 'hint'],
        ['repeated-activation', 'warning'],
      ],
    );
    services.analyses.lints = levelsOf({ 'unused-name': 'off', 'repeated-activation': 'error', 'no-such-lint': 'off' });
    const [only, ...others] = await problemsOf(document, services);
    assert.deepEqual([only?.code, only?.severity, others], ['repeated-activation', 'error', []]);
    assert.deepEqual(levelsOf({ 'unused-name': 'loud' }), {});
  });

  it('fade what could go without loss', async () => {
    const { document, services } = await analyse('block A on 3x8x8 { x = conv(8, 3x3) -> bn }');
    const diagnostics = await services.validation.DocumentValidator.validateDocument(document);
    assert.deepEqual(
      diagnostics.map((d) => [d.code, d.severity, d.tags]),
      [
        ['unused-name', DiagnosticSeverity.Hint, [DiagnosticTag.Unnecessary]],
        ['bias-before-norm', DiagnosticSeverity.Hint, undefined],
      ],
    );
  });

  it('wait until a text parses', async () => {
    const { problems } = await analyse('block A on 3x8x8 {\n  x = relu\n  conv(8,\n}');
    assert.deepEqual(
      problems.filter((p) => p.code === 'unused-name'),
      [],
    );
  });
});
