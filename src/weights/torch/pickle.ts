/**
 * Python's pickle as far as a file of tensors goes (format: https://github.com/python/cpython/blob/main/Lib/pickletools.py). A pickle is a program for a
 * stack machine that may call anything; this machine calls nothing. It builds dictionaries, lists, tuples, numbers and texts, and what the
 * reader of tensors says of the few names that it knows. Any other name ends it.
 */

/** Why bytes cannot be read; completes the sentence “FILE cannot be read: …”. */
export class PickleFault extends Error {}

/** A name that the file calls, such as `collections.OrderedDict`. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export type Value = null | boolean | number | string | Global | Map<Value, Value> | Value[] | { readonly made: unknown };

export interface Known {
  /** What a call of a name gives; undefined where the name may not be called. */
  call(name: string, args: readonly Value[]): Value | undefined;
  /** Whether a name may stand in the file at all. */
  has(name: string): boolean;
  /** What the file keeps elsewhere. */
  persistent(id: Value): Value;
}

const MARK = Symbol('mark');
type Item = Value | typeof MARK;

/** More than any file of tensors has. */
const MOST_ITEMS = 4_000_000;

class Machine {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;
  private readonly stack: Item[] = [];
  private readonly memo = new Map<number, Value>();
  private made = 0;
  private readonly known: Known;
  private readonly utf8 = new TextDecoder();

  constructor(bytes: Uint8Array, known: Known) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.known = known;
  }

  private take(n: number): number {
    const from = this.at;
    if (n < 0 || from + n > this.bytes.length) throw new PickleFault('it breaks off');
    this.at += n;
    return from;
  }
  private u8(): number {
    return this.bytes[this.take(1)] as number;
  }
  private u32(): number {
    return this.view.getUint32(this.take(4), true);
  }
  private text(n: number): string {
    const from = this.take(n);
    return this.utf8.decode(this.bytes.subarray(from, from + n));
  }
  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleFault('it breaks off');
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }
  private push(v: Item): void {
    if (++this.made > MOST_ITEMS) throw new PickleFault('it has more parts than a file of tensors');
    this.stack.push(v);
  }
  private pop(): Value {
    const v = this.stack.pop();
    if (v === undefined || v === MARK) throw new PickleFault('it contradicts itself');
    return v;
  }
  private toMark(): Value[] {
    const at = this.stack.lastIndexOf(MARK);
    if (at < 0) throw new PickleFault('it contradicts itself');
    const items = this.stack.splice(at).slice(1);
    return items as Value[];
  }
  private top(): Value {
    const v = this.stack.at(-1);
    if (v === undefined || v === MARK) throw new PickleFault('it contradicts itself');
    return v;
  }
  private global(name: string): void {
    if (!this.known.has(name))
      throw new PickleFault(
        `it holds \`${name}\`, which is code: only tensors are read, as \`torch.save(net.state_dict(), …)\` writes them`,
      );
    this.push(new Global(name));
  }
  private setAll(items: readonly Value[]): void {
    const into = this.top();
    if (!(into instanceof Map)) throw new PickleFault('it contradicts itself');
    for (let i = 0; i + 1 < items.length; i += 2) into.set(items[i] as Value, items[i + 1] as Value);
  }
  private addAll(items: readonly Value[]): void {
    const into = this.top();
    if (!Array.isArray(into)) throw new PickleFault('it contradicts itself');
    for (const item of items) into.push(item);
  }
  private got(key: number): void {
    const v = this.memo.get(key);
    if (v === undefined) throw new PickleFault('it contradicts itself');
    this.push(v);
  }
  private long(n: number): number {
    let value = 0n;
    const from = this.take(n);
    for (let i = n - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[from + i] as number);
    return Number(n > 0 ? BigInt.asIntN(8 * n, value) : 0n);
  }

  /** Runs one operation; true where it was the last. */
  private step(): boolean {
    const op = this.u8();
    switch (op) {
      case 0x80: // PROTO
        this.take(1);
        break;
      case 0x95: // FRAME
        this.take(8);
        break;
      case 0x2e: // STOP
        return true;
      case 0x28: // MARK
        this.push(MARK);
        break;
      case 0x30: // POP
        this.stack.pop();
        break;
      case 0x32: // DUP
        this.push(this.top());
        break;
      case 0x4e:
        this.push(null);
        break;
      case 0x88:
        this.push(true);
        break;
      case 0x89:
        this.push(false);
        break;
      case 0x4b: // BININT1
        this.push(this.u8());
        break;
      case 0x4d: // BININT2
        this.push(this.view.getUint16(this.take(2), true));
        break;
      case 0x4a: // BININT
        this.push(this.view.getInt32(this.take(4), true));
        break;
      case 0x8a: // LONG1
        this.push(this.long(this.u8()));
        break;
      case 0x47: // BINFLOAT
        this.push(this.view.getFloat64(this.take(8)));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        this.push(this.text(this.u8()));
        break;
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        this.push(this.text(this.u32()));
        break;
      case 0x7d:
        this.push(new Map());
        break;
      case 0x5d:
      case 0x29:
        this.push([]);
        break;
      case 0x74: // TUPLE
        this.push(this.toMark());
        break;
      case 0x6c: // LIST
        this.push(this.toMark());
        break;
      case 0x85:
      case 0x86:
      case 0x87: {
        const items = Array.from({ length: op - 0x84 }, () => this.pop());
        this.push(items.reverse());
        break;
      }
      case 0x71: // BINPUT
        this.memo.set(this.u8(), this.top());
        break;
      case 0x72: // LONG_BINPUT
        this.memo.set(this.u32(), this.top());
        break;
      case 0x94: // MEMOIZE
        this.memo.set(this.memo.size, this.top());
        break;
      case 0x68: // BINGET
        this.got(this.u8());
        break;
      case 0x6a: // LONG_BINGET
        this.got(this.u32());
        break;
      case 0x73: {
        // SETITEM
        const [value, key] = [this.pop(), this.pop()];
        this.setAll([key, value]);
        break;
      }
      case 0x75: // SETITEMS
        this.setAll(this.toMark());
        break;
      case 0x61: // APPEND
        this.addAll([this.pop()]);
        break;
      case 0x65: // APPENDS
        this.addAll(this.toMark());
        break;
      case 0x63: // GLOBAL
        this.global(`${this.line()}.${this.line()}`);
        break;
      case 0x93: {
        // STACK_GLOBAL
        const [name, module] = [this.pop(), this.pop()];
        this.global(`${String(module)}.${String(name)}`);
        break;
      }
      case 0x51: // BINPERSID
        this.push(this.known.persistent(this.pop()));
        break;
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const [args, callee] = [this.pop(), this.pop()];
        const made = callee instanceof Global && Array.isArray(args) ? this.known.call(callee.name, args) : undefined;
        if (made === undefined) throw new PickleFault('it calls what is no tensor');
        this.push(made);
        break;
      }
      case 0x62: // BUILD: attributes of a dictionary, such as the versions of modules.
        this.pop();
        break;
      default:
        throw new PickleFault(`it has an operation that no file of tensors has (0x${op.toString(16)})`);
    }
    return false;
  }

  run(): Value {
    while (!this.step());
    return this.pop();
  }
}

/** The value of a pickle. Throws `PickleFault`. */
export const unpickle = (bytes: Uint8Array, known: Known): Value => new Machine(bytes, known).run();
