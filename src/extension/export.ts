/** The command that writes a target as a file of another kind: asks as what and where to, and says what was written. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Placed, Theme } from '../diagram/index.ts';
import type { ExportParams } from '../protocol/server.ts';
import type { Server } from './client.ts';

/** Weights of an export are those of a run with the workbench's first seed. */
const SEED = 1;

/** Light or dark, for a picture: paper is light. An SVG may leave it to its reader. */
async function askTheme(format: string): Promise<Theme | undefined> {
  const items = [
    ...(format === 'svg' ? [{ label: 'As Its Reader Has It', theme: 'auto' as const, description: 'light or dark' }] : []),
    { label: 'Light', theme: 'light' as const, description: 'for paper' },
    { label: 'Dark', theme: 'dark' as const, description: '' },
  ];
  return (await vscode.window.showQuickPick(items, { title: 'Colours of the picture' }))?.theme;
}

/** How the user has models written. */
function modelOptions(): NonNullable<ExportParams['options']> {
  const settings = vscode.workspace.getConfiguration('pointwise.export');
  const batch = settings.get<string>('batch', '1');
  return {
    batch: batch === 'dynamic' ? batch : Number(batch),
    opset: settings.get('opset', 18),
    foldBatchNorm: settings.get('foldBatchNorm', false),
  };
}

/**
 * Asks and writes; `undefined` as target is the file's last. `shown` gives the picture as a panel shows it, if one does: it is exported so, with
 * what is folded there and what its ink tells; not so where the panel tries values (`isTrying`): a file is of the text.
 */
export async function exportTarget(
  server: Server,
  document: vscode.TextDocument,
  named: string | undefined,
  shown: (target: string) => Promise<Placed | undefined>,
  isTrying: (target: string) => boolean,
): Promise<void> {
  const head = await server.head(document.uri, named);
  if (head.status !== 'ok') {
    vscode.window.showWarningMessage(`Pointwise cannot export ${named ? `\`${named}\`` : 'this file'}: ${head.reason}`);
    return;
  }
  const { target } = head.sent;
  const exporters = await server.exporters();
  const items = exporters.map((e) => ({ label: e.title, description: `.${e.extension}`, detail: e.says, exporter: e }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Export ${target}`, placeHolder: 'As what?' });
  if (!chosen) return;
  const { exporter } = chosen;
  const theme = exporter.isPicture ? await askTheme(exporter.name) : undefined;
  if (exporter.isPicture && !theme) return;
  const placed = exporter.isPicture ? await shown(target) : undefined;
  const picture = theme && { picture: { theme, ...(placed ? { placed } : {}) } };
  const folder = document.isUntitled ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(document.uri, '..');
  const name = `${target}.${exporter.extension}`;
  const file = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    filters: { [exporter.title]: [exporter.extension] },
    title: `Export ${target}`,
  });
  if (!file) return;
  const write = async (): Promise<string | undefined> => {
    const result = await server.export({
      uri: document.uri.toString(),
      target,
      to: exporter.name,
      seed: SEED,
      options: modelOptions(),
      ...picture,
    });
    if ('refused' in result) return result.refused;
    await vscode.workspace.fs.writeFile(file, Buffer.from(result.base64, 'base64'));
    return undefined;
  };
  const options = { location: vscode.ProgressLocation.Notification, title: `Exporting ${target} …` };
  const refused = await vscode.window.withProgress(options, write);
  if (refused) vscode.window.showErrorMessage(`Pointwise cannot export \`${target}\`: ${refused}`);
  else await offerOpen(file, isTrying(target) ? `Exported ${target} as the text has it, without what the panel tries,` : undefined);
}

/** Says what was written, and opens it if one likes. */
export async function offerOpen(file: vscode.Uri, done = 'Exported'): Promise<void> {
  const choice = await vscode.window.showInformationMessage(`${done} to ${basename(file.path)}.`, 'Open');
  if (choice === 'Open') await vscode.commands.executeCommand('vscode.open', file);
}
