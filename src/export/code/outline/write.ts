/** An outline as PyTorch: its constants and functions, a class a block, the targets as functions; and under which keys each layer's weights are. */
import { weightsOf } from '../../../graph/analyse.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { Outline, OutlineBlock } from '../../../graph/outline.ts';
import { call, name, type Py, type PyArg } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { type Code, identifier, keptAt, Needs } from '../code.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import { askedFor } from './asked.ts';
import { BlockWriter } from './block.ts';
import { blockArguments, functionOf, type Meaning, py, type Site } from './expressions.ts';
import { OutlineFacts } from './facts.ts';
import { constantName, handsOnPairs, isBlock } from './file.ts';
import type { BlockCode, File, Slot } from './forms.ts';
import { type Kind, type Kinds, kindsOf } from './kinds.ts';
import { roundOf } from './loops.ts';
import { handedOver } from './shared.ts';
import type { Source } from './source.ts';

class OutlineFile implements File {
  readonly facts: OutlineFacts;
  readonly needs = new Needs();
  readonly pairs: boolean;
  private readonly codes = new Map<string, BlockCode>();
  private readonly outs = new Set<string>();
  private readonly parts: ReadonlyMap<string, readonly string[]>;
  private readonly known = new Map<string, Kinds>();
  private handed: ReadonlyMap<string, Kinds> | undefined;
  /** The blocks of which only values inside are read; all are read until it is known. */
  private readonly unread = new Set<string>();
  private readonly read = new Set<string>();
  /** The code so far, in which one looks for what it reads. */
  private text = '';
  private readonly outline: Outline;

  constructor(outline: Outline) {
    this.outline = outline;
    this.facts = new OutlineFacts(outline);
    this.pairs = handsOnPairs(outline, this.facts);
    this.parts = askedFor(outline, this.facts);
  }

  nameOf(n: string): string {
    return this.isConstant(n) ? constantName(n) : identifier(n);
  }
  block(n: string): OutlineBlock | undefined {
    const d = this.facts.declarations.get(n);
    return isBlock(d) ? d : undefined;
  }
  isFunction = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'fn';
  isConstant = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'let';
  isAlias = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'alias';
  code = (n: string): BlockCode | undefined => this.codes.get(n);
  asks = (n: string): void => {
    this.outs.add(n);
  };
  hasWeights = (n: string): boolean => this.facts.hasWeights(n);
  asked = (n: string): readonly string[] => this.parts.get(n) ?? [];
  isRead = (n: string): boolean => !this.unread.has(n);
  reads = (n: string): void => {
    this.read.add(n);
  };
  asksChannels = (own: string): boolean => this.text.includes(`"name":"${own}"`);

  kinds(n: string): Kinds {
    const known = this.known.get(n);
    const d = this.block(n);
    if (known || !d) return known ?? new Map();
    this.known.set(n, new Map());
    const made = kindsOf(d, (at, member) => this.member(d, at, member), this.modules(n));
    this.known.set(n, made);
    return made;
  }

  private member(d: OutlineBlock, at: string, member: string): Kind {
    const [called] = this.facts.callees(d, at).blocks;
    return called === undefined ? 'constant' : (this.kinds(called).get(member) ?? 'constant');
  }
  modules(n: string): Kinds {
    this.handed ??= handedOver(this.outline);
    return this.handed.get(n) ?? new Map();
  }

  /** A block takes the channels that arrive; a network knows them, where it always gets the same. */
  takesChannels(n: string): boolean {
    const d = this.block(n);
    if (!d) return false;
    if (d.kind === 'block') return true;
    return new Set(d.instances.map((i) => i.inputs[0]?.[0])).size > 1;
  }

  private site(locals: ReadonlyMap<string, Meaning> = new Map()): Site {
    const none = { channels: undefined, shapes: [] };
    return { globals: this, find: (n) => locals.get(n), in: none, here: none };
  }

  statements(): readonly PyStatement[] {
    const blocks = this.outline.declarations.filter(isBlock);
    // First to learn what each gives and who is asked; then as it is.
    for (let round = 0; round < 2; round++)
      for (const d of blocks) {
        try {
          this.write(d, false);
        } catch (e) {
          // What it is handed may not be written yet.
          if (!(e instanceof CannotSay)) throw e;
        }
      }
    // What reads nothing but values inside a block may itself be read for no more.
    for (let before = -1; before !== this.unread.size; ) {
      before = this.unread.size;
      this.outs.clear();
      this.read.clear();
      for (const d of blocks) this.write(d, false);
      for (const [b] of this.parts) if (!this.read.has(b)) this.unread.add(b);
    }
    // Nor are channels said that nobody asks for.
    for (let before: string | undefined; before !== this.text; ) {
      before = this.text;
      this.text = this.inAll();
      for (const d of blocks) this.write(d, this.outs.has(d.name));
    }
    return this.outline.declarations.flatMap((d): readonly PyStatement[] => {
      switch (d.kind) {
        case 'let':
          return [...comment(d.doc), assign(name(constantName(d.name)), py(d.value, this.site()))];
        case 'fn':
          return [functionOf(d, (locals) => this.site(locals))];
        case 'alias':
          return [
            {
              k: 'def',
              name: identifier(d.name),
              params: [],
              doc: d.doc,
              body: [{ k: 'return', value: this.made(d.of.callee, d.of.args ?? []) }],
            },
          ];
        case 'block':
        case 'network':
          return this.codes.get(d.name)?.statements ?? [];
        default:
          return d satisfies never;
      }
    });
  }

  private write(d: OutlineBlock, asksOut: boolean): void {
    this.codes.set(d.name, new BlockWriter(this, d).write(asksOut, this.isTarget(d)));
  }

  private inAll(): string {
    return JSON.stringify([...this.codes.values()].map((c) => c.statements));
  }

  private isTarget(d: OutlineBlock): boolean {
    return d.name === this.outline.target && d.kind === 'block';
  }

  /** What another name stands for. */
  private made(callee: string, args: Parameters<typeof blockArguments>[1]): Py {
    const block = this.block(callee);
    if (!block) {
      if (args.length > 0 || !this.isAlias(callee)) throw new CannotSay(`a call of ${callee}`);
      return call(identifier(callee));
    }
    const given: readonly PyArg[] = blockArguments(block, args, this.site());
    const on = block.instances[0]?.inputs[0]?.[0] ?? 1;
    return call(identifier(callee), ...(this.takesChannels(callee) ? [name(String(on))] : []), ...given);
  }

  /** By the path of each layer of an instance: the key of its module. */
  keys(root: number): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    this.walk(root, '', '', found, new Map());
    return found;
  }

  /** `given`: by parameter, the keys of the shared layers that it stands for. */
  private walk(id: number, path: string, prefix: string, found: Map<string, string>, given: ReadonlyMap<string, string>): void {
    const at = this.facts.instances.get(id);
    if (!at) return;
    const slots: ReadonlyMap<string, Slot> = this.codes.get(at.block.name)?.slots ?? new Map();
    const { traces } = at.instance;
    const stages = new Map<number, number>();
    for (const [i, t] of traces.entries()) if (t.to > t.from && t.at !== '' && !stages.has(t.to - 1)) stages.set(t.to - 1, i);
    const counts = new Map<string, number>();
    const keyOf = ({ attribute, param }: Source): string =>
      attribute === undefined ? (given.get(param ?? '') ?? '?') : `${prefix}${attribute}`;
    for (const [i, item] of at.instance.items.entries()) {
      if (item.layer === undefined && item.instance === undefined) continue;
      const trace = stages.get(i);
      const slot = trace === undefined ? undefined : slots.get(traces[trace]?.at ?? '');
      const own = `${path}${item.segment}`;
      const numbers = slot?.loops.map((l) => roundOf(at.instance, trace as number, i, l)) ?? [];
      const rounds = numbers.length === 0 ? '' : `.${numbers.join('_')}`;
      let key = '';
      if (slot?.k === 'fixed') key = `${slot.key}${rounds}${slot.within === undefined ? '' : `.${slot.within}`}`;
      else if (slot?.k === 'listed') {
        const list = `${slot.list}${rounds}`;
        const n = counts.get(list) ?? 0;
        counts.set(list, n + slot.modules);
        key = `${list}.${n + slot.offset}`;
      }
      const whole = slot?.k === 'given' ? `${keyOf(slot.source)}${rounds}` : key === '' ? '' : `${prefix}${key}`;
      if (item.instance === undefined) found.set(own, whole);
      else {
        const hands = slot?.k === 'fixed' ? [...(slot.hands ?? [])] : [];
        const inner = new Map(hands.map(([p, source]) => [p, keyOf(source)]));
        this.walk(item.instance, `${own}/`, whole === '' ? `${prefix}?.` : `${whole}.`, found, inner);
      }
    }
  }
}

const comment = (doc: string): readonly PyStatement[] => (doc === '' ? [] : [{ k: 'comment', text: doc }]);

/** The code of an outline, for the graph of its target. Throws `CannotSay`. */
export function fromOutline(outline: Outline, graph: Graph): Code {
  const file = new OutlineFile(outline);
  const statements = file.statements();
  const [target] = outline.targets;
  const paths = file.keys(target?.root ?? 0);
  const keys = new Map<string, string>();
  const nodes = new Map(graph.nodes.map((n) => [n.path, n]));
  for (const [path, key] of paths)
    if (key !== '' && !key.includes('?') && !nodes.has(path)) throw new CannotSay(`layers that no output reaches, ${path}`);
  for (const n of graph.nodes) {
    if (n.kind === 'input' || Object.values(weightsOf(graph, n)).every((w) => !w)) continue;
    const key = paths.get(n.path) ?? '';
    if (key === '' || key.includes('?')) throw new CannotSay(`no key for ${n.path}`);
    keys.set(keptAt(n), key);
  }
  return {
    statements,
    helpers: [...file.needs.helpers.values()],
    imports: file.needs.imports,
    keys,
    targets: outline.targets.map((t) => identifier(t.name)),
  };
}
