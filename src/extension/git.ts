/** What Git knows of a file, by the extension that comes with VS Code; nothing where there is no Git, or no repository. */
import * as vscode from 'vscode';

/** The part of its API that is used here (vscode's `extensions/git/src/api/git.d.ts`). */
interface Repository {
  log(options: { readonly maxEntries: number; readonly path?: string }): Promise<readonly Commit[]>;
  show(ref: string, path: string): Promise<string>;
}
interface Commit {
  readonly hash: string;
  readonly message: string;
  readonly authorDate?: Date;
}
interface Git {
  getAPI(version: 1): { getRepository(uri: vscode.Uri): Repository | null };
}

async function repositoryOf(uri: vscode.Uri): Promise<Repository | undefined> {
  const extension = vscode.extensions.getExtension<Git>('vscode.git');
  if (!extension) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.getAPI(1).getRepository(uri) ?? undefined;
}

/** The text of a file at a revision; a sentence where there is none. */
export async function textAt(uri: vscode.Uri, rev: string): Promise<{ readonly text: string } | { readonly refused: string }> {
  const repository = await repositoryOf(uri).catch(() => undefined);
  if (!repository) return { refused: 'The file is in no Git repository that VS Code has open.' };
  try {
    return { text: await repository.show(rev, uri.fsPath) };
  } catch {
    return { refused: `There is no such file at ${rev}.` };
  }
}

/** The last commits of a file, the newest first. */
export async function commitsOf(uri: vscode.Uri): Promise<readonly Commit[]> {
  const repository = await repositoryOf(uri).catch(() => undefined);
  return repository ? repository.log({ maxEntries: 50, path: uri.fsPath }).catch(() => []) : [];
}
