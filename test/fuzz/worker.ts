/** Analyses texts that come as messages, one after the other. What hangs is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import { EmptyFileSystem, type LangiumDocument, URI } from 'langium';
import { CancellationToken } from 'vscode-languageserver';
import { problemsOf } from '../../src/language/analysis/problems.ts';
import { selectionRanges } from '../../src/language/editor/selection-ranges.ts';
import { statusOf } from '../../src/language/editor/status.ts';
import { toDiagnostic } from '../../src/language/editor/validator.ts';
import { Views } from '../../src/language/editor/view.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { others } from './seeds.ts';
import { type Answer, STAGES, type Stage, type Task, type WorkerData } from './work.ts';

const { shared, cnn } = createCnnServices(EmptyFileSystem);
const documents = shared.workspace.LangiumDocuments;
const make = (name: string, text: string): LangiumDocument =>
  shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse(`file:///fuzz/${name}`));
for (const [name, text] of Object.entries(others)) documents.addDocument(make(name, text));

const stageNow = new Int32Array((workerData as WorkerData).stage);
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

async function analyse({ id, text, cursor }: Task): Promise<Answer> {
  const ms = Object.fromEntries(STAGES.map((s) => [s, 0])) as Record<Stage, number>;
  let stage: Stage = 'parse';
  const timed = async <T>(next: Stage, work: () => T): Promise<Awaited<T>> => {
    stage = next;
    Atomics.store(stageNow, 0, STAGES.indexOf(next));
    const start = cpu();
    const made = await work();
    ms[next] += cpu() - start;
    return made;
  };
  try {
    const document = await timed('parse', () => make('main.cnn', text));
    documents.addDocument(document);
    await timed('problems', async () => (await problemsOf(document, cnn)).map((p) => toDiagnostic(p, () => undefined)));
    const { targets } = cnn.analyses.of(document);
    const layers = targets.reduce((sum, t) => sum + (t.instance?.sure ? t.instance.nodeCount : 0), 0);
    const textDocument = { uri: document.uri.toString() };
    const position = document.textDocument.positionAt(Math.floor(cursor * text.length));
    const range = { start: { line: 0, character: 0 }, end: { line: document.textDocument.lineCount, character: 0 } };
    const { lsp } = cnn;
    const at = { textDocument, position };
    const token = CancellationToken.None;
    await timed('hints', () => lsp.InlayHintProvider?.getInlayHints(document, { textDocument, range }, token));
    await timed('lenses', () => lsp.CodeLensProvider?.provideCodeLens(document, { textDocument }, token));
    await timed('view', () => new Views(cnn).view(document, undefined));
    await timed('hover', () => lsp.HoverProvider?.getHoverContent(document, at, token));
    await timed('completion', () => lsp.CompletionProvider?.getCompletion(document, at, token));
    await timed('signature', () => lsp.SignatureHelp?.provideSignatureHelp(document, at, token));
    await timed('symbols', () => lsp.DocumentSymbolProvider?.getSymbols(document, { textDocument }, token));
    await timed('names', async () => {
      await lsp.DefinitionProvider?.getDefinition(document, at, token);
      await lsp.ReferencesProvider?.findReferences(document, { ...at, context: { includeDeclaration: true } }, token);
    });
    await timed('format', () =>
      lsp.Formatter?.formatDocument(document, { textDocument, options: { tabSize: 2, insertSpaces: true } }, token),
    );
    await timed('typing', () =>
      lsp.Formatter?.formatDocumentOnType(document, { ...at, ch: '\n', options: { tabSize: 2, insertSpaces: true } }, token),
    );
    await timed('colours', () => lsp.SemanticTokenProvider?.semanticHighlight(document, { textDocument }, token));
    await timed('structure', async () => {
      await lsp.FoldingRangeProvider?.getFoldingRanges(document, { textDocument }, token);
      await lsp.DocumentLinkProvider?.getDocumentLinks(document, { textDocument }, token);
      selectionRanges(document, [position]);
      const [item] = (await lsp.CallHierarchyProvider?.prepareCallHierarchy(document, at, token)) ?? [];
      if (item) await lsp.CallHierarchyProvider?.incomingCalls({ item }, token);
      if (item) await lsp.CallHierarchyProvider?.outgoingCalls({ item }, token);
      for (const t of targets) await statusOf(document, cnn, t.name);
    });
    return { type: 'done', id, ms, layers };
  } catch (e) {
    return { type: 'crash', id, stage, error: e instanceof Error ? (e.stack ?? e.message) : String(e) };
  } finally {
    const uri = URI.parse('file:///fuzz/main.cnn');
    documents.deleteDocument(uri);
    cnn.analyses.forget(uri.toString());
  }
}

parentPort?.on('message', async (task: Task) => parentPort?.postMessage(await analyse(task)));
parentPort?.postMessage('ready');
