/**
 * A graph as straight-line PyTorch: a class for each call of a block that reads and gives one value, calls that are the same sharing one; every
 * number in its place. What the outline cannot be written as, is written so.
 */
import { inputShapes } from '../../graph/analyse.ts';
import { type Graph, inputsOf, type Node, type Scope } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import { attr, call, name, type Py, pyNum, str } from '../../layers/python.ts';
import { isMap } from '../../layers/shape.ts';
import type { TorchForm, TorchModule } from '../../layers/torch.ts';
import { type Code, identifier, keptAt, known, Names, Needs } from './code.ts';
import { flat } from './python/print.ts';
import { assign, expression, type PyStatement } from './python/statement.ts';

const SELF = name('self');
/** Expressions longer than this get a name of their own. */
const LONG = 56;

/** The calls that become classes. */
function closedIn(g: Graph): ReadonlySet<number> {
  const open = new Set<number>();
  const around: (readonly Scope[])[] = [];
  for (const s of g.scopes) around.push(s.parent === undefined ? [] : [...(around[s.parent] ?? []), s]);
  const isIn = (s: Scope, node: number): boolean => node >= s.from && node < s.to;
  for (const s of g.scopes) if (s.moreInputs || !isIn(s, s.output)) open.add(s.id);
  for (const n of g.nodes) {
    for (const s of around[n.scope] ?? [])
      if (n.shared !== undefined || !isIn(s, n.id) || n.inputs.some((i) => i !== s.input && !isIn(s, i))) open.add(s.id);
    for (const i of n.inputs)
      for (const s of around[(g.nodes[i] as Node).scope] ?? []) if (i !== s.output && !isIn(s, n.id)) open.add(s.id);
  }
  for (const o of g.outputs) for (const s of around[(g.nodes[o.node] as Node).scope] ?? []) if (o.node !== s.output) open.add(s.id);
  return new Set(g.scopes.filter((s) => s.parent !== undefined && !open.has(s.id)).map((s) => s.id));
}

/** A layer of a graph for PyTorch: all is known. */
function formOf(g: Graph, n: Node): TorchForm {
  const xs = inputShapes(g, n);
  const params = Object.fromEntries(Object.entries(n.params).map(([k, v]) => [k, known(v)]));
  return layerOf(n.kind).export.pytorch(params as never, {
    channels: pyNum(xs[0]?.[0] ?? 1),
    isMap: isMap(xs[0]),
    xs,
    y: n.shape,
    pairs: false,
  });
}

/** A class that was written, and where the weights of its layers are, by the layers' places in it. */
interface Written {
  readonly name: string;
  readonly keys: ReadonlyMap<number, string>;
}

class Straight {
  private readonly g: Graph;
  private readonly closed: ReadonlySet<number>;
  private readonly uses = new Map<number, number>();
  private readonly classes = new Map<string, Written>();
  private readonly names = new Names();
  readonly needs = new Needs();
  readonly statements: PyStatement[] = [];

  constructor(g: Graph) {
    this.g = g;
    this.closed = closedIn(g);
    for (const n of g.nodes) for (const i of n.inputs) this.uses.set(i, (this.uses.get(i) ?? 0) + 1);
    for (const o of g.outputs) this.uses.set(o.node, (this.uses.get(o.node) ?? 0) + 1);
  }

  /** The class of the whole. */
  root(wanted: string, doc: string): Written {
    const root = this.g.scopes[0] as Scope;
    this.names.take(wanted);
    return this.write(root, doc, wanted);
  }

  private childAt(node: number, s: Scope): Scope | undefined {
    const within = (c: Scope): boolean => {
      for (let p = c.parent; p !== undefined; p = this.g.scopes[p]?.parent) {
        if (p === s.id) return true;
        if (this.closed.has(p)) return false;
      }
      return false;
    };
    return this.g.scopes.find((c) => c.from === node && c.from < c.to && this.closed.has(c.id) && within(c));
  }

  private write(s: Scope, doc: string, own?: string): Written {
    const isRoot = s.parent === undefined;
    const inputs = isRoot ? inputsOf(this.g).map((n) => n.id) : [s.input];
    const attributes = new Names();
    const locals = new Names();
    const values = new Map<number, Py>();
    const holders = new Map<number, number>();
    const params = inputs.map((i) => locals.take(inputs.length === 1 ? 'x' : (this.g.nodes[i] as Node).path));
    for (const [i, id] of inputs.entries()) values.set(id, name(params[i] as string));
    const init: PyStatement[] = [];
    const forward: PyStatement[] = [];
    const keys = new Map<number, string>();
    const shared = new Map<string, { readonly attrs: readonly string[]; readonly weights: string }>();
    const base = isRoot ? '' : `${s.path}/`;
    const place = (path: string): string => identifier(path.startsWith(base) ? path.slice(base.length) : path).toLowerCase();
    const make = (wanted: string, value: Py): string => {
      const a = attributes.take(wanted);
      init.push(assign(attr(SELF, a), value));
      return a;
    };
    const chain = (attrs: readonly string[], x: Py): Py => attrs.reduce((v, a) => call(attr(SELF, a), v), x);
    const first = isRoot ? inputs.length : s.from;
    for (let id = first; id < s.to; ) {
      const child = this.childAt(id, s);
      const n = this.g.nodes[id] as Node;
      let value: Py;
      let at: number;
      let ins: readonly number[];
      let wanted: string;
      if (child) {
        const written = this.write(child, '');
        const a = make(place(child.path), call(written.name));
        for (const [offset, key] of written.keys) keys.set(child.from - s.from + offset, `${a}.${key}`);
        ins = [child.input];
        value = chain([a], values.get(child.input) ?? name('x'));
        at = child.output;
        wanted = a;
        id = child.to;
      } else {
        ins = n.inputs;
        const xs = ins.map((i) => values.get(i) ?? name('x'));
        const form = formOf(this.g, n);
        this.needs.add(form);
        wanted = place(n.path);
        if (form.modules && !(form.expression && form.modules.every((m) => !m.weights))) {
          const known = n.shared === undefined ? undefined : shared.get(n.shared);
          const made = known ?? this.modules(form.modules, n.shared === undefined ? wanted : place(n.shared), make);
          if (n.shared !== undefined) shared.set(n.shared, made);
          keys.set(id - s.from, made.weights);
          value = chain(made.attrs, xs[0] as Py);
        } else value = form.expression?.(xs) ?? name('x');
        at = id;
        id++;
      }
      // The value whose variable stands in the expression: where nothing else reads it, the variable serves again.
      const [only] = ins;
      const holder = ins.length === 1 && only !== undefined ? (holders.get(only) ?? only) : undefined;
      const last = (this.uses.get(at) ?? 0) === 1 && at + 1 === id && id < s.to && this.reads(id, at, s);
      if (last && holder !== undefined && flat(value).length < LONG) {
        values.set(at, value);
        holders.set(at, holder);
      } else if (value.k === 'atom') {
        values.set(at, value);
        if (holder !== undefined) holders.set(at, holder);
      } else {
        const free = holder !== undefined && this.uses.get(holder) === 1 ? values.get(holder) : undefined;
        const v = free?.k === 'atom' ? free.text : locals.take(wanted);
        forward.push(assign(name(v), value));
        values.set(at, name(v));
      }
    }
    forward.push({ k: 'return', value: this.result(s, values) });
    const body: readonly PyStatement[] = [
      ...(init.length > 0
        ? [
            {
              k: 'def' as const,
              name: '__init__',
              params: [{ name: 'self' }],
              doc: '',
              body: [expression(call(attr(call('super'), '__init__'))), ...init],
            },
          ]
        : []),
      { k: 'def', name: 'forward', params: [{ name: 'self' }, ...params.map((p) => ({ name: p }))], doc: '', body: forward },
    ];
    const text = JSON.stringify(body);
    const found = this.classes.get(text);
    if (found && !isRoot) return { name: found.name, keys };
    const written = { name: own ?? this.names.take(s.name), keys };
    this.classes.set(text, written);
    this.statements.push({ k: 'class', name: written.name, bases: ['nn.Module'], doc, body });
    return written;
  }

  /** Whether what comes next takes this value as its only one, so that the call can be written around it. */
  private reads(next: number, at: number, s: Scope): boolean {
    const child = this.childAt(next, s);
    if (child) return child.input === at;
    const n = this.g.nodes[next] as Node;
    return n.inputs.length === 1 && n.inputs[0] === at && formOf(this.g, n).modules !== undefined;
  }

  private modules(
    list: readonly TorchModule[],
    wanted: string,
    make: (wanted: string, value: Py) => string,
  ): { readonly attrs: readonly string[]; readonly weights: string } {
    let weights = '';
    const attrs = list.map((m) => {
      const a = make(list.length === 1 || m.weights ? wanted : `${wanted}_${m.name}`, m.make);
      if (m.weights) weights = a;
      return a;
    });
    return { attrs, weights };
  }

  private result(s: Scope, values: ReadonlyMap<number, Py>): Py {
    const at = (node: number): Py => values.get(node) ?? name('x');
    if (s.parent !== undefined) return at(s.output);
    const [only, ...more] = this.g.outputs;
    if (only && more.length === 0) return at(only.node);
    return { k: 'dict', items: this.g.outputs.map((o) => [str(o.name), at(o.node)] as const) };
  }
}

/** The code of a graph, for a remark why it is not written from the text. */
export function straightLine(g: Graph, doc: string, remark: string): Code {
  const straight = new Straight(g);
  const className = identifier(g.name);
  const { keys } = straight.root(className, doc);
  const byPath = new Map<string, string>();
  for (const n of g.nodes) {
    const key = keys.get(n.id - (g.scopes[0]?.from ?? 0));
    if (key !== undefined && key !== '') byPath.set(keptAt(n), key);
  }
  return {
    statements: straight.statements,
    helpers: [...straight.needs.helpers.values()],
    imports: straight.needs.imports,
    keys: byPath,
    targets: [className],
    remark,
  };
}
