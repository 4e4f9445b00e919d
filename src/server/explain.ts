/** Links from codes to their sections of `docs/diagnostics.md`, which is installed beside the server. */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where each code is explained. `script` is the file that runs, in the folder beside that of the page. The link is to the page as a file with
 * the line of the section behind it, which VS Code opens wherever a code is shown: a command would not run from all of these places.
 */
export function explainBeside(script: string): (code: string) => string | undefined {
  try {
    const page = join(dirname(realpathSync(script)), '..', 'docs', 'diagnostics.md');
    const lines = new Map<string, number>();
    for (const [i, line] of readFileSync(page, 'utf8').split('\n').entries()) {
      const code = /^### `(.+)`$/.exec(line)?.[1];
      if (code !== undefined) lines.set(code, i + 1);
    }
    const href = pathToFileURL(page).href;
    return (code) => (lines.has(code) ? `${href}#L${lines.get(code)}` : undefined);
  } catch {
    // Copied somewhere without its page, the server does without links.
    return () => undefined;
  }
}
