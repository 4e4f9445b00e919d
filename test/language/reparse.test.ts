/** Parsing again after an edit: the tree is the one that the text gives as a whole, and what the edit left alone is taken over. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type AstNode,
  type CstNode,
  EmptyFileSystemProvider,
  type FileSystemProvider,
  isAstNode,
  isCompositeCstNode,
  isLeafCstNode,
  type LangiumDocument,
  type ParseResult,
  URI,
} from 'langium';
import { problemsOf, problemsWith } from '../../src/language/analysis/problems.ts';
import { createCnnServices } from '../../src/language/services.ts';
import type { Model } from '../../src/language/syntax/generated/ast.ts';
import { documentationOf } from '../../src/language/syntax/source.ts';
import { apply, edit, texts } from './random-edits.ts';

const uri = URI.parse('file:///test/main.cnn');

/** The texts that the workspace reads. */
class Files extends EmptyFileSystemProvider implements FileSystemProvider {
  readonly texts = new Map<string, string>();
  override readFile(at?: URI): Promise<string> {
    const text = this.texts.get(at?.toString() ?? '');
    return text === undefined ? Promise.reject(new Error('There is no such file.')) : Promise.resolve(text);
  }
}

/** An editor with files open: each text that is written is the next of the same document. */
function editor() {
  const files = new Files();
  const { shared, cnn } = createCnnServices({ fileSystemProvider: () => files });
  const documents = shared.workspace.LangiumDocuments;
  const write = async (text: string, at = uri) => {
    // What is opened is empty at first, as in the language server.
    if (!documents.hasDocument(at)) documents.createDocument(at, '');
    files.texts.set(at.toString(), text);
    await shared.workspace.DocumentBuilder.update([at], []);
    return documents.getOrCreateDocument(at);
  };
  const seen = async (text: string) => {
    const document = await write(text);
    return { ...shown(document.parseResult), problems: await problemsOf(document, cnn), diagnostics: document.diagnostics };
  };
  /** Closes the file, and forgets it. */
  const close = (): void => {
    if (documents.hasDocument(uri)) documents.deleteDocument(uri);
    cnn.analyses.forget(uri.toString());
  };
  return { write, seen, close, services: cnn };
}

/** A tree of concrete syntax, comments included. */
const concrete = (n: CstNode): unknown => ({
  at: [n.offset, n.end],
  range: n.range,
  of: n.astNode.$type,
  grammar: n.grammarSource?.$type,
  hidden: n.hidden,
  ...(isLeafCstNode(n) ? { token: n.tokenType.name } : {}),
  ...(isCompositeCstNode(n) ? { content: n.content.map(concrete) } : {}),
});
/** A tree of abstract syntax, with where each node hangs. */
const abstract = (n: AstNode): unknown => ({
  ...Object.fromEntries(
    Object.entries(n)
      .filter(([property]) => !property.startsWith('$'))
      .map(([property, v]) => [
        property,
        Array.isArray(v) ? v.map((x) => (isAstNode(x) ? abstract(x) : x)) : isAstNode(v) ? abstract(v) : v,
      ])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
  ),
  $type: n.$type,
  $in: [n.$container?.$type, n.$containerProperty, n.$containerIndex],
  $at: [n.$cstNode?.offset, n.$cstNode?.end],
});
const shown = ({ value, lexerErrors, parserErrors }: ParseResult): Readonly<Record<string, unknown>> => ({
  abstract: abstract(value),
  concrete: value.$cstNode && concrete(value.$cstNode),
  text: value.$cstNode?.root.fullText,
  lexerErrors,
  parserErrors: parserErrors.map(({ name, message, token, resyncedTokens, context, ...more }) => ({
    name,
    message,
    token: [token.image, token.startOffset, token.startLine, token.startColumn, token.endColumn],
    previous: 'previousToken' in more && (more.previousToken as typeof token).startOffset,
    resynced: resyncedTokens.map((t) => [t.image, t.startOffset, t.endLine]),
    context,
  })),
});

const declarations = ({ parseResult }: LangiumDocument) => (parseResult.value as Model).declarations;

describe('parsing again', () => {
  it('gives what the text gives as a whole', async function () {
    this.timeout(240_000);
    const [edited, fresh] = [editor(), editor()];
    const same = async (text: string): Promise<void> => {
      fresh.close();
      assert.deepEqual(await edited.seen(text), await fresh.seen(text), text);
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 8 }), async (text, edits) => {
        edited.close();
        await same(text);
        let now = text;
        for (const e of edits) {
          now = apply(now, e);
          await same(now);
        }
        await same(text);
      }),
      { numRuns: Number(process.env.RUNS ?? 40) },
    );
  });

  const three = `block A on 8x8x8 {\n  conv(8, 3x3)\n}\n\n# What B does.\nblock B on 8x8x8 { relu } # here\nnetwork N on 8x8x8 { A -> B }\n`;
  /** Writes a text and then another, and says which declarations of the first are those of the second. */
  const takenOver = async (before: string, after: string): Promise<readonly string[]> => {
    const { write } = editor();
    const first = new Set(declarations(await write(before)));
    return declarations(await write(after)).flatMap((d) => (first.has(d) ? [d.name ?? ''] : []));
  };

  it('reads only the declaration in which the edit is', async () => {
    assert.deepEqual(await takenOver(three, three.replace('8, 3x3', '16, 5x5')), ['B', 'N']);
    assert.deepEqual(await takenOver(three, three.replace('relu', 'relu -> relu')), ['A', 'N']);
    assert.deepEqual(await takenOver(three, three.replace('A -> B', 'A')), ['A', 'B']);
  });

  it('reads none where the edit is between them, in blanks or a comment', async () => {
    assert.deepEqual(await takenOver(three, three.replace('What', 'All that')), ['A', 'B', 'N']);
    assert.deepEqual(await takenOver(three, `# A file.\n\n${three}`), ['A', 'B', 'N']);
  });

  it('reads a declaration again in which only a comment has become blanks', async () => {
    const commented = three.replace('conv(8, 3x3)', 'conv(8, # of\n  3x3)');
    const blank = commented.replace('# of', '    ');
    assert.deepEqual(await takenOver(commented, blank), ['B', 'N']);
    const { write, seen } = editor();
    await write(commented);
    assert.deepEqual(await seen(blank), await editor().seen(blank));
  });

  it('takes over what stands beside a syntax error, and what has one', async () => {
    assert.deepEqual(await takenOver(three, three.replace('relu', 'relu ->')), ['A', 'N']);
    assert.deepEqual(await takenOver(three.replace('relu', 'relu ->'), three.replace('relu', 'relu ->').replace('3x3', '5x5')), ['B', 'N']);
  });

  it('reads a declaration again that goes on differently than before', async () => {
    assert.deepEqual(await takenOver(`${three}let a = 1\nlet b = 2\n`, `${three}let a = 1\n+ 3\nlet b = 2\n`), ['A', 'B', 'N', 'b']);
    assert.deepEqual(await takenOver(`${three}let a = 1\n`, `${three}let a = 1\n+ 3\n`), ['A', 'B', 'N']);
  });

  it('finds what is said above a declaration, also where only that was changed', async () => {
    const { write } = editor();
    const said = (document: LangiumDocument): readonly string[] => declarations(document).map(documentationOf);
    assert.deepEqual(said(await write(three)), ['', 'What B does.', '']);
    assert.deepEqual(said(await write(three.replace('does', 'is for'))), ['', 'What B is for.', '']);
    assert.deepEqual(said(await write(`# First.\n${three}`)), ['First.', 'What B does.', '']);
  });

  it('takes nothing over where the ids of declarations change', async () => {
    assert.deepEqual(await takenOver(`${three}let a = 1\n`, `let a = 2\n${three}let a = 1\n`), []);
  });

  it('leaves a document alone whose text is only tried with another', async () => {
    const { write, seen, services } = editor();
    const document = await write(three);
    const before = shown(document.parseResult);
    const trial = await problemsWith(three.replace('relu', 'relux'), document, services);
    assert.equal(trial.problems.length, 1);
    assert.deepEqual(shown(document.parseResult), before);
    assert.deepEqual((await seen(three)).problems, []);
  });

  it('knows names by where they stand now', async () => {
    const { seen } = editor();
    const declared = (word: string, name: string, rest: string): string => `${word} ${name} on 8x8x8 {\n  let ${name}_ = 8\n  ${rest}\n}\n`;
    const used = declared('block', 'A', 'conv(A_, 3x3)');
    await seen(used);
    // What is named in the new network stands where what the other reads stood.
    const { problems } = await seen(declared('network', 'C', 'relu') + used);
    assert.deepEqual(
      problems.map((p) => p.message),
      ['Nothing reads the constant `C_`.'],
    );
  });

  it('moves what an importing file says of it', async () => {
    const lib = URI.parse('file:///test/lib.cnn');
    const text = 'block Wrong { conv(0, 3x3) }\n';
    const main = 'import Wrong from "./lib.cnn"\nnetwork N on 8x8x8 { Wrong }\n';
    const lines = async (written: readonly string[]): Promise<readonly unknown[]> => {
      const { write, seen } = editor();
      for (const t of written) await write(t, lib);
      await seen(main);
      for (const t of written) await write(t, lib);
      return (await seen(main)).problems.map((p) => [p.location, p.related.map((r) => r.location)]);
    };
    const moved = `# A note.\n\n${text}`;
    const [found] = await lines([text, moved]);
    assert.ok(found);
    assert.deepEqual([found], await lines([moved]));
  });
});
