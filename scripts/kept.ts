/** What a long run finds, kept a line a network, so that a run that broke off goes on where nothing of the code is other. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tells the code and the examples; of folding what it writes tells enough, with the text. */
export const CODE = ((): string => {
  const hash = createHash('sha256');
  for (const folder of ['src', 'examples'])
    for (const f of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|cnn)$/.test(f) && !/^import.fold/.test(f)) hash.update(f).update(readFileSync(join(root, folder, f)));
  return hash.digest('hex').slice(0, 16);
})();

/** Tells a text. */
export const textHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export class Kept<Row> {
  private readonly file: string | undefined;
  private readonly rows: Map<string, Row>;

  private constructor(file: string | undefined, rows: Map<string, Row>) {
    this.file = file;
    this.rows = rows;
  }

  /** What a file holds that was found with this code; nothing where there is no such file. */
  static async in<Row>(file: string | undefined): Promise<Kept<Row>> {
    const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((l) => l !== '');
    const all = lines.map((l) => JSON.parse(l) as { readonly code: string; readonly name: string; readonly row: Row });
    return new Kept(file, new Map(all.filter((r) => r.code === CODE).map((r) => [r.name, r.row])));
  }

  get(name: string): Row | undefined {
    return this.rows.get(name);
  }

  async add(name: string, row: Row): Promise<void> {
    if (this.file !== undefined) await appendFile(this.file, `${JSON.stringify({ code: CODE, name, row })}\n`);
  }
}
