/** Shows texts beside a panel: the source of a layer, an error with its fixes, a new file. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Location } from '../protocol/server.ts';
import { toLocation } from './convert.ts';

/** The column beside that of a panel. */
const beside = (panel: vscode.WebviewPanel): vscode.ViewColumn =>
  panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;

const editorOf = (uri: vscode.Uri): vscode.TextEditor | undefined =>
  vscode.window.visibleTextEditors.find((e) => e.document.uri.toString() === uri.toString());

/** Shows a node's source where the file is open, or else beside the panel, and leaves the focus in the panel. */
export async function revealSource(panel: vscode.WebviewPanel, location: Location): Promise<void> {
  const { uri, range } = toLocation(location);
  try {
    await vscode.window.showTextDocument(uri, {
      viewColumn: editorOf(uri)?.viewColumn ?? beside(panel),
      preserveFocus: true,
      preview: true,
      selection: range,
    });
  } catch (error) {
    vscode.window.showErrorMessage(`Pointwise cannot show ${basename(uri.path)}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Goes to an error and opens the list of its quick fixes: the focus has to be in the text for that. */
export async function offerFixes(panel: vscode.WebviewPanel, location: Location): Promise<void> {
  await revealSource(panel, location);
  const { uri, range } = toLocation(location);
  const editor = editorOf(uri);
  if (!editor) return;
  // The error may stand in an argument: the fixes of the whole stage are wanted.
  const errors = vscode.languages.getDiagnostics(uri).filter((d) => d.range.intersection(range));
  const at = errors[0]?.range ?? range;
  await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? beside(panel), selection: at });
  await vscode.commands.executeCommand('editor.action.quickFix');
}

/** Opens a text as an unsaved file beside the panel. The focus stays: the panel would follow it, away from what it shows. */
export async function openText(panel: vscode.WebviewPanel, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'cnn', content });
  await vscode.window.showTextDocument(document, { viewColumn: beside(panel), preserveFocus: true, preview: false });
}
