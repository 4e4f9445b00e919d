/** Mutations of a `.cnn` text: of its tokens, as slips of the keyboard, and of its structure, as half-done rewrites and loops that run away. */
import type { Random } from './random.ts';

const TOKEN = /\s+|#[^\n]*|"[^"\n]*"?|\d+(?:x[\d?]+)+|\d+(?:\.\d+)?(?:e-?\d+)?|\w+|->|\*\*|\/\/|[<>=!]=|[^\s\w]/g;
const NUMBER = /^\d/;
const NAME = /^[A-Za-z_]/;

export const tokens = (text: string): string[] => text.match(TOKEN) ?? [];

/** Numbers at edges where sizes, counts and depths go wrong. */
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '7',
  '9',
  '63',
  '64',
  '65',
  '1000',
  '99999',
  '1e9',
  '2147483648',
  '9007199254740993',
  '0.5',
  '-1',
] as const;
const SIZES = ['1x1', '3x3', '0x0', '7x1', '3x224x224', '64x56x56', '1x1x1', '?x?', '2x3x4x5', '100000x100000'] as const;
const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '|',
  '->',
  ',',
  '=',
  ':',
  '+',
  '**',
  'if',
  'else',
  'repeat',
  'for',
  'let',
  'in',
  'here',
  'x',
] as const;

type Change = (ts: string[], random: Random, seeds: readonly string[]) => void;

/** The places of tokens that are of a kind. */
const places = (ts: readonly string[], of: (t: string) => boolean): readonly number[] =>
  ts.flatMap((t, i) => (t.trim() !== '' && of(t) ? [i] : []));
const anywhere = (ts: readonly string[], random: Random): number => random.below(ts.length + 1);
/** Changes one token of a kind, if there is any. */
function at(ts: string[], random: Random, of: (t: string) => boolean, change: (t: string) => string): void {
  const all = places(ts, of);
  if (all.length === 0) return;
  const i = random.pick(all);
  ts[i] = change(ts[i] ?? '');
}

/** The token places of a balanced pair of braces: from `{` to behind `}`. Undefined where there is none. */
function braces(ts: readonly string[], random: Random): readonly [number, number] | undefined {
  const open = places(ts, (t) => t === '{');
  if (open.length === 0) return undefined;
  const from = random.pick(open);
  let depth = 0;
  for (let i = from; i < ts.length; i++) {
    if (ts[i] === '{') depth++;
    else if (ts[i] === '}' && --depth === 0) return [from, i + 1];
  }
  return [from, ts.length];
}

/** The names that a text declares, layers of a body aside. */
const declared = (ts: readonly string[], words: readonly string[] = ['block', 'network', 'fn', 'let']): readonly string[] =>
  ts.flatMap((t, i) => (words.includes(t) && NAME.test(ts[i + 2] ?? '') ? [ts[i + 2] ?? ''] : []));

const slips = {
  drop: (ts, r) => void ts.splice(anywhere(ts, r), 1),
  dropSeveral: (ts, r) => void ts.splice(anywhere(ts, r), 1 + r.below(12)),
  double: (ts, r) => {
    const i = anywhere(ts, r);
    ts.splice(i, 0, ts[i] ?? '');
  },
  swap: (ts, r) => {
    const [i, j] = [r.below(ts.length), r.below(ts.length)];
    [ts[i], ts[j]] = [ts[j] ?? '', ts[i] ?? ''];
  },
  cut: (ts, r) => void ts.splice(anywhere(ts, r)),
  cutShort: (ts, r) =>
    at(
      ts,
      r,
      (t) => t.length > 1,
      (t) => t.slice(0, 1 + r.below(t.length - 1)),
    ),
  number: (ts, r) =>
    at(
      ts,
      r,
      (t) => NUMBER.test(t) && !t.includes('x'),
      (t) => (r.chance(0.5) ? String(Number(t) + r.pick([-1, 1, 2])) : r.pick(NUMBERS)),
    ),
  size: (ts, r) =>
    at(
      ts,
      r,
      (t) => NUMBER.test(t) && t.includes('x'),
      () => r.pick(SIZES),
    ),
  name: (ts, r) => {
    const names = ts.filter((t) => NAME.test(t));
    if (names.length === 0) return;
    at(
      ts,
      r,
      (t) => NAME.test(t),
      () => r.pick(names),
    );
  },
  piece: (ts, r) => void ts.splice(anywhere(ts, r), 0, ' ', r.pick(PIECES), ' '),
  borrow: (ts, r, seeds) => {
    const from = tokens(r.pick(seeds));
    const start = r.below(from.length);
    ts.splice(anywhere(ts, r), 0, ...from.slice(start, start + 1 + r.below(8)));
  },
} satisfies Record<string, Change>;

const rewrites = {
  /** A stage becomes a call of a block of the file: of the one around it, often enough. */
  callOwn: (ts, r) => {
    const names = declared(ts, ['block', 'network']);
    if (names.length === 0) return;
    at(
      ts,
      r,
      (t) => NAME.test(t),
      () => r.pick(names),
    );
  },
  addCall: (ts, r) => {
    const names = declared(ts, ['block', 'network']);
    const body = braces(ts, r);
    if (!body || names.length === 0) return;
    const call = r.pick(['N', 'N(n - 1)', 'N(n + 1)', 'N(2)', 'pad(1) -> N', 'N -> N']).replaceAll('N', r.pick(names));
    ts.splice(r.chance(0.5) ? body[0] + 1 : body[1] - 1, 0, ` ${call} `);
  },
  unwrap: (ts, r) => {
    const body = braces(ts, r);
    if (body) ts.splice(body[0], body[1] - body[0], ...ts.slice(body[0] + 1, body[1] - 1));
  },
  empty: (ts, r) => {
    const body = braces(ts, r);
    if (body) ts.splice(body[0] + 1, Math.max(0, body[1] - body[0] - 2));
  },
  wrap: (ts, r) => {
    const body = braces(ts, r);
    if (!body) return;
    const inner = ts.slice(body[0] + 1, body[1] - 1).join('');
    const around = r.pick([
      'repeat 9 { BODY }',
      'repeat 1000 as i { BODY }',
      'for x in range(9) { BODY }',
      'if in.c > 8 { BODY } else { identity }',
      'if n > 0 { BODY }',
      'add { | identity | identity }  BODY',
    ]);
    ts.splice(body[0] + 1, Math.max(0, body[1] - body[0] - 2), ` ${around.replace('BODY', inner)} `);
  },
  branch: (ts, r) => {
    const body = braces(ts, r);
    if (!body) return;
    const inner = ts.slice(body[0] + 1, body[1] - 1).join('');
    if (inner.includes('|') || inner.length > 4000) return;
    ts.splice(body[0] + 1, Math.max(0, body[1] - body[0] - 2), ` ${r.pick(['concat', 'add', 'mul'])} {\n| ${inner}\n| ${inner}\n} `);
  },
  move: (ts, r) => {
    const body = braces(ts, r);
    if (body) ts.splice(anywhere(ts, r), 0, ...ts.splice(body[0], body[1] - body[0]));
  },
  exchange: (ts, r, seeds) => {
    const from = tokens(r.pick(seeds));
    const [mine, other] = [braces(ts, r), braces(from, r)];
    if (mine && other) ts.splice(mine[0], mine[1] - mine[0], ...from.slice(...other));
  },
  /** Another text's declarations join this one's, by whose names they may call each other. */
  join: (ts, _r, seeds) => void ts.push('\n', ...tokens(_r.pick(seeds))),
  /** A declaration goes by the name of another. */
  rename: (ts, r) => {
    const names = declared(ts);
    if (names.length < 2) return;
    const [from, to] = [r.pick(names), r.pick(names)];
    for (const [i, t] of ts.entries()) if (t === from) ts[i] = to;
  },
  dropCondition: (ts, r) => {
    const ifs = places(ts, (t) => t === 'if');
    if (ifs.length === 0) return;
    const i = r.pick(ifs);
    const body = ts.indexOf('{', i);
    if (body > i) ts.splice(i + 1, body - i - 1, ' ', r.pick(['true', 'false', '1', 'in.c > 0', 'n', '']), ' ');
  },
  expression: (ts, r) =>
    at(
      ts,
      r,
      (t) => NUMBER.test(t) && !t.includes('x'),
      (t) =>
        r
          .pick(['(T + n)', 'in.c', '2**T', 'sum(range(T))', 'len(range(1000) + range(T))', '[T] + [T]', 'here.h // T', 'T * T'])
          .replaceAll('T', t),
    ),
} satisfies Record<string, Change>;

const CHANGES: readonly Change[] = [...Object.values(slips), ...Object.values(rewrites)];

/** A text made of one of the seeds by one to eight changes, fewer more often. */
export function mutate(seeds: readonly string[], random: Random): string {
  const ts = tokens(random.pick(seeds));
  let changes = 1;
  while (changes < 8 && random.chance(0.6)) changes++;
  for (let i = 0; i < changes && ts.length > 0; i++) {
    random.pick(CHANGES)(ts, random, seeds);
    // What was put in as a piece may be changed in its parts.
    ts.splice(0, ts.length, ...tokens(ts.join('')));
  }
  return ts.join('').slice(0, 20_000);
}
