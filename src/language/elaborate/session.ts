/** One elaboration: its limits, how much of its budget is spent, and where problems go. */
import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import type { Call, Giver } from '../names/meaning.ts';
import type { Argument } from '../syntax/generated/ast.ts';
import type { Problem, Related, Severity } from '../syntax/problem.ts';
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

/** Hears who gave the name that a use of it found. A use in a loop, or in a block that is used in several ways, is met more than once. */
export type Observer = (use: Call | Argument, by: Giver) => void;

export class Session {
  readonly limits: Limits;
  /** Nobody listens but who holds the resolver of names to what is really bound. */
  observe: Observer | undefined;
  private steps = 0;
  constructor(limits: Limits, observe?: Observer) {
    this.limits = limits;
    this.observe = observe;
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
    const { uri, range } = problem.location;
    const key = `${problem.code} ${uri} ${range.start.line}:${range.start.character} ${problem.message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push(problem);
  }
  report(code: string, message: string, at: AstNode | Location, related: readonly Related[] = [], severity: Severity = 'error'): void {
    this.add({ severity, code, message, location: 'uri' in at ? at : locationOf(at), related });
  }
}
