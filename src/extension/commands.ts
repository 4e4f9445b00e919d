/** The commands of lenses, menus and palette: find out which target is meant, say so where there is none, and open the workbench on it. */
import * as vscode from 'vscode';
import { COMMANDS, MENU_COMMANDS, type MenuAction, PANEL_COMMANDS } from '../protocol/commands.ts';
import type { Tab } from '../protocol/page.ts';
import type { ViewHead } from '../protocol/server.ts';
import { isNetworkFile, targetAt } from './active.ts';
import type { Server } from './client.ts';
import { toLocation, toRange } from './convert.ts';
import { copyTarget } from './copy.ts';
import { exportTarget } from './export.ts';
import { toggleBehind } from './heat.ts';
import { openAsCnn } from './open-as-cnn.ts';
import type { Workbench } from './workbench.ts';

/** What each command does to a target: the words for messages, the tab, and whether it runs. */
const actions: Readonly<
  Record<
    Exclude<keyof typeof COMMANDS, 'export' | 'copy' | 'compareWithHead' | 'begin'>,
    { readonly verb: string; readonly tab: Tab; readonly run: boolean }
  >
> = {
  run: { verb: 'run', tab: 'diagram', run: true },
  diagram: { verb: 'draw', tab: 'diagram', run: false },
  compare: { verb: 'compare', tab: 'compare', run: false },
};

/** The file that a menu means: the list of changes gives its own entries. */
const uriOf = (argument: unknown): unknown =>
  typeof argument === 'object' && argument !== null && 'resourceUri' in argument ? argument.resourceUri : argument;

type Action = (typeof actions)[keyof typeof actions];

/** Registers the commands; `cli` is the file of the command line. Disposing the result takes them back. */
export function registerCommands(server: Server, workbench: Workbench, cli: string): vscode.Disposable {
  const show = async (action: Action, uriArgument: unknown, targetArgument: unknown): Promise<void> => {
    const document = await documentFor(uriArgument, workbench);
    if (!document) return;
    const named = typeof targetArgument === 'string' ? targetArgument : undefined;
    const target = named ?? (await targetFor(server, document, workbench));
    const result = await server.head(document.uri, target);
    if (result.status === 'ok') {
      const mistake = action.run ? mistakeIn(result.sent) : undefined;
      if (mistake) {
        await workbench.show({ uri: document.uri, target: result.sent.target }, action.tab, false);
        explain(action, result.sent.target, mistake);
        return;
      }
      if (action.tab === 'compare' && !result.sent.comparable) {
        vscode.window.showInformationMessage(
          `Pointwise: \`${result.sent.target}\` has no 1×1 reduction, depthwise convolution or groups that a variant could be without.`,
        );
        return;
      }
      await workbench.show({ uri: document.uri, target: result.sent.target }, action.tab, action.run);
      return;
    }
    // The last good picture is still worth looking at; a run of it would not be of the text as it is.
    if (result.status === 'stale' && result.sent)
      await workbench.show({ uri: document.uri, target: result.sent.target }, action.tab, false);
    if (result.status === 'missing' || action.run || !result.sent)
      explain(action, target, {
        reason: result.reason,
        at: result.status === 'stale' && result.at ? toLocation(result.at) : undefined,
      });
  };
  vscode.commands.executeCommand('setContext', 'pointwise.isActive', true);
  const register = (id: string, run: (...args: readonly unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, run);
  return vscode.Disposable.from(
    register(COMMANDS.run, (uri, target) => show(actions.run, uri, target)),
    register(COMMANDS.diagram, (uri, target) => show(actions.diagram, uri, target)),
    register(COMMANDS.compare, (uri, target) => show(actions.compare, uri, target)),
    register(COMMANDS.compareWithHead, async (argument) => {
      const document = await documentFor(uriOf(argument), workbench);
      if (!document) return;
      const target = await targetFor(server, document, workbench);
      const result = await server.head(document.uri, target);
      if (result.status === 'missing') {
        explain(actions.compare, target, { reason: result.reason, at: undefined });
        return;
      }
      const name = result.sent?.target;
      if (name)
        await workbench.show({ uri: document.uri, target: name }, 'compare', false, { kind: 'revision', rev: 'HEAD', name: 'HEAD' });
    }),
    register(COMMANDS.export, async (uri, target) => {
      const document = await documentFor(uri, workbench);
      const named = typeof target === 'string' ? target : document && (await targetFor(server, document, workbench));
      if (document)
        await exportTarget(
          server,
          document,
          named,
          (shown) => workbench.pictureOf(document.uri, shown),
          (shown) => workbench.isTrying(document.uri, shown),
        );
    }),
    register(PANEL_COMMANDS.pin, () => workbench.togglePin()),
    register(PANEL_COMMANDS.open, () => workbench.open()),
    ...(Object.keys(MENU_COMMANDS) as MenuAction[]).map((does) => register(MENU_COMMANDS[does], () => workbench.menu(does))),
    register('pointwise.toggleHeatBehindLines', toggleBehind),
    register(COMMANDS.copy, async (uri, target, to) => {
      const document = await documentFor(uri, workbench);
      const named = typeof target === 'string' ? target : document && (await targetFor(server, document, workbench));
      if (document)
        await copyTarget(server, document, named, typeof to === 'string' ? to : undefined, (shown) =>
          workbench.isTrying(document.uri, shown),
        );
    }),
    register('pointwise.openAsCnn', (uri) => openAsCnn(cli, uri instanceof vscode.Uri ? uri : undefined)),
    register('pointwise.restartServer', () => server.restart()),
    register('pointwise.showLog', () => server.showLog()),
  );
}

/** The file that a caller names: a lens gives text, a menu a Uri. The menu of a panel gives the panel's own, which names no file. */
function namedBy(argument: unknown): vscode.Uri | undefined {
  if (typeof argument === 'string') return vscode.Uri.parse(argument);
  return argument instanceof vscode.Uri && argument.scheme !== 'webview-panel' ? argument : undefined;
}

/** The document that a command is about: named by its caller, or active, or shown in the workbench. */
async function documentFor(argument: unknown, workbench: Workbench): Promise<vscode.TextDocument | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const named = namedBy(argument);
  const uri = named ?? (active && isNetworkFile(active) ? active.uri : workbench.subject?.uri);
  if (!uri) {
    vscode.window.showInformationMessage('Pointwise: open a `.cnn` file first.');
    return undefined;
  }
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    vscode.window.showErrorMessage(
      `Pointwise cannot read ${vscode.workspace.asRelativePath(uri)}: ${error instanceof Error ? error.message : error}`,
    );
    return undefined;
  }
}

/** The target that is meant where none is named: the one at the cursor; without an editor, the one that the workbench shows. */
async function targetFor(server: Server, document: vscode.TextDocument, workbench: Workbench): Promise<string | undefined> {
  const same = (uri: vscode.Uri | undefined): boolean => uri?.toString() === document.uri.toString();
  const editor = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors].find((e) => e && same(e.document.uri));
  if (!vscode.window.activeTextEditor && same(workbench.subject?.uri)) return workbench.subject?.target;
  return targetAt(await server.targets(document.uri), editor?.selection.active)?.name;
}

interface Mistake {
  readonly reason: string;
  readonly at: vscode.Location | undefined;
}

/** The first error inside a target's declaration: its numbers stand, but what would run is not what is written. */
function mistakeIn({ uri, target, targets }: ViewHead): Mistake | undefined {
  const file = vscode.Uri.parse(uri);
  const range = targets.find(({ name }) => name === target)?.range;
  const error = vscode.languages
    .getDiagnostics(file)
    .find((d) => d.severity === vscode.DiagnosticSeverity.Error && range && toRange(range).intersection(d.range));
  return error && { reason: error.message, at: new vscode.Location(file, error.range) };
}

/** Says why a target cannot be shown or run, and offers to go where the mistake is. */
async function explain(action: Action, target: string | undefined, { reason, at }: Mistake): Promise<void> {
  const message = `Pointwise cannot ${action.verb} ${target ? `\`${target}\`` : 'this file'}: ${reason}`;
  if (!at) {
    vscode.window.showWarningMessage(message);
    return;
  }
  if ((await vscode.window.showWarningMessage(message, 'Show Problem')) !== 'Show Problem') return;
  await vscode.window.showTextDocument(at.uri, { selection: at.range });
}
