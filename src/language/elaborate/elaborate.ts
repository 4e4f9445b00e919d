/**
 * AST to graphs: finds the targets of a file and elaborates each, sharing what blocks have in common.
 *
 * Elaborating a block again with the same arguments and input shape is a lookup. Blocks that nothing calls and that cannot stand alone
 * are elaborated once with unknown arguments, so that their names are checked; such instances are `probes` and give no figures.
 */
import { AstUtils } from 'langium';
import type { Shape } from '../../layers/shape.ts';
import type { Block, Expression, Invocation, Model, Network } from '../syntax/generated/ast.ts';
import { locationOfProperty, textOf, uriOf } from '../syntax/source.ts';
import { bindArguments } from './arguments.ts';
import { BodyWalker } from './body.ts';
import { applyLayer, type Context, evaluate, evaluateArguments } from './evaluate.ts';
import type { FileScopes } from './files.ts';
import type { Instance } from './instance.ts';
import { type Caller, type Flow, InstanceBuilder } from './instance-builder.ts';
import { boundValue, fitsStage, Scope, suggestion } from './scope.ts';
import { DEFAULT_LIMITS, type Limits, type Observer, OutOfBudget, Problems, Session } from './session.ts';
import { type Arrow, type Bound, describe, isLayer, isSize, isUnknown, keyOf, type LayerVal, show, UNKNOWN, type Val } from './values.ts';

/** A block or network that stands alone. */
export interface Target {
  readonly name: string;
  readonly kind: 'block' | 'network';
  readonly declaration: Block | Network;
  /** Undefined where it passed a limit. */
  readonly instance: Instance | undefined;
  /** What `versus` names. */
  readonly versus: { readonly name: string; readonly instance: Instance } | undefined;
}

export interface Elaboration {
  readonly targets: readonly Target[];
  /** Every distinct instance, in the order of elaboration. */
  readonly instances: readonly Instance[];
  readonly probes: ReadonlySet<Instance>;
  /** Problems of the file itself: declarations, imports, limits. Those of bodies stand in the instances. */
  readonly problems: Problems;
}

/** A block with its arguments, aliases resolved. */
interface Resolved {
  readonly declaration: Block | Network;
  readonly arguments: ReadonlyMap<string, Bound>;
  readonly name: string;
}

const asVal = (v: Val | Arrow): Val => (typeof v === 'object' && 'type' in v && v.type === 'arrow' ? UNKNOWN : v);

export class Elaborator implements Caller {
  private readonly session: Session;
  private readonly files: FileScopes;
  private readonly problems = new Problems();
  private readonly instances = new Map<string, Instance>();
  private readonly building = new Set<string>();

  constructor(files: FileScopes, limits: Limits, observe?: Observer) {
    this.files = files;
    this.session = new Session(limits, observe);
  }

  /** Elaborates every declaration of a file. */
  file(model: Model): Elaboration {
    const scope = this.files.scope(model, this.problems, this.session);
    const targets: Target[] = [];
    const called = (): Set<Block | Network> => new Set([...this.instances.values()].map((i) => i.declaration));
    const blocks = model.declarations.filter((d) => d.$type === 'Block' || d.$type === 'Network').filter((d) => d.name !== undefined);
    for (const d of blocks) {
      const target = this.guard(d, () => this.target(d, scope));
      if (target) targets.push(target);
    }
    for (const d of model.declarations)
      if (d.$type === 'Let') this.guard(d, () => scope.find(d.name, (b) => b.kind === 'lazy' && boundValue(b) !== undefined));
    const probes = new Set<Instance>();
    const before = called();
    // In a probe names are found by what is unknown of its parameters, not by what they are.
    this.session.observe = undefined;
    // What passed a limit has said so, and would pass it again.
    for (const t of targets) if (!t.instance) before.add(t.declaration);
    for (const d of blocks)
      if (d.body && !before.has(d)) {
        const probe = this.guard(d, () => this.probe(d));
        if (probe) probes.add(probe);
      }
    return { targets, instances: [...this.instances.values()], probes, problems: this.problems };
  }

  /** Runs what may pass a limit. */
  private guard<T>(
    d: { readonly name: string; readonly $type: string } & Parameters<typeof locationOfProperty>[0],
    f: () => T,
  ): T | undefined {
    try {
      return f();
    } catch (e) {
      // A very deep expression ends the stack before it ends the budget; both mean that the text asks for too much.
      if (!(e instanceof OutOfBudget || e instanceof RangeError)) throw e;
      if (e instanceof OutOfBudget && e.said) return undefined;
      this.problems.report(
        'limit-reached',
        `\`${d.name}\` is too large to analyse: it passes a limit on layers or steps. Repeat less, or raise the limit in the settings.`,
        locationOfProperty(d, 'name'),
      );
      return undefined;
    }
  }

  private context(scope: Scope): Context {
    return { session: this.session, problems: this.problems, scope };
  }

  /** Elaborates one target on another input than its own. */
  on(d: Block | Network, model: Model, input: Shape): { readonly elaboration: Elaboration; readonly instance: Instance | undefined } {
    this.files.scope(model, this.problems, this.session);
    const resolved = this.resolve(
      { type: 'layer', callee: { block: d }, positional: [], named: new Map(), rounds: 0 },
      undefined,
      this.problems,
    );
    const instance = resolved && this.guard(d, () => this.instantiate(resolved, { id: 0, shape: input, sure: true }, 0));
    return { elaboration: { targets: [], instances: [...this.instances.values()], probes: new Set(), problems: this.problems }, instance };
  }

  private target(d: Block | Network, scope: Scope): Target | undefined {
    const resolved = this.resolve(
      { type: 'layer', callee: { block: d }, positional: [], named: new Map(), rounds: 0 },
      undefined,
      this.problems,
    );
    if (!resolved) return undefined;
    const needed = resolved.declaration.params.find((p) => !p.value && !resolved.arguments.has(p.name));
    const input = this.preview(d, resolved.declaration, scope);
    if (needed) {
      if (d.$type === 'Network') {
        const at = d.alias ? locationOfProperty(d, 'alias') : locationOfProperty(d, 'name');
        this.problems.report(
          'missing-argument',
          `\`${d.name}\` stands alone, so \`${needed.name}\` needs a value${d.alias ? '' : ': give it a default'}.`,
          at,
        );
      }
      return undefined;
    }
    if (!input) return undefined;
    const flow: Flow = { id: 0, shape: input, sure: true };
    const kind = d.$type === 'Network' ? 'network' : 'block';
    let instance: Instance | undefined;
    try {
      instance = this.instantiate(resolved, flow, 0);
    } catch (e) {
      if (!(e instanceof OutOfBudget || e instanceof RangeError)) throw e;
      this.guard(d, () => {
        throw e;
      });
    }
    const versus = instance && d.versus ? this.versus(d, d.versus, resolved, flow) : undefined;
    return { name: d.name, kind, declaration: d, instance, versus };
  }

  /** The variant that `versus` names, with arguments that see this block's parameters. */
  private versus(d: Block | Network, at: Invocation, resolved: Resolved, flow: Flow): Target['versus'] {
    const scope = this.parameters(resolved, this.problems, flow, 0).scope;
    const found = scope.find(at.callee, fitsStage);
    const value = found && boundValue(found);
    if (!found || value === undefined || !isLayer(value) || 'builtin' in value.callee) {
      this.problems.report(
        'unknown-name',
        `\`versus\` names a block or network; there is no \`${at.callee}\`.${suggestion(
          at.callee ?? '',
          scope.all((b) => b.kind === 'declaration'),
        )}`,
        at,
      );
      return undefined;
    }
    this.session.observe?.(at, found.by);
    const context: Context = { ...this.context(scope), in: { type: 'shape', shape: flow.shape, sure: true } };
    const other = this.resolve(applyLayer(value, evaluateArguments(at.args, context)), at, this.problems);
    if (!other || other.declaration === d) {
      if (other) this.problems.report('versus-itself', `\`${d.name}\` is compared with itself: name another block.`, at);
      return undefined;
    }
    const missing = other.declaration.params.find((p) => !p.value && !other.arguments.has(p.name));
    if (missing) {
      this.problems.report('missing-argument', `\`${other.name}\` needs \`${missing.name}\`.`, at);
      return undefined;
    }
    return { name: other.name, instance: this.instantiate(other, flow, 1) };
  }

  /** The input on which a declaration stands alone. */
  private preview(d: Block | Network, resolved: Block | Network, scope: Scope): Shape | undefined {
    const own: Expression | undefined = d.preview ?? resolved.preview;
    if (!own) {
      if (d.$type === 'Network' && d.alias)
        this.problems.report(
          'missing-input',
          `\`${d.name}\` needs an input: write \`on\` and a shape, for example \`on 3x224x224\`.`,
          locationOfProperty(d, 'name'),
        );
      return undefined;
    }
    const where = d.preview
      ? scope
      : this.files.scope(AstUtils.getContainerOfType(resolved, isModel) as Model, new Problems(), this.session);
    const v = evaluate(own, this.context(where));
    if (isUnknown(v)) return undefined;
    if (typeof v === 'number' && own.$type === 'Binary' && own.operator === '*')
      this.problems.report(
        'vector-input',
        `\`${textOf(own)}\` is the number ${v}, so a vector enters: a feature map is written \`3x224x224\`.`,
        own,
        [],
        'warning',
      );
    const dims = typeof v === 'number' ? [v] : isSize(v) ? v.dims : undefined;
    if (
      dims &&
      (dims.length === 1 || dims.length === 3) &&
      dims.every((n) => n !== null && Number.isInteger(n) && n > 0 && n < this.session.limits.size)
    )
      return dims as unknown as Shape;
    this.problems.report(
      'bad-input',
      `The input is a shape such as \`3x224x224\` (channels×height×width) or a number of features, not ${describe(v)}.`,
      own,
    );
    return undefined;
  }

  /** Follows aliases to a declaration with a body, collecting arguments. */
  private resolve(value: LayerVal, at: Invocation | undefined, problems: Problems): Resolved | undefined {
    let current = value;
    const name = 'block' in value.callee ? value.callee.block.name : '';
    for (let hops = 0; 'block' in current.callee; hops++) {
      const d = current.callee.block;
      const alias = d.$type === 'Network' ? d.alias : undefined;
      if (!alias) {
        const names = d.params.map((p) => p.name);
        const { bound } = bindArguments(current, names, at ?? anchor(d), problems);
        this.observeArguments(bound, d);
        return { declaration: d, name, arguments: bound };
      }
      const scope = this.files.scope(AstUtils.getContainerOfType(d, isModel) as Model, new Problems(), this.session);
      const found = scope.find(alias.callee, fitsStage);
      const target = found && boundValue(found);
      if (!found || target === undefined || !isLayer(target) || 'builtin' in target.callee || hops > this.session.limits.depth) {
        const why =
          hops > this.session.limits.depth
            ? `\`${d.name}\` is defined by itself.`
            : `There is no block or network \`${alias.callee}\`.${suggestion(
                alias.callee ?? '',
                scope.all((b) => b.kind === 'declaration'),
              )}`;
        this.problems.report(hops > this.session.limits.depth ? 'endless-recursion' : 'unknown-name', why, alias);
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

  /** The scope of a body: its parameters over its file, and what they are as text. */
  private parameters(
    r: Resolved,
    problems: Problems,
    flow: Flow,
    depth: number,
    probe = false,
  ): { scope: Scope; values: Map<string, Val> } {
    const model = AstUtils.getContainerOfType(r.declaration, isModel) as Model;
    const scope = new Scope(this.files.scope(model, new Problems(), this.session));
    const values = new Map<string, Val>();
    const context: Context = { session: this.session, problems, scope, depth, in: { type: 'shape', shape: flow.shape, sure: flow.sure } };
    for (const p of r.declaration.params) {
      const given = r.arguments.get(p.name);
      const value = given ? asVal(given.value) : p.value && !probe ? evaluate(p.value, context, true) : UNKNOWN;
      scope.set(p.name, { kind: 'constant', value, by: p });
      values.set(p.name, value);
    }
    return { scope, values };
  }

  private instantiate(r: Resolved, input: Flow, depth: number, probe = false): Instance {
    const builder = new InstanceBuilder(this.session, this, r.declaration, { id: 0, shape: input.shape, sure: input.sure }, depth);
    const { scope, values } = this.parameters(r, builder.problems, input, depth, probe);
    const declKey = (d: Block | Network): string => `${uriOf(d)}#${d.name}@${d.$cstNode?.offset ?? 0}`;
    const key = `${declKey(r.declaration)}(${[...values].map(([k, v]) => `${k}=${keyOf(v, declKey)}`).join()})@${input.shape.join('x')}${input.sure ? '' : '?'}${probe ? '!' : ''}`;
    const known = this.instances.get(key);
    if (known) return known;
    if (this.building.has(key)) throw new Endless();
    this.building.add(key);
    try {
      const flow = new BodyWalker(this.session, builder).walk(r.declaration.body, scope);
      const instance: Instance = {
        ...builder.snapshot(flow),
        uri: uriOf(r.declaration),
        arguments: new Map([...values].map(([k, v]) => [k, show(v)])),
        calls: [],
      };
      this.instances.set(key, instance);
      for (const { instance: called, ...site } of builder.made) called.calls.push({ ...site, caller: instance });
      return instance;
    } catch (e) {
      if (e instanceof OutOfBudget) for (const p of builder.problems.list) this.problems.add(p);
      throw e;
    } finally {
      this.building.delete(key);
    }
  }

  /** Elaborates a call from a body; undefined where it cannot be made, after saying why. */
  call(value: LayerVal, input: Flow, at: Invocation, from: InstanceBuilder): ReturnType<Caller['call']> {
    const r = this.resolve(value, at, from.problems);
    if (!r) {
      from.problems.report('unknown-name', `\`${at.callee}\` names nothing that can be called.`, locationOfProperty(at, 'callee'));
      return undefined;
    }
    const missing = r.declaration.params.filter((p) => !p.value && !r.arguments.has(p.name));
    if (missing.length > 0) {
      const names = missing.map((p) => `\`${p.name}\``).join(' and ');
      from.problems.report('missing-argument', `\`${r.name}\` needs ${names}.`, locationOfProperty(at, 'callee'));
      return undefined;
    }
    for (const [name, b] of r.arguments)
      if (typeof b.value === 'object' && 'type' in b.value && b.value.type === 'arrow')
        from.problems.report(
          'bad-argument',
          `\`${name}\` of \`${r.name}\` takes a value; \`->\` checks channels only in a layer's own arguments.`,
          b.node ?? at,
        );
    const depth = from.depth + 1;
    if (depth > this.session.limits.depth) {
      from.problems.report(
        'recursion-too-deep',
        `\`${r.name}\` stands more than ${this.session.limits.depth} blocks deep: give its recursion a case in which it ends.`,
        locationOfProperty(at, 'callee'),
      );
      return undefined;
    }
    try {
      const instance = this.instantiate(r, input, depth);
      return { instance, name: r.name, text: callText(r) };
    } catch (e) {
      if (!(e instanceof Endless)) throw e;
      from.problems.report(
        'endless-recursion',
        `\`${r.name}\` calls itself with the same arguments and the same input, so it never ends: change an argument, or end it with \`if\`.`,
        locationOfProperty(at, 'callee'),
      );
      return undefined;
    }
  }

  /** A block that nothing elaborates, on an assumed input with unknown arguments: only names and the like are checked. */
  private probe(d: Block | Network): Instance {
    const flow: Flow = { id: 0, shape: [64, 56, 56], sure: false };
    return this.instantiate({ declaration: d, arguments: new Map(), name: d.name }, flow, 0, true);
  }
}

/** A block met inside itself with equal arguments and input. */
class Endless extends Error {}

const callText = (r: Resolved): string => {
  const args = [...r.arguments].map(([k, b]) => `${k}=${show(b.value)}`);
  return `${r.name}${args.length ? `(${args.join(', ')})` : ''}`;
};

/** A target has no call; its arguments are none, so nothing is ever reported there. */
const anchor = (d: Block | Network): Invocation =>
  ({ $type: 'Invocation', $container: d, callee: d.name, parens: false, args: [] }) as unknown as Invocation;

const isModel = (n: { readonly $type: string }): n is Model => n.$type === 'Model';

/** Elaborates a file with the given limits. `observe` hears what each use of a name is bound to. */
export const elaborate = (model: Model, files: FileScopes, limits: Limits = DEFAULT_LIMITS, observe?: Observer): Elaboration =>
  new Elaborator(files, limits, observe).file(model);

/** Elaborates one target of a file on an input of one's own. */
export const elaborateTarget = (
  model: Model,
  files: FileScopes,
  target: Target,
  input: Shape,
  limits: Limits = DEFAULT_LIMITS,
): ReturnType<Elaborator['on']> => new Elaborator(files, limits).on(target.declaration, model, input);
