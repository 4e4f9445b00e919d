/**
 * `.cnn` files made from a row of numbers, each of which decides one thing: for tests that should hold of any file.
 *
 * The files are sound enough that most uses of a name are bound, and daring with names: few are used for much, some are those of
 * built-in layers, functions, words and figures, and any may be given again by whatever stands further in.
 */

/** What a name stands for, as far as the generator minds. */
type Kind = 'number' | 'layer' | 'numbers' | 'layers' | 'value' | 'values' | 'several' | 'fn';

interface Parameter {
  readonly name: string;
  readonly kind: 'number' | 'layer';
  readonly required: boolean;
}
interface Known {
  readonly name: string;
  readonly kind: Kind;
  /** Of a block, network or function. */
  readonly parameters?: readonly Parameter[];
  /** The values that a block names inside, and so what its label has. */
  readonly inside?: readonly string[];
}
type Scope = readonly Known[];
/** A text, and the names that it gives to what comes after it. */
interface Piece {
  readonly text: string;
  readonly gives: Scope;
}

export interface GeneratedFiles {
  readonly main: string;
  readonly library: string;
}

const PLAIN = ['a', 'b', 'n', 'u', 'x', 'y'];
const BUILTIN = ['relu', 'scale', 'pad', 'conv', 'max', 'size', 'same', 'depth', 'params'];
const DEEPEST = 3;
/** Numbers for one declaration; some declarations need fewer. */
const SHARE = 120;

class Writer {
  private readonly numbers: readonly number[];
  private at = 0;
  /** Up to where the declaration that is being made may read. */
  private end = SHARE;
  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** Below `n`; 0, the simplest, when the numbers of a declaration are spent. */
  private upTo(n: number): number {
    return (this.at < this.end ? (this.numbers[this.at++] ?? 0) : 0) % n;
  }
  private chance(percent: number): boolean {
    return this.upTo(100) >= 100 - percent;
  }
  private of<T>(all: readonly T[]): T {
    return all[this.upTo(all.length)] as T;
  }
  private several<T>(least: number, most: number, make: (i: number) => T): readonly T[] {
    return Array.from({ length: least + this.upTo(most - least + 1) }, (_, i) => make(i));
  }
  private name(): string {
    return this.of(this.chance(35) ? BUILTIN : PLAIN);
  }

  files(): GeneratedFiles {
    const library = this.declarations([], 3, 6);
    this.end = this.at + SHARE;
    const imported = this.several(1, 4, () => this.of(library.known)).map((k) => ({
      ...k,
      alias: this.chance(40) ? this.name() : undefined,
    }));
    const imports = imported.map((k) => (k.alias ? `${k.name} as ${k.alias}` : k.name)).join(', ');
    const scope = imported.map(({ alias, ...k }): Known => ({ ...k, name: alias ?? k.name }));
    const main = this.declarations(scope, 4, 9);
    return { library: library.text, main: `import ${imports} from "./library.cnn"\n${main.text}` };
  }

  private declarations(scope: Scope, least: number, most: number): { readonly text: string; readonly known: Scope } {
    let known = scope;
    const texts = this.several(least, most, () => {
      this.end = this.at + SHARE;
      const { text, declares } = this.declaration(known);
      known = [...known, declares];
      return text;
    });
    // A file may use what it declares further down.
    this.end = this.at + SHARE;
    const shuffled = texts.reduce<readonly string[]>((all, t) => all.toSpliced(this.upTo(all.length + 1), 0, t), []);
    return { text: `${shuffled.join('\n')}\n`, known: known.slice(scope.length) };
  }

  private declaration(scope: Scope): { readonly text: string; readonly declares: Known } {
    const free = ['B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'].filter((n) => !scope.some((k) => k.name === n));
    const name = free.length > 0 && this.chance(70) ? this.of(free) : this.name();
    const blocks = scope.filter((k) => k.kind === 'layer' && k.parameters);
    switch (this.of(['block', 'network', 'block', 'let', 'fn', 'block', 'layer', 'list', 'alias', 'layers'])) {
      case 'let':
        return { text: `let ${name} = ${this.number(scope)}`, declares: { name, kind: 'number' } };
      case 'list':
        return { text: `let ${name} = ${this.numbersOf(scope)}`, declares: { name, kind: 'numbers' } };
      case 'layers':
        return { text: `let ${name} = ${this.layersOf(scope)}`, declares: { name, kind: 'layers' } };
      case 'layer':
        return { text: `let ${name} = ${this.layer(scope)}`, declares: { name, kind: 'layer' } };
      case 'fn': {
        const parameters = this.parameters(['number']);
        const text = `fn ${name}(${this.written(parameters, scope)}) = ${this.number(this.recursive({ name, kind: 'fn', parameters }, [...scope, ...parameters]))}`;
        return { text, declares: { name, kind: 'fn', parameters } };
      }
      case 'alias':
        if (blocks.length > 0) {
          const of = this.of(blocks);
          const text = `network ${name} = ${of.name}${this.given(of.parameters ?? [], scope, 70)} on 4x8x8`;
          return { text, declares: { name, kind: 'layer', parameters: (of.parameters ?? []).map((p) => ({ ...p, required: false })) } };
        }
        break;
      case 'network': {
        const parameters = this.parameters(['number', 'layer']).map((p) => ({ ...p, required: false }));
        const text = `network ${name}(${this.written(parameters, scope)}) on 4x8x8 ${this.body([...scope, ...parameters], 0).text}`;
        return { text, declares: { name, kind: 'layer', parameters } };
      }
      default:
    }
    const parameters = this.parameters(['number', 'layer']);
    const inside = this.recursive({ name, kind: 'layer', parameters }, [...scope, ...parameters]);
    const versus = blocks.length > 0 && this.chance(30) ? this.of(blocks) : undefined;
    const other = versus ? ` versus ${versus.name}${this.given(versus.parameters ?? [], inside, 0)}` : '';
    if (this.chance(20)) {
      const a = this.name();
      const b = this.of([...PLAIN, ...BUILTIN].filter((n) => n !== a));
      const taken = [a, b].map((n): Known => ({ name: n, kind: 'value' }));
      const text = `block ${name}(${this.written(parameters, scope)}) takes ${a}, ${b} on 4x8x8, 4x8x8 ${this.body([...inside, ...taken], 0).text}`;
      return { text, declares: { name, kind: 'several', parameters } };
    }
    const { text: body, gives } = this.body(inside, 0);
    const text = `block ${name}(${this.written(parameters, scope)}) on 4x8x8${other} ${body}`;
    const values = gives.filter((g) => g.kind === 'value').map((g) => g.name);
    return { text, declares: { name, kind: 'layer', parameters, inside: values } };
  }

  /** At times something uses itself. */
  private recursive(itself: Known, scope: Scope): Scope {
    return this.chance(15) ? [...scope, itself] : scope;
  }

  private parameters(kinds: readonly Parameter['kind'][]): readonly Parameter[] {
    const made = this.several(0, 3, (): Parameter => ({ name: this.name(), kind: this.of(kinds), required: this.chance(30) }));
    return made.filter((p, i) => made.findIndex((q) => q.name === p.name) === i);
  }

  /** Parameters in a head: a default sees those before it. */
  private written(parameters: readonly Parameter[], scope: Scope): string {
    return parameters
      .map((p, i) => (p.required ? p.name : `${p.name}=${this.ofKind(p.kind, [...scope, ...parameters.slice(0, i)])}`))
      .join(', ');
  }

  /** Arguments for parameters: all that are required, and some of the others; at times a layer for a number. */
  private given(parameters: readonly Parameter[], scope: Scope, percent: number): string {
    const asked = parameters.filter((p) => p.required || this.chance(percent));
    const inOrder = asked.every((p, i) => p === parameters[i]);
    const args = asked.map((p) => {
      const value = this.ofKind(this.chance(8) ? this.of(['number', 'layer']) : p.kind, scope);
      return inOrder && !this.chance(40) ? value : `${p.name}=${value}`;
    });
    // What has a name stands last.
    const sorted = [...args.filter((a) => !/^\w+=/.test(a)), ...args.filter((a) => /^\w+=/.test(a))];
    const safe = inOrder && args.every((a, i) => a === sorted[i]) ? sorted : asked.map((p) => `${p.name}=${this.ofKind(p.kind, scope)}`);
    return safe.length > 0 || this.chance(30) ? `(${safe.join(', ')})` : '';
  }

  private ofKind(kind: Parameter['kind'], scope: Scope): string {
    return kind === 'number' ? this.number(scope) : this.layer(scope);
  }

  private number(scope: Scope, depth = 0): string {
    const named = (...kinds: readonly Kind[]): readonly Known[] => scope.filter((k) => kinds.includes(k.kind));
    const inner = (): string => this.number(scope, depth + 1);
    const choice =
      depth > 2 ? this.of(['literal', 'name']) : this.of(['name', 'name', 'literal', 'call', 'sum', 'if', 'member', 'element', 'fn']);
    switch (choice) {
      case 'name': {
        const known = named('number');
        if (known.length > 0) return this.of(known).name;
        break;
      }
      case 'call':
        return `${this.of(['max', 'min'])}(${inner()}, ${inner()})`;
      case 'sum':
        return `(${inner()} ${this.of(['+', '-', '% 7 +'])} ${inner()})`;
      case 'if':
        return `(if ${inner()} > ${inner()} then ${inner()} else ${inner()})`;
      case 'member': {
        const known = named('value');
        if (known.length > 0) return `${this.of(known).name}.${this.of(['c', 'h', 'w'])}`;
        break;
      }
      case 'element': {
        const known = named('numbers');
        if (known.length > 0) return `${this.of(known).name}[0]`;
        break;
      }
      case 'fn': {
        const known = named('fn');
        if (known.length > 0) {
          const fn = this.of(known);
          const given = this.given(fn.parameters ?? [], scope, 40);
          return `${fn.name}${given === '' ? '()' : given}`;
        }
        break;
      }
      default:
    }
    return String(1 + this.upTo(4));
  }

  private numbersOf(scope: Scope): string {
    if (this.chance(20)) {
      const [name, list] = [this.name(), this.several(1, 3, () => this.number(scope, 2)).join(', ')];
      return `[${this.number([...scope, { name, kind: 'number' }], 1)} for ${name} in [${list}] if ${name} not in [9]][0:2]`;
    }
    return `[${this.several(1, 3, () => this.number(scope)).join(', ')}]`;
  }
  private valuesOf(scope: Scope): string {
    const lists = scope.filter((k) => k.kind === 'values');
    const before = lists.length > 0 && this.chance(50) ? `${this.of(lists).name}${this.of(['', '[0:1]'])} + ` : '';
    const values = scope.filter((k) => k.kind === 'value');
    return `${before}[${this.several(1, 3, () => (values.length > 0 && this.chance(60) ? this.of(values).name : 'here')).join(', ')}]`;
  }
  /** Where a pipeline starts other than from the flow. */
  private start(scope: Scope): string | undefined {
    const values = scope.filter((k) => k.kind === 'value' || k.kind === 'values');
    if (values.length === 0 || !this.chance(40)) return undefined;
    const { name, kind, inside = [] } = this.of(values);
    return kind === 'values' ? `${name}[0]` : inside.length > 0 && this.chance(60) ? `${name}.${this.of(inside)}` : name;
  }
  private layersOf(scope: Scope): string {
    return `[${this.several(1, 3, () => this.layer(scope)).join(', ')}]`;
  }

  /** A layer as a value or a stage: built in, a block, or what holds one, with more arguments or not. */
  private layer(scope: Scope): string {
    const known = scope.filter((k) => k.kind === 'layer');
    if (known.length > 0 && this.chance(60)) {
      const k = this.of(known);
      return `${k.name}${this.given(k.parameters ?? [], scope, 40)}`;
    }
    const n = (): string => this.number(scope, 1);
    return this.of([
      () => this.of(['relu', 'identity', 'bn', 'scale', 'pad(0)']),
      () => `conv(${n()}, 1x1)`,
      () => `conv(channels=${n()}, kernel=3x3, pad=same)`,
      () => `dropout(p=0)`,
    ])();
  }

  private body(scope: Scope, depth: number): Piece {
    const { text, gives } = this.statements(scope, depth);
    return { text: `{\n${text}\n}`, gives };
  }

  private statements(scope: Scope, depth: number): Piece {
    let known = scope;
    const lines = this.several(1, depth === 0 ? 8 : 4, () => {
      const { text, gives } = this.statement(known, depth);
      known = [...known, ...gives];
      return `${'  '.repeat(depth + 1)}${text}`;
    });
    return { text: lines.join('\n'), gives: known.slice(scope.length) };
  }

  private statement(scope: Scope, depth: number): Piece {
    const name = this.name();
    switch (this.of(['pipeline', 'pipeline', 'named', 'let', 'named', 'output', 'layer', 'values', 'shared'])) {
      case 'values':
        return { text: `let ${name} = ${this.valuesOf(scope)}`, gives: [{ name, kind: 'values' }] };
      case 'shared':
        return { text: `shared ${name} = ${this.layer(scope)}`, gives: [{ name, kind: 'layer' }] };
      case 'let':
        return { text: `let ${name} = ${this.number(scope)}`, gives: [{ name, kind: 'number' }] };
      case 'layer': {
        const lists = scope.filter((k) => k.kind === 'layers');
        const value = lists.length > 0 && this.chance(40) ? `${this.of(lists).name}[0]` : this.layer(scope);
        return { text: `let ${name} = ${value}`, gives: [{ name, kind: 'layer' }] };
      }
      case 'named': {
        const { text, gives } = this.pipeline(scope, depth);
        return { text: `${name} = ${text}`, gives: [...gives, { name, kind: 'value' }] };
      }
      case 'output': {
        const { text, gives } = this.pipeline(scope, depth);
        return { text: `output ${name} = ${text}`, gives: [...gives, { name, kind: 'value' }] };
      }
      default:
        return this.pipeline(scope, depth);
    }
  }

  private pipeline(scope: Scope, depth: number): Piece {
    const gives: Known[] = [];
    const stages = this.several(1, 4, (i) => {
      const inside = [...scope, ...gives];
      const label = this.chance(25) ? this.name() : undefined;
      const start = i === 0 ? this.start(inside) : undefined;
      const { text: stage, gives: given } = start === undefined ? this.stage(inside, depth) : { text: start, gives: [] };
      gives.push(...given);
      const called = inside.findLast((k) => k.name === /^\w+/.exec(stage)?.[0]);
      if (label !== undefined) gives.push({ name: label, kind: 'value', ...(called?.inside ? { inside: called.inside } : {}) });
      return label === undefined ? stage : `${label}: ${stage}`;
    });
    return { text: stages.join(' -> '), gives };
  }

  private stage(scope: Scope, depth: number): Piece {
    const plain = (text: string): Piece => ({ text, gives: [] });
    if (depth >= DEEPEST) return plain(this.layer(scope));
    /** What a loop or an `if` names is named for what comes after it. */
    const around = (head: string, ...more: readonly Known[]): Piece => {
      const { text, gives } = this.body([...scope, ...more], depth + 1);
      return { text: `${head} ${text}`, gives };
    };
    const n = (): string => this.number(scope, 1);
    switch (this.of(['layer', 'layer', 'layer', 'for', 'merge', 'repeat', 'for', 'if', 'expect'])) {
      case 'merge': {
        const branch = (...more: readonly Known[]): string => `| ${this.statements([...scope, ...more], depth + 1).text.trim()}`;
        const branches = this.several(1, 2, () => {
          if (this.chance(75)) return branch();
          const a = this.name();
          const lists = scope.filter((k) => k.kind === 'values');
          return this.of([
            () => (lists.length > 0 ? `for ${a} in ${this.of(lists).name} { | ${a} }` : branch()),
            () => `for ${a} in ${this.numbersOf(scope)} { ${branch({ name: a, kind: 'number' })} }`,
            () => `repeat 2 as ${a} { ${branch({ name: a, kind: 'number' })} }`,
            () => `if ${n()} > ${n()} { ${branch()} } else { ${branch()} }`,
          ])();
        });
        const several = scope.filter((k) => k.kind === 'several');
        if (several.length > 0 && this.chance(40)) {
          const called = this.of(several);
          return plain(`${called.name}${this.given(called.parameters ?? [], scope, 40)} { ${branch()} ${branch()} }`);
        }
        return plain(`${this.of(['concat', 'add'])} { ${branches.join(' ')} }`);
      }
      case 'repeat': {
        const index = this.name();
        return this.chance(70)
          ? around(`repeat min(2, ${n()}) as ${index}`, { name: index, kind: 'number' })
          : around(`repeat min(2, ${n()})`);
      }
      case 'for': {
        const [a, b] = [this.name(), this.name()];
        const lists = scope.filter((k) => k.kind === 'layers');
        const pairs = (head: string): Piece => around(head, { name: a, kind: 'number' }, { name: b, kind: this.of(['number', 'layer']) });
        return this.of([
          () => around(`for ${a} in ${this.numbersOf(scope)}`, { name: a, kind: 'number' }),
          () => around(`for ${a} in ${lists.length > 0 ? this.of(lists).name : this.layersOf(scope)}`, { name: a, kind: 'layer' }),
          () => pairs(`for [${a}, ${b}] in [[${n()}, ${n()}], [${n()}, ${this.layer(scope)}]]`),
          () => pairs(`for [${a}, ${b}] in enumerate([${this.layer(scope)}, ${n()}])`),
          () => pairs(`for [${this.name()}, [${a}, ${b}]] in enumerate([[${n()}, ${this.layer(scope)}]])`),
        ])();
      }
      case 'if': {
        const [yes, no] = [around(`if ${n()} > ${n()}`), this.chance(60) ? around(' else') : plain('')];
        return { text: `${yes.text}${no.text}`, gives: [...yes.gives, ...no.gives] };
      }
      case 'expect':
        return plain(`expect ${this.of(['depth', 'params', n(), 'layers'])} >= ${this.of(['0', n()])}`);
      default:
        return plain(this.layer(scope));
    }
  }
}

/** The files that a row of numbers makes. */
export const generatedFiles = (numbers: readonly number[]): GeneratedFiles => new Writer(numbers).files();
