/** What parity found, in words and as a table: a line a network, for each framework its lines of code and the largest error. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Back } from './back.ts';
import type { Parity } from './parity.ts';

export interface Row extends Parity {
  readonly name: string;
  readonly to: string;
  /** Out by PyTorch and in again. */
  readonly back?: Back;
}

const TITLES: Readonly<Record<string, string>> = { pytorch: 'PyTorch', keras: 'Keras', paddle: 'Paddle (stand-in)' };
const small = (n: number | undefined): string => (n === undefined ? '' : n.toExponential(1));

export function said({ lines, error, rounding, ours, failed, remark }: Parity): string {
  const far = rounding === undefined ? '' : ` (from double precision: the framework ${small(rounding)}, Pointwise ${small(ours)})`;
  return `${String(lines).padStart(5)} lines  ${failed ?? small(error)}${far}${remark === undefined ? '' : `  (${remark})`}`;
}

/** An error; where random weights amplify rounding, how far both are from double precision: the framework, then Pointwise. */
function cell(r: Row | undefined): readonly [lines: string, error: string] {
  if (!r) return ['', ''];
  if (r.failed !== undefined) return ['', /no code yet|no way to say/.test(r.failed) ? 'refused' : 'failed'];
  const far = r.rounding === undefined ? '' : ` (${small(r.rounding)}, ${small(r.ours)})`;
  return [`${r.lines}${r.remark === undefined ? '' : '*'}`, `${small(r.error)}${far}`];
}

/** What came back by PyTorch's exporter, a line a network. */
export const backTable = (rows: readonly Row[]): string =>
  [
    '| Network | Lines | of PyTorch | Back | Difference | |',
    '| :-- | --: | --: | --: | --: | :-- |',
    ...rows.flatMap(({ name, lines, back }) =>
      back ? [`| ${[name, back.of, lines, back.lines ?? '', small(back.error), back.failed ?? back.remark ?? ''].join(' | ')} |`] : [],
    ),
  ].join('\n');

export function tableOf(frameworks: readonly string[], rows: readonly Row[]): string {
  const names = [...new Set(rows.map((r) => r.name))];
  const head = ['Network', 'Params', ...frameworks.flatMap((f) => [`${TITLES[f] ?? f}, lines`, 'largest error'])];
  const body = names.map((name) => {
    const own = rows.filter((r) => r.name === name);
    const params = own[0]?.params.toLocaleString('en') ?? '';
    return [name, params, ...frameworks.flatMap((f) => cell(own.find((r) => r.to === f)))];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? ':--' : '--:'))), ...body.map(line)].join('\n');
}

/** The rows that an earlier run kept, of which the last of each network and framework counts; none where there is no such file. */
export async function rowsIn(file: string): Promise<readonly Row[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((l) => l !== '');
  const rows = lines.map((l) => JSON.parse(l) as Row);
  return [...new Map(rows.map((r) => [`${r.name} ${r.to}`, r])).values()];
}

/** Puts a table into a page, between the marks of its name. */
export async function putTable(file: string, name: string, table: string): Promise<void> {
  const page = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  await writeFile(file, `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`);
}
