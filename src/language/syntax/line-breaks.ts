/**
 * Where a line that is too long is broken, as one would by hand: statements and branches on lines of their own, then braces opened, then a
 * pipeline before its arrows, then lists behind their commas, expressions before their operators, and at last the longest bracket opened.
 */
import { useOf } from './keywords.ts';

/** What the formatter needs of a token. */
export interface Token {
  readonly image: string;
  readonly offset: number;
  readonly type: string;
}

/** A token on its line. */
export interface Placed {
  readonly token: Token;
  /** Its columns on the line, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The column at which it would stand if it began a line. */
  readonly indent: number;
  /** The bracket around it, the innermost; empty where there is none. */
  readonly inside: string;
}

/** The most columns of a line; a comment at its end does not count. */
export const WIDEST = 100;
/** A line that begins further to the right is not broken: what is nested so deep would not become shorter. */
const DEEPEST = WIDEST / 2;

const isOpen = (p: Placed | undefined): boolean => p !== undefined && useOf(p.token.image) === 'open';
const isClose = (p: Placed | undefined): boolean => p !== undefined && useOf(p.token.image) === 'close';
const is = (p: Placed | undefined, ...images: readonly string[]): boolean => p !== undefined && images.includes(p.token.image);

/** Whether an expression or a stage may end with a token. */
function endsSomething({ token: { image, type } }: Placed): boolean {
  return type === 'ID' || useOf(image) === 'close' || ['INT', 'FLOAT', 'SIZE', 'STRING', 'true', 'false', 'here'].includes(type);
}

/** The operators before which an expression is broken, the loosest first; a sign of a number is none of them. */
const OPERATORS: readonly (readonly string[])[] = [['for', 'if'], ['else'], ['or'], ['and'], ['+', '-'], ['*', '/', '//', '%']];

/** The words that go on with the head of a declaration. */
const CLAUSES = ['on', 'versus', 'takes', 'from'];

class Line {
  private readonly all: readonly Placed[];
  /** How deep each token is in brackets, from the outermost tokens of the line. */
  private readonly levels: readonly number[];

  constructor(all: readonly Placed[]) {
    this.all = all;
    let level = 0;
    const levels = all.map((p) => (isOpen(p) ? level++ : isClose(p) ? --level : level));
    const least = Math.min(...levels);
    this.levels = levels.map((l) => l - least);
  }

  /** The tokens before which the line is broken; none where it fits, or can be broken nowhere. */
  breaks(): readonly Token[] {
    const last = this.all.at(-1);
    if (!last || last.end <= WIDEST || this.at(0).start > DEEPEST) return [];
    const ways = [
      () => this.parts(0),
      () => this.sides(),
      () => this.braces(),
      () => this.arrows(),
      () => this.items(),
      () => this.operators(),
    ];
    for (const way of [...ways, () => this.brackets(), () => this.before(...CLAUSES)]) {
      const found = way();
      if (found.length > 0) return found.map((i) => this.at(i).token);
    }
    return [];
  }

  private at(i: number): Placed {
    return this.all[i] as Placed;
  }

  /** The indices of the outermost tokens for which something holds; never the first of the line. */
  private outer(holds: (p: Placed, i: number) => boolean): readonly number[] {
    return this.all.flatMap((p, i) => (i > 0 && this.levels[i] === 0 && holds(p, i) ? [i] : []));
  }

  private isFlat(p: Placed): boolean {
    return p.inside === '(' || p.inside === '[';
  }

  /** Where branches, statements and declarations begin, at a depth. */
  private parts(level: number): readonly number[] {
    return this.all.flatMap((p, i) => (i > 0 && this.levels[i] === level && this.begins(p, this.at(i - 1)) ? [i] : []));
  }

  private begins(p: Placed, before: Placed): boolean {
    if (this.isFlat(p)) return false;
    const { image, type } = p.token;
    const use = useOf(image);
    if (use === 'branch') return true;
    if (!endsSomething(before)) return false;
    if (p.inside === '') return use === 'declaration';
    return type === 'ID' || use === 'declaration' || use === 'statement' || use === 'stage';
  }

  /** Before the other side of a condition, where both then fit. */
  private sides(): readonly number[] {
    const found = this.outer((p, i) => is(p, 'else') && is(this.at(i - 1), '}'));
    const broken = this.filled(found);
    const fits = [...broken, this.all.length].every((to, n) => {
      const from = n === 0 ? 0 : (broken[n - 1] ?? 0);
      return this.at(to - 1).end - this.at(from).start + this.at(from).indent <= WIDEST;
    });
    return fits && !is(this.all.at(-1), '{') ? broken : [];
  }

  /** All outermost braces are opened, and what is in them stands on lines of its own. */
  private braces(): readonly number[] {
    const inner = new Set(this.parts(1));
    return this.all.flatMap((p, i) => {
      if (i === 0) return [];
      const before = this.at(i - 1);
      const isEmpty = is(before, '{') && is(p, '}');
      const opened = is(before, '{') && this.levels[i - 1] === 0;
      const closes = is(p, '}') && this.levels[i] === 0;
      return !isEmpty && (opened || closes || (inner.has(i) && p.inside === '{')) ? [i] : [];
    });
  }

  /** What follows a stage that is called stays with it: `conv(8, 3x3) -> bn -> relu`. */
  private arrows(): readonly number[] {
    const all = this.outer((p) => is(p, '->') && !this.isFlat(p));
    const calls = all.filter((from, n) => this.all.slice(from, all[n + 1]).some((p, k) => isOpen(p) && this.levels[from + k] === 0));
    return this.filled(calls.length > 0 ? calls : all);
  }

  /** Behind commas; what is a list itself has a line of its own. */
  private items(): readonly number[] {
    const found = this.outer((_, i) => is(this.at(i - 1), ',') && this.levels[i - 1] === 0);
    const rows = is(this.at(0), '[') && found.every((i) => is(this.at(i), '['));
    return rows ? found : this.filled(found);
  }

  private operators(): readonly number[] {
    for (const images of OPERATORS) {
      const found = this.outer((p, i) => is(p, ...images) && endsSomething(this.at(i - 1)) && (!is(this.at(i - 1), '}') || this.isFlat(p)));
      if (found.length > 0) return this.filled(found);
    }
    return [];
  }

  private before(...images: readonly string[]): readonly number[] {
    return this.filled(this.outer((p) => is(p, ...images) && !this.isFlat(p)));
  }

  /** The longest of the outermost brackets, around its contents; part of it may stand on other lines. */
  private brackets(): readonly number[] {
    const ends = this.outer((p) => isClose(p));
    const groups = [-1, ...this.all.keys()].flatMap((from) => {
      if (from >= 0 && !(isOpen(this.all[from]) && this.levels[from] === 0)) return [];
      const to = ends.find((e) => e > from) ?? this.all.length;
      // Before what opens on another line there is nothing of this one.
      if (from < 0 && !(to < this.all.length && this.levels[0] === 1)) return [];
      // What would stand no further to the left gains nothing.
      const content = this.at(from + 1);
      return to - from > 1 && (from < 0 || content.indent < content.start) ? [{ from, to }] : [];
    });
    const width = ({ from, to }: { from: number; to: number }): number => this.at(to - 1).end - this.at(from + 1).start;
    const longest = groups.toSorted((a, b) => width(b) - width(a))[0];
    return longest ? [longest.from + 1, longest.to].filter((i) => i > 0 && i < this.all.length) : [];
  }

  /** Of the places where the line may be broken, as few as let each part fit. */
  private filled(places: readonly number[]): readonly number[] {
    const found: number[] = [];
    let shift = 0;
    for (const [n, i] of places.entries()) {
      const end = this.at((places[n + 1] ?? this.all.length) - 1).end;
      if (end - shift <= WIDEST) continue;
      found.push(i);
      shift = this.at(i).start - this.at(i).indent;
    }
    return found;
  }
}

/** The tokens before which a line is broken if it is too long; empty where it is not, or where it cannot be. */
export const breaksOf = (line: readonly Placed[]): readonly Token[] => new Line(line.filter((p) => p.token.type !== 'COMMENT')).breaks();
