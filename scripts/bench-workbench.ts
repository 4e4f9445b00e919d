/**
 * `npm run bench:workbench -- [opening] [edits] [panning] [--json | --markdown]`: what a user of the workbench waits for, in a real VS Code: the
 * picture of GoogLeNet from the command, an edit until it is in the picture, and script and style of a frame while 1,000 boxes are panned.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { textTable } from '../src/cli/table.ts';
import { markdown } from '../src/graph/tree/written.ts';
import { prepareDesk } from '../test/e2e/user.ts';
import { measureEdits } from './bench/workbench/edits.ts';
import { measureOpening } from './bench/workbench/opening.ts';
import { measurePanning } from './bench/workbench/panning.ts';
import { COLUMNS, type Measured, rowOf } from './bench/workbench/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false } },
});

const PARTS = { opening: measureOpening, edits: measureEdits, panning: measurePanning } as const;
const unknown = positionals.filter((p) => !Object.hasOwn(PARTS, p));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const desk = await prepareDesk(process.env.POINTWISE_CODE_SERVER);
const all: Measured[] = [];
try {
  for (const [name, measure] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`… ${name}`);
    try {
      all.push(...(await measure(desk)));
    } catch (error) {
      // What the others found is worth its time still.
      console.error(`${name}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
} finally {
  await desk.clear();
}

if (values.json) console.log(JSON.stringify(all, null, 2));
else {
  const load = loadavg()
    .map((n) => n.toFixed(1))
    .join(', ');
  console.log(
    `Measured by \`npm run bench:workbench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'unknown processor'}, ` +
      `${availableParallelism()} cores, load ${load}, Node ${process.versions.node}.\n`,
  );
  console.log((values.markdown ? markdown : textTable)(COLUMNS, all.map(rowOf)));
}
