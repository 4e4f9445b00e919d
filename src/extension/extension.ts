/** The extension's entry: the language server, the commands, the status bar and the workbench, wired together. */
import type * as vscode from 'vscode';
import type { FromPage } from '../protocol/page.ts';
import type { HeatLine } from '../protocol/server.ts';
import { ActiveFile } from './active.ts';
import { registerBegin } from './begin/begin.ts';
import { Server } from './client.ts';
import { registerCommands } from './commands.ts';
import { HeatMargin } from './heat.ts';
import { LastRun } from './last-run.ts';
import { StatusItem } from './status.ts';
import { Workbench } from './workbench.ts';

/** What the extension gives to others; its own tests read it. */
export interface PointwiseApi {
  /** Everything that the workbench page says. */
  readonly onDidReceive: vscode.Event<FromPage>;
  /** What the status bar says of the target at the cursor; undefined where it says nothing. */
  status(): string | undefined;
  /** The lines of the active file that have a bar in the margin. */
  heat(): readonly HeatLine[];
}

/** Called by VS Code when the first `.cnn` file is opened or a workbench is restored. */
export async function activate(context: vscode.ExtensionContext): Promise<PointwiseApi> {
  const server = new Server(context);
  // Before the server has started: a restored panel and a command wait for it, they are not lost.
  const workbench = new Workbench(context, server);
  context.subscriptions.push(
    server,
    workbench,
    registerBegin(context, workbench),
    new LastRun(workbench.onDidReceive),
    registerCommands(server, workbench, context.asAbsolutePath('dist/cli.js')),
  );
  await server.start();
  const active = new ActiveFile(server);
  const status = new StatusItem(server, active);
  const heat = new HeatMargin(server, active);
  context.subscriptions.push(active, status, heat);
  return { onDidReceive: workbench.onDidReceive, status: () => status.text, heat: () => heat.lines };
}
