/** An editor at the other end of the language server's protocol: opens files, types, and hears what is said of them. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeLensRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { ensureBuilt } from '../../scripts/build.ts';
import { start } from './cli.ts';

export class EditorClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly folder: string;
  private readonly versions = new Map<string, number>();
  private readonly problems = new Map<string, readonly Diagnostic[]>();
  private waiting: (() => void)[] = [];

  private constructor(
    child: ChildProcessWithoutNullStreams,
    connection: ProtocolConnection,
    initialized: InitializeResult,
    folder: string,
  ) {
    this.child = child;
    this.connection = connection;
    this.initialized = initialized;
    this.folder = folder;
    connection.onNotification(PublishDiagnosticsNotification.type, (d) => {
      this.problems.set(d.uri, d.diagnostics);
      for (const go of this.waiting.splice(0)) go();
    });
  }

  /** An editor on a folder of its own with these files. */
  static async on(files: Readonly<Record<string, string>>): Promise<EditorClient> {
    await ensureBuilt();
    const folder = mkdtempSync(join(tmpdir(), 'pointwise-editor-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const child = start(['lsp', '--stdio']);
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    connection.listen();
    const root = pathToFileURL(folder).href;
    const workspaceFolders = [{ uri: root, name: 'test' }];
    const initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: root,
      capabilities: { workspace: { workspaceFolders: true } },
      workspaceFolders,
    });
    const editor = new EditorClient(child, connection, initialized, folder);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  async open(name: string, text: string): Promise<void> {
    this.versions.set(name, 1);
    const textDocument = { uri: this.uri(name), languageId: 'cnn', version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async write(name: string, text: string): Promise<void> {
    const version = (this.versions.get(name) ?? 0) + 1;
    this.versions.set(name, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ text }],
    });
  }

  /** Waits until the codes of a file's problems are these. */
  async says(name: string, codes: readonly string[]): Promise<void> {
    const said = (): readonly unknown[] | undefined => this.problems.get(this.uri(name))?.map((d) => d.code);
    while (said()?.join() !== codes.join()) await new Promise<void>((go) => this.waiting.push(go));
  }

  /** The titles of a file's lenses, each once it is in sight. */
  async lenses(name: string): Promise<readonly (string | undefined)[]> {
    const all = (await this.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: this.uri(name) } })) ?? [];
    return all.map((l) => l.command?.title);
  }

  close(): void {
    this.connection.dispose();
    this.child.kill();
    rmSync(this.folder, { recursive: true });
  }
}
