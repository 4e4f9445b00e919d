/** Where the user is: the active `.cnn` file, its targets, the one at the cursor; and the context keys that enable the commands. */
import * as vscode from 'vscode';
import type { ComparableTarget, TargetsResult } from '../protocol/server.ts';
import type { Server } from './client.ts';
import { toRange } from './convert.ts';

/** Whether a document is one that Pointwise reads. */
export const isNetworkFile = (document: vscode.TextDocument): boolean => document.languageId === 'cnn';

/** The target whose declaration the position is in, or else the last network, or else the last block: what the server takes too. */
export function targetAt(targets: TargetsResult, position: vscode.Position | undefined): ComparableTarget | undefined {
  const here = position && targets.find(({ range }) => toRange(range).contains(position));
  return here ?? targets.findLast(({ kind }) => kind === 'network') ?? targets.at(-1);
}

/** Where the cursor is. */
interface ActiveTarget {
  readonly uri: vscode.Uri | undefined;
  readonly target: string | undefined;
}

/** Keeps the targets of the active file and the context keys up to date. */
export class ActiveFile implements vscode.Disposable {
  readonly #server: Server;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<ActiveTarget>();
  /** Another target is at the cursor, or what is known of it is out of date. */
  readonly onDidChangeTarget = this.#changed.event;
  #uri: vscode.Uri | undefined;
  #targets: TargetsResult = [];
  /** The target that was told of last. */
  #told: string | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      // A text whose language becomes ours is closed and opened again, in an editor that stays the active one.
      vscode.workspace.onDidOpenTextDocument((document) => document === vscode.window.activeTextEditor?.document && this.refresh()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => textEditor === vscode.window.activeTextEditor && this.#setKeys()),
      server.onDidChange(({ uri }) => uri === this.#uri?.toString() && this.refresh()),
    ];
    this.refresh();
  }

  /** Asks the server for the targets of the active editor's file. The keys stay as they are while a panel or a dialog is active. */
  async refresh(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      if (tab instanceof vscode.TabInputWebview) return;
    }
    const uri = editor && isNetworkFile(editor.document) ? editor.document.uri : undefined;
    this.#uri = uri;
    const targets = uri ? await this.#server.targets(uri) : [];
    if (this.#uri !== uri) return;
    this.#targets = targets;
    // The text is another now, be the target the same.
    this.#told = undefined;
    this.#setKeys();
  }

  #setKeys(): void {
    const target = targetAt(this.#targets, vscode.window.activeTextEditor?.selection.active);
    vscode.commands.executeCommand('setContext', 'pointwise.hasTarget', target !== undefined);
    vscode.commands.executeCommand('setContext', 'pointwise.comparable', target?.comparable === true);
    const told = `${this.#uri}#${target?.name}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#changed.fire({ uri: this.#uri, target: target?.name });
  }

  dispose(): void {
    for (const subscription of [...this.#subscriptions, this.#changed]) subscription.dispose();
  }
}
