/** Sizes that fit, and why one does not, as people read them. */
import { count } from '../figures.ts';
import type { Misfit } from './follow.ts';
import { nearestTo, type Sizes } from './solve.ts';

/** Sizes or remainders of which so many are listed. */
const MOST_LISTED = 6;

/** `1, 2 or 5`, `0 to 7`, `3 to 8 or 12`. */
function listed(ns: readonly number[], word: 'or' | 'and'): string {
  const runs: [number, number][] = [];
  for (const n of ns) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  const all = runs.flatMap(([a, b]) => (b > a + 1 ? [`${a} to ${b}`] : a === b ? [String(a)] : [String(a), String(b)]));
  if (all.length === 1) return all[0] as string;
  if (all.length > MOST_LISTED) return `${all.slice(0, MOST_LISTED).join(', ')}, …`;
  return `${all.slice(0, -1).join(', ')} ${word} ${all.at(-1)}`;
}

/** What those from `from` on have in common, or what one of them is. */
function ruleText({ divisor, remainders }: Sizes, one = false): string {
  const others = remainders.filter((r) => r > 0);
  const parts = [
    ...(others.length < remainders.length ? [`${one ? 'a multiple' : 'multiples'} of ${divisor}`] : []),
    ...(others.length > 0 ? [`${divisor}·k + ${listed(others, 'or')}`] : []),
  ];
  return parts.join(one ? ' or ' : ' and ');
}

/** `multiples of 16`, `any from 7`, `96 and 97`; what is not certain is said to be so. */
export function sizesText(s: Sizes): string {
  const few = s.small.length > 0 ? listed(s.small, 'and') : '';
  if (s.remainders.length === 0) return few === '' ? 'none' : few;
  const rule = s.divisor === 1 ? (s.from > 1 ? `any from ${s.from}` : 'any') : ruleText(s) + (s.from > s.divisor ? ` from ${s.from}` : '');
  return `${few === '' ? '' : `${few}, then `}${rule}${s.sure ? '' : ', as far as can be told'}`;
}

/** The nearest to n; undefined where it fits, or where those that do follow no rule, or are not certain. */
function nearestText(s: Sizes, n: number): string | undefined {
  if (s.divisor === 1 || !s.sure) return undefined;
  const { below, above } = nearestTo(s, n);
  const near = [below, above].filter((x) => x !== undefined);
  return above === n ? undefined : `the nearest ${near.length > 1 ? 'are' : 'is'} ${near.join(' and ')}`;
}

/** `heights agree where the input's height is a multiple of 16; the nearest are 336 and 352`, of an input on which branches do not agree. */
export function agreement(sizes: { readonly height: Sizes; readonly width: Sizes }, [h, w]: readonly [number, number]): string | undefined {
  const near = { height: nearestText(sizes.height, h), width: nearestText(sizes.width, w) };
  const isOne = near.height === near.width && ruleText(sizes.height) === ruleText(sizes.width);
  if (near.height && isOne) return `heights and widths agree where the input's are ${ruleText(sizes.height)}; ${near.height}`;
  const said = (['height', 'width'] as const).flatMap((axis) =>
    near[axis] ? [`${axis}s agree where the input's ${axis} is ${ruleText(sizes[axis], true)}; ${near[axis]}`] : [],
  );
  return said.length > 0 ? said.join('; ') : undefined;
}

const PIXELS = { height: ['row', 'rows'], width: ['column', 'columns'] } as const;
const pixels = (axis: 'height' | 'width', n: number): string => `${count(n)} ${PIXELS[axis][n === 1 ? 0 : 1]}`;

/** What arrives, and what does not fit of it: `42 against 43 rows`. */
export function misfitText(axis: 'height' | 'width', m: Misfit): string {
  switch (m.kind) {
    case 'disagree':
      return `${count(m.gives)} against ${pixels(axis, m.first)}`;
    case 'small':
      return `${pixels(axis, m.arrives)} where at least ${count(m.least)} are needed`;
    case 'divide':
      return `${pixels(axis, m.arrives)}, no multiple of ${count(m.by)}`;
    case 'other':
      return `${pixels(axis, m.arrives)}${Number.isInteger(m.needs) ? ` where ${count(m.needs)} are needed` : ''}`;
    default:
      return m satisfies never;
  }
}
