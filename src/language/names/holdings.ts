/** What parameters, constants and loop variables may hold, by the text of all that is given to them: which layers, or something else. */

import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../../layers/index.ts';
import { type Expression, isPattern, type Param, type Pattern, type Reference, type Shared } from '../syntax/generated/ast.ts';
import { CallIndex, declaredBy, idOfCallee, positional } from './calls.ts';
import { isItem } from './fits.ts';
import { type Builtin, type Call, type Declared, type Found, type Held, isBuiltin, type NameInScope } from './meaning.ts';
import { AXES, idOf } from './places.ts';
import { Rounds } from './rounds.ts';

const NOTHING: Held = { layers: [], values: false, other: false, unknown: false };
const OTHER: Held = { ...NOTHING, other: true };
const VALUE: Held = { ...NOTHING, values: true };
const UNKNOWN: Held = { ...NOTHING, unknown: true };

const union = (all: readonly Held[]): Held => ({
  layers: [...new Map(all.flatMap((h) => h.layers).map((l) => [`${idOfCallee(l.of)} ${l.given}`, l])).values()],
  values: all.some((h) => h.values),
  other: all.some((h) => h.other),
  unknown: all.some((h) => h.unknown),
});

/** How many parameters something has. */
const countOf = (of: Declared | string): number =>
  typeof of === 'string' ? Object.keys(layers.get(of)?.params ?? {}).length : of.params.length;

const isSame = (a: Held, b: Held): boolean =>
  a.values === b.values &&
  a.other === b.other &&
  a.unknown === b.unknown &&
  a.layers.length === b.layers.length &&
  union([a, b]).layers.length === a.layers.length;

export class Holdings {
  private readonly resolve: (call: Call) => Found;
  private readonly index: () => CallIndex;
  private readonly known = new Rounds<Held>(NOTHING, UNKNOWN, isSame);
  private calls: CallIndex | undefined;

  /** `clear` is what a call means where that does not depend on what anything holds. */
  constructor(shared: LangiumSharedServices, resolve: (call: Call) => Found, clear: (call: Call) => Found | undefined) {
    this.resolve = resolve;
    this.index = () => {
      this.calls ??= new CallIndex(shared, clear);
      return this.calls;
    };
  }

  /** What a name may hold. */
  of(n: NameInScope): Held {
    return this.known.get(idOf(n.by), () => this.find(n));
  }

  /** What a call may be of. */
  callees(call: Call): Held {
    return union(this.resolve(call).map((f) => this.layersOf(f)));
  }

  /** What something that is called may be, if it is something that can be. */
  private layersOf(f: NameInScope | Builtin): Held {
    if (isBuiltin(f)) return f.builtin === 'layer' ? { ...NOTHING, layers: [{ of: f.name, given: 0 }] } : NOTHING;
    const declared = declaredBy(f);
    return declared ? { ...NOTHING, layers: [{ of: declared, given: 0 }] } : { ...this.of(f), other: false, values: false };
  }

  private find({ means }: NameInScope): Held {
    switch (means.kind) {
      case 'declaration':
        if (means.node.$type === 'Let') return this.value(means.node.value);
        return means.node.$type === 'Network' && means.node.alias ? this.alias(means.node.alias) : UNKNOWN;
      case 'constant':
        return means.node.$type === 'Shared' ? this.shared(means.node) : this.value(means.node.value);
      case 'parameter': {
        const values = [...(means.node.value ? [this.value(means.node.value)] : []), ...this.passed(means.node, means.of)];
        return values.length > 0 ? union(values) : UNKNOWN;
      }
      case 'variable':
        return means.node.$type === 'Repeat' ? OTHER : this.variable(means.node);
      case 'value':
        return VALUE;
      case 'missing':
        return UNKNOWN;
      default:
        return means satisfies never;
    }
  }

  /** What a call can be of of which the text does not say what it is of. */
  anything(): readonly (Declared | string)[] {
    return [...this.index().held()];
  }

  /** What the calls of all documents give to a parameter. */
  private passed(p: Param, owner: Declared): readonly Held[] {
    const { sure, maybe } = this.index().of(owner);
    const given = (call: Call, before: number): readonly Held[] =>
      // Of what is given twice, which is an error, either may count.
      [call.args.findLast((a) => a.name === p.name), positional(call)[owner.params.indexOf(p) - before]].flatMap((arg) =>
        arg ? [arg.out ? OTHER : this.value(arg.value)] : [],
      );
    return [
      ...sure.flatMap((call) => given(call, 0)),
      ...maybe.flatMap((call) => {
        const { layers, unknown } = this.callees(call);
        // What may be of anything gives by name what it says, and by position who knows what.
        const more = unknown ? [...given(call, Number.POSITIVE_INFINITY), ...(positional(call).length > 0 ? [UNKNOWN] : [])] : [];
        return [...layers.flatMap((c) => (idOfCallee(c.of) === idOfCallee(owner) ? given(call, c.given) : [])), ...more];
      }),
    ];
  }

  /** What an expression may give. */
  private value(e: Expression | undefined): Held {
    switch (e?.$type) {
      case undefined:
      case 'Index':
        return UNKNOWN;
      case 'Here':
        return isItem(e) ? VALUE : OTHER;
      // An extent of a shape, or what a block has inside.
      case 'Member':
        return AXES.has(e.member ?? '') ? OTHER : union([VALUE, OTHER]);
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

  private shared(s: Shared): Held {
    return s.value ? this.alias(s.value) : UNKNOWN;
  }

  private alias(call: Call): Held {
    return union(this.resolve(call).map((f) => this.applied(f, call)));
  }

  /** What a name in an expression gives that means one thing: a layer with its arguments, or something else. */
  private named(f: NameInScope | Builtin, e: Reference): Held {
    if (isBuiltin(f)) return f.builtin === 'layer' ? this.applied(f, e) : OTHER;
    const { kind, node } = f.means;
    // Functions compute with values.
    if (kind === 'value') return VALUE;
    if (node.$type === 'Fn') return OTHER;
    if ((kind !== 'declaration' || node.$type === 'Let') && !e.call) return this.of(f);
    const held = this.applied(f, e);
    // A network that is made of nothing that can be found still is no number.
    return held.layers.length > 0 || kind !== 'declaration' ? held : UNKNOWN;
  }

  /** What something gives that is called: its layer with more arguments. */
  private applied(f: NameInScope | Builtin, call: Call): Held {
    const held = this.layersOf(f);
    const more = positional(call).length;
    return union([
      {
        ...held,
        layers: held.layers.map(({ of, given }) => ({ of, given: Math.min(given + more, countOf(of)) })),
      },
    ]);
  }

  /** What the variable of a loop or of a list comprehension may be; of a part of a part nobody knows. */
  private variable(p: Pattern): Held {
    const { $container: around } = p;
    if (!isPattern(around)) return this.element(around.list, 0, 1);
    return isPattern(around.$container) ? UNKNOWN : this.element(around.$container.list, around.parts.indexOf(p), around.parts.length);
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
        if (list.pattern && !whole) return UNKNOWN;
        return union(list.items.map((i) => (whole ? this.value(i) : i.$type === 'ListLiteral' ? this.value(i.items[part]) : UNKNOWN)));
      case 'Reference':
        return union(
          this.resolve(list).map((f) => (isBuiltin(f) ? this.elementOf(f.name, list, part, n) : this.elementNamed(f, list, part, n))),
        );
      default:
        return UNKNOWN;
    }
  }
  /** An element of what a built-in function gives. */
  private elementOf(name: string, { args }: Reference, part: number, n: number): Held {
    const [arg] = args;
    if (name === 'range') return OTHER;
    if (name === 'enumerate' && n === 2) return part === 0 ? OTHER : this.element(arg?.value, 0, 1);
    return name === 'zip' && n > 1 ? this.element(args[part]?.value, 0, 1) : UNKNOWN;
  }

  /** An element of a list that has a name. */
  private elementNamed({ means, by }: NameInScope, { call }: Reference, part: number, n: number): Held {
    const { node } = means;
    if (call || node.$type !== 'Let') return UNKNOWN;
    return this.known.get(`${part} of ${n} in ${idOf(by)}`, () => this.element(node.value, part, n));
  }
}
