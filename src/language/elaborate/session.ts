/** One elaboration of a file: its limits, how much of its budget is spent, and where problems go. */
import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import type { Call, Giver } from '../names/meaning.ts';
import { CODES, type Code } from '../syntax/codes/index.ts';
import type { Argument } from '../syntax/generated/ast.ts';
import type { Fix, Problem, Related } from '../syntax/problem.ts';
import { locationOf } from '../syntax/source.ts';
import { suggestion } from '../syntax/suggest.ts';

/** How far a text may go; each is a setting. */
export interface Limits {
  /** Nodes of a graph. */
  readonly nodes: number;
  /** Blocks or functions inside each other. */
  readonly depth: number;
  /** Entries of one value or weight, and the extent of an axis. */
  readonly size: number;
  /** Steps of one file's elaboration, some two to six million a second; sound layers allow for more. */
  readonly steps: number;
}
export const DEFAULT_LIMITS: Limits = { nodes: 100_000, depth: 64, size: 2 ** 31, steps: 400_000 };

/** What things cost, in steps: about as much as evaluating so many small expressions. */
export const COST = { stage: 10, call: 40, counted: 12 } as const;
/** What a sound layer allows for: a long network may take long, as long as it is one. */
const ALLOWANCE = 50;
/** As how many sound layers a sound call counts: it costs more than a layer, also where its block has been elaborated already. */
export const CALL_COUNTS = 2;

/** The share of the budget that a failure costs at most. */
const FORFEIT = 0.75;

/** Thrown inside the elaborator when the budget is spent, and caught where the elaboration of a declaration begins. */
export class OutOfBudget extends Error {
  /** Whether a problem was reported where it happened; else the declaration has to say it. */
  readonly said: boolean;
  /** The call in which it happened, the outermost that is known. */
  at: Location | undefined;
  constructor(said = false) {
    super();
    this.said = said;
  }
}

/** Hears who gave the name that a use of it found. A use in a loop, or in a block that is used in several ways, is met more than once. */
export type Observer = (use: Call | Argument, by: Giver) => void;

/** What an elaboration, or a part of one, has spent. */
export interface Spent {
  readonly steps: number;
  /** Sound layers made; a call counts as some. */
  readonly layers: number;
}

/**
 * The one budget from which everything that a file asks for is paid: expressions, stages, calls, probes and what `expect` counts. What is taken
 * over from the elaboration before is charged as though it were made again, so that the same text always gives the same result.
 */
export class Session {
  readonly limits: Limits;
  /** Only the test that compares the resolver of names with what is really bound listens. */
  observe: Observer | undefined;
  private steps = 0;
  private layers = 0;
  private asked = 0;
  constructor(limits: Limits, observe?: Observer) {
    this.limits = limits;
    this.observe = observe;
  }
  /** Spends steps. Throws `OutOfBudget`. */
  step(n = 1): void {
    this.steps += n;
    if (this.exhausted) throw new OutOfBudget();
  }
  /** Whether nothing is left, so that whatever else is asked for is refused. */
  get exhausted(): boolean {
    return this.steps > this.limits.steps + ALLOWANCE * this.layers;
  }
  /** Notes layers whose shape is known. */
  sound(layers: number): void {
    this.layers += layers;
  }
  /**
   * Takes back what the layers of something that failed allowed for: they are in no sound network. Most of what it
   * took stays charged, so that a file of such failures ends soon; what is left is for the sound rest of the file.
   */
  forfeit(since: Spent): void {
    const spent = this.spent(since);
    this.layers = since.layers;
    this.steps = since.steps + Math.min(spent.steps, FORFEIT * this.limits.steps);
  }
  /** What was spent since; from the beginning, if nothing is given. */
  spent(since: Spent = { steps: 0, layers: 0 }): Spent {
    return { steps: this.steps - since.steps, layers: this.layers - since.layers };
  }
  /** Charges what was spent before, in another elaboration. */
  charge({ steps, layers }: Spent): void {
    this.layers += layers;
    this.step(steps);
  }
  /** `Did you mean …?`: depends on all that has a name, which is noted. */
  suggest(name: string, candidates: readonly string[]): string {
    this.asked++;
    this.step(candidates.length);
    return suggestion(name, candidates);
  }
  /** How often a name was looked for among all that there are. */
  get suggestions(): number {
    return this.asked;
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
  /** Whether a place already has a problem of that code, from another round of a loop: only the first of them is shown. */
  has(code: Code, at: Location): boolean {
    return this.seen.has(placeOf(code, at));
  }
  report(code: Code, message: string, at: AstNode | Location, related: readonly Related[] = [], fixes: readonly Fix[] = []): void {
    this.add({ severity: CODES[code].severity, code, message, location: 'uri' in at ? at : locationOf(at), related, fixes });
  }
}

const placeOf = (code: Code, { uri, range: { start } }: Location): string => `${code} ${uri} ${start.line}:${start.character}`;
