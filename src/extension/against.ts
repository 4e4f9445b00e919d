/** What a target may be compared with beside its variants: other targets, the saved text, the text at a revision. */
import * as vscode from 'vscode';
import type { Against, Asked } from '../protocol/server.ts';
import type { Server } from './client.ts';
import { commitsOf, textAt } from './git.ts';

/** What the page asked for, with the text that is meant; a sentence where there is none. */
export async function resolveAgainst(uri: string, asked: Asked): Promise<Against | { readonly refused: string }> {
  switch (asked.kind) {
    case 'variant':
    case 'target':
      return asked;
    case 'saved':
      try {
        const bytes = await vscode.workspace.fs.readFile(vscode.Uri.parse(uri));
        return { kind: 'text', text: new TextDecoder().decode(bytes), name: 'the saved text' };
      } catch {
        return { refused: 'The file has not been saved yet.' };
      }
    case 'revision': {
      const found = await textAt(vscode.Uri.parse(uri), asked.rev);
      return 'text' in found ? { kind: 'text', text: found.text, name: asked.name } : found;
    }
    default:
      return asked satisfies never;
  }
}

const MOST_FILES = 500;

/** Lets the user choose a target of any file of the workspace. */
export async function chooseTarget(server: Server, uri: string, target: string): Promise<Asked | undefined> {
  const items = async (): Promise<readonly (vscode.QuickPickItem & { readonly asked: Asked })[]> => {
    const files = await vscode.workspace.findFiles('**/*.cnn', '**/node_modules/**', MOST_FILES);
    const own = vscode.Uri.parse(uri);
    const all = [own, ...files.filter((f) => f.toString() !== own.toString())];
    const found = await Promise.all(
      all.map(async (f) =>
        (await server.targets(f))
          .filter((t) => f !== own || t.name !== target)
          .map((t) => ({
            label: t.name,
            description: vscode.workspace.asRelativePath(f),
            asked: { kind: 'target' as const, uri: f.toString(), name: t.name },
          })),
      ),
    );
    return found.flat();
  };
  const picked = await vscode.window.showQuickPick(items(), {
    title: `Compare ${target} with`,
    placeHolder: 'A block or network of the workspace',
    matchOnDescription: true,
  });
  return picked?.asked;
}

/** Lets the user choose a commit of the file. */
export async function chooseRevision(uri: string, target: string): Promise<Asked | undefined> {
  const commits = await commitsOf(vscode.Uri.parse(uri));
  if (commits.length === 0) {
    vscode.window.showInformationMessage('Pointwise: Git knows no earlier text of this file.');
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    commits.map((c) => ({
      label: c.message.split('\n')[0] ?? '',
      description: `${c.hash.slice(0, 8)}${c.authorDate ? ` · ${c.authorDate.toLocaleDateString()}` : ''}`,
      hash: c.hash,
    })),
    { title: `Compare ${target} with itself at`, placeHolder: 'A commit that changed the file', matchOnDescription: true },
  );
  return picked && { kind: 'revision', rev: picked.hash, name: picked.hash.slice(0, 8) };
}
