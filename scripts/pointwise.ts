/** `npm run -s pointwise -- ARGS`: the command line from a checkout, built first where the sources changed, in the folder where the user stands. */
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.ts';

await ensureBuilt();
// npm changes to the repository's root; paths are meant from where the command was typed.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.argv[1] = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
await import(new URL('../dist/cli.js', import.meta.url).href);
