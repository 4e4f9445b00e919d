/** `format`: files in the canonical layout; with `--check` only lists those that are not. */
import { formatText } from '../language/editor/formatter.ts';
import { write } from './errors.ts';
import { open } from './open.ts';
import { each, print, tell } from './streams.ts';

export async function format(files: readonly string[], o: { readonly check?: boolean }): Promise<void> {
  for (const path of files) await each(() => formatFile(path, o.check ?? false));
}

async function formatFile(path: string, check: boolean): Promise<void> {
  const f = await open(path);
  const text = f.document.parseResult.parserErrors.length > 0 ? undefined : formatText(f.text, f.services);
  if (text === undefined) {
    tell(`${path}: left unchanged because it has syntax errors; run check to see them.`);
    process.exitCode ??= 1;
  } else if (text !== f.text) {
    if (check) {
      print(path);
      process.exitCode ??= 1;
    } else {
      await write(path, text);
      tell(`${path}: formatted`);
    }
  }
}
