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
import { FreshNames, layOut, type Written } from './layout.ts';

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
    const head = `${kind} ${this.name(name)}`;
    const on = inputsOf(graph).map((n) => n.shape);
    this.write(head, on, this.body(new GraphCalls(graph), graph.scopes[0] as Scope), doc);
  }

  private name(wanted: string): string {
    const name = this.names.take(identifier(wanted));
    this.reserved.add(name);
    return name;
  }

  private write(head: string, on: readonly Shape[], { lines, takes }: Written, doc: string): void {
    const taking = takes.length > 0 ? ` takes ${takes.join(', ')}` : '';
    const shapes = on.map((s) => s.join('x')).join(', ');
    this.declarations.push([...(doc ? [`# ${doc}`] : []), `${head}${taking} on ${shapes} {`, ...lines, '}'].join('\n'));
  }

  /** The name of the block for a call. */
  private block(calls: GraphCalls, s: Scope): string {
    const written = this.body(calls, s);
    const text = written.lines.join('\n');
    const known = this.blocks.get(text);
    if (known !== undefined) return known;
    const name = this.name(s.name);
    this.blocks.set(text, name);
    this.write(`block ${name}`, [calls.graph.nodes[s.input]?.shape ?? [1]], written, '');
    return name;
  }

  /** A block's body: the layers and calls that are its own, and those of calls that are written in place. */
  private body(calls: GraphCalls, s: Scope): Written {
    const { graph } = calls;
    // Blocks get their names before labels keep clear of them.
    const stages: { readonly id: number; readonly call: Scope | undefined; readonly what: What }[] = [];
    const entries = s.parent === undefined ? inputsOf(graph) : [graph.nodes[s.input] as Node];
    for (let id = s.parent === undefined ? entries.length : s.from; id < s.to; ) {
      const call = calls.at(id, s);
      stages.push({ id, call, what: call ? this.call(calls, call) : layer(graph.nodes[id] as Node) });
      id = call ? call.to : id + 1;
    }
    const { declared, names } = this.shared(
      stages.flatMap(({ id, call }) => (call ? [] : [graph.nodes[id] as Node])),
      calls,
    );
    const reserved = new Set([...this.reserved, ...names.values()]);
    const items: Item[] = [];
    const values = new Map(entries.map((n, i) => [n.id, -i]));
    const valueAt = (node: number): number => values.get(node) ?? 0;
    const shapeOf = (node: number): Shape => (graph.nodes[node] as Node).shape;
    for (const { id, call, what } of stages) {
      const node = graph.nodes[id] as Node;
      const [inputs, gives] = call ? [[call.input], call.output] : [node.inputs, id];
      items.push({
        ...what,
        text: names.get(call ? undefined : node.shared) ?? what.text,
        inputs: inputs.map(valueAt),
        shape: shapeOf(gives),
        path: below(call?.path ?? node.path, s.path),
        label: call || !names.has(node.shared) ? label(calls.label(id, s, call), reserved) : undefined,
      });
      values.set(gives, items.length);
    }
    const [main, ...more] = s.parent === undefined ? graph.outputs : [{ name: 'output', node: s.output }];
    const outputs = more.map((o) => ({ name: label(o.name, reserved) ?? o.name, value: valueAt(o.node) }));
    const inputs = entries.map(({ path, shape }) => ({ name: label(path, reserved) ?? path, shape }));
    const { lines, takes } = layOut({ inputs, items, result: valueAt(main?.node ?? 0), outputs }, reserved);
    return { lines: [...declared, ...lines], takes };
  }

  private call(calls: GraphCalls, call: Scope): What {
    return { text: this.block(calls, call), merge: false, line: 'always' };
  }

  /** Declarations of the layers of a body whose weights others of it have, and the name of each by the path of its weights. */
  private shared(
    layers: readonly Node[],
    calls: GraphCalls,
  ): { readonly declared: readonly string[]; readonly names: ReadonlyMap<string | undefined, string> } {
    const free = new FreshNames(this.reserved);
    const names = new Map<string | undefined, string>();
    const declared: string[] = [];
    for (const n of layers) {
      if (n.shared === undefined || names.has(n.shared) || !calls.shared.has(n.shared)) continue;
      const name = free.take(
        n.shared
          .slice(n.shared.lastIndexOf('/') + 1)
          .replaceAll(/\W/g, '_')
          .replace(/^(?=\d)/, '_'),
      );
      names.set(n.shared, name);
      declared.push(`  shared ${name} = ${writeLayer(n)}`);
    }
    return { declared, names };
  }
}

/** A label that hides nothing that is meant by a reserved name. */
function label(wanted: string | undefined, reserved: ReadonlySet<string>): string | undefined {
  if (wanted === undefined) return undefined;
  let free = wanted.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
  while (reserved.has(free)) free += '_';
  return free;
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
