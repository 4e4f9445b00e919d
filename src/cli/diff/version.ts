/** What `diff` compares: a file, a file in a revision, `REV:path`, or one of their targets, `FILE#Target`. */
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { URI } from 'langium';
import { Failure } from '../errors.ts';
import { addressIn, folderOf, git, lookToo } from '../files.ts';
import { type OpenFile, open, openAt } from '../open.ts';

/** One side of a difference. */
export interface Version {
  /** As the user wrote it, without a target. */
  readonly name: string;
  /** Undefined where git says that there is no file on this side. */
  readonly file: OpenFile | undefined;
  readonly target: string | undefined;
}

/** Where the text of a version is. */
interface Place {
  readonly name: string;
  /** Undefined for none. */
  readonly uri: URI | undefined;
  readonly target: string | undefined;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Opens both sides. Throws `Failure` where there is no such file or revision. */
export async function versions(a: string, b: string): Promise<readonly [Version, Version]> {
  const [before, after] = [await placeOf(a), await placeOf(b)];
  lendImports(before, after);
  lendImports(after, before);
  return [await opened(before), await opened(after)];
}

async function opened({ name, uri, target }: Place): Promise<Version> {
  return { name, file: uri && (uri.scheme === 'file' ? await open(name) : await openAt(uri, name)), target };
}

/** git writes a version into a temporary file and gives the other, or another such file: what it imports is beside the file that it is a version of. */
function lendImports({ uri }: Place, { uri: other }: Place): void {
  if (uri?.scheme !== 'file' || !uri.fsPath.startsWith(join(tmpdir(), '/'))) return;
  const folder = folderOf(uri);
  // git tells by this variable of which file they are versions.
  const base = process.env.BASE === undefined ? undefined : URI.file(resolve(process.env.BASE));
  const lender = [other, base].flatMap((u) => (u && !isOfGit(u) ? folderOf(u) : [])).find((f) => f.toString() !== folder.toString());
  if (lender) lookToo(folder.fsPath, lender);
}

/** Whether git made a file to give a version of another: `/tmp/git-blob-a1b2c3/net.cnn`, or formerly `/tmp/a1b2c3_net.cnn`. */
const isOfGit = ({ scheme, fsPath }: URI): boolean =>
  scheme === 'file' && dirname(fsPath).startsWith(tmpdir()) && /[\\/](git-blob-\w+[\\/]|\w{6}_)[^\\/]+$/.test(fsPath);

async function placeOf(text: string): Promise<Place> {
  const [, file = text, target] = (await isFile(text)) ? [] : (/^(.*[^#])#(\w+)$/.exec(text) ?? []);
  if (file === '/dev/null' || file.toLowerCase() === 'nul') return { name: file, uri: undefined, target };
  if (await isFile(file)) return { name: file, uri: URI.file(resolve(file)), target };
  const [, revision, path] = /^(:[0-3]|[^:]*):(.+)$/.exec(file) ?? [];
  if (revision === undefined || path === undefined) throw new Failure(`There is no file ${file}.`, 2);
  return { name: file, uri: await addressOf(revision, path), target };
}

/** Where a path is in a revision. As git reads it, from the root of the repository, or where it begins with a dot from here; and from here too where there is no such file from the root. */
async function addressOf(name: string, path: string): Promise<URI> {
  const folder = isAbsolute(path) ? await nearestFolder(dirname(path)) : process.cwd();
  const root = (await git(folder, 'rev-parse', '--show-toplevel'))?.toString().trimEnd();
  const prefix = (await git(folder, 'rev-parse', '--show-prefix'))?.toString().trimEnd();
  if (root === undefined || prefix === undefined)
    throw new Failure(`There is no file ${name}:${path}, and no revision either: ${folder} is in no git repository.`, 2);
  const isRevision =
    !name.startsWith('-') && (/^(:[0-3])?$/.test(name) || (await git(root, 'rev-parse', '--verify', '--quiet', `${name}^{tree}`)));
  if (!isRevision) throw new Failure(`There is no file ${name}:${path}, and no revision ${name} in ${root}.`, 2);
  const here = isAbsolute(path) ? join(prefix, path.slice(folder.length + 1)) : join(prefix, path);
  const ways = isAbsolute(path) || /^\.\.?\//.test(path) ? [here] : [path, here];
  for (const way of ways.map((w) => w.replaceAll('\\', '/')))
    if (await git(root, 'cat-file', '-e', `${name}:${way}`)) return addressIn({ root, name }, way);
  throw new Failure(`There is no ${basename(path)} in ${name === '' ? 'what is staged' : name} at ${[...new Set(ways)].join(' or ')}.`, 2);
}

/** A folder, or the innermost around it that is there still. */
async function nearestFolder(folder: string): Promise<string> {
  const info = await stat(folder).catch(() => undefined);
  return info?.isDirectory() || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
