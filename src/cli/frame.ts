/** Problems with the lines they are on, as rustc prints them. */
import { URI } from 'langium';
import type { Location } from '../graph/graph.ts';
import type { AnyProblem } from '../language/lints/index.ts';
import { colours as pc } from './colours.ts';
import { bytesAt, pathOf } from './files.ts';

const sources = new Map<string, readonly string[]>();

async function linesOf(uri: string): Promise<readonly string[]> {
  const known = sources.get(uri);
  if (known) return known;
  const text = (await bytesAt(URI.parse(uri)))?.toString('utf8') ?? '';
  const lines = text.split(/\r?\n/);
  sources.set(uri, lines);
  return lines;
}

const MOST = 200;

async function frame({ uri, range }: Location, mark: string, colour: (s: string) => string): Promise<string> {
  const { line, character } = range.start;
  const text = ((await linesOf(uri))[line] ?? '').replace(/\t/g, ' ');
  const end = range.end.line === line ? range.end.character : text.length;
  const number = String(line + 1);
  const gutter = pc.blue(`${' '.repeat(number.length)} |`);
  const shown = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  const start = Math.min(character, MOST);
  const width = Math.max(1, Math.min(end, MOST) - start);
  return [
    `${pc.blue(`${' '.repeat(number.length)}-->`)} ${pathOf(uri)}:${line + 1}:${character + 1}`,
    gutter,
    `${pc.blue(`${number} |`)} ${shown}`,
    `${gutter} ${' '.repeat(start)}${colour(mark.repeat(width))}`,
  ].join('\n');
}

/** One text for several problems. */
export async function frames(problems: readonly AnyProblem[]): Promise<string> {
  const parts: string[] = [];
  for (const p of problems) {
    const colour = { error: pc.red, warning: pc.yellow, hint: pc.cyan }[p.severity];
    const head = `${colour(pc.bold(p.severity))}${pc.bold(`[${p.code}]: ${p.message}`)}`;
    // A file that is not text cannot be quoted.
    const lines = p.code === 'not-text' ? [head, `--> ${pathOf(p.location.uri)}`] : [head, await frame(p.location, '^', colour)];
    for (const r of p.related) lines.push(`${pc.cyan('note')}: ${r.message}`, await frame(r.location, '-', pc.cyan));
    parts.push(lines.join('\n'));
  }
  return parts.join('\n\n');
}
