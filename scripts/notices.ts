/** The licences of the packages that are bundled into dist/, as one text to ship beside them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly author?: string | { readonly name: string };
}

/** LICENSE, licence.txt, License-MIT, COPYING, NOTICE.md, ThirdPartyNotices.txt: what packages call them. */
const TEXTS = /^(licen[cs]e|copying|notice|third-?party-?notices?)(-\w+)?(\.(txt|md))?$/i;

const RULE = '='.repeat(80);

/** The folder of the package that a file belongs to, the innermost where packages bring their own. */
export function packageOf(path: string): string | undefined {
  return /^.*(?:^|[/\\])node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(path)?.[0];
}

/** Folders of the packages of which something is in an output; what was shaken off is not. */
export function bundledPackages(metafiles: readonly Metafile[]): readonly string[] {
  const files = metafiles.flatMap((m) => Object.values(m.outputs)).flatMap((output) => Object.entries(output.inputs));
  const folders = files.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => packageOf(path));
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}

/**
 * Name, version, licence and licence texts of each package, by name; of two copies of one version only one.
 * A package without a text is named with its licence, and said to have none.
 *
 * @param folders Of the packages, from `root`.
 */
export async function notices(folders: readonly string[], root: string): Promise<string> {
  const sections = new Map<string, string>();
  for (const folder of folders) {
    const at = join(root, folder);
    const m = JSON.parse(await readFile(join(at, 'package.json'), 'utf8')) as Manifest;
    sections.set(`${m.name} ${m.version}`, await section(m, at));
  }
  const sorted = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `Pointwise contains code of these packages, under the licences below.\n\n${sorted.join('\n')}`;
}

/** The text of a licence that is the same for all who use it, by its name; undefined for those that we do not hold. */
const commonText = (licence: string | undefined): Promise<string | undefined> =>
  readFile(new URL(`./licences/${licence}.txt`, import.meta.url), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

async function section(m: Manifest, folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => TEXTS.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const author = typeof m.author === 'object' ? m.author.name : m.author;
  const common = texts.length > 0 ? undefined : await commonText(m.license);
  const none = `The package brings no text of its licence.${author ? ` Its author is ${author}.` : ''}${common ? ` This is the licence’s:\n\n${common}` : ''}`;
  const body = texts.length > 0 ? texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n') : none;
  const head = [`${m.name} ${m.version}`, `Licence: ${m.license ?? 'not named'}`, ...(m.homepage ? [m.homepage] : [])];
  return `${RULE}\n${head.join('\n')}\n${RULE}\n\n${body}\n`;
}
