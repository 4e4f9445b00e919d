/**
 * *Open as .cnn*: a model of another program as text beside it. The command line's own `import` does it in a process of its own, which
 * can be ended, and which a file that lies cannot take the editor down with.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';

/** What can be opened, as file dialogs have it. */
const FILTERS = { 'Models and pictures': ['onnx', 'yaml', 'yml', 'svg'] };

interface Ended {
  /** Undefined where it was ended from outside. */
  readonly status: number | null;
  readonly said: string;
}

/** Runs the command line to its end, or until the token ends it. */
function run(cli: string, args: readonly string[], cwd: string, token: vscode.CancellationToken): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, windowsHide: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const cancel = token.onCancellationRequested(() => child.kill());
    const end = (status: number | null, more = ''): void => {
      cancel.dispose();
      resolve({ status, said: (said + more).trim() });
    };
    child.once('error', (e) => end(1, e.message));
    child.once('close', (status) => end(status));
  });
}

const exists = async (uri: vscode.Uri): Promise<boolean> => {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
};

/** Puts what was made beside the model, and gives the file; undefined where that cannot be, or one does not want it. */
async function beside(model: vscode.Uri, folder: string): Promise<vscode.Uri | 'given up' | undefined> {
  const stem = basename(model.path).replace(/\.[^.]*$/, '');
  const file = vscode.Uri.joinPath(model, '..', `${stem}.cnn`);
  if (await exists(file)) {
    const answer = await vscode.window.showWarningMessage(
      `${stem}.cnn is there already.`,
      { modal: true, detail: 'Replace it, with its weights, or leave it and open the text without a file?' },
      'Replace',
      'Open Without a File',
    );
    if (answer === undefined) return 'given up';
    if (answer !== 'Replace') return undefined;
  }
  try {
    for (const [made, to] of [
      ['net.safetensors', vscode.Uri.joinPath(model, '..', `${stem}.safetensors`)],
      ['net.cnn', file],
    ] as const) {
      const from = vscode.Uri.file(join(folder, made));
      if (await exists(from)) await vscode.workspace.fs.copy(from, to, { overwrite: true });
    }
    return file;
  } catch (e) {
    vscode.window.showWarningMessage(`Pointwise cannot write beside ${basename(model.path)}: ${e instanceof Error ? e.message : e}`);
    return undefined;
  }
}

/** Imports a model and opens its text; asks for one where none is named. `cli` is the command line's file. */
export async function openAsCnn(cli: string, named: vscode.Uri | undefined, partial = false): Promise<void> {
  const [chosen] = named ? [named] : ((await vscode.window.showOpenDialog({ filters: FILTERS, title: 'Open as .cnn' })) ?? []);
  if (!chosen) return;
  const name = basename(chosen.path);
  const folder = await mkdtemp(join(tmpdir(), 'pointwise-import-'));
  try {
    const args = ['import', chosen.fsPath, '-o', 'net.cnn', ...(partial ? ['--partial'] : [])];
    const { status, said, cancelled } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Reading ${name} …`, cancellable: true },
      async (_, token) => ({ ...(await run(cli, args, folder, token)), cancelled: token.isCancellationRequested }),
    );
    if (cancelled) return;
    if (status !== 0) {
      await refused(cli, chosen, said);
      return;
    }
    const file = await beside(chosen, folder);
    if (file === 'given up') return;
    const document = file
      ? await vscode.workspace.openTextDocument(file)
      : await vscode.workspace.openTextDocument({ language: 'cnn', content: await readFile(join(folder, 'net.cnn'), 'utf8') });
    await vscode.window.showTextDocument(document);
    // What was written where one sees; what was found, and what was left out, one does not.
    const told = said
      .split('\n')
      .filter((line) => !line.startsWith('wrote net.safetensors'))
      .map((line) => line.replace(/^wrote net\.cnn: /, ''));
    vscode.window.showInformationMessage(told.join(' '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says why a model cannot be opened, and offers the part that can be said, where there is one. */
async function refused(cli: string, model: vscode.Uri, said: string): Promise<void> {
  const why = said.replace(`${model.fsPath}: `, '').replace(/\n--partial writes.*$/, '');
  const partly = /\n--partial writes/.test(said) ? (['Open the Part That Can Be Said'] as const) : [];
  const answer = await vscode.window.showErrorMessage(`Pointwise cannot open ${basename(model.path)}: ${why}`, ...partly);
  if (answer !== undefined) await openAsCnn(cli, model, true);
}
