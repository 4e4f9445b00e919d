/** What parameters, constants and loop variables may hold, by the text of all that is given to them: which layers, or something else. */

import type { LangiumSharedServices } from 'langium/lsp';
import type { Expression, Param, Reference } from '../syntax/generated/ast.ts';
import { Calls, declaredBy, positional } from './calls.ts';
import type { Builtin, Call, Callable, Declared, Found, Held, NameInScope } from './meaning.ts';
import { Memo } from './memo.ts';
import { idOf } from './places.ts';

const OTHER: Held = { layers: [], other: true, unknown: false };
const NOTHING: Held = { layers: [], other: false, unknown: false };
const UNKNOWN: Held = { layers: [], other: false, unknown: true };

const union = (all: readonly Held[]): Held => ({
  layers: all.flatMap((h) => h.layers).filter((l, i, every) => every.findIndex((m) => m.of === l.of && m.given === l.given) === i),
  other: all.some((h) => h.other),
  unknown: all.some((h) => h.unknown),
});

export class Holdings {
  private readonly resolve: (call: Call) => Found;
  private readonly index: () => Calls;
  private readonly known = new Memo<Held>(NOTHING);
  private calls: Calls | undefined;

  /** `clear` is what a call means where that does not depend on what anything holds. */
  constructor(shared: LangiumSharedServices, resolve: (call: Call) => Found, clear: (call: Call) => Found | undefined) {
    this.resolve = resolve;
    this.index = () => new Calls(shared, clear);
  }

  /** What a name may hold. */
  of(n: NameInScope): Held {
    return this.known.get(idOf(n.by), () => this.find(n));
  }

  /** What a call may be of. */
  callables(call: Call): readonly Callable[] {
    return this.resolve(call).flatMap((f): readonly Callable[] => {
      if ('builtin' in f) return f.id.startsWith('layer ') ? [{ of: f.id.slice('layer '.length), given: 0 }] : [];
      const declared = declaredBy(f);
      if (declared) return [{ of: declared, given: 0 }];
      const { node } = f.means;
      return node.$type === 'Network' ? (node.alias ? this.applied(node.alias) : []) : this.of(f).layers;
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
  private passed(p: Param, owner: Declared): readonly Held[] {
    this.calls ??= this.index();
    const { sure, maybe } = this.calls.of(owner);
    const given = (call: Call, before: number): readonly Held[] => {
      const arg = call.args.find((a) => a.name === p.name) ?? positional(call)[owner.params.indexOf(p) - before];
      return arg ? [arg.out ? OTHER : this.value(arg.value)] : [];
    };
    return [
      ...sure.flatMap((call) => given(call, 0)),
      ...maybe.flatMap((call) => this.callables(call).flatMap((c) => (c.of === owner ? given(call, c.given) : []))),
    ];
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
