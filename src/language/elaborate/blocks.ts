/**
 * Makes the instances of blocks and networks: follows aliases, binds arguments, and elaborates each body once for equal arguments and an
 * equal input. What the elaboration before made of the same text is taken over.
 */
import { AstUtils } from 'langium';
import type { Location } from '../../graph/graph.ts';
import type { Inputs } from '../../layers/shape.ts';
import { type Block, type Invocation, isLet, isModel, type Let, type Network } from '../syntax/generated/ast.ts';
import { placesOf, relocated } from '../syntax/problem.ts';
import { locationOfProperty, uriOf } from '../syntax/source.ts';
import { idOf, locate, type Spot } from '../syntax/spot.ts';
import { bindArguments } from './arguments.ts';
import { BodyWalker } from './body.ts';
import { Contents } from './contents.ts';
import type { Context } from './context.ts';
import { applyLayer, evaluate, evaluateArguments } from './evaluate.ts';
import type { FileScopes } from './files.ts';
import { renamed } from './fixes/names.ts';
import { namesTaken } from './inside.ts';
import type { Instance } from './instance.ts';
import { type Caller, type Flow, InstanceBuilder, type Start } from './instance-builder.ts';
import type { Kept } from './kept.ts';
import { boundValue, declared, fitsStage, Scope } from './scope.ts';
import { COST, OutOfBudget, Problems, type Session, type Spent } from './session.ts';
import { type Arrow, type Bound, isLayer, keyOf, type LayerVal, show, UNKNOWN, type Val } from './values.ts';

/** A block with its arguments, aliases resolved. */
export interface Resolved {
  readonly declaration: Block | Network;
  readonly arguments: ReadonlyMap<string, Bound>;
  readonly name: string;
}

/** A block met inside itself with equal arguments and input. */
class Endless extends Error {}

/** A recursion that went too deep: nothing of it is kept but the outermost of its blocks. `outermost` is that. */
class TooDeep extends Error {
  readonly outermost: InstanceBuilder;
  constructor(outermost: InstanceBuilder) {
    super();
    this.outermost = outermost;
  }
}

/** Recursions of one block that may run too deep before its calls are no longer followed: each costs as much as the first. */
const MOST_RUNAWAYS = 8;

export const asVal = (v: Val | Arrow): Val => (typeof v === 'object' && 'type' in v && v.type === 'arrow' ? UNKNOWN : v);

/** The value of a block that has no arguments yet. */
export const blockValue = (d: Block | Network): LayerVal => ({
  type: 'layer',
  callee: { block: d },
  positional: [],
  named: new Map(),
  rounds: 0,
});

const callText = (r: Resolved): string => {
  const args = [...r.arguments].map(([k, b]) => `${k}=${show(b.value)}`);
  return `${r.name}${args.length ? `(${args.join(', ')})` : ''}`;
};

export class Blocks implements Caller {
  /** Problems of the file itself. */
  readonly problems = new Problems();
  /** Every instance that is used, each after those that it calls. */
  readonly instances = new Set<Instance>();
  /** Every block that was entered, be it only to find that it does not end. */
  readonly met = new Set<Block | Network>();
  private readonly session: Session;
  private readonly files: FileScopes;
  private readonly kept: Kept;
  private readonly contents: Contents;
  private readonly made = new Map<string, Instance>();
  private readonly building = new Map<string, InstanceBuilder>();
  private readonly runaways = new Map<Block | Network, number>();
  /** What instances that are complete took, to tell it from what the one around them takes. */
  private inner: Spent = { steps: 0, layers: 0 };

  constructor(session: Session, files: FileScopes, kept: Kept) {
    this.session = session;
    this.files = files;
    this.kept = kept;
    this.contents = new Contents(files, kept);
  }

  at(spot: Spot): Location {
    return locate(spot, this.files.grounded.at);
  }

  spot(at: Location): Spot {
    return this.files.grounded.spot(at);
  }

  takes({ callee }: LayerVal): readonly string[] {
    let d = 'block' in callee ? callee.block : undefined;
    for (let hops = 0; d?.$type === 'Network' && d.alias && hops <= this.session.limits.depth; hops++) {
      const found = this.scopeOf(d).find(d.alias.callee, fitsStage);
      const value = found && boundValue(found);
      d = value !== undefined && isLayer(value) && 'block' in value.callee ? value.callee.block : undefined;
    }
    return d ? namesTaken(d) : [];
  }

  /** The scope of the file that holds a declaration. */
  scopeOf(d: Block | Network): Scope {
    const model = AstUtils.getContainerOfType(d, isModel);
    if (!model) throw new Error(`${d.name} stands in no file`);
    return this.files.scope(model, new Problems(), this.session);
  }

  context(scope: Scope): Context {
    return { session: this.session, problems: this.problems, scope };
  }

  /** Follows aliases to a declaration with a body, collecting arguments. `at` is the call; a target has none. */
  resolve(value: LayerVal, at: Invocation | undefined, problems: Problems): Resolved | undefined {
    let current = value;
    const name = 'block' in value.callee ? value.callee.block.name : '';
    for (let hops = 0; 'block' in current.callee; hops++) {
      const d = current.callee.block;
      const alias = d.$type === 'Network' ? d.alias : undefined;
      if (!alias) {
        const where = (): Location => (at ? locationOfProperty(at, 'callee') : locationOfProperty(d, 'name'));
        const names = d.params.map((p) => p.name);
        const { bound } = bindArguments(current, names, where, problems);
        this.observeArguments(bound, d);
        return { declaration: d, name, arguments: bound };
      }
      const scope = this.scopeOf(d);
      const found = scope.find(alias.callee, fitsStage);
      const target = found && boundValue(found);
      if (hops > this.session.limits.depth) {
        this.problems.report('endless-recursion', `\`${d.name}\` is defined in terms of itself.`, alias);
        return undefined;
      }
      if (!found || target === undefined || !isLayer(target) || 'builtin' in target.callee) {
        const [name, names] = [alias.callee ?? '', declared(scope)];
        const why = `There is no block or network \`${name}\`.${this.session.suggest(name, names)}`;
        this.problems.report('unknown-name', why, alias, [], renamed(name, names, locationOfProperty(alias, 'callee')));
        return undefined;
      }
      this.session.observe?.(alias, found.by);
      const applied = applyLayer(target, evaluateArguments(alias.args, this.context(scope)));
      // What the caller gives comes after what the alias gave.
      const round = applied.rounds + 1;
      const again = (b: Bound): Bound => ({ ...b, round });
      current = {
        ...applied,
        rounds: round,
        positional: [...applied.positional, ...current.positional.map(again)],
        named: new Map([...applied.named, ...[...current.named].map(([k, b]): [string, Bound] => [k, again(b)])]),
      };
    }
    return undefined;
  }

  /** Says of each argument that is given by name which parameter it fills. */
  private observeArguments(bound: ReadonlyMap<string, Bound>, d: Block | Network): void {
    if (!this.session.observe) return;
    for (const [name, { node }] of bound) {
      const parameter = node?.name === undefined ? undefined : d.params.findLast((p) => p.name === name);
      if (node && parameter) this.session.observe(node, parameter);
    }
  }

  /** The scope of a body: its parameters over its file, and their values. A probe knows none of them. */
  parameters(r: Resolved, problems: Problems, flow: Flow, probe = false): { readonly scope: Scope; readonly values: Map<string, Val> } {
    const scope = new Scope(this.scopeOf(r.declaration));
    const values = new Map<string, Val>();
    const context: Context = { session: this.session, problems, scope, in: { type: 'shape', shape: flow.shape, sure: flow.sure } };
    for (const p of r.declaration.params) {
      const given = r.arguments.get(p.name);
      const value = given ? asVal(given.value) : p.value && !probe ? evaluate(p.value, context, 'layers') : UNKNOWN;
      scope.set(p.name, { kind: 'constant', value, by: p });
      values.set(p.name, value);
    }
    return { scope, values };
  }

  /** The constants of its own file on which a declaration depends, in the order of the text. */
  constantsOf(d: Block | Network): readonly Let[] {
    const all = this.contents.closure(d);
    return (AstUtils.getContainerOfType(d, isModel)?.declarations ?? []).filter(isLet).filter((o) => all.has(o));
  }

  /** The instance of a block for an input. Throws `Endless`, `TooDeep` and `OutOfBudget`. */
  instantiate(r: Resolved, inputs: Inputs<Flow>, depth: number, probe = false): Instance {
    this.session.step(COST.call);
    const [input] = inputs;
    const flow: Flow = { id: 0, shape: input.shape, sure: input.sure };
    const start: Start = { declaration: r.declaration, inputs, depth, number: () => this.kept.number(key) };
    const builder = new InstanceBuilder(this.session, this, start);
    const { scope, values } = this.parameters(r, builder.problems, flow, probe);
    const contentOf = (d: Block | Network): string => this.contents.keyOf(d);
    const bound = [...values].map(([k, v]) => `${k}=${keyOf(v, contentOf)}`).join();
    const key = `${contentOf(r.declaration)}(${bound})@${inputs.map((f) => `${f.shape.join('x')}${f.sure ? '' : '?'}`).join('&')}${probe ? '!' : ''}`;
    this.session.step(bound.length >> 6);
    const known = this.made.get(key) ?? this.takeOver(key);
    if (known) return known;
    if (this.building.has(key)) throw new Endless();
    this.building.set(key, builder);
    this.files.watch?.enter();
    let made: string | undefined;
    this.met.add(r.declaration);
    const [before, innerBefore] = [this.session.spent(), this.inner];
    const suggestions = this.session.suggestions;
    try {
      const out = new BodyWalker(this.session, builder).walk(r.declaration.body, scope);
      const spent = this.session.spent(before);
      const instance: Instance = {
        ...builder.snapshot(out, scope),
        key,
        declaration: idOf(r.declaration),
        kind: r.declaration.$type === 'Network' ? 'network' : 'block',
        uri: uriOf(r.declaration),
        arguments: new Map([...values].map(([k, v]) => [k, show(v)])),
        problems: builder.problems.list.map((p) => relocated(p, (l) => this.files.grounded.spot(l))),
        spent: {
          steps: spent.steps - (this.inner.steps - innerBefore.steps),
          layers: spent.layers - (this.inner.layers - innerBefore.layers),
        },
        lasting: builder.lasting && this.session.suggestions === suggestions && this.isOwn(builder, r.declaration),
      };
      this.inner = { steps: innerBefore.steps + spent.steps, layers: innerBefore.layers + spent.layers };
      this.add(instance);
      made = key;
      return instance;
    } catch (e) {
      if (e instanceof OutOfBudget) {
        for (const p of builder.problems.list) this.problems.add(p);
        if (e.said) this.session.forfeit(before);
      }
      throw e;
    } finally {
      this.building.delete(key);
      this.files.watch?.leave(made);
    }
  }

  /** Whether an instance tells only of texts on which its key depends: an argument that is at fault stands in another block. */
  private isOwn(builder: InstanceBuilder, d: Block | Network): boolean {
    return (
      builder.items.every((i) => i.type !== 'call' || i.instance.lasting) &&
      builder.problems.list.every((p) => placesOf(p).every((l) => this.contents.covers(d, this.files.grounded.spot(l).in)))
    );
  }

  private add(instance: Instance): void {
    this.made.set(instance.key, instance);
    this.instances.add(instance);
    if (instance.lasting) this.kept.keep(instance);
  }

  private drop(instance: Instance): void {
    this.made.delete(instance.key);
    this.instances.delete(instance);
  }

  /** An instance of the elaboration before, with all that it calls; each is charged once, as though it were made. */
  private takeOver(key: string): Instance | undefined {
    const found = this.kept.instance(key);
    if (!found) return undefined;
    let [steps, layers] = [0, 0];
    const take = (i: Instance): void => {
      if (this.instances.has(i)) return;
      for (const item of i.items) if (item.type === 'call') take(item.instance);
      steps += i.spent.steps;
      layers += i.spent.layers;
      this.add(i);
    };
    take(found);
    this.session.charge({ steps, layers });
    this.inner = { steps: this.inner.steps + steps, layers: this.inner.layers + layers };
    return found;
  }

  /** Elaborates a call from a body; undefined where it cannot be made, after saying why. */
  call(value: LayerVal, inputs: Inputs<Flow>, at: Invocation, from: InstanceBuilder): ReturnType<Caller['call']> {
    const callee = (): Location => locationOfProperty(at, 'callee');
    const r = this.resolve(value, at, from.problems);
    if (!r) {
      from.problems.report('unknown-name', `\`${at.callee}\` does not name anything that can be called.`, callee());
      return undefined;
    }
    const missing = r.declaration.params.filter((p) => !p.value && !r.arguments.has(p.name));
    if (missing.length > 0) {
      const names = missing.map((p) => `\`${p.name}\``).join(' and ');
      from.problems.report('missing-argument', `\`${r.name}\` needs ${names}.`, callee());
      return undefined;
    }
    for (const [name, b] of r.arguments)
      if (typeof b.value === 'object' && 'type' in b.value && b.value.type === 'arrow')
        from.problems.report(
          'bad-argument',
          `\`${name}\` of \`${r.name}\` takes a value; \`->\` checks channels only in a layer's own arguments.`,
          b.node ?? at,
        );
    const runaways = this.runaways.get(r.declaration) ?? 0;
    if (runaways > MOST_RUNAWAYS) {
      // What is wrong with it has been reported.
      from.lasting = false;
      return undefined;
    }
    const depth = from.depth + 1;
    const before = this.instances.size;
    try {
      if (depth > this.session.limits.depth) throw new TooDeep(this.outermostOf(r.declaration, from));
      return { instance: this.instantiate(r, inputs, depth), name: r.name, text: callText(r) };
    } catch (e) {
      if (e instanceof OutOfBudget) e.at = callee();
      if (e instanceof TooDeep && e.outermost === from) {
        // What goes wrong past the point where the recursion should have ended is not reported.
        for (const i of [...this.instances].slice(before)) this.drop(i);
        this.runaways.set(r.declaration, runaways + 1);
        from.lasting = false;
        from.problems.report(
          'recursion-too-deep',
          `\`${r.name}\` is nested more than ${this.session.limits.depth} blocks deep: give its recursion a case that ends it.`,
          callee(),
        );
        return undefined;
      }
      if (!(e instanceof Endless)) throw e;
      from.lasting = false;
      from.problems.report(
        'endless-recursion',
        `\`${r.name}\` calls itself with the same arguments and the same input, so it never ends: change an argument, or end it with \`if\`.`,
        callee(),
      );
      return undefined;
    }
  }

  /** Of the blocks that are being built, the outermost that belongs to a recursion in which `d` would be called by `from`. */
  private outermostOf(d: Block | Network, from: InstanceBuilder): InstanceBuilder {
    const stack = [...this.building.values()];
    const times = new Map<Block | Network, number>([[d, 1]]);
    for (const b of stack) times.set(b.declaration, (times.get(b.declaration) ?? 0) + 1);
    // Where nothing recurs, blocks are just nested too deeply.
    return stack.find((b) => (times.get(b.declaration) ?? 0) > 1) ?? from;
  }

  /** A block that nothing elaborates, on an assumed input with unknown arguments: only names and the like are checked. */
  probe(d: Block | Network): Instance {
    const flow: Flow = { id: 0, shape: [64, 56, 56], sure: false };
    const inputs: Inputs<Flow> = [
      flow,
      ...namesTaken(d)
        .slice(1)
        .map(() => flow),
    ];
    return this.instantiate({ declaration: d, arguments: new Map(), name: d.name }, inputs, 0, true);
  }
}
