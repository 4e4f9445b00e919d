/**
 * `npm run test:fuzz -- [--count N] [--seed N] [--from N] [--minimise]`: analyses mutated `.cnn` texts and tells which crash, hang or are slow.
 * Each such text goes to out/fuzz/SEED-INDEX.cnn; `--seed SEED --from INDEX --count 1` makes it again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quantile } from '../src/bench/measure.ts';
import { Analyser } from '../test/fuzz/analyser.ts';
import { fuzz, judge, type Verdict } from '../test/fuzz/fuzz.ts';
import { minimise } from '../test/fuzz/minimise.ts';
import { root } from './host/install.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    limit: { type: 'string', default: '300' },
    hang: { type: 'string', default: '5000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    minimise: { type: 'boolean', default: false },
  },
});
const [count, seed, from, limitMs, hangMs, workers] = [
  values.count,
  values.seed,
  values.from,
  values.limit,
  values.hang,
  values.workers,
].map(Number) as [number, number, number, number, number, number];
if ([count, seed, from, limitMs, hangMs, workers].some((n) => !Number.isInteger(n) || n < 0)) {
  console.error('--count, --seed, --from, --limit, --hang and --workers take whole numbers.');
  process.exit(2);
}

const folder = join(root, 'out', 'fuzz');
mkdirSync(folder, { recursive: true });
const comment = (what: string): string => what.replaceAll(/^/gm, '# ');

/** A smaller text of the same fault. */
async function smaller(v: Verdict): Promise<string> {
  const analyser = new Analyser();
  const text = await minimise(v.text, async (t) => (await judge(analyser, v.index, t, { limitMs, hangMs })).type === v.type);
  await analyser.stop();
  return text;
}

console.log(`Seed ${seed}, ${count} texts from ${from}, ${workers} workers: ${limitMs} ms each, a hang after ${hangMs} ms.`);
const found: Verdict[] = [];
const times: number[] = [];
let done = 0;
const start = performance.now();
await fuzz({ seed, from, count, workers, limitMs, hangMs }, (v) => {
  done++;
  if (v.ms !== undefined) times.push(v.ms);
  if (done % 1000 === 0) console.log(`… ${done} in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  if (v.type === 'fine') return;
  found.push(v);
  const path = join(folder, `${seed}-${v.index}.cnn`);
  writeFileSync(path, `${comment(`${v.type}: ${v.what}`)}\n${v.text}`);
  console.log(`${v.type}  --seed ${seed} --from ${v.index}  ${v.what.split('\n')[0]}`);
});
if (values.minimise)
  for (const v of found) {
    const text = await smaller(v);
    writeFileSync(join(folder, `${seed}-${v.index}-min.cnn`), `${comment(`${v.type}: ${v.what}`)}\n${text}`);
    console.log(`── --seed ${seed} --from ${v.index}: ${v.type}\n${text}`);
  }
const of = (type: Verdict['type']): number => found.filter((v) => v.type === type).length;
console.log(
  `${done} texts: ${of('crash')} crashed, ${of('hang')} hung, ${of('slow')} slow. ${times.length} were analysed in ${[0.5, 0.95, 0.99, 1].map((q) => quantile(times, q).toFixed(1)).join(' · ')} ms (p50 · p95 · p99 · most).`,
);
process.exit(found.length > 0 ? 1 : 0);
