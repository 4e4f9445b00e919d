/** The command that copies a target as code: as PyTorch from a lens, else as what one chooses. */
import * as vscode from 'vscode';
import type { ExporterInfo } from '../protocol/server.ts';
import type { Server } from './client.ts';

/** Code carries no weights. */
const SEED = 1;

/** Copies a target, the file's last where none is named; asks as what where `to` names no exporter of code. */
export async function copyTarget(
  server: Server,
  document: vscode.TextDocument,
  named: string | undefined,
  to: string | undefined,
  isTrying: (target: string) => boolean,
): Promise<void> {
  const head = await server.head(document.uri, named);
  if (head.status !== 'ok') {
    vscode.window.showWarningMessage(`Pointwise cannot copy ${named ? `\`${named}\`` : 'this file'}: ${head.reason}`);
    return;
  }
  const { target } = head.sent;
  const exporters = (await server.exporters()).filter((e) => e.isCode);
  const chosen = exporters.find((e) => e.name === to) ?? (await ask(exporters, target));
  if (!chosen) return;
  const result = await server.export({ uri: document.uri.toString(), target, to: chosen.name, seed: SEED });
  if ('refused' in result) {
    vscode.window.showErrorMessage(`Pointwise cannot copy \`${target}\`: ${result.refused}`);
    return;
  }
  const text = Buffer.from(result.base64, 'base64').toString('utf8');
  await vscode.env.clipboard.writeText(text);
  offerMore(server, document, target, text, chosen, exporters, isTrying);
}

/** Says what was copied, and opens it or copies it as something else if one likes. */
async function offerMore(
  server: Server,
  document: vscode.TextDocument,
  target: string,
  text: string,
  chosen: ExporterInfo,
  exporters: readonly ExporterInfo[],
  isTrying: (target: string) => boolean,
): Promise<void> {
  const lines = text.trimEnd().split('\n').length;
  const others = exporters.filter((e) => e !== chosen);
  const choice = await vscode.window.showInformationMessage(
    `${target} is on the clipboard as ${chosen.title}, ${lines} lines${isTrying(target) ? ', as the text has it, without what the panel tries' : ''}.`,
    'Open',
    ...others.map((e) => e.title),
  );
  if (choice === 'Open')
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'python', content: text }));
  const other = others.find((e) => e.title === choice);
  if (other) await copyTarget(server, document, target, other.name, isTrying);
}

async function ask(exporters: readonly ExporterInfo[], target: string): Promise<ExporterInfo | undefined> {
  const items = exporters.map((e) => ({ label: e.title, detail: e.says, exporter: e }));
  return (await vscode.window.showQuickPick(items, { title: `Copy ${target}`, placeHolder: 'As what?' }))?.exporter;
}
