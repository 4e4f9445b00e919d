/** The files that commands read: those on disk, and those of revisions in git repositories, which have addresses of their own. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { URI } from 'langium';
import { NodeFileSystemProvider } from 'langium/node';
import { Failure } from './errors.ts';

/** A revision of a repository. */
export interface Revision {
  /** The folder of the repository. */
  readonly root: string;
  /** As the user wrote it: `HEAD~2`; empty for what is staged. */
  readonly name: string;
}

const run = promisify(execFile);

/** What git prints; undefined where it fails. Throws `Failure` where there is no git. */
export async function git(folder: string, ...args: readonly string[]): Promise<Buffer | undefined> {
  try {
    // As a difftool, git says where its repository is relative to the folder in which it stands; from this one it is found.
    const { GIT_DIR: _, GIT_WORK_TREE: __, ...env } = process.env;
    return (await run('git', ['-C', folder, ...args], { env, encoding: 'buffer', maxBuffer: 2 ** 26 })).stdout;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') throw new Failure('There is no git on this machine, which knows of revisions.', 2);
    return undefined;
  }
}

const revisions: Revision[] = [];

/** The address of a file in a revision: its path in the work tree, whether it is there or not. Relative imports lead to the same revision. */
export function addressIn(revision: Revision, path: string): URI {
  const known = revisions.findIndex((r) => r.root === revision.root && r.name === revision.name);
  const index = known < 0 ? revisions.push(revision) - 1 : known;
  return URI.file(resolve(revision.root, path)).with({ scheme: 'git', query: String(index) });
}

const revisionOf = (uri: URI): Revision | undefined => (uri.scheme === 'git' ? revisions[Number(uri.query)] : undefined);
const within = ({ root }: Revision, uri: URI): string => relative(root, uri.fsPath).replaceAll(sep, '/');

/** Folders in which files are looked for that are not where they should be. */
const stands = new Map<string, URI>();

/** What is not found beside the files of one folder is looked for beside those of another, which may be in a revision. */
export function lookToo(folder: string, other: URI): void {
  stands.set(folder, other);
}

/** The bytes of a file; undefined where there is none. */
export async function bytesAt(uri: URI): Promise<Buffer | undefined> {
  const revision = revisionOf(uri);
  if (revision) return git(revision.root, 'cat-file', 'blob', `${revision.name}:${within(revision, uri)}`);
  const found = await readFile(uri.fsPath).catch(() => undefined);
  if (found) return found;
  for (const [folder, other] of stands) {
    const there = other.with({ path: URI.file(resolve(other.fsPath, relative(folder, uri.fsPath))).path });
    if (there.toString() === uri.toString()) continue;
    const text = there.scheme === 'git' ? await bytesAt(there) : await readFile(there.fsPath).catch(() => undefined);
    if (text) return text;
  }
  return undefined;
}

/** A path as the user would write it; `HEAD:net.cnn` for one in a revision. */
export function pathOf(address: string): string {
  const uri = URI.parse(address);
  const revision = revisionOf(uri);
  if (revision) return `${revision.name}:${within(revision, uri)}`;
  const near = relative(process.cwd(), uri.fsPath);
  return near === '' || near.startsWith('..') ? uri.fsPath : near;
}

class Files extends NodeFileSystemProvider {
  override async readFile(uri: URI): Promise<string> {
    const data = await bytesAt(uri);
    if (!data) throw new Error(`There is no file ${pathOf(uri.toString())}.`);
    return data.toString('utf8');
  }
}

/** What Langium reads imports through. */
export const FILES = { fileSystemProvider: () => new Files() };

/** The folder in which a file is. */
export const folderOf = (uri: URI): URI => uri.with({ path: URI.file(dirname(uri.fsPath)).path });
