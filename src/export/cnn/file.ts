/**
 * Writes graphs as `.cnn`: the way back from a graph, its values filled in, to text that people can read, copy and edit.
 *
 * Blocks that only chain layers are written where they are called; one that branches is a block of its own, the same block for calls that
 * are the same. The text has the canonical layout and parses to a graph that computes the same.
 */
import { type Graph, inputsOf, type Node, type Scope } from '../../graph/graph.ts';
import { layerOf, layers } from '../../layers/index.ts';
import type { Shape } from '../../layers/shape.ts';
import { writeLayer } from './arguments.ts';
import { GraphCalls } from './calls.ts';
import type { Item } from './flow.ts';
import { KEYWORDS } from './keywords.ts';
import { FreshNames, layOut } from './layout.ts';

/** A graph to be declared. */
export interface Declared {
  readonly graph: Graph;
  readonly kind: 'block' | 'network';
  /** What to call it; made a name where it is none. */
  readonly name: string;
  /** A sentence to put above it; empty for none. */
  readonly doc: string;
}

/** `Inception, naive` → `InceptionNaive`. */
function identifier(text: string): string {
  const words = text.match(/[A-Za-z0-9_]+/g) ?? ['Block'];
  const name = words.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Writes several graphs as one file, in their order; blocks that they share are written once. */
export function toCnn(declared: readonly Declared[]): string {
  const file = new File();
  for (const d of declared) file.declare(d);
  return file.text();
}

class File {
  private readonly reserved: Set<string>;
  private readonly names: FreshNames;
  /** By their text: blocks that were written. */
  private readonly blocks = new Map<string, string>();
  private readonly declarations: string[] = [];

  constructor() {
    this.reserved = new Set([...KEYWORDS, ...layers.keys()]);
    this.names = new FreshNames(this.reserved);
  }

  text(): string {
    return `${this.declarations.join('\n\n')}\n`;
  }

  declare({ graph, kind, name, doc }: Declared): void {
    // Its name is taken before those of the blocks that it calls: a recursive block calls others of its name.
    const inputs = inputsOf(graph);
    const takes = inputs.length > 1 ? ` takes ${this.inputNames(inputs).join(', ')}` : '';
    const head = `${kind} ${this.name(name)}${takes}`;
    const lines = this.body(new GraphCalls(graph), graph.scopes[0] as Scope);
    this.write(
      head,
      inputs.map((n) => n.shape),
      lines,
      doc,
    );
  }

  private name(wanted: string): string {
    const name = this.names.take(identifier(wanted));
    this.reserved.add(name);
    return name;
  }

  /** The names of several inputs: their own, where nothing else has those. */
  private inputNames(inputs: readonly Node[]): readonly string[] {
    return inputs.map((n) => this.label(n.path) ?? n.path);
  }

  private write(head: string, on: readonly Shape[], lines: readonly string[], doc: string): void {
    this.declarations.push(
      [...(doc ? [`# ${doc}`] : []), `${head} on ${on.map((s) => s.join('x')).join(', ')} {`, ...lines, '}'].join('\n'),
    );
  }

  /** The name of the block for a call. */
  private block(calls: GraphCalls, s: Scope): string {
    const lines = this.body(calls, s);
    const text = lines.join('\n');
    const known = this.blocks.get(text);
    if (known !== undefined) return known;
    const name = this.name(s.name);
    this.blocks.set(text, name);
    this.write(`block ${name}`, [calls.graph.nodes[s.input]?.shape ?? [1]], lines, '');
    return name;
  }

  /** The lines of a block's body: the layers and calls that are its own, and those of calls that are written in place. */
  private body(calls: GraphCalls, s: Scope): readonly string[] {
    const { graph } = calls;
    // Blocks get their names before labels keep clear of them.
    const stages: { readonly id: number; readonly call: Scope | undefined; readonly what: What }[] = [];
    const inputs = s.parent === undefined ? inputsOf(graph) : [];
    const shared = new Map<string, string>();
    const declared = [...calls.shared(s)].map(([path, first]) => {
      const name = this.sharedName(path, [...shared.values()]);
      shared.set(path, name);
      return `  shared ${name} = ${layer(first).text}`;
    });
    for (let id = s.parent === undefined ? inputs.length : s.from; id < s.to; ) {
      const call = calls.at(id, s);
      const node = graph.nodes[id] as Node;
      const use = node.shared === undefined ? undefined : shared.get(node.shared);
      const what = layer(node);
      stages.push({ id, call, what: call ? this.call(calls, call) : use === undefined ? what : { ...what, text: use } });
      id = call ? call.to : id + 1;
    }
    const names = inputs.length > 1 ? this.inputNames(inputs) : [];
    const called: ReadonlySet<string> = new Set([...shared.values(), ...names]);
    const items: Item[] = inputs.slice(1).map((n, i) => ({
      text: names[i + 1] ?? '',
      merge: false,
      line: 'always',
      inputs: [],
      shape: n.shape,
      path: n.path,
      label: undefined,
    }));
    const values = new Map<number, number>([[s.input, 0], ...items.map((_, i): [number, number] => [i + 1, i + 1])]);
    const valueAt = (node: number): number => values.get(node) ?? 0;
    const shapeOf = (node: number): Shape => (graph.nodes[node] as Node).shape;
    for (const { id, call, what } of stages) {
      const node = graph.nodes[id] as Node;
      const [inputs, gives] = call ? [[call.input], call.output] : [node.inputs, id];
      items.push({
        ...what,
        inputs: inputs.map(valueAt),
        shape: shapeOf(gives),
        path: below(call?.path ?? node.path, s.path),
        label: this.label(calls.label(id, s, call), called),
      });
      values.set(gives, items.length);
    }
    const [main, ...more] = s.parent === undefined ? graph.outputs : [{ name: 'output', node: s.output }];
    const outputs = more.map((o) => ({ name: this.label(o.name) ?? o.name, value: valueAt(o.node) }));
    const reserved = [...this.reserved, ...called];
    const body = { input: shapeOf(s.input), name: names[0], items, result: valueAt(main?.node ?? 0), outputs };
    return [...declared, ...layOut(body, reserved)];
  }

  /** A name for what is shared: the end of its path, where nothing else has that name. */
  private sharedName(path: string, taken: readonly string[]): string {
    return new FreshNames([...this.reserved, ...taken]).take(this.label(path.split('/').slice(-2).join('_')) ?? 'unit');
  }

  private call(calls: GraphCalls, call: Scope): What {
    return { text: this.block(calls, call), merge: false, line: 'always' };
  }

  /** A label that hides nothing that the file means by its name. */
  private label(wanted: string | undefined, called: ReadonlySet<string> = new Set()): string | undefined {
    if (wanted === undefined) return undefined;
    let label = wanted.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
    while (this.reserved.has(label) || called.has(label)) label += '_';
    return label;
  }
}

type What = Pick<Item, 'text' | 'merge' | 'line'>;

/** A layer as a stage. A line begins with a convolution, a pool or what else is no dressing; behind a global pool a classifier follows. */
function layer(n: Node): What {
  const { role, merge } = layerOf(n.kind);
  if (merge) return { text: n.kind, merge: true, line: 'always' };
  const isMain = role === 'linear' || role === 'other' || 'kernel' in n.params;
  return { text: writeLayer(n), merge: false, line: isMain ? 'main' : role === 'pool' ? 'head' : 'dress' };
}

const below = (path: string, folder: string): string =>
  folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
