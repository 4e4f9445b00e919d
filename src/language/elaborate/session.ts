/** One elaboration: its limits, how much of its budget is spent, and where problems go. */
import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import { CODES, type Code } from '../syntax/codes/index.ts';
import type { Fix, Problem, Related } from '../syntax/problem.ts';
import { locationOf } from '../syntax/source.ts';

/** How far a text may go; each is a setting. */
export interface Limits {
  /** Nodes of a graph. */
  readonly nodes: number;
  /** Blocks or functions inside each other. */
  readonly depth: number;
  /** Entries of one value or weight, and the extent of an axis. */
  readonly size: number;
  /** Steps of one file's elaboration: expressions evaluated and stages made. */
  readonly steps: number;
}
export const DEFAULT_LIMITS: Limits = { nodes: 100_000, depth: 64, size: 2 ** 31, steps: 2_000_000 };

/** Thrown inside the elaborator when the budget is spent, and caught where the elaboration of a declaration begins. */
export class OutOfBudget extends Error {
  /** Whether a problem was reported where it happened; else the declaration has to say it. */
  readonly said: boolean;
  constructor(said = false) {
    super();
    this.said = said;
  }
}

export class Session {
  readonly limits: Limits;
  private steps = 0;
  constructor(limits: Limits) {
    this.limits = limits;
  }
  /** Spends a step. Throws `OutOfBudget`. */
  step(n = 1): void {
    this.steps += n;
    if (this.steps > this.limits.steps) throw new OutOfBudget();
  }
}

/** Collects problems; one for each place and code, however often it is met. */
export class Problems {
  readonly list: Problem[] = [];
  private readonly seen = new Set<string>();
  add(problem: Problem): void {
    const place = placeOf(problem.code, problem.location);
    const key = `${place} ${problem.message}`;
    if (this.seen.has(key)) return;
    this.seen.add(place);
    this.seen.add(key);
    this.list.push(problem);
  }
  /** Whether a problem of that code stands at a place already, from another round of a loop: only the first of them is shown. */
  has(code: Code, at: Location): boolean {
    return this.seen.has(placeOf(code, at));
  }
  report(code: Code, message: string, at: AstNode | Location, related: readonly Related[] = [], fixes: readonly Fix[] = []): void {
    this.add({ severity: CODES[code].severity, code, message, location: 'uri' in at ? at : locationOf(at), related, fixes });
  }
}

const placeOf = (code: Code, { uri, range: { start } }: Location): string => `${code} ${uri} ${start.line}:${start.character}`;
