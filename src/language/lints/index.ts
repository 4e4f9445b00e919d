/** The lints, one line each. Everything else that the product knows about a lint is in the lint's file. */
import type { CodeInfo } from '../syntax/codes/code.ts';
import { CODES, type Code } from '../syntax/codes/index.ts';
import type { Problem } from '../syntax/problem.ts';
import { biasBeforeNorm } from './bias-before-norm.ts';
import { LEVELS, type Level, type Linted } from './lint.ts';
import { productAsSize } from './product-as-size.ts';
import { repeatedActivation } from './repeated-activation.ts';
import { unreachedLayer } from './unreached-layer.ts';
import { unusedName } from './unused-name.ts';

export const LINTS = [unusedName, unreachedLayer, biasBeforeNorm, repeatedActivation, productAsSize] as const;

export type LintCode = (typeof LINTS)[number]['code'];
/** Whatever a problem may be called. */
export type AnyCode = Code | LintCode;
export type AnyProblem = Problem<AnyCode>;

/** The levels that settings give; those that are not given are the lints' own. */
export type Levels = Readonly<Partial<Record<LintCode, Level>>>;

/** The levels in what settings hold; anything that is not a level is skipped. */
export const levelsOf = (settings: Readonly<Record<string, unknown>>): Levels =>
  Object.fromEntries(
    LINTS.flatMap(({ code }) => {
      const level = LEVELS.find((l) => l === settings[code]);
      return level ? [[code, level]] : [];
    }),
  );

/** What is known of every code, lints included: of those the level that they have of themselves. */
export const ALL_CODES: ReadonlyMap<string, CodeInfo> = new Map<string, CodeInfo>([
  ...Object.entries(CODES),
  ...LINTS.map(({ level, ...l }): [string, CodeInfo] => [l.code, { ...l, severity: level }]),
]);

/** What the lints find in a file. */
export const lint = (file: Linted, levels: Levels): readonly AnyProblem[] =>
  LINTS.flatMap(({ code, level, check }) => {
    const severity = levels[code] ?? level;
    if (severity === 'off') return [];
    return [...check(file)].map((finding): AnyProblem => ({ related: [], fixes: [], ...finding, code, severity }));
  });
