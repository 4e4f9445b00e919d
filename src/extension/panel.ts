/** The workbench panel: one webview that shows a target of a `.cnn` file, follows the editor, and shows sources when asked. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Asked, FromPage, Location, Tab, ToPage, ViewResult } from '../protocol.ts';
import { isNetworkFile } from './active.ts';
import { chooseRevision, chooseTarget, resolveAgainst } from './against.ts';
import type { Server } from './client.ts';
import { fromLocation, toLocation } from './convert.ts';
import { pageAssets, pageHtml, pageRoots } from './page.ts';
import { saveText } from './save.ts';

const viewType = 'pointwise.workbench';

/** What the panel shows: a file and, unless it is the default, one of its targets. */
interface Subject {
  readonly uri: vscode.Uri;
  readonly target: string | undefined;
}

export class Workbench implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #received = new vscode.EventEmitter<FromPage>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #panel: vscode.WebviewPanel | undefined;
  #subject: Subject | undefined;
  /** The targets chosen earlier, by file: coming back to a file shows what was shown. */
  readonly #chosen = new Map<string, string>();
  /** The page has said that it listens. */
  #ready = false;
  /** Sent once the page listens and has a view. */
  #pending: readonly ToPage[] = [];
  /** The view that the page was sent last, of which target; the next tells what changed. */
  #sent: { readonly key: string; readonly id: number } | undefined;
  /** The request for a view that is under way: a newer one outdates it. */
  #asking: vscode.CancellationTokenSource | undefined;

  /** Every message from the page; tests listen here too. */
  readonly onDidReceive = this.#received.event;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#subscriptions = [
      vscode.window.registerWebviewPanelSerializer(viewType, { deserializeWebviewPanel: async (panel) => this.#restore(panel) }),
      server.onDidChange(({ uri }) => uri === this.#subject?.uri.toString() && this.#refresh()),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#sendCursor(textEditor)),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('pointwise.run') && this.#sendInit()),
    ];
  }

  /** What the panel shows, if it is open. */
  get subject(): Subject | undefined {
    return this.#panel && this.#subject;
  }

  /** Opens the panel (beside the text, which keeps the focus) on a target and shows a tab; `run` starts a run there. */
  async show(subject: Subject, tab: Tab, run: boolean, against?: Asked): Promise<void> {
    const pending: ToPage[] = [{ type: 'show', tab, run }];
    if (against && subject.target) pending.push({ type: 'against', uri: subject.uri.toString(), target: subject.target, asked: against });
    this.#pending = pending;
    this.#choose(subject);
    if (this.#panel) this.#panel.reveal(undefined, true);
    else
      this.#adopt(vscode.window.createWebviewPanel(viewType, 'Pointwise', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }));
    await this.#refresh();
  }

  dispose(): void {
    this.#asking?.cancel();
    this.#panel?.dispose();
    this.#received.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** After a reload VS Code has made the panel again; what it showed is in the workspace's state. */
  #restore(panel: vscode.WebviewPanel): void {
    const { uri, target } = this.#context.workspaceState.get<{ uri?: string; target?: string }>(viewType, {});
    const active = vscode.window.activeTextEditor;
    if (uri) this.#choose({ uri: vscode.Uri.parse(uri), target });
    else if (active && isNetworkFile(active.document)) this.#choose({ uri: active.document.uri, target: undefined });
    this.#panel?.dispose();
    this.#adopt(panel);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.#context;
    this.#panel = panel;
    this.#ready = false;
    panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extensionUri) };
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'file-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'file-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#ready = false;
    });
    panel.webview.html = pageHtml(panel.webview, extensionUri);
  }

  #choose(subject: Subject): void {
    this.#subject = subject;
    if (subject.target) this.#chosen.set(subject.uri.toString(), subject.target);
    this.#context.workspaceState.update(viewType, { uri: subject.uri.toString(), target: subject.target });
  }

  #post(message: ToPage): void {
    if (this.#ready) this.#panel?.webview.postMessage(message);
  }

  #receive(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#sendInit();
        this.#refreshWhole();
        break;
      case 'whole':
        this.#refreshWhole();
        break;
      case 'compare':
        this.#compare(message);
        break;
      case 'space':
        this.#space(message);
        break;
      case 'code':
        this.#code(message);
        break;
      case 'choose':
        this.#chooseAgainst(message);
        break;
      case 'reveal':
        this.#reveal(message.location);
        break;
      case 'fix':
        this.#fix(message.location);
        break;
      case 'target':
        if (this.#subject) this.#choose({ uri: this.#subject.uri, target: message.target });
        this.#refresh();
        break;
      case 'open':
        this.#open(message.text);
        break;
      case 'copy':
        vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage(`$(check) Copied ${message.what}`, 5_000);
        break;
      case 'save':
        saveText(message, this.#subject?.uri);
        break;
      case 'failed':
        vscode.window.showErrorMessage(`Pointwise: ${message.message}`);
        break;
      case 'ran':
        vscode.window.setStatusBarMessage(`$(check) ${message.target}: ${message.layers} layers in ${message.ms.toFixed(1)} ms`, 10_000);
        break;
      default:
        message satisfies never;
    }
    this.#received.fire(message);
  }

  #sendInit(): void {
    const panel = this.#panel;
    if (!panel) return;
    const maxRunBytes = vscode.workspace.getConfiguration('pointwise').get('run.maxMemoryMiB', 2048) * 2 ** 20;
    this.#post({ type: 'init', assets: pageAssets(panel.webview, this.#context.extensionUri), settings: { maxRunBytes } });
  }

  /** Asks the server for the view and sends it, then what waited for it. */
  async #refresh(): Promise<void> {
    const subject = this.#subject;
    const panel = this.#panel;
    if (!subject || !panel || !this.#ready) return;
    this.#asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.#asking = asking;
    const uri = subject.uri.toString();
    const key = `${uri}#${subject.target ?? ''}`;
    const have = this.#sent?.key === key ? { have: this.#sent.id } : {};
    const result = await this.#server.view({ uri, target: subject.target, ...have }, asking.token);
    if (!result || asking !== this.#asking || panel !== this.#panel) return;
    const sent = result.status === 'missing' ? undefined : result.sent;
    this.#sent = sent && { key, id: sent.id };
    const fileName = basename(subject.uri.path);
    panel.title = titleOf(result, fileName);
    this.#post({ type: 'view', result, fileName });
    for (const message of this.#pending) this.#post(message);
    this.#pending = [];
    this.#sendCursor(vscode.window.activeTextEditor);
  }

  /** Sends a view that builds on none before. */
  #refreshWhole(): void {
    this.#sent = undefined;
    this.#refresh();
  }

  /** Sends the comparison for which the page asked. */
  async #compare({ uri, target, asked }: Extract<FromPage, { type: 'compare' }>): Promise<void> {
    const against = asked && (await resolveAgainst(uri, asked));
    const head = { type: 'comparison', uri, target, ...(asked ? { asked } : {}) } as const;
    const result =
      against && 'refused' in against
        ? { version: await this.#versionOf(uri), comparison: undefined, ...against }
        : await this.#server.comparison({ uri, target, ...(against ? { against } : {}) });
    if (result) this.#post({ ...head, ...result });
  }

  /** Sends the design space for which the page asked. */
  async #space({ uri, target }: Extract<FromPage, { type: 'space' }>): Promise<void> {
    const result = await this.#server.space({ uri, target });
    if (result) this.#post({ type: 'space', uri, target, ...result });
  }

  /** Sends the code for which the page asked. */
  async #code({ uri, target, to }: Extract<FromPage, { type: 'code' }>): Promise<void> {
    const result = await this.#server.code({ uri, target, to });
    if (result) this.#post({ type: 'code', uri, target, to, ...result });
  }

  async #versionOf(uri: string): Promise<number> {
    return (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))).version;
  }

  /** Lets the user choose what to compare with, and tells the page. */
  async #chooseAgainst({ uri, target, among }: Extract<FromPage, { type: 'choose' }>): Promise<void> {
    const asked = among === 'targets' ? await chooseTarget(this.#server, uri, target) : await chooseRevision(uri, target);
    if (asked) this.#post({ type: 'against', uri, target, asked });
  }

  /** Another `.cnn` file came to the front: the panel shows that one. */
  #follow(editor: vscode.TextEditor | undefined): void {
    if (!this.#panel || !editor || !isNetworkFile(editor.document)) return;
    const uri = editor.document.uri;
    if (uri.toString() !== this.#subject?.uri.toString()) this.#choose({ uri, target: this.#chosen.get(uri.toString()) });
    this.#refresh();
  }

  #sendCursor(editor: vscode.TextEditor | undefined): void {
    if (!editor || !isNetworkFile(editor.document)) return;
    this.#post({ type: 'cursor', location: fromLocation(editor.document.uri, editor.selection) });
  }

  /** The column beside the panel. */
  get #beside(): vscode.ViewColumn {
    return this.#panel?.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
  }

  /** Opens a text as an unsaved file beside the panel. The focus stays: the panel would follow it, away from what it shows. */
  async #open(content: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: 'cnn', content });
    await vscode.window.showTextDocument(document, { viewColumn: this.#beside, preserveFocus: true, preview: false });
  }

  /** Goes to an error and opens the list of its quick fixes: the focus has to be in the text for that. */
  async #fix(location: Location): Promise<void> {
    await this.#reveal(location);
    const { uri, range } = toLocation(location);
    const editor = vscode.window.visibleTextEditors.find((e) => e.document.uri.toString() === uri.toString());
    if (!editor) return;
    // The error may stand in an argument: the fixes of the whole stage are wanted.
    const errors = vscode.languages.getDiagnostics(uri).filter((d) => d.range.intersection(range));
    const at = errors[0]?.range ?? range;
    await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? this.#beside, selection: at });
    await vscode.commands.executeCommand('editor.action.quickFix');
  }

  /** Shows a node's source where the file is open, or else beside the panel, and leaves the focus in the panel. */
  async #reveal(location: Location): Promise<void> {
    const { uri, range } = toLocation(location);
    const visible = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    try {
      await vscode.window.showTextDocument(uri, {
        viewColumn: visible?.viewColumn ?? this.#beside,
        preserveFocus: true,
        preview: true,
        selection: range,
      });
    } catch (error) {
      vscode.window.showErrorMessage(`Pointwise cannot show ${basename(uri.path)}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

function titleOf(result: ViewResult, fileName: string): string {
  switch (result.status) {
    case 'ok':
      return `${result.sent.head.target} · Pointwise`;
    case 'stale':
      return `${result.sent?.head.target ?? fileName} · Pointwise`;
    case 'missing':
      return `${fileName} · Pointwise`;
    default:
      return result satisfies never;
  }
}
