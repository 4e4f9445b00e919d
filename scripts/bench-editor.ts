/**
 * `npm run bench:editor -- [part …] [--edits N] [--json | --markdown]`: what an edit costs in the language server, over its own protocol and phase
 * by phase. The parts are the subjects (googlenet, resnet, densenet, hrnet, lines300, lines1000, folder-network, folder-base), `stages`, `summary`
 * and `endurance`; all of them by default.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { textTable } from '../src/cli/table.ts';
import { markdown } from '../src/graph/tree/written.ts';
import { openEditor } from './bench/editor/editor.ts';
import { measurePhases } from './bench/editor/phases.ts';
import { type EnduranceResult, type Results, type SubjectResult, sections } from './bench/editor/report.ts';
import { measureStages, measureSummaries } from './bench/editor/scale.ts';
import { type Subject, subjects } from './bench/editor/subjects.ts';
import { ensureBuilt } from './build.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    edits: { type: 'string' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

/** Edits before those that count, while the compiler of the runtime learns. */
const WARM_UP = 24;
const EDITS = 96;
const MANY_EDITS = 10_000;

const all = subjects();
const PARTS = [...all.map((s) => s.name), 'stages', 'summary', 'endurance'];
const unknown = positionals.filter((p) => !PARTS.includes(p));
const asked = values.edits === undefined ? undefined : Number(values.edits);
if (unknown.length > 0 || (asked !== undefined && !(Number.isInteger(asked) && asked > 0))) {
  console.error(unknown.length > 0 ? `Unknown: ${unknown.join(', ')}. There are ${PARTS.join(', ')}.` : '--edits takes a whole number.');
  process.exit(2);
}
const wants = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const progress = (what: string): void => console.error(`… ${what}`);

async function measureSubject(subject: Subject, edits: number): Promise<SubjectResult> {
  progress(subject.name);
  const editor = await openEditor(subject);
  for (let i = 0; i < WARM_UP; i++) await editor.edit();
  const latencies = [];
  for (let i = 0; i < edits; i++) latencies.push(await editor.edit());
  const memory = await editor.memory();
  await editor.close();
  return {
    name: subject.name,
    lines: subject.files[subject.edited]?.split('\n').length ?? 0,
    files: Object.keys(subject.files).length,
    layers: editor.layers,
    openMs: editor.openMs,
    latencies,
    memory,
    phases: await measurePhases(subject, edits, WARM_UP),
  };
}

/** Many edits of the first subject; the memory now and then. */
async function measureEndurance(subject: Subject, edits: number): Promise<EnduranceResult> {
  const editor = await openEditor(subject);
  for (let i = 0; i < WARM_UP; i++) await editor.edit();
  const memory = [{ edits: 0, memory: await editor.memory() }];
  let ms = 0;
  for (let part = 1; part <= 4; part++) {
    const until = Math.round((part * edits) / 4);
    progress(`endurance, up to edit ${until}`);
    const start = performance.now();
    for (let i = memory.at(-1)?.edits ?? 0; i < until; i++) await editor.edit();
    ms += performance.now() - start;
    memory.push({ edits: until, memory: await editor.memory() });
  }
  await editor.close();
  return { subject: subject.name, edits, seconds: ms / 1000, memory };
}

await ensureBuilt();
const measured: SubjectResult[] = [];
for (const subject of all) if (wants(subject.name)) measured.push(await measureSubject(subject, asked ?? EDITS));
if (wants('stages')) progress('stages');
const stages = wants('stages') ? measureStages() : [];
if (wants('summary')) progress('summary');
const summaries = wants('summary') ? await measureSummaries() : [];
const [first] = all;
const endurance = wants('endurance') && first ? await measureEndurance(first, asked ?? MANY_EDITS) : undefined;
const results: Results = { subjects: measured, stages, summaries, endurance };

if (values.json) console.log(JSON.stringify(results, null, 2));
else {
  const command = ['npm run bench:editor', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  console.log(`Measured by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.`);
  for (const { title, columns, rows } of sections(results)) {
    const table = values.markdown ? markdown(columns, rows) : textTable(columns, rows);
    console.log(`\n${values.markdown ? `### ${title}\n\n` : `${title}\n`}${table}`);
  }
}
process.exit(0);
