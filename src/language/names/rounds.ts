/**
 * Lookups that may come to depend on themselves: what a parameter holds depends on the calls of what it holds.
 *
 * Each is done in rounds, the first of which takes it that what is being looked up finds nothing, and each other that it finds what it
 * found in the round before, until nothing changes.
 */

/** Rounds after which what is asked for counts as unknown. */
const MOST = 50;
/** Lookups inside each other beyond which no more are begun: a file may have a thousand names that stand for each other in a row. */
const DEEPEST = 100;

export class Rounds<T> {
  private readonly nothing: T;
  private readonly unknown: T;
  private readonly isSame: (a: T, b: T) => boolean;
  private readonly known = new Map<string, T>();
  /** What is being looked up. */
  private readonly open = new Set<string>();
  /** What was found in the round before, and what in this one. */
  private before = new Map<string, T>();
  private found = new Map<string, T>();
  /** What was asked for in this round while it was being looked up. */
  private readonly assumed = new Set<string>();

  /** `unknown` is what is found where looking further would go too far. */
  constructor(nothing: T, unknown: T, isSame: (a: T, b: T) => boolean) {
    this.nothing = nothing;
    this.unknown = unknown;
    this.isSame = isSame;
  }

  get(id: string, find: () => T): T {
    const known = this.known.get(id) ?? this.found.get(id);
    if (known !== undefined) return known;
    if (this.open.has(id)) {
      this.assumed.add(id);
      return this.before.get(id) ?? this.nothing;
    }
    if (this.open.size >= DEEPEST) return this.unknown;
    if (this.open.size > 0) return this.look(id, find);
    for (let round = 1; ; round++) {
      this.look(id, find);
      const settled = [...this.assumed].every((a) => this.isSame(this.before.get(a) ?? this.nothing, this.found.get(a) ?? this.nothing));
      if (settled || round === MOST) {
        for (const [key, value] of this.found) this.known.set(key, settled ? value : this.unknown);
        [this.before, this.found] = [new Map(), new Map()];
        this.assumed.clear();
        return this.known.get(id) ?? this.unknown;
      }
      [this.before, this.found] = [this.found, new Map()];
      this.assumed.clear();
    }
  }

  private look(id: string, find: () => T): T {
    this.open.add(id);
    const found = find();
    this.open.delete(id);
    this.found.set(id, found);
    return found;
  }
}
