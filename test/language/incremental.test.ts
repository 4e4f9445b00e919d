/** Edits: what an analysis takes over from the one before must be what it would have made anew, and no more is made than changed. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmptyFileSystem, URI } from 'langium';
import type { FileAnalysis } from '../../src/language/analysis/analysis.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { apply, edit, texts } from './random-edits.ts';

/** An editor with files open: each text that is written is analysed as the next state of its file. */
function editor(): (text: string, name?: string) => FileAnalysis {
  const { shared, cnn } = createCnnServices(EmptyFileSystem);
  return (text, name = 'main.cnn') => {
    const uri = URI.parse(`file:///test/${name}`);
    const documents = shared.workspace.LangiumDocuments;
    if (documents.hasDocument(uri)) documents.deleteDocument(uri);
    const document = shared.workspace.LangiumDocumentFactory.fromString(text, uri);
    documents.addDocument(document);
    return cnn.analyses.of(document);
  };
}

/** All that is shown of an analysis. */
const shown = (a: FileAnalysis): unknown => ({
  problems: a.all,
  targets: a.targets.map((t) => ({ name: t.name, ...a.target(t), versus: t.versus?.name })),
  uses: a.instances.map((i) => [
    i.declaration,
    i.stages,
    a.uses(i.declaration).map(({ label, path, calls, preview }) => [label, path, calls, preview]),
  ]),
});

const two = 'block A on 8x8x8 { conv(8, 3x3) }\nblock B on 8x8x8 {\n  conv(16, 3x3)\n  relu\n}\nnetwork N on 8x8x8 { A -> A -> B }\n';
const instanceOf = (a: FileAnalysis, name: string) => a.targets.find((t) => t.name === name)?.instance;

describe('an edit', () => {
  it('gives what the text gives that was never anything else', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), async (text, edits) => {
        const write = editor();
        write(text);
        let now = text;
        for (const e of edits) {
          now = apply(now, e);
          assert.deepEqual(shown(write(now)), shown(editor()(now)));
        }
        // Back again.
        assert.deepEqual(shown(write(text)), shown(editor()(text)));
      }),
      { numRuns: 20 },
    );
  });

  it('makes anew only the block in which it is, and those that mention it', () => {
    const write = editor();
    const before = write(two);
    const after = write(two.replace('conv(16, 3x3)', 'conv(32, 3x3)'));
    assert.equal(instanceOf(after, 'A'), instanceOf(before, 'A'));
    assert.notEqual(instanceOf(after, 'B'), instanceOf(before, 'B'));
    assert.notEqual(instanceOf(after, 'N'), instanceOf(before, 'N'));
    assert.deepEqual(instanceOf(after, 'N')?.output, [32, 8, 8]);
  });

  it('above a block moves it, and takes it over', () => {
    const write = editor();
    const before = write(two);
    const after = write(`# A note.\n\n${two}`);
    for (const name of ['A', 'B', 'N']) assert.equal(instanceOf(after, name), instanceOf(before, name));
    const n = after.targets.find((t) => t.name === 'N');
    assert.equal(n && after.target(n)?.graph.nodes[1]?.source.range.start.line, 2);
  });

  it('that is undone finds everything again', () => {
    const write = editor();
    const before = write(two);
    write(two.replace('conv(16', 'conv(1'));
    write(two.replace('conv(16', 'conv('));
    assert.equal(instanceOf(write(two), 'B'), instanceOf(before, 'B'));
  });

  it('takes over what was made for a block that nothing calls', () => {
    const write = editor();
    const text = 'block Applied(act) {\n  Inner(act=act(0.1))\n}\nblock Inner(act=relu) { act }\n';
    assert.deepEqual(shown(write(`${text} `)), shown(editor()(`${text} `)));
    assert.deepEqual(shown(write(text)), shown(editor()(text)));
  });

  it('of a constant reaches the blocks that read it', () => {
    const write = editor();
    const text = 'let c = 8\nblock A on 8x8x8 { conv(c, 3x3) }\nblock B on 8x8x8 { relu }\n';
    const before = write(text);
    const after = write(text.replace('c = 8', 'c = 9'));
    assert.deepEqual(instanceOf(after, 'A')?.output, [9, 8, 8]);
    assert.equal(instanceOf(after, 'B'), instanceOf(before, 'B'));
  });

  it('of an imported file reaches the file that imports it', () => {
    const write = editor();
    const main = 'import A as First from "./lib.cnn"\nnetwork N on 8x8x8 { First -> relu }\n';
    write('block A on 8x8x8 { conv(8, 3x3) }\n', 'lib.cnn');
    assert.deepEqual(instanceOf(write(main), 'N')?.output, [8, 8, 8]);
    write('block A on 8x8x8 { conv(24, 3x3) }\n', 'lib.cnn');
    assert.deepEqual(instanceOf(write(main), 'N')?.output, [24, 8, 8]);
  });

  it('that names what was unknown takes its error away, and one that takes the name away brings it back', () => {
    const write = editor();
    const text = 'block A on 8x8x8 { Missing }\n';
    const codes = (a: FileAnalysis) => a.all.map((p) => p.code);
    assert.deepEqual(codes(write(text)), ['unknown-name']);
    assert.deepEqual(codes(write(`${text}block Missing on 8x8x8 { relu }\n`)), []);
    assert.deepEqual(codes(write(text)), ['unknown-name']);
  });

  it('that brings a better suggestion has it suggested', () => {
    const write = editor();
    const text = 'block A on 8x8x8 { Bottlenek }\n';
    assert.doesNotMatch(write(text).all[0]?.message ?? '', /Did you mean/);
    assert.match(write(`${text}block Bottleneck on 8x8x8 { relu }\n`).all[0]?.message ?? '', /Did you mean `Bottleneck`/);
  });
});
