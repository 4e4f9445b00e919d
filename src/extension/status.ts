/** The item of the status bar: the figures of the target at the cursor, as the text now stands. */
import * as vscode from 'vscode';
import { COMMANDS } from '../protocol/commands.ts';
import type { ActiveFile } from './active.ts';
import type { Server } from './client.ts';

export class StatusItem implements vscode.Disposable {
  readonly #server: Server;
  readonly #item: vscode.StatusBarItem;
  readonly #subscription: vscode.Disposable;
  #asked: vscode.CancellationTokenSource | undefined;

  constructor(server: Server, active: ActiveFile) {
    this.#server = server;
    this.#item = vscode.window.createStatusBarItem('pointwise.figures', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'Pointwise: Params and MACs';
    this.#subscription = active.onDidChangeTarget(({ uri, target }) => this.#show(uri, target));
  }

  /** What it says; undefined while it is not there. */
  get text(): string | undefined {
    return this.#asked ? this.#item.text : undefined;
  }

  async #show(uri: vscode.Uri | undefined, target: string | undefined): Promise<void> {
    this.#asked?.cancel();
    this.#asked = undefined;
    if (!uri || target === undefined) {
      this.#item.hide();
      return;
    }
    const asked = new vscode.CancellationTokenSource();
    this.#asked = asked;
    const status = await this.#server.status({ uri: uri.toString(), target }, asked.token);
    // What was asked last is what counts.
    if (this.#asked !== asked) return;
    if (!status) {
      this.#asked = undefined;
      this.#item.hide();
      return;
    }
    this.#item.text = `$(symbol-class) ${target}: ${status.text}`;
    this.#item.tooltip = status.tooltip;
    this.#item.command = { title: 'Show Diagram', command: COMMANDS.diagram, arguments: [uri.toString(), target] };
    this.#item.show();
  }

  dispose(): void {
    this.#asked?.cancel();
    this.#subscription.dispose();
    this.#item.dispose();
  }
}
