/** The workbench: its panels, of which those that are not pinned follow the editor. */
import * as vscode from 'vscode';
import type { Placed } from '../diagram/index.ts';
import type { MenuAction } from '../protocol/commands.ts';
import type { FromPage, Shows, Tab, ToPage } from '../protocol/page.ts';
import type { Asked } from '../protocol/server.ts';
import { isNetworkFile } from './active.ts';
import type { Server } from './client.ts';
import { Panel, type Subject } from './panel.ts';

const viewType = 'pointwise.workbench';

const isSame = (a: Subject | undefined, b: Subject): boolean => a?.uri.toString() === b.uri.toString() && a.target === b.target;

export class Workbench implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #server: Server;
  readonly #received = new vscode.EventEmitter<FromPage>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** The one that was used last stands last. */
  #panels: readonly Panel[] = [];
  /** The text editor that came to the front last: while a panel has the focus, no text editor does. */
  #front = vscode.window.activeTextEditor;
  /** The targets chosen earlier, by file: coming back to a file shows what was shown. */
  readonly #chosen = new Map<string, string>();

  /** Every message from every page; tests listen here. */
  readonly onDidReceive = this.#received.event;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#extensionUri = context.extensionUri;
    this.#server = server;
    const all = (does: (p: Panel) => unknown) => this.#panels.forEach(does);
    this.#subscriptions = [
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, kept) => this.#restore(panel, kept),
      }),
      server.onDidChange(({ uri }) => all((p) => p.subject?.uri.toString() === uri && p.refresh())),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
      // A text whose language becomes ours is opened again.
      vscode.workspace.onDidOpenTextDocument((document) => {
        const editor = vscode.window.activeTextEditor;
        if (editor?.document === document) this.#follow(editor);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => all((p) => p.sendCursor(textEditor))),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('pointwise.run') && all((p) => p.sendInit())),
    ];
  }

  /** The panel that has the focus, else the one that was used last. */
  get #current(): Panel | undefined {
    return this.#panels.find((p) => p.isActive) ?? this.#panels.at(-1);
  }

  /** What is shown, if a panel is open. */
  get subject(): Subject | undefined {
    return this.#current?.subject;
  }

  /**
   * Opens a target and shows a tab; `run` starts a run there. In a panel that is pinned to it already, else in one that follows the editor,
   * else in a new one beside the text, which keeps the focus.
   */
  async show(subject: Subject, tab: Tab, run: boolean, against?: Asked): Promise<void> {
    const messages: ToPage[] = [{ type: 'show', tab, run }];
    if (against && subject.target) messages.push({ type: 'against', uri: subject.uri.toString(), target: subject.target, asked: against });
    const old = this.#panels.find((p) => p.isPinned && isSame(p.subject, subject)) ?? this.#panels.findLast((p) => !p.isPinned);
    this.#choose(subject);
    if (!old) {
      this.#add(this.#create(), subject, { messages });
      return;
    }
    this.#use(old);
    old.reveal();
    await old.show(subject, messages);
  }

  /** Brings the panel that was used last to the front, without taking the focus. */
  reveal(): void {
    this.#panels.at(-1)?.reveal();
  }

  /** Opens another panel on what is shown, which then follows the editor; the one that there is stays with its target. */
  async open(): Promise<void> {
    const current = this.#current;
    const subject = current?.subject;
    if (!subject) return;
    current.pin(true);
    this.#add(this.#create(), subject);
  }

  /** Pins the panel that has the focus to what it shows, or lets it follow the editor again. */
  togglePin(): void {
    const panel = this.#current;
    if (panel) this.#pin(panel, !panel.isPinned);
  }

  /** The picture of a target as a panel shows it; undefined where none does. */
  async pictureOf(uri: vscode.Uri, target: string): Promise<Placed | undefined> {
    const panel = this.#panels.findLast((p) => p.subject?.uri.toString() === uri.toString() && (p.shown ?? p.subject.target) === target);
    return panel?.picture();
  }

  /** Whether a panel tries values on a target, and so shows what the text does not say. */
  isTrying(uri: vscode.Uri, target: string): boolean {
    return this.#panels.some((p) => p.isTrying(uri, target));
  }

  /** Passes on what an entry of a page's context menu asks. */
  menu(does: MenuAction): void {
    this.#current?.post({ type: 'menu', does });
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
    this.#received.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #create(): vscode.WebviewPanel {
    // A page that is hidden stays: what it ran, and the numbers of that, cannot be kept otherwise.
    const options = { retainContextWhenHidden: true };
    return vscode.window.createWebviewPanel(viewType, 'Pointwise', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, options);
  }

  /** After a reload VS Code has made the panel again; what it showed is what its page kept. */
  #restore(webview: vscode.WebviewPanel, kept: unknown): void {
    const shows = showsOf(kept);
    const active = vscode.window.activeTextEditor;
    if (shows) this.#add(webview, { uri: vscode.Uri.parse(shows.uri), target: shows.target }, { isPinned: shows.pinned });
    else this.#add(webview, active && isNetworkFile(active.document) ? { uri: active.document.uri, target: undefined } : undefined);
  }

  #add(
    webview: vscode.WebviewPanel,
    subject: Subject | undefined,
    { isPinned = false, messages = [] }: { readonly isPinned?: boolean; readonly messages?: readonly ToPage[] } = {},
  ): void {
    const panel = new Panel(webview, this.#extensionUri, this.#server, subject, isPinned);
    this.#panels = [...this.#panels, panel];
    panel.onDidReceive((message) => {
      if (message.type === 'target' && panel.subject) this.#choose(panel.subject);
      if (message.type === 'pin') this.#pin(panel, message.pinned);
      this.#received.fire(message);
    });
    panel.onDidClose(() => {
      this.#panels = this.#panels.filter((p) => p !== panel);
    });
    webview.onDidChangeViewState(() => panel.isActive && this.#use(panel));
    panel.load(messages);
  }

  #use(panel: Panel): void {
    this.#panels = [...this.#panels.filter((p) => p !== panel), panel];
  }

  #choose({ uri, target }: Subject): void {
    if (target) this.#chosen.set(uri.toString(), target);
  }

  /** A panel that follows the editor again shows at once what is there. */
  #pin(panel: Panel, isPinned: boolean): void {
    panel.pin(isPinned);
    if (!isPinned) this.#follow(this.#front);
  }

  /** Another `.cnn` file came to the front: the panels that are not pinned show that one. */
  #follow(editor: vscode.TextEditor | undefined): void {
    if (!editor || editor.document.isClosed || !isNetworkFile(editor.document)) return;
    this.#front = editor;
    const uri = editor.document.uri;
    for (const panel of this.#panels) {
      if (panel.isPinned) continue;
      if (uri.toString() === panel.subject?.uri.toString()) panel.refresh();
      else panel.show({ uri, target: this.#chosen.get(uri.toString()) });
    }
  }
}

/** What a page kept of what it showed. */
function showsOf(kept: unknown): Shows | undefined {
  if (typeof kept !== 'object' || kept === null || !('shows' in kept)) return undefined;
  const { uri, target, pinned } = (kept.shows ?? {}) as Partial<Record<keyof Shows, unknown>>;
  if (typeof uri !== 'string') return undefined;
  return { uri, ...(typeof target === 'string' ? { target } : {}), pinned: pinned === true };
}
