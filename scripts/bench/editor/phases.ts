/** The phases of an edit, timed in this process; and beside them Langium alone, which parses and builds the same text with the same grammar. */
import { DocumentState, EmptyFileSystemProvider, type FileSystemProvider, inject, type LangiumDocument, URI } from 'langium';
import { createDefaultModule, createDefaultSharedModule, type LangiumSharedServices } from 'langium/lsp';
import { CancellationToken } from 'vscode-languageserver';
import { fileScopes } from '../../../src/language/analysis/file-scopes.ts';
import { Views } from '../../../src/language/editor/view.ts';
import { elaborate } from '../../../src/language/elaborate/elaborate.ts';
import { DEFAULT_LIMITS } from '../../../src/language/elaborate/session.ts';
import { createCnnServices } from '../../../src/language/services.ts';
import type { Model } from '../../../src/language/syntax/generated/ast.ts';
import { CnnGeneratedModule, CnnGeneratedSharedModule } from '../../../src/language/syntax/generated/module.ts';
import { edits } from './edits.ts';
import type { Subject } from './subjects.ts';

/** Milliseconds of each phase of one edit. */
export interface Phases {
  readonly parse: number;
  /** Langium's own: symbols, scopes, links. */
  readonly build: number;
  /** All problems of the file and of those that import it; elaborates. */
  readonly validate: number;
  /** Elaborating the edited file once, by itself. */
  readonly elaborate: number;
  readonly hints: number;
  readonly lenses: number;
  readonly view: number;
  /** Langium alone: parse, build and its built-in checks. */
  readonly alone: number;
}

/** Files in memory; all the workspace reads. */
class MemoryFiles extends EmptyFileSystemProvider implements FileSystemProvider {
  readonly texts = new Map<string, string>();
  override readFile(uri?: URI): Promise<string> {
    const text = uri && this.texts.get(uri.toString());
    return text === undefined ? Promise.reject(new Error(`There is no ${uri}.`)) : Promise.resolve(text);
  }
}

const uriOf = (name: string): URI => URI.parse(`file:///bench/${name}`);

/** A workspace with all files of a subject built. */
async function workspace(files: MemoryFiles, shared: LangiumSharedServices): Promise<void> {
  const documents: LangiumDocument[] = [];
  for (const uri of files.texts.keys()) documents.push(await shared.workspace.LangiumDocuments.getOrCreateDocument(URI.parse(uri)));
  await shared.workspace.DocumentBuilder.build(documents, { validation: true });
}

/** Langium's services of the grammar, and nothing of ours. */
function langiumAlone(files: MemoryFiles): LangiumSharedServices {
  const shared = inject(createDefaultSharedModule({ fileSystemProvider: () => files }), CnnGeneratedSharedModule);
  shared.ServiceRegistry.register(inject(createDefaultModule({ shared }), CnnGeneratedModule));
  return shared;
}

/** Makes so many edits, after some that warm up. */
export async function measurePhases(subject: Subject, count: number, warmUp: number): Promise<readonly Phases[]> {
  const files = new MemoryFiles();
  for (const [name, text] of Object.entries(subject.files)) files.texts.set(uriOf(name).toString(), text);
  const alone = langiumAlone(files);
  const { shared, cnn } = createCnnServices({ fileSystemProvider: () => files });
  await workspace(files, alone);
  await workspace(files, shared);
  const uri = uriOf(subject.edited);
  const views = new Views(cnn);
  const builder = shared.workspace.DocumentBuilder;
  const reached = new Map<DocumentState, number>();
  for (const state of [DocumentState.Parsed, DocumentState.IndexedReferences, DocumentState.Validated])
    builder.onBuildPhase(state, () => void reached.set(state, performance.now()));
  const timed = async (work: () => unknown): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const coming = edits(subject.files[subject.edited] ?? '', subject.places);
  const made: Phases[] = [];
  for (let i = -warmUp; i < count; i++) {
    files.texts.set(uri.toString(), coming.next().value.text);
    const langium = (): Promise<number> => timed(() => alone.workspace.DocumentBuilder.update([uri], []));
    // Now one first, now the other, so that neither always finds the machine as the other left it.
    const before = i % 2 === 0 ? await langium() : undefined;
    const start = performance.now();
    await builder.update([uri], []);
    const [parsed = start, built = start, validated = start] = [
      DocumentState.Parsed,
      DocumentState.IndexedReferences,
      DocumentState.Validated,
    ].map((s) => reached.get(s));
    const document = await shared.workspace.LangiumDocuments.getOrCreateDocument(uri);
    const viewed = await shared.workspace.LangiumDocuments.getOrCreateDocument(uriOf(subject.viewed));
    const textDocument = { uri: uri.toString() };
    const range = { start: { line: 0, character: 0 }, end: { line: document.textDocument.lineCount, character: 0 } };
    const phases: Omit<Phases, 'alone' | 'elaborate'> = {
      parse: parsed - start,
      build: built - parsed,
      validate: validated - built,
      hints: await timed(() => cnn.lsp.InlayHintProvider?.getInlayHints(document, { textDocument, range }, CancellationToken.None)),
      lenses: await timed(() => cnn.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument }, CancellationToken.None)),
      view: await timed(() => views.view(viewed, undefined)),
    };
    const elaborated = await timed(() => elaborate(document.parseResult.value as Model, fileScopes(shared), DEFAULT_LIMITS));
    if (i >= 0) made.push({ ...phases, elaborate: elaborated, alone: before ?? (await langium()) });
    else if (before === undefined) await langium();
  }
  return made;
}
