/** Lookups that may come to depend on themselves, each done once: what is being looked up adds nothing to itself. */

export class Memo<T> {
  private readonly nothing: T;
  private readonly known = new Map<string, T>();
  /** What is being looked up, and how deep. */
  private readonly open = new Map<string, number>();
  /** What was found while something was open that it depends on; good until that is closed. */
  private readonly partial = new Map<string, T>();
  /** The outermost of what is open on which the lookup that is going on came to depend. */
  private outermost = Number.POSITIVE_INFINITY;

  constructor(nothing: T) {
    this.nothing = nothing;
  }

  get(id: string, find: () => T): T {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const depth = this.open.get(id);
    const partial = this.partial.get(id);
    if (depth !== undefined || partial !== undefined) {
      // What a partial one lacks may be the outermost.
      this.outermost = Math.min(this.outermost, depth ?? 0);
      return partial ?? this.nothing;
    }
    const before = this.outermost;
    const own = this.open.size;
    this.outermost = Number.POSITIVE_INFINITY;
    this.open.set(id, own);
    const found = find();
    this.open.delete(id);
    const whole = this.outermost >= own;
    (whole ? this.known : this.partial).set(id, found);
    if (own === 0) this.partial.clear();
    this.outermost = whole ? before : Math.min(before, this.outermost);
    return found;
  }
}
