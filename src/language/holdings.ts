/** What parameters, constants and loop variables may hold, by the text of all that is given to them: which layers, or something else. */
import { AstUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import {
  type Block,
  type Expression,
  type Fn,
  type Invocation,
  isInvocation,
  isReference,
  type Network,
  type Param,
  type Reference,
} from './generated/ast.ts';
import type { Builtin } from './means.ts';
import type { NameInScope } from './names-at.ts';
import { idOf } from './places.ts';

/** A use of a name that may have arguments. */
export type Call = Invocation | Reference;

/** What a call may be of: a declaration or the name of a layer, and how many arguments it has by position already. */
export interface Callable {
  readonly of: Block | Network | Fn | string;
  readonly given: number;
}

export interface Held {
  readonly layers: readonly Callable[];
  /** Whether it may be something other than a layer. */
  readonly other: boolean;
  /** Whether it may be more than the text shows. */
  readonly unknown: boolean;
}
const OTHER: Held = { layers: [], other: true, unknown: false };
const NOTHING: Held = { layers: [], other: false, unknown: false };
const UNKNOWN: Held = { layers: [], other: false, unknown: true };

const union = (all: readonly Held[]): Held => ({
  layers: all.flatMap((h) => h.layers),
  other: all.some((h) => h.other),
  unknown: all.some((h) => h.unknown),
});

const positional = (call: Call) => call.args.filter((a) => a.name === undefined);

export class Holdings {
  private readonly shared: LangiumSharedServices;
  private readonly resolve: (call: Call) => readonly (NameInScope | Builtin)[];
  private readonly known = new Map<string, Held>();
  /** What is being asked for, which adds nothing to itself, and what was found for that. */
  private readonly asked = new Map<string, Held>();
  private calls: readonly Call[] | undefined;

  constructor(shared: LangiumSharedServices, resolve: (call: Call) => readonly (NameInScope | Builtin)[]) {
    this.shared = shared;
    this.resolve = resolve;
  }

  get busy(): boolean {
    return this.asked.size > 0;
  }

  /** What a name may hold. */
  of(n: NameInScope): Held {
    const id = idOf(n.by);
    const known = this.known.get(id) ?? this.asked.get(id);
    if (known) return known;
    const first = !this.busy;
    this.asked.set(id, NOTHING);
    const held = this.find(n);
    this.asked.set(id, held);
    if (first) {
      this.asked.clear();
      this.known.set(id, held);
    }
    return held;
  }

  /** What a call may be of. */
  callables(call: Call): readonly Callable[] {
    return this.resolve(call).flatMap((f): readonly Callable[] => {
      if ('builtin' in f) return f.id.startsWith('layer ') ? [{ of: f.id.slice('layer '.length), given: 0 }] : [];
      if (f.means.kind !== 'declaration' || f.means.node.$type === 'Let') return this.of(f).layers;
      const d = f.means.node;
      return d.$type === 'Network' && d.alias ? this.applied(d.alias) : [{ of: d, given: 0 }];
    });
  }

  /** What a call gives, as a value: its layer with more arguments. */
  private applied(call: Call): readonly Callable[] {
    return this.callables(call).map(({ of, given }) => ({ of, given: given + positional(call).length }));
  }

  private find({ means, by }: NameInScope): Held {
    switch (means.kind) {
      case 'declaration':
        return means.node.$type === 'Let' ? this.value(means.node.value) : UNKNOWN;
      case 'constant':
        return this.value(means.node.value);
      case 'parameter': {
        const values = [...(means.node.value ? [this.value(means.node.value)] : []), ...this.passed(means.node, means.of)];
        return values.length > 0 ? union(values) : UNKNOWN;
      }
      case 'variable':
        return means.node.$type === 'Repeat' ? OTHER : this.element(means.node.list, by.index ?? 0, means.node.variables.length);
      case 'value':
        return OTHER;
      default:
        return means satisfies never;
    }
  }

  /** What the calls of all documents give to a parameter. */
  private passed(p: Param, owner: Callable['of'] & { readonly params: readonly Param[] }): readonly Held[] {
    this.calls ??= this.shared.workspace.LangiumDocuments.all
      .flatMap((d) => AstUtils.streamAst(d.parseResult.value))
      .filter((n): n is Call => (isInvocation(n) || isReference(n)) && n.args.length > 0)
      .toArray();
    return this.calls.flatMap((call) =>
      this.callables(call).flatMap(({ of, given }): readonly Held[] => {
        if (of !== owner) return [];
        const arg = call.args.find((a) => a.name === p.name) ?? positional(call)[owner.params.indexOf(p) - given];
        return arg ? [arg.out ? OTHER : this.value(arg.value)] : [];
      }),
    );
  }

  /** What an expression may give. */
  private value(e: Expression | undefined): Held {
    switch (e?.$type) {
      case undefined:
      case 'Index':
        return UNKNOWN;
      case 'Group':
        return this.value(e.inner);
      case 'Conditional':
        return union([this.value(e.then), this.value(e.else)]);
      case 'Reference':
        return union(this.resolve(e).map((f) => this.named(f, e)));
      default:
        return OTHER;
    }
  }

  private named(f: NameInScope | Builtin, e: Reference): Held {
    if (!('builtin' in f)) {
      const { kind, node } = f.means;
      if (kind === 'value') return OTHER;
      if (node.$type === 'Fn') return this.value(node.value);
      if (kind !== 'declaration' || node.$type === 'Let') return { ...this.of(f), ...(e.call ? { layers: this.applied(e) } : {}) };
    }
    const layers = e.call ? this.applied(e) : this.callables(e);
    return layers.length > 0 ? { ...NOTHING, layers } : OTHER;
  }

  /** What one of the `n` parts may be into which the elements of a list fall. */
  private element(list: Expression | undefined, part: number, n: number): Held {
    const whole = n === 1;
    switch (list?.$type) {
      case 'Group':
        return this.element(list.inner, part, n);
      case 'Conditional':
        return union([this.element(list.then, part, n), this.element(list.else, part, n)]);
      case 'ListLiteral':
        return union(list.items.map((i) => (whole ? this.value(i) : i.$type === 'ListLiteral' ? this.value(i.items[part]) : UNKNOWN)));
      case 'Reference': {
        const [arg, ...more] = list.args.map((a) => a.value);
        if (list.call && list.name === 'range') return OTHER;
        if (list.call && list.name === 'enumerate' && n === 2) return part === 0 ? OTHER : this.element(arg, 0, 1);
        if (list.call && list.name === 'zip' && !whole) return this.element([arg, ...more][part], 0, 1);
        const [f] = list.call ? [] : this.resolve(list);
        const constant =
          f && !('builtin' in f) && (f.means.kind === 'constant' || f.means.kind === 'declaration') ? f.means.node : undefined;
        return constant?.$type === 'Let' ? this.element(constant.value, part, n) : UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }
}
