/** What there is of a block while it is made: its sums, each item added once, however often an `expect` asks. */
import type { Flattenable } from './flatten.ts';
import { type Instance, type Item, inputsOf } from './instance.ts';
import type { SharedId } from './shared-id.ts';
import { combined, costOfItem, type Items, NOTHING, type Sums } from './sums.ts';

/** A block up to a place in its body. */
export interface SoFar {
  readonly name: string;
  /** The value that would leave here. */
  readonly value: number;
  readonly sums: RunningSums;
  /** What there is of it, to be unrolled. */
  snapshot(): Flattenable & { readonly nodeCount: number };
}

/** Which values nothing reads so far; and whether each call needs all that is in it. */
class Reading {
  private readonly unread = new Set<number>();
  private readonly unreadInputs = new Set([0]);
  private isWhole = true;
  add(item: Item, value: number): void {
    for (const read of inputsOf(item)) {
      this.unread.delete(read);
      this.unreadInputs.delete(read);
    }
    if (item.type === 'input') this.unreadInputs.add(value);
    else this.unread.add(value);
    // Of a call only a part may be needed for a value inside it.
    if (item.type === 'pick' || (item.type === 'call' && !isNeeded(item.instance))) this.isWhole = false;
  }
  /** Whether a value needs all that was made. */
  needsAll(value: number): boolean {
    return this.isWhole && isOnly(value, this.unread);
  }
  /** Whether it needs all that entered, too. */
  needsInputs(value: number): boolean {
    return isOnly(value, this.unreadInputs);
  }
}
const isOnly = (value: number, of: ReadonlySet<number>): boolean => of.size === 0 || (of.size === 1 && of.has(value));

const needed = new WeakMap<Instance, boolean>();

/** Whether what leaves an instance needs all that enters it and all that is in it. */
function isNeeded(instance: Instance): boolean {
  const known = needed.get(instance);
  if (known !== undefined) return known;
  const reading = new Reading();
  for (const [i, item] of instance.items.entries()) reading.add(item, i + 1);
  const found = reading.needsAll(instance.result) && reading.needsInputs(instance.result);
  needed.set(instance, found);
  return found;
}

/** The sums over what was made, up to where it is. */
export class RunningSums {
  private readonly of: Items;
  private readonly met = new Set<SharedId>();
  private readonly reading = new Reading();
  private sums = NOTHING;
  private next = 0;
  constructor(of: Items) {
    this.of = of;
  }

  /** Over all items that there are now; `macs` are those of all outputs. */
  get all(): Sums {
    this.catchUp();
    return this.sums;
  }

  /** Whether a value needs all that was made, so that its MACs are those of all. */
  needsAll(value: number): boolean {
    this.catchUp();
    return this.reading.needsAll(value);
  }

  private catchUp(): void {
    for (let item = this.of.items[this.next]; item; item = this.of.items[this.next]) {
      this.next++;
      this.reading.add(item, this.next);
      const { own, shared } = costOfItem(this.of, item);
      this.sums = combined(this.sums, own);
      for (const [id, params] of shared) {
        if (this.met.has(id)) continue;
        this.met.add(id);
        this.sums = combined(this.sums, params);
      }
    }
  }
}
