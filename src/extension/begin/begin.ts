/** *New Network …*, and the steps of the walkthrough: a template as an unsaved text, with what shows it. */
import * as vscode from 'vscode';
import { COMMANDS } from '../../protocol/commands.ts';
import type { Tab } from '../../protocol/page.ts';
import type { Workbench } from '../workbench.ts';
import { TEMPLATES, type TemplateName } from './templates.ts';

/** The walkthrough's steps: what each opens, and how it is shown. */
const LESSON = {
  'pointwise.lesson.figure': { template: 'pointwise', target: 'Pointwise', tab: 'values', run: true },
  'pointwise.lesson.inception': { template: 'inception', target: 'Inception', tab: 'diagram', run: false },
  'pointwise.lesson.naive': { template: 'inception', target: 'Inception', tab: 'compare', run: false },
  'pointwise.lesson.bottleneck': { template: 'bottleneck', target: 'Bottleneck', tab: 'compare', run: false },
} as const satisfies Record<
  `pointwise.lesson.${string}`,
  { readonly template: TemplateName; readonly target: string; readonly tab: Tab; readonly run: boolean }
>;

/** Milliseconds in which that has happened. */
const AFTERWARDS = 400;

/** The texts that the lesson opened, by template: a step that shows the same text again opens no second one. */
const opened = new Map<TemplateName, vscode.Uri>();

const textOf = async (extensionUri: vscode.Uri, name: TemplateName): Promise<string> =>
  Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'media', 'templates', `${name}.cnn`))).toString();

async function openTemplate(extensionUri: vscode.Uri, name: TemplateName, again = false): Promise<vscode.TextDocument> {
  const old = again && opened.get(name);
  const there = old && vscode.workspace.textDocuments.find((d) => d.uri.toString() === old.toString() && !d.isClosed);
  const document = there || (await vscode.workspace.openTextDocument({ language: 'cnn', content: await textOf(extensionUri, name) }));
  opened.set(name, document.uri);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false });
  return document;
}

/** The open text of an address, if nobody has written anything in it. */
const blankText = (uri: unknown): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri && !d.isClosed && d.getText().trim() === '');

/** Writes a template into a blank text: one that was made for it is not left behind empty. */
async function fill(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

/** Registers the commands. Disposing the result takes them back. */
export function registerBegin(context: vscode.ExtensionContext, workbench: Workbench): vscode.Disposable {
  const { extensionUri } = context;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.begin, async (uri?: unknown) => {
      const items = TEMPLATES.map(({ name, title, says }) => ({ label: title, description: says, name }));
      const chosen = await vscode.window.showQuickPick(items, {
        title: 'New Network',
        placeHolder: 'Begin with …',
        matchOnDescription: true,
      });
      const blank = blankText(uri);
      if (!chosen) return;
      if (blank) await fill(blank, await textOf(extensionUri, chosen.name));
      else await openTemplate(extensionUri, chosen.name);
    }),
    ...Object.entries(LESSON).map(([command, { template, target, tab, run }]) =>
      vscode.commands.registerCommand(command, async () => {
        const { uri } = await openTemplate(extensionUri, template, true);
        await workbench.show({ uri, target }, tab, run);
        // VS Code brings the walkthrough's page to the front once more when a step's command has ended.
        setTimeout(() => workbench.reveal(), AFTERWARDS);
      }),
    ),
  );
}
