/** Finds what can stand alone: blocks and networks with an input and all their arguments, and the variants that `versus` names. */
import { type FeatureMap, type Inputs, isMap, type Shape } from '../../layers/shape.ts';
import { after, possible, preferred, write } from '../syntax/edits.ts';
import { type Block, type Expression, isReference, type Network } from '../syntax/generated/ast.ts';
import { locationOf, locationOfProperty, textOf } from '../syntax/source.ts';
import { nodesOf } from '../syntax/walk.ts';
import { asVal, type Blocks, blockValue, type Resolved } from './blocks.ts';
import type { Context } from './context.ts';
import { applyLayer, evaluate, evaluateArguments } from './evaluate.ts';
import { renamed } from './fixes/names.ts';
import { namesTaken } from './inside.ts';
import type { Instance } from './instance.ts';
import type { Flow } from './instance-builder.ts';
import { boundValue, declared, fitsStage, Scope } from './scope.ts';
import { Problems, type Session } from './session.ts';
import { NOTHING, type Tried } from './tried.ts';
import { describe, isLayer, isSize, isUnknown, UNKNOWN } from './values.ts';

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

/** A target as it is about to be elaborated. */
export interface Found {
  readonly resolved: Resolved;
  readonly inputs: Inputs<Flow>;
}

export class Targets {
  private readonly blocks: Blocks;
  private readonly session: Session;
  private readonly scope: Scope;

  /** `scope` is that of the file. */
  constructor(blocks: Blocks, session: Session, scope: Scope) {
    this.blocks = blocks;
    this.session = session;
    this.scope = scope;
  }

  /** A declaration without arguments, its alias followed. */
  resolve(d: Block | Network): Resolved | undefined {
    return this.blocks.resolve(blockValue(d), undefined, this.blocks.problems);
  }

  /** What a declaration is on its own, or with the values that are tried; undefined where it cannot stand alone. */
  find(d: Block | Network, tried: Tried = NOTHING): Found | undefined {
    const { problems } = this.blocks;
    const known = this.resolve(d);
    if (!known) return undefined;
    const resolved = this.trying(d, known, tried);
    const needed = missingOf(resolved);
    const inputs = this.previews(d, resolved, tried);
    if (needed !== undefined) {
      if (d.$type === 'Network')
        problems.report(
          'missing-argument',
          `\`${d.name}\` stands alone, so \`${needed}\` needs a value${d.alias ? '' : ': give it a default'}.`,
          locationOfProperty(d, d.alias ? 'alias' : 'name'),
        );
      return undefined;
    }
    const [first, ...rest] = (inputs ?? []).map((shape): Flow => ({ id: 0, shape, sure: true }));
    return first && { resolved, inputs: [first, ...rest] };
  }

  /** A declaration with the values that are tried for its parameters, each seen from where it would be written: its default, or the alias. */
  private trying(d: Block | Network, r: Resolved, { parameters }: Tried): Resolved {
    if (parameters.size === 0) return r;
    const { problems } = this.blocks;
    const isOwn = d === r.declaration;
    const scope = isOwn ? new Scope(this.blocks.scopeOf(d)) : this.scope;
    const given = new Map(r.arguments);
    for (const p of r.declaration.params) {
      const tried = parameters.get(p.name);
      const at = tried ?? (isOwn ? p.value : undefined);
      const context = this.blocks.context(scope);
      const before = problems.list.length;
      const value = at ? evaluate(at, tried ? context : { ...context, problems: new Problems() }, 'layers') : UNKNOWN;
      if (tried) given.set(p.name, { value, node: undefined, round: Number.POSITIVE_INFINITY });
      if (isOwn) scope.set(p.name, { kind: 'constant', value, by: p });
      if (tried && isUnknown(value) && problems.list.length === before)
        problems.report('bad-argument', `\`${textOf(tried)}\` has no value here.`, tried);
    }
    return { ...r, arguments: given };
  }

  /** The variant that `versus` names, with arguments that see this block's parameters. Throws `OutOfBudget`. */
  versus(d: Block | Network, { resolved, inputs }: Found): Target['versus'] {
    const at = d.versus;
    if (!at) return undefined;
    const { problems } = this.blocks;
    const [input] = inputs;
    const { scope } = this.blocks.parameters(resolved, problems, input);
    const found = scope.find(at.callee, fitsStage);
    const value = found && boundValue(found);
    if (!found || value === undefined || !isLayer(value) || 'builtin' in value.callee) {
      const [name, names] = [at.callee ?? '', declared(scope)];
      problems.report(
        'unknown-name',
        `\`versus\` names a block or network; there is no \`${name}\`.${this.session.suggest(name, names)}`,
        at,
        [],
        renamed(name, names, locationOfProperty(at, 'callee')),
      );
      return undefined;
    }
    this.session.observe?.(at, found.by);
    const context: Context = { ...this.blocks.context(scope), in: { type: 'shape', shape: input.shape, sure: true } };
    const other = this.blocks.resolve(applyLayer(value, evaluateArguments(at.args, context)), at, problems);
    if (!other || other.declaration === d) {
      if (other) problems.report('versus-itself', `\`${d.name}\` is compared with itself: name another block.`, at);
      return undefined;
    }
    const missing = missingOf(other);
    if (missing !== undefined) {
      problems.report('missing-argument', `\`${other.name}\` needs \`${missing}\`.`, at);
      return undefined;
    }
    const takes = Math.max(1, namesTaken(other.declaration).length);
    if (takes !== inputs.length) {
      problems.report(
        'bad-input',
        `\`${other.name}\` takes ${takes} input${takes === 1 ? '' : 's'}, \`${d.name}\` ${inputs.length}: compare blocks of as many.`,
        at,
      );
      return undefined;
    }
    return { name: other.name, instance: this.blocks.instantiate(other, inputs, 1) };
  }

  /** What stands behind `on` sees the parameters, as they are where nothing is given; those `ofInput` have no value before there is an input. */
  private head(r: Resolved): { readonly scope: Scope; readonly ofInput: ReadonlySet<string> } {
    const scope = new Scope(this.blocks.scopeOf(r.declaration));
    const ofInput = new Set<string>();
    for (const p of r.declaration.params) {
      const given = r.arguments.get(p.name);
      const problems = new Problems();
      const value = given
        ? asVal(given.value)
        : p.value
          ? evaluate(p.value, { ...this.blocks.context(scope), problems }, 'layers')
          : UNKNOWN;
      if (problems.list.some((x) => x.code === 'no-shape-here')) ofInput.add(p.name);
      scope.set(p.name, { kind: 'constant', value, by: p });
    }
    return { scope, ofInput };
  }

  /** The inputs on which a declaration stands alone, one for each that it takes. */
  private previews(d: Block | Network, resolved: Resolved, tried: Tried): readonly Shape[] | undefined {
    const { problems } = this.blocks;
    const own = d.previews.length > 0 ? d.previews : resolved.declaration.previews;
    const names = namesTaken(resolved.declaration);
    const [first] = own;
    if (!first) {
      if (d.$type === 'Network' && d.alias)
        problems.report(
          'missing-input',
          `\`${d.name}\` needs an input: write \`on\` and a shape, for example \`on 3x224x224\`.`,
          locationOfProperty(d, 'name'),
          [],
          [possible('Write on 3x224x224', [after(locationOfProperty(d, 'alias'), ' on 3x224x224')])],
        );
      return undefined;
    }
    if (own.length !== Math.max(1, names.length)) {
      const takes = names.length > 1 ? `${names.length} inputs, ${names.map((n) => `\`${n}\``).join(', ')}` : 'one input';
      const message = `\`${resolved.declaration.name}\` takes ${takes}, and \`on\` gives ${own.length} shape${own.length === 1 ? '' : 's'}: give one for each, with commas between them.`;
      problems.report('bad-input', message, own[names.length] ?? own.at(-1) ?? first);
      return undefined;
    }
    // An alias has no parameters of its own.
    const head = d.previews.length > 0 && d !== resolved.declaration ? undefined : this.head(resolved);
    const shapes = own.map((e, i) => {
      const other = tried.inputs.get(i);
      // It would be written behind this declaration's own `on`.
      return other ? this.preview(other, d === resolved.declaration ? head : undefined) : this.preview(e, head);
    });
    return shapes.every((s) => s !== undefined) ? shapes : undefined;
  }

  /** The shape that stands behind `on`. */
  private preview(own: Expression, head: ReturnType<Targets['head']> | undefined): Shape | undefined {
    const { problems } = this.blocks;
    const v = evaluate(own, this.blocks.context(head?.scope ?? this.scope));
    const asks = head && nodesOf(own).find((n) => isReference(n) && head.ofInput.has(n.name));
    if (isUnknown(v) && isReference(asks))
      problems.report('bad-input', `\`${asks.name}\` is made of \`in\`, the input, so the input cannot be made of it.`, asks);
    if (isUnknown(v)) return undefined;
    if (typeof v === 'number' && own.$type === 'Binary' && own.operator === '*')
      problems.report(
        'vector-input',
        `\`${textOf(own)}\` is the number ${v}, so the input is a vector: write a feature map as \`3x224x224\`.`,
        own,
      );
    const dims = typeof v === 'number' ? [v] : isSize(v) ? v.dims : undefined;
    const fits = (n: number | null): boolean => n !== null && Number.isInteger(n) && n > 0 && n < this.session.limits.size;
    if (dims && (dims.length === 1 || dims.length === 3) && dims.every(fits)) {
      const shape = dims as unknown as Shape;
      if (isMap(shape)) checkOrder(shape, own, problems);
      return shape;
    }
    problems.report(
      'bad-input',
      `The input is a shape such as \`3x224x224\` (channels×height×width) or a number of features, not ${describe(v)}.`,
      own,
    );
    return undefined;
  }
}

/** The first parameter that has no value. */
const missingOf = (r: Resolved): string | undefined => r.declaration.params.find((p) => !p.value && !r.arguments.has(p.name))?.name;

/** Warns of an input that is written as Keras has it: height × width × channels. */
function checkOrder([c, h, w]: FeatureMap, own: Expression, problems: Problems): void {
  // Nobody has maps three pixels wide and as many channels as they are high; of one pixel, as sequences are, only where both are equal.
  if (!((w === 3 && Math.min(c, h) >= 16) || (w === 1 && c === h && c >= 16))) return;
  const meant = `${w}x${c}x${h}`;
  problems.report(
    'channels-last',
    `The input is channels × height × width, so this is ${c} channels of ${h}×${w}. Did you mean \`${meant}\`?`,
    own,
    [],
    own.$type === 'SizeLiteral' ? [preferred(`Write ${meant}`, [write(locationOf(own), meant)])] : [],
  );
}
