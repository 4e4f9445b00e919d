/** One panel: a webview that shows a target of a `.cnn` file as the text stands, and does what its page asks. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Placed } from '../diagram/index.ts';
import { COMMANDS } from '../protocol/commands.ts';
import type { FromPage, ToPage } from '../protocol/page.ts';
import type { Tried, ViewResult } from '../protocol/server.ts';
import { isNetworkFile } from './active.ts';
import { chooseRevision, chooseTarget, resolveAgainst } from './against.ts';
import type { Server } from './client.ts';
import { fromLocation } from './convert.ts';
import { pageAssets, pageHtml, pageRoots } from './page.ts';
import { pickFiles } from './pick.ts';
import { HostRunner, hostThreads } from './runner.ts';
import { saveText } from './save.ts';
import { offerFixes, openText, revealSource } from './sources.ts';

/** Milliseconds after which a page is taken not to answer. */
const PATIENCE = 3000;
/** Milliseconds for which a page is not loaded before it has a view. */
const EAGER = 60;

/** What a panel has to say that VS Code brought back where no network is open. */
const NOTHING: ViewResult = { status: 'missing', reason: 'No `.cnn` file is open.' };

/** What a panel shows: a file and, unless it is the default, one of its targets. */
export interface Subject {
  readonly uri: vscode.Uri;
  readonly target: string | undefined;
}

export class Panel implements vscode.Disposable {
  readonly #webview: vscode.WebviewPanel;
  readonly #extensionUri: vscode.Uri;
  readonly #server: Server;
  readonly #received = new vscode.EventEmitter<FromPage>();
  readonly #runner: HostRunner;
  readonly #closed = new vscode.EventEmitter<void>();
  /** Who waits for the picture. */
  #pictured: ((placed: Placed | undefined) => void) | undefined;
  #subject: Subject | undefined;
  #shown: string | undefined;
  #isPinned: boolean;
  /** The page has said that it listens. */
  #ready = false;
  /** What is shown has changed since the page was loaded, and before it listened. */
  #isLate = false;
  /** Sent once the page listens and has a view. */
  #pending: readonly ToPage[] = [];
  /** The view that the page was sent last, of which target; the next tells what changed. */
  #sent: { readonly key: string; readonly id: number } | undefined;
  /** What the page tries, by target; it keeps that itself, and says it again after a reload. */
  readonly #tried = new Map<string, Tried>();
  /** The request for a view that is under way: a newer one outdates it. */
  #asking: vscode.CancellationTokenSource | undefined;

  /** Every message from the page. */
  readonly onDidReceive = this.#received.event;
  /** It was closed. */
  readonly onDidClose = this.#closed.event;

  constructor(webview: vscode.WebviewPanel, extensionUri: vscode.Uri, server: Server, subject: Subject | undefined, isPinned = false) {
    this.#webview = webview;
    this.#extensionUri = extensionUri;
    this.#server = server;
    this.#runner = new HostRunner(vscode.Uri.joinPath(extensionUri, 'dist').fsPath, (message) => this.post({ type: 'runner', message }));
    this.#subject = subject;
    this.#isPinned = isPinned;
    webview.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extensionUri) };
    webview.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'file-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'file-dark.svg'),
    };
    webview.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    webview.onDidDispose(() => {
      this.#asking?.cancel();
      this.#ready = false;
      this.#runner.end();
      this.#closed.fire();
    });
  }

  /**
   * Loads the page, with what it shows first in it: asked for once the page listens, that would come four messages later. A server that is busy
   * is not waited for.
   */
  async load(messages: readonly ToPage[] = []): Promise<void> {
    this.#pending = messages;
    const view = await Promise.race([this.#view(), new Promise<undefined>((resolve) => setTimeout(resolve, EAGER))]);
    const first = view ? [this.#init(), ...this.#aboutSubject(), ...view, ...messages] : [];
    if (view) this.#pending = [];
    this.#webview.webview.html = pageHtml(this.#webview.webview, this.#extensionUri, first);
  }

  get subject(): Subject | undefined {
    return this.#subject;
  }
  /** The target of the last view, by its name. */
  get shown(): string | undefined {
    return this.#shown;
  }
  /** It stays with what it shows, whichever file comes to the front. */
  get isPinned(): boolean {
    return this.#isPinned;
  }
  /** Whether it has the focus. */
  get isActive(): boolean {
    return this.#webview.active;
  }

  /** Shows another target or file; the messages go to the page once it is there. */
  async show(subject: Subject, messages: readonly ToPage[] = []): Promise<void> {
    this.#subject = subject;
    if (messages.length > 0) this.#pending = messages;
    this.#tellSubject();
    await this.refresh();
  }

  /** Comes to the front, without taking the focus. */
  reveal(): void {
    this.#webview.reveal(undefined, true);
  }

  pin(isPinned: boolean): void {
    this.#isPinned = isPinned;
    this.#tellSubject();
  }

  post(message: ToPage): void {
    if (this.#ready) this.#webview.webview.postMessage(message);
  }

  /** Asks the server for the view and sends it, then what waited for it. */
  async refresh(): Promise<void> {
    this.#isLate = !this.#ready;
    if (!this.#ready) return;
    const messages = await this.#view();
    if (!messages || !this.#ready) return;
    for (const message of messages) this.post(message);
    for (const message of this.#pending) this.post(message);
    this.#pending = [];
    this.sendCursor(vscode.window.activeTextEditor);
  }

  /** The view of what is shown, as it is to be sent; undefined where a newer one was asked for meanwhile. */
  async #view(): Promise<readonly ToPage[] | undefined> {
    const subject = this.#subject;
    if (!subject) return [{ type: 'view', result: NOTHING, fileName: '' }];
    this.#asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.#asking = asking;
    const uri = subject.uri.toString();
    const key = `${uri}#${subject.target ?? ''}`;
    const have = this.#sent?.key === key ? { have: this.#sent.id } : {};
    const on = subject.target ?? this.#shown;
    const tried = on === undefined ? undefined : this.#tried.get(`${uri}#${on}`);
    const trying = on !== undefined && tried ? { trying: { on, tried } } : {};
    const result = await this.#server.view({ uri, target: subject.target, ...have, ...trying }, asking.token);
    if (!result || asking !== this.#asking) return undefined;
    const sent = result.status === 'missing' ? undefined : result.sent;
    this.#sent = sent && { key, id: sent.id };
    this.#shown = sent?.head.target;
    const fileName = basename(subject.uri.path);
    this.#webview.title = titleOf(result, fileName);
    return [{ type: 'view', result, fileName }];
  }

  sendInit(): void {
    this.post(this.#init());
  }

  #init(): ToPage {
    const settings = vscode.workspace.getConfiguration('pointwise');
    const maxRunBytes = settings.get('run.maxMemoryMiB', 2048) * 2 ** 20;
    const isHere = settings.get<string>('run.where', 'auto') === 'page';
    return {
      type: 'init',
      assets: pageAssets(this.#webview.webview, this.#extensionUri),
      settings: { maxRunBytes, hostThreads: isHere ? 0 : hostThreads() },
    };
  }

  /** Whether values are tried on a target, so that what is shown of it is not the text. */
  isTrying(uri: vscode.Uri, target: string): boolean {
    return this.#tried.has(`${uri}#${target}`);
  }

  /** The picture as it is shown; undefined where the page has none of the text, or does not answer. */
  async picture(): Promise<Placed | undefined> {
    if (!this.#ready) return undefined;
    try {
      return await new Promise((resolve) => {
        this.#pictured = resolve;
        this.post({ type: 'picture' });
        setTimeout(() => resolve(undefined), PATIENCE);
      });
    } finally {
      this.#pictured = undefined;
    }
  }

  /** Where the cursor is, if that is in a network. */
  sendCursor(editor: vscode.TextEditor | undefined): void {
    if (!editor || !isNetworkFile(editor.document)) return;
    this.post({ type: 'cursor', location: fromLocation(editor.document.uri, editor.selection) });
  }

  dispose(): void {
    this.#webview.dispose();
    this.#received.dispose();
    this.#closed.dispose();
  }

  /** The page keeps what it shows, so that it is there again after a reload. */
  #tellSubject(): void {
    for (const message of this.#aboutSubject()) this.post(message);
  }

  #aboutSubject(): readonly ToPage[] {
    const { uri, target } = this.#subject ?? {};
    if (!uri) return [];
    return [{ type: 'panel', shows: { uri: uri.toString(), ...(target === undefined ? {} : { target }), pinned: this.#isPinned } }];
  }

  /** Sends a view that builds on none before. */
  #refreshWhole(): void {
    this.#sent = undefined;
    this.refresh();
  }

  #receive(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#tried.clear();
        if (message.has !== undefined && message.has === this.#sent?.id) {
          if (this.#isLate) this.refresh();
          else this.sendCursor(vscode.window.activeTextEditor);
          break;
        }
        this.sendInit();
        this.#tellSubject();
        this.#refreshWhole();
        break;
      case 'whole':
        this.#refreshWhole();
        break;
      case 'compare':
        this.#compare(message);
        break;
      case 'try':
        this.#try(message);
        break;
      case 'apply':
        this.#apply(message);
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
        revealSource(this.#webview, message.location);
        break;
      case 'fix':
        offerFixes(this.#webview, message.location);
        break;
      case 'target':
        if (this.#subject) this.show({ uri: this.#subject.uri, target: message.target });
        break;
      case 'pin':
        // The workbench knows what there is to follow.
        break;
      case 'picture':
        this.#pictured?.(message.placed);
        break;
      case 'runner':
        this.#runner.take(message.message);
        break;
      case 'pick':
        this.#pick(message);
        break;
      case 'open':
        openText(this.#webview, message.text);
        break;
      case 'begin':
        vscode.commands.executeCommand(COMMANDS.begin, this.#subject?.uri.toString());
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
        vscode.window.setStatusBarMessage(`$(check) ${message.says}`, 10_000);
        break;
      default:
        message satisfies never;
    }
    this.#received.fire(message);
  }

  /** Shows a target with the values that are tried from now on. */
  #try({ uri, target, tried }: Extract<FromPage, { type: 'try' }>): void {
    const key = `${uri}#${target}`;
    if (Object.keys(tried).length > 0) this.#tried.set(key, tried);
    else this.#tried.delete(key);
    if (this.#subject?.uri.toString() === uri && (this.#subject.target ?? this.#shown) === target) this.refresh();
  }

  /** Writes what is tried into the text. */
  async #apply({ uri, target, tried }: Extract<FromPage, { type: 'apply' }>): Promise<void> {
    const { refused } = await this.#server.apply({ uri, target, tried });
    if (refused !== undefined) vscode.window.showErrorMessage(`Pointwise: nothing was written to \`${target}\`. ${refused}`);
  }

  /** Sends the comparison for which the page asked. */
  async #compare({ uri, target, asked, tried }: Extract<FromPage, { type: 'compare' }>): Promise<void> {
    const against = asked && (await resolveAgainst(uri, asked));
    const trying = tried ? { tried } : {};
    const head = { type: 'comparison', uri, target, ...(asked ? { asked } : {}), ...trying } as const;
    const result =
      against && 'refused' in against
        ? { version: await versionOf(uri), comparison: undefined, ...against }
        : await this.#server.comparison({ uri, target, ...(against ? { against } : {}), ...trying });
    if (result) this.post({ ...head, ...result });
  }

  /** Sends the design space for which the page asked. */
  async #space({ uri, target }: Extract<FromPage, { type: 'space' }>): Promise<void> {
    const result = await this.#server.space({ uri, target });
    if (result) this.post({ type: 'space', uri, target, ...result });
  }

  /** Lets the user choose files for runs. */
  async #pick({ what, count }: Extract<FromPage, { type: 'pick' }>): Promise<void> {
    try {
      const files = await pickFiles(what, count);
      if (files) this.post({ type: 'files', what, files });
    } catch (error) {
      vscode.window.showErrorMessage(`Pointwise cannot read the file: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Sends the code for which the page asked. */
  async #code({ uri, target, to }: Extract<FromPage, { type: 'code' }>): Promise<void> {
    const result = await this.#server.code({ uri, target, to });
    if (result) this.post({ type: 'code', uri, target, to, ...result });
  }

  /** Lets the user choose what to compare with, and tells the page. */
  async #chooseAgainst({ uri, target, among }: Extract<FromPage, { type: 'choose' }>): Promise<void> {
    const asked = among === 'targets' ? await chooseTarget(this.#server, uri, target) : await chooseRevision(uri, target);
    if (asked) this.post({ type: 'against', uri, target, asked });
  }
}

const versionOf = async (uri: string): Promise<number> => (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))).version;

function titleOf(result: ViewResult, fileName: string): string {
  switch (result.status) {
    case 'ok':
      return `${result.sent.head.target}${result.sent.head.trying ? ', what if' : ''} · Pointwise`;
    case 'stale':
      return `${result.sent?.head.target ?? fileName} · Pointwise`;
    case 'missing':
      return `${fileName} · Pointwise`;
    default:
      return result satisfies never;
  }
}
