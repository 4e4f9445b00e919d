/** The fonts and the module that pictures of them need, which the build lays beside the program. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Assets } from '../export/exporter.ts';

/** What stands in `picture/` beside a program of the build, such as the language server. */
export const assetsBeside = (program: string): Assets => ({ read: (name) => readFile(join(dirname(program), 'picture', name)) });
