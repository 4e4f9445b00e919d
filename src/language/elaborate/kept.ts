/**
 * What one elaboration of a file leaves to the next: instances by their key, and numbers for the texts of declarations. It holds what the
 * last few elaborations used, so that an edit and its undoing find everything again, and nothing grows with the number of edits.
 */
import type { Instance } from './instance.ts';

/** Elaborations for which something is kept that they do not use: a word is typed, thought better of and deleted. */
const MOST = 8;

/** A table whose entries are forgotten when the last elaborations did not use them. */
class Generations<T> {
  private readonly entries = new Map<string, { readonly value: T; used: number }>();
  private now = 0;
  get(key: string): T | undefined {
    const known = this.entries.get(key);
    if (known) known.used = this.now;
    return known?.value;
  }
  set(key: string, value: T): void {
    this.entries.set(key, { value, used: this.now });
  }
  next(): void {
    this.now++;
    for (const [key, { used }] of this.entries) if (used < this.now - MOST) this.entries.delete(key);
  }
}

export class Kept {
  private readonly instances = new Generations<Instance>();
  private readonly numbers = new Generations<number>();
  private readonly base: Kept | undefined;
  private count = 0;

  /** `base`: of the text as it stands, where values are tried on it; of what is tried there may be much, and nothing of it stays in the base. */
  constructor(base?: Kept) {
    this.base = base;
  }

  /** Begins another elaboration. */
  next(): void {
    this.instances.next();
    this.numbers.next();
  }
  /** A number for a text, the same for the same text. */
  number(text: string): number {
    if (this.base) return this.base.number(text);
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, ++this.count);
    return this.count;
  }
  instance(key: string): Instance | undefined {
    return this.instances.get(key) ?? this.base?.instance(key);
  }
  keep(i: Instance): void {
    this.instances.set(i.key, i);
  }
}
