/** The text of a folded network: blocks, then the network that calls them. */

import { KEYWORDS } from '../../export/cnn/keywords.ts';
import { FreshNames } from '../../export/cnn/layout.ts';
import { type Graph, inputsOf, type Node } from '../../graph/graph.ts';
import { layerOf, layers } from '../../layers/index.ts';
import { declaredHoles, flatHoles } from './holes.ts';
import { blockNames, type Modules } from './names.ts';
import type { Block, Expr, Resolved } from './params.ts';
import { type Hole, holesOf, isAct } from './skeleton.ts';
import {
  type CallTerm,
  entryOf,
  type LoopTerm,
  nodesOf,
  resultOf,
  type Seq,
  type Starts,
  sharedIn,
  startsHere,
  type Term,
} from './tree.ts';

/** The longest line that stages are joined to. */
const WIDEST = 96;

/** Gives what stands in each hole, in their order. */
type Cursor = () => string;

const literals = (holes: readonly Hole[]): Cursor => {
  let at = 0;
  return () => holes[at++]?.text ?? '';
};

/** A stage, and how lines are broken around it. */
interface Stage {
  readonly text: readonly string[];
  /** Begins a line: a convolution, a pool, a call. */
  readonly main: boolean;
  readonly pool?: true;
  /** A value from which the pipeline starts: what it flows into stands behind it. */
  readonly start?: true;
  /** The name of the value that it gives, where a pipeline must end with it. */
  readonly name: string | undefined;
}

export class Writer {
  private readonly g: Graph;
  private readonly resolved: Resolved;
  private readonly names: FreshNames;
  private readonly blocks: ReadonlyMap<number, Block>;
  private readonly called: ReadonlyMap<number, string>;
  /** Values from which pipelines start, by node. */
  private values = new Map<number, string>();
  private shared = new Map<string, string>();
  private readonly modules: Modules;
  private inBlock = true;

  /** By value: the one whose name it has. */
  private readonly sameName: ReadonlyMap<number, number>;

  constructor(g: Graph, resolved: Resolved, modules: Modules, sameName: ReadonlyMap<number, number>) {
    this.sameName = sameName;
    this.g = g;
    this.resolved = resolved;
    this.modules = modules;
    this.names = new FreshNames([...KEYWORDS, ...layers.keys(), 'takes', 'shared', 'size', 'repeat']);
    this.names.take(g.name);
    this.blocks = new Map(resolved.blocks.map((b) => [b.id, b]));
    this.called = blockNames(resolved.blocks, modules, this.names);
  }

  file(root: Seq): string {
    const blocks = this.resolved.blocks.map((b) => this.block(b));
    return `${[...blocks, this.network(root)].join('\n\n')}\n`;
  }

  private block(b: Block): string {
    const [first] = b.calls;
    const entry = first && entryOf(first.body);
    const usual = first ? this.resolved.args(first) : [];
    const params = b.params.map((p, i) => `${p.name}=${p.usual ?? usual[i]?.text ?? ''}`);
    const exprs = b.holes.map((e) => this.expr(e, b));
    let at = 0;
    const cursor: Cursor = () => exprs[at++] ?? '';
    const outer = this.values;
    const own = startsHere(b.body);
    this.values = new Map();
    const inside = new FreshNames([...KEYWORDS, ...layers.keys(), ...this.called.values(), ...b.params.map((p) => p.name)]);
    const inputs = [...(entry === undefined ? [] : [entry]), ...(first?.takes ?? [])];
    const takes = inputs.length > 1 ? inputs.map((n, i) => this.nameInput(n, inside, INPUTS[i])) : [];
    this.nameValues(b.body, own, inside);
    const enters = takes.length === 0 && entry !== undefined && own.has(entry) ? [`  ${this.nameInput(entry, inside)} = identity`] : [];
    const declared = this.sharedLayers(b.body, inside, cursor);
    const lines = [...declared, ...enters, ...this.lines(b.body, cursor, '  ')];
    this.values = outer;
    const head = `block ${this.called.get(b.id)}${params.length > 0 ? `(${params.join(', ')})` : ''}`;
    const shapes = inputs.map((n) => this.g.nodes[n]?.shape.join('x'));
    return `${head}${takes.length > 0 ? ` takes ${takes.join(', ')}` : ''}${shapes.length > 0 ? ` on ${shapes.join(', ')}` : ''} {\n${lines.join('\n')}\n}`;
  }

  private expr(e: Expr, b: Block): string {
    if (e.of === 'text') return e.text;
    const base = e.of === 'in' ? 'in.c' : (b.params[e.index]?.name ?? '');
    if (e.over > 1) return `${base} // ${e.over}`;
    return e.times > 1 ? `${e.times}*${base}` : base;
  }

  private network(root: Seq): string {
    this.inBlock = false;
    const inputs = inputsOf(this.g);
    const own = startsHere(root);
    const inside = new FreshNames([...KEYWORDS, ...layers.keys(), ...this.called.values(), this.g.name]);
    const takes = inputs.map((n) => inside.take(n.path.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_')));
    if (inputs.length > 1) for (const [i, n] of inputs.entries()) this.values.set(n.id, takes[i] ?? '');
    const declared = this.sharedLayers(
      root,
      inside,
      literals([...sharedIn(root).values()].flatMap((t) => declaredHoles(t, (c) => this.resolved.args(c)))),
    );
    this.nameValues(root, own, inside);
    const [first] = inputs as [Node];
    const enters = inputs.length === 1 && own.has(first.id) ? [`  ${this.nameInput(first.id, inside)} = identity`] : [];
    const holes = literals(flatHoles(root, (c) => this.resolved.args(c)));
    const head = `network ${this.g.name}${inputs.length > 1 ? ` takes ${takes.join(', ')}` : ''} on ${inputs.map((n) => n.shape.join('x')).join(', ')}`;
    return `${head} {\n${[...declared, ...enters, ...this.lines(root, holes, '  ')].join('\n')}\n}`;
  }

  private nameInput(node: number, names: FreshNames, wanted = 'input'): string {
    const name = this.values.get(node) ?? names.take(wanted);
    this.values.set(node, name);
    return name;
  }

  /** What several uses share, declared once. */
  private sharedLayers(terms: Seq, names: FreshNames, cursor: Cursor): readonly string[] {
    return [...sharedIn(terms)].map(([path, t]) => {
      const wanted = (t.type === 'use' ? t.name : path)
        .split('/')
        .slice(-2)
        .join('_')
        .replaceAll(/\W/g, '_')
        .replace(/^(?=\d)/, '_');
      const name = names.take(wanted);
      this.shared.set(path, name);
      return `  shared ${name} = ${t.type === 'use' ? this.call(t.of, cursor, '  ').join(' ') : this.plain(t.node, cursor)}`;
    });
  }

  /** Names for the values from which pipelines start. */
  private nameValues(terms: Seq, starts: Starts, names: FreshNames): void {
    for (const n of nodesOf(terms)) {
      if (!starts.has(n.id) || this.values.has(n.id)) continue;
      const known = this.values.get(this.sameName.get(n.id) ?? n.id);
      if (known !== undefined) {
        this.values.set(n.id, known);
        continue;
      }
      const chain = (this.modules[n.id] ?? []).filter((m) => /^[A-Za-z]\w+$/.test(m) && !layers.has(m));
      this.values.set(n.id, names.take(chain.at(-1) ?? 'x'));
    }
  }

  /** Statements: pipelines, each on as few lines as they fit on well. */
  private lines(terms: Seq, cursor: Cursor, indent: string): readonly string[] {
    const lines: string[] = [];
    let open: Stage[] = [];
    const end = (name?: string): void => {
      if (open.length > 0) lines.push(...this.pipeline(open, name, indent));
      open = [];
    };
    for (const t of terms) {
      if (t.type === 'output') {
        end();
        const inner = this.lines(t.body, cursor, indent).map((l) => l.trim());
        lines.push(`${indent}output ${t.name} = ${inner.join(' -> ')}`);
        continue;
      }
      if (t.type === 'start') {
        end();
        open = [{ text: [this.values.get(t.value) ?? ''], main: false, start: true, name: undefined }];
        continue;
      }
      if (t.type === 'loop' && t.states) {
        end();
        const [first = '', ...rest] = this.loop(t, cursor, indent);
        lines.push(indent + first, ...rest);
        continue;
      }
      const stage = this.stage(t, cursor, indent);
      open.push(stage);
      if (stage.name !== undefined) end(stage.name);
    }
    end();
    return lines;
  }

  /** A pipeline as lines; a name is given to its end. */
  private pipeline(stages: readonly Stage[], name: string | undefined, indent: string): readonly string[] {
    const out: string[] = [];
    let line = '';
    let begun = false;
    let started = false;
    const flush = (): void => {
      if (line !== '') out.push(indent + line);
      line = '';
    };
    for (const p of stages) {
      const [first = '', ...rest] = p.text;
      const joined = line === '' ? first : `${line} -> ${first}`;
      const tooLong = joined.length + indent.length > WIDEST;
      const wide = tooLong || (p.main && !started && this.breaks(p, line, joined.length + indent.length, indent));
      // A name and what starts from one hold a pipeline together.
      if (line !== '' && (wide || (rest.length > 0 && !started && line.length > 24)) && begun) {
        flush();
        line = first;
      } else line = joined;
      begun = true;
      started = p.start ?? false;
      if (rest.length > 0) {
        out.push(indent + line, ...rest.slice(0, -1));
        line = (rest.at(-1) as string).trimStart();
      }
    }
    flush();
    if (name === undefined) return out;
    // The statement that gives the value is the last line, or where braces close, the one in which they opened.
    const at = lastStatement(out, indent);
    return out.map((l, i) => (i === at ? `${indent}${name} = ${l.slice(indent.length)}` : l));
  }

  /** Whether a main stage begins a line: in a network always, but for a pool behind what is short; elsewhere where the line is long. */
  private breaks(p: Stage, line: string, width: number, indent: string): boolean {
    if (this.inBlock || indent.length > 4) return width > 92;
    // The classifier behind a global pool.
    if (/^gap|^flatten/.test(line) && !line.includes('linear') && width < 92) return false;
    return !(p.pool && line.length < 60 && width < 92 && /^(conv|deconv|dwconv)\(/.test(line));
  }

  private nameOf(node: number | undefined): string | undefined {
    return node === undefined ? undefined : this.values.get(node);
  }

  private stage(t: Exclude<Term, { readonly type: 'output' | 'start' }>, cursor: Cursor, indent: string): Stage {
    switch (t.type) {
      case 'layer': {
        const { role } = layerOf(t.node.kind);
        const main = role === 'conv' || role === 'linear' || role === 'pool';
        return {
          text: [this.layer(t.node, cursor)],
          main,
          ...(role === 'pool' ? { pool: true as const } : {}),
          name: this.nameOf(t.node.id),
        };
      }
      case 'merge':
        return { text: this.merge(t.node.kind, t.branches, cursor, indent), main: true, name: this.nameOf(t.node.id) };
      case 'call':
        return { text: this.call(t, cursor, indent), main: true, name: this.nameOf(resultOf(t.body)) };
      case 'use':
        return { text: [this.shared.get(t.key) ?? ''], main: true, name: this.nameOf(resultOf([t])) };
      case 'loop':
        return { text: this.loop(t, cursor, indent), main: true, name: this.nameOf(resultOf(t.rounds.at(-1) ?? [])) };
      case 'pass':
        return { text: ['identity'], main: false, name: undefined };
      default:
        return t satisfies never;
    }
  }

  private layer(n: Node, cursor: Cursor): string {
    return n.shared === undefined ? this.plain(n, cursor) : (this.shared.get(n.shared) ?? n.kind);
  }

  private plain(n: Node, cursor: Cursor): string {
    if (isAct(n)) return cursor();
    const specs = Object.entries(layerOf(n.kind).params);
    const holes = holesOf(n);
    const args = specs.flatMap(([name, spec], i) => {
      const text = cursor();
      if (holes[i] === undefined || (spec.default !== undefined && text === usualText(n, name))) return [];
      return [(spec.default !== undefined && specs.length > 1 ? `${name}=` : '') + text];
    });
    return args.length > 0 ? `${n.kind}(${args.join(', ')})` : n.kind;
  }

  private call(c: CallTerm, cursor: Cursor, indent: string): readonly string[] {
    const b = this.blocks.get(c.block);
    const args = (b?.params ?? []).flatMap((p) => {
      const text = cursor();
      if (p.usual === undefined) return [text];
      return text === p.usual ? [] : [`${p.name}=${text}`];
    });
    const name = `${this.called.get(c.block)}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
    if (c.takes.length === 0) return [name];
    const branches = [...(entryOf(c.body) === undefined ? [] : ['identity']), ...c.takes.map((v) => this.values.get(v) ?? '')];
    const short = `${name} { ${branches.map((v) => `| ${v}`).join(' ')} }`;
    if (short.length + indent.length < WIDEST) return [short];
    return [`${name} {`, ...branches.map((v) => `${indent}  | ${v}`), `${indent}}`];
  }

  private merge(kind: string, branches: readonly Seq[], cursor: Cursor, indent: string): readonly string[] {
    const inner = branches.map((b) => this.lines(b, cursor, `${indent}    `));
    const single = inner.every((l) => l.length === 1);
    const short = inner.map((l) => `| ${(l[0] ?? '').trim()}`).join(' ');
    if (single && kind.length + short.length + indent.length < 60) return [`${kind} { ${short} }`];
    return [`${kind} {`, ...inner.flatMap((l) => l.map((text, i) => (i === 0 ? `${indent}  | ${text.trimStart()}` : text))), `${indent}}`];
  }

  private loop(t: LoopTerm, cursor: Cursor, indent: string): readonly string[] {
    if (!t.uniform) return this.table(t, cursor, indent);
    const times = cursor();
    const body = this.lines(t.rounds[0] ?? [], cursor, `${indent}  `);
    const [only] = body;
    if (body.length === 1 && only && only.trim().length < 60) return [`repeat ${times} { ${only.trim()} }`];
    return [`repeat ${times} {`, ...body, `${indent}}`];
  }

  /** A `for` over a table of the numbers in which its rounds differ. */
  private table(t: LoopTerm, cursor: Cursor, indent: string): readonly string[] {
    cursor();
    const args = (c: CallTerm): readonly Hole[] => this.resolved.args(c);
    const rows = t.rounds.map((r) => flatHoles(r, args));
    // What the text as a whole says of this loop is that of its first round.
    for (const _ of rows[0] ?? []) cursor();
    const columns: { readonly name: string; readonly texts: readonly string[] }[] = [];
    const names = new FreshNames([...KEYWORDS, ...layers.keys(), ...this.called.values(), ...this.values.values()]);
    const texts = (rows[0] ?? []).map((hole, j) => {
      const values = rows.map((r) => r[j]?.text ?? '');
      if (values.every((v) => v === values[0])) return values[0] ?? '';
      const known = columns.find((c) => c.texts.every((v, i) => v === values[i]));
      if (known) return known.name;
      const name = names.take(hole.channels ? 'c' : (SHORT[hole.name] ?? hole.name));
      columns.push({ name, texts: values });
      return name;
    });
    let at = 0;
    const body = this.lines(t.rounds[0] ?? [], () => texts[at++] ?? '', `${indent}  `);
    const [only] = columns;
    const list = t.rounds.map((_, i) => columns.map((c) => c.texts[i] ?? ''));
    if (columns.length === 1 && only) return [`for ${only.name} in [${only.texts.join(', ')}] {`, ...body, `${indent}}`];
    const head = `for [${columns.map((c) => c.name).join(', ')}] in [`;
    const inOne = list.map((r) => `[${r.join(', ')}]`).join(', ');
    if (head.length + inOne.length + indent.length < 100) return [`${head}${inOne}] {`, ...body, `${indent}}`];
    // Rows side by side, as many as fit.
    const packed: string[] = [];
    for (const r of list.map((row) => `[${row.join(', ')}],`)) {
      const last = packed.at(-1);
      if (last !== undefined && last.length + r.length + indent.length < 88) packed[packed.length - 1] = `${last} ${r}`;
      else packed.push(r);
    }
    return [head, ...packed.map((r) => `${indent}  ${r}`), `${indent}] {`, ...body, `${indent}}`];
  }
}

/** What the inputs of a block of several are called. */
const INPUTS = ['x', 'y', 'z'];

/** Short names for the columns of a table. */
const SHORT: Readonly<Record<string, string>> = { kernel: 'k', stride: 's', dilation: 'd', n: 'n' };

/** A parameter's default as it is written. */
function usualText(n: Node, name: string): string {
  const spec = layerOf(n.kind).params[name];
  if (spec?.default === undefined) return '';
  return holesOf({ ...n, params: { ...n.params, [name]: spec.default } }).find((h) => h.name === name)?.text ?? '';
}

/** The line at which the last statement begins: the last that stands at the indent and closes nothing. */
function lastStatement(lines: readonly string[], indent: string): number {
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] ?? '';
    if (line.startsWith(indent) && /^[^\s}|\]]/.test(line.slice(indent.length))) return i;
  }
  return 0;
}
