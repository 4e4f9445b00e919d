/** `pointwise lsp --stdio`: the language server as any editor starts it, over the built command line. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  RenameRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ensureBuilt } from '../../scripts/build.ts';
import { example, start } from '../support/cli.ts';

const path = example('inception.cnn');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');
const positionOf = (part: string) => {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return { line: before.length - 1, character: (before.at(-1) ?? '').length };
};

describe('pointwise lsp --stdio', () => {
  let child: ChildProcessWithoutNullStreams;
  let connection: ProtocolConnection;
  let initialized: InitializeResult;
  const errors: string[] = [];
  let heard: (d: PublishDiagnosticsParams) => void = () => {};

  /** Does something, and gives the diagnostics that follow. */
  const diagnosticsAfter = async (action: () => Promise<void>, expected = uri): Promise<readonly Diagnostic[]> => {
    const next = new Promise<PublishDiagnosticsParams>((resolve) => {
      heard = resolve;
    });
    await action();
    const { uri: of, diagnostics } = await next;
    assert.equal(of, expected);
    return diagnostics;
  };
  let version = 1;
  /** What the editor's settings hold for Pointwise. */
  let settings: unknown = {};
  /** Types a new text over the old. */
  const change = (now: string): Promise<void> =>
    connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: ++version },
      contentChanges: [{ text: now }],
    });

  before(async () => {
    await ensureBuilt();
    child = start(['lsp', '--stdio']);
    child.stderr.setEncoding('utf8').on('data', (s: string) => errors.push(s));
    connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    connection.onNotification(PublishDiagnosticsNotification.type, (d) => heard(d));
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map((i) => (i.section === 'pointwise' ? settings : null)));
    connection.listen();
    // An editor that has settings, but no workspace, and that refuses to register capabilities, to refresh or to show progress.
    initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true } },
    });
    await connection.sendNotification(InitializedNotification.type, {});
  });
  after(() => {
    connection.dispose();
    child.kill();
  });

  it('says what it can do', () => {
    const { capabilities } = initialized;
    for (const what of [
      'hoverProvider',
      'completionProvider',
      'codeActionProvider',
      'signatureHelpProvider',
      'documentFormattingProvider',
      'inlayHintProvider',
      'codeLensProvider',
      'documentSymbolProvider',
      'definitionProvider',
      'referencesProvider',
      'documentHighlightProvider',
      'renameProvider',
    ] as const)
      assert.ok(capabilities[what], what);
  });

  it('tells the problems of an open file as it is typed, and that they have gone', async () => {
    const open = (): Promise<void> =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'cnn', version, text } });
    assert.deepEqual(await diagnosticsAfter(open), []);
    const [problem, ...others] = await diagnosticsAfter(() => change(text.replace('conv(c3, 3x3)', 'conv(64->c3, 3x3)')));
    assert.equal(problem?.code, 'channel-mismatch');
    assert.deepEqual(problem?.range.start, positionOf('c3, 3x3'));
    assert.equal(others.length, 0);
    const [page = '', line] = problem?.codeDescription?.href.split('#L') ?? [];
    assert.equal(readFileSync(new URL(page), 'utf8').split('\n')[Number(line) - 1], '### `channel-mismatch`', 'the section about the code');
    assert.deepEqual(await diagnosticsAfter(() => change(text)), []);
  });

  it('hovers', async () => {
    const hover = await connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: positionOf('conv(c3, 3x3)') });
    assert.match(JSON.stringify(hover?.contents), /3×3×96×128 = 110,592/);
  });

  it('completes', async () => {
    const list = await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: positionOf('relu') });
    const items = Array.isArray(list) ? list : (list?.items ?? []);
    assert.ok(items.some((i) => i.label === 'maxpool'));
  });

  it('renames at every place, and says why not', async () => {
    const rename = (at: string, newName: string) =>
      connection.sendRequest(RenameRequest.type, { textDocument: { uri }, position: positionOf(at), newName });
    const edit = await rename('c3, 3x3', 'wide');
    const places = text.match(/\bc3\b/g)?.length ?? 0;
    assert.equal(edit?.changes?.[uri]?.length, places);
    await assert.rejects(rename('relu', 'x'), /`relu` is a built-in layer and cannot be renamed/);
  });

  it('formats', async () => {
    const changed = text.replace('conv(c3, 3x3)', 'conv( c3,3x3 )');
    await diagnosticsAfter(() => change(changed));
    const edits = await connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    assert.equal(TextDocument.applyEdits(TextDocument.create(uri, 'cnn', 1, changed), edits ?? []), text);
  });

  it('checks what is open again when the settings change', async () => {
    settings = { limits: { nodes: 3 } };
    const changed = (): Promise<void> => connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    const codes = (await diagnosticsAfter(changed)).map((d) => d.code);
    assert.ok(codes.includes('too-many-nodes'), codes.join());
    settings = {};
    assert.deepEqual(await diagnosticsAfter(changed), []);
  });

  it('lints as loud as the settings say', async () => {
    const unused = await diagnosticsAfter(() => change(`${text}block Z on 3x8x8 { let a = 1 relu }\n`));
    assert.deepEqual(
      unused.map((d) => [d.code, d.severity, d.tags]),
      [['unused-name', DiagnosticSeverity.Hint, [DiagnosticTag.Unnecessary]]],
    );
    settings = { lint: { 'unused-name': 'off' } };
    const changed = (): Promise<void> => connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    assert.deepEqual(await diagnosticsAfter(changed), []);
    settings = {};
    await diagnosticsAfter(changed);
    assert.deepEqual(await diagnosticsAfter(() => change(text)), []);
  });

  it('goes on after an untitled text was opened and closed', async () => {
    const textDocument = { uri: 'untitled:Untitled-1', languageId: 'cnn', version: 1, text: 'block A on 3x8x8 { relu }\n' };
    const { uri: untitled } = textDocument;
    await diagnosticsAfter(() => connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument }), untitled);
    await diagnosticsAfter(() => connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument }), untitled);
    const codes = (await diagnosticsAfter(() => change(text.replace('conv(c3, 3x3)', 'conv(64->c3, 3x3)')))).map((d) => d.code);
    assert.deepEqual(codes, ['channel-mismatch']);
  });

  it('shuts down when asked, and says nothing on standard error', async () => {
    await connection.sendRequest(ShutdownRequest.type);
    const exited = once(child, 'exit');
    await connection.sendNotification(ExitNotification.type);
    const [status] = await exited;
    assert.equal(status, 0);
    assert.equal(errors.join(''), '');
  });

  it('says how it is started where --stdio is missing', () => {
    const { status, stderr } = spawnSync(process.execPath, [new URL('../../dist/cli.js', import.meta.url).pathname, 'lsp'], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /--stdio/);
  });
});
