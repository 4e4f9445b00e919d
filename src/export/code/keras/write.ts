/** An outline as Keras: its constants and functions, a function a block, the targets; and the name of each layer. */
import { weightsOf } from '../../../graph/analyse.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { Outline, OutlineBlock } from '../../../graph/outline.ts';
import type { KerasHelper } from '../../../layers/keras.ts';
import { call, name, type Py } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, keptAt, Needs } from '../code.ts';
import { askedFor } from '../outline/asked.ts';
import { functionOf, type Meaning, py, type Site } from '../outline/expressions.ts';
import { OutlineFacts } from '../outline/facts.ts';
import { constantName, handsOnPairs, isBlock } from '../outline/file.ts';
import { type Kinds, kindsOf } from '../outline/kinds.ts';
import { handedOver } from '../outline/shared.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import { FunctionWriter } from './function.ts';
import { inputOf } from './input.ts';
import { namesByPath } from './names.ts';
import type { FunctionCode, KerasCode, KerasFile } from './place.ts';
import { handedOnBlocks, type Role, type Roles, roleKey, rolesOf } from './roles.ts';

class OutlineFile implements KerasFile {
  readonly facts: OutlineFacts;
  readonly needs = new Needs();
  readonly helpers = new Map<string, KerasHelper>();
  readonly pairs: boolean;
  readonly roles: Roles;
  readonly nameArgument: string;
  readonly bound: ReadonlySet<string>;
  readonly codes = new Map<string, FunctionCode>();
  private readonly handedOn: ReadonlySet<string>;
  private handed: ReadonlyMap<string, Kinds> | undefined;
  private readonly asks: ReadonlyMap<string, readonly string[]>;

  constructor(outline: Outline) {
    this.facts = new OutlineFacts(outline);
    this.pairs = handsOnPairs(outline, this.facts);
    this.roles = rolesOf(outline, this.facts);
    this.handedOn = handedOnBlocks(outline);
    this.bound = namesGiven(outline);
    this.nameArgument = this.bound.has('name') ? 'scope' : 'name';
    this.asks = askedFor(outline, this.facts);
  }

  nameOf = (n: string): string => (this.isConstant(n) ? constantName(n) : identifier(n));
  block(n: string): OutlineBlock | undefined {
    const d = this.facts.declarations.get(n);
    return isBlock(d) ? d : undefined;
  }
  isFunction = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'fn';
  isConstant = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'let';
  isAlias = (n: string): boolean => this.facts.declarations.get(n)?.kind === 'alias';
  aliasOf(n: string): ReturnType<KerasFile['aliasOf']> {
    const d = this.facts.declarations.get(n);
    return d?.kind === 'alias' ? d : undefined;
  }
  role = (block: string, n: string): Role | undefined => this.roles.get(roleKey(block, n));
  asked = (block: string): readonly string[] => this.asks.get(block) ?? [];

  modules(n: string): Kinds {
    this.handed ??= handedOver(this.facts.outline);
    return this.handed.get(n) ?? new Map();
  }
  kinds = (d: OutlineBlock): Kinds => kindsOf(d, () => 'constant', this.modules(d.name));

  takesName(n: string): boolean {
    return !this.isModel(n) && (this.facts.hasWeights(n) || this.handedOn.has(n));
  }
  /** A network that is not called, and always on its own input. */
  isModel(n: string): boolean {
    const d = this.block(n);
    if (d?.kind !== 'network' || d.inputs.length === 0 || this.handedOn.has(n)) return false;
    const isCalled = [...this.facts.instances.values()].some(({ instance }) =>
      instance.items.some((i) => i.instance !== undefined && this.facts.instances.get(i.instance)?.block === d),
    );
    const elsewhere = this.facts.outline.declarations.some((a) => a.kind === 'alias' && a.inputs.length > 0 && this.rootOf(a.name) === n);
    return !isCalled && !elsewhere;
  }
  private rootOf(n: string): string {
    const d = this.facts.declarations.get(n);
    return d?.kind === 'alias' ? this.rootOf(d.of.callee) : n;
  }

  private site(locals: ReadonlyMap<string, Meaning> = new Map()): Site {
    const none = { channels: undefined, shapes: [] };
    return { globals: this, find: (n) => locals.get(n), in: none, here: none };
  }

  statements(): readonly PyStatement[] {
    const written = (d: OutlineBlock): readonly PyStatement[] => {
      const code = new FunctionWriter(this, d).write();
      this.codes.set(d.name, code);
      return code.statements;
    };
    return this.facts.outline.declarations.flatMap((d): readonly PyStatement[] => {
      switch (d.kind) {
        case 'let':
          return [
            ...(d.doc === '' ? [] : [{ k: 'comment' as const, text: d.doc }]),
            assign(name(constantName(d.name)), py(d.value, this.site())),
          ];
        case 'fn':
          return [functionOf(d, (locals) => this.site(locals))];
        case 'alias':
          return this.facts.outline.targets.some((t) => t.name === d.name) || this.isAliased(d.name) ? [this.alias(d)] : [];
        case 'block':
        case 'network':
          return written(d);
        default:
          return d satisfies never;
      }
    });
  }

  private isAliased(n: string): boolean {
    return this.facts.outline.declarations.some((d) => d.kind === 'alias' && d.of.callee === n);
  }

  /** What another name stands for: a model. */
  private alias(d: NonNullable<ReturnType<KerasFile['aliasOf']>>): PyStatement {
    const def = (body: readonly PyStatement[]): PyStatement => ({ k: 'def', name: identifier(d.name), params: [], doc: d.doc, body });
    const block = this.block(d.of.callee);
    if (!block) {
      if ((d.of.args ?? []).length > 0 || !this.isAlias(d.of.callee)) throw new CannotSay(`a call of ${d.of.callee}`);
      return def([{ k: 'return', value: call(identifier(d.of.callee)) }]);
    }
    const writer = new FunctionWriter(this, block);
    const args = writer.argumentsOutside(d.of.args ?? []);
    const made = (...xs: readonly Py[]): Py => call(this.nameOf(block.name), ...xs, ...args);
    if (this.isModel(block.name)) return def([{ k: 'return', value: made() }]);
    const inputs = d.inputs.length > 0 ? d.inputs : block.inputs;
    if (inputs.length !== 1 || this.asked(block.name).length > 0) throw new CannotSay(`${d.name} by itself`);
    return def([
      assign(name('inputs'), inputOf(inputs[0] as never)),
      { k: 'return', value: { k: 'call', fn: name('§keras.Model'), args: [{ value: name('inputs') }, { value: made(name('inputs')) }] } },
    ]);
  }
}

/** All names that blocks give inside themselves, parameters among them. */
function namesGiven(outline: Outline): ReadonlySet<string> {
  const found = new Set<string>();
  const patterns = (p: unknown): void => {
    if (typeof p === 'string') found.add(p);
    else if (Array.isArray(p)) p.forEach(patterns);
  };
  for (const d of outline.declarations) {
    found.add(d.name);
    if (d.kind !== 'block' && d.kind !== 'network' && d.kind !== 'fn') continue;
    for (const p of d.params) found.add(p.name);
    if (d.kind === 'fn') continue;
    for (const t of d.takes) found.add(t);
    JSON.stringify(d.body, (k, v) => {
      if (k === 'pattern') patterns(v);
      if (k === 'index' || k === 'label') patterns(v);
      if (typeof v === 'object' && v !== null && typeof v.name === 'string' && ['let', 'shared', 'named', 'output'].includes(v.kind))
        found.add(v.name);
      return v;
    });
  }
  return found;
}

/** The code of an outline, for the graph of its target. Throws `CannotSay`. */
export function fromOutline(outline: Outline, graph: Graph): KerasCode {
  const file = new OutlineFile(outline);
  const statements = file.statements();
  const [target] = outline.targets;
  const root = target?.root ?? 0;
  const paths = namesByPath(root, file.facts, file.codes, (b) => file.takesName(b));
  const names = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const n of graph.nodes) {
    if (n.kind === 'input' || Object.values(weightsOf(graph, n)).every((w) => !w)) continue;
    const own = paths.get(n.path) ?? '?';
    if (own.includes('?')) throw new CannotSay(`no name for ${n.path}`);
    const other = taken.get(own);
    if (other !== undefined && other !== keptAt(n)) throw new CannotSay(`${keptAt(n)} and ${other} under one name`);
    taken.set(own, keptAt(n));
    names.set(keptAt(n), own);
  }
  const isAlias = file.isAlias(target?.name ?? '');
  return {
    statements,
    helpers: [...file.helpers.values()],
    imports: file.needs.imports,
    names,
    target: identifier(target?.name ?? graph.name),
    isModel: isAlias || file.isModel(target?.name ?? ''),
    bound: file.bound,
  };
}
