/** The texts that are mutated: the examples, the fixtures of problems, an HRNet, and texts that call themselves and loop; and what they import. */
import { readdirSync, readFileSync } from 'node:fs';
import { plain } from '../support/carets.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const filesOf = (folder: string): readonly string[] =>
  readdirSync(new URL(`../../${folder}`, import.meta.url)).filter((f) => f.endsWith('.cnn'));
const textsOf = (folder: string): readonly string[] => filesOf(folder).map((f) => plain(read(`${folder}/${f}`)));

/** Files beside a text, which it may import. */
export const others: Readonly<Record<string, string>> = {
  ...Object.fromEntries(filesOf('examples').map((f) => [f, read(`examples/${f}`)])),
  'library.cnn': read('test/language/library.cnn'),
  'circle.cnn': 'import A from "./main.cnn"\nblock C on 3x4x4 { relu }\n',
};

/** What is mutated. Texts that call themselves come twice as often as they would. */
export function seeds(): readonly string[] {
  const recursive = [...textsOf('test/fuzz/seeds'), read('scripts/bench/editor/hrnet.cnn'), read('examples/unet.cnn')];
  return [...textsOf('examples'), ...textsOf('test/language/problems'), ...recursive, ...recursive];
}
