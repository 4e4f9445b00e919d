/** An outline as PyTorch: its constants and functions, a class a block, the targets as functions; and under which keys each layer's weights are. */
import { weightsOf } from '../../../graph/analyse.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { Outline, OutlineBlock } from '../../../graph/outline.ts';
import { call, name, type Py, type PyArg } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { type Code, identifier, keptAt, Needs } from '../code.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import { BlockWriter } from './block.ts';
import { blockArguments, functionOf, type Meaning, py, type Site } from './expressions.ts';
import { OutlineFacts } from './facts.ts';
import { constantName, handsOnPairs, isBlock } from './file.ts';
import type { BlockCode, File, Slot } from './forms.ts';

class OutlineFile implements File {
  readonly facts: OutlineFacts;
  readonly needs = new Needs();
  readonly pairs: boolean;
  private readonly codes = new Map<string, BlockCode>();
  private readonly asked = new Set<string>();
  private readonly outline: Outline;

  constructor(outline: Outline) {
    this.outline = outline;
    this.facts = new OutlineFacts(outline);
    this.pairs = handsOnPairs(outline, this.facts);
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
    this.asked.add(n);
  };

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
          this.codes.set(d.name, new BlockWriter(this, d).write(false, this.isTarget(d)));
        } catch (e) {
          // What it is handed may not be written yet.
          if (!(e instanceof CannotSay)) throw e;
        }
      }
    this.asked.clear();
    for (const d of blocks) this.codes.set(d.name, new BlockWriter(this, d).write(false, this.isTarget(d)));
    for (const d of blocks) this.codes.set(d.name, new BlockWriter(this, d).write(this.asked.has(d.name), this.isTarget(d)));
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
    this.walk(root, '', '', found);
    return found;
  }

  private walk(id: number, path: string, prefix: string, found: Map<string, string>): void {
    const at = this.facts.instances.get(id);
    if (!at) return;
    const slots: ReadonlyMap<string, Slot> = this.codes.get(at.block.name)?.slots ?? new Map();
    const stages = new Map<number, string>();
    for (const t of at.instance.traces) if (t.to > t.from && t.at !== '' && !stages.has(t.to - 1)) stages.set(t.to - 1, t.at);
    const counts = new Map<string, number>();
    for (const [i, item] of at.instance.items.entries()) {
      if (item.layer === undefined && item.instance === undefined) continue;
      const slot = slots.get(stages.get(i) ?? '');
      const own = `${path}${item.segment}`;
      let key = '';
      if (slot?.k === 'fixed') key = slot.key;
      else if (slot) {
        const n = counts.get(slot.list) ?? 0;
        counts.set(slot.list, n + slot.modules);
        key = `${slot.list}.${n + slot.offset}`;
      }
      if (item.instance !== undefined) this.walk(item.instance, `${own}/`, key === '' ? `${prefix}?.` : `${prefix}${key}.`, found);
      else found.set(own, key === '' ? '' : `${prefix}${key}`);
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
  for (const path of paths.keys()) if (!nodes.has(path)) throw new CannotSay('layers that no output reaches');
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
