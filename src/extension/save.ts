/** Saves what the page wrote as a file: asks where to, and in which of its formats. */
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import type { FromPage } from '../protocol/page.ts';
import { offerOpen } from './export.ts';

/** Asks and writes; beside the file that is shown, unless another place is chosen. */
export async function saveText({ name, formats }: Extract<FromPage, { type: 'save' }>, beside: vscode.Uri | undefined): Promise<void> {
  const [first] = formats;
  if (!first) return;
  const folder = beside && beside.scheme !== 'untitled' ? vscode.Uri.joinPath(beside, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `${name}.${first.extension}`) } : {}),
    filters: Object.fromEntries(formats.map((f) => [f.title, [f.extension]])),
    title: `Save ${name}`,
  });
  if (!file) return;
  const { text } = formats.find((f) => `.${f.extension}` === extname(file.path).toLowerCase()) ?? first;
  try {
    await vscode.workspace.fs.writeFile(file, Buffer.from(`${text}\n`));
  } catch (error) {
    vscode.window.showErrorMessage(`Pointwise cannot write ${basename(file.path)}: ${error instanceof Error ? error.message : error}`);
    return;
  }
  await offerOpen(file, 'Saved');
}
