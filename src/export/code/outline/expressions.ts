/** Expressions of an outline as Python: numbers, lists and layers that are handed on, as `__init__` sees them or as `forward` does. */
import type { OutlineArgument, OutlineBlock, OutlineCall, OutlineExpr, OutlineFn, OutlinePattern } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { ParamFault, type ParamSpec, type ParamValue, type Value } from '../../../layers/params.ts';
import {
  attr,
  binary,
  call,
  index,
  kw,
  list,
  name,
  type Py,
  type PyArg,
  pyBool,
  pyNum,
  pySlice,
  str,
  tuple,
} from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay, type Given } from '../../../layers/torch.ts';
import { identifier, known, type Needs, same } from '../code.ts';
import type { PyStatement } from '../python/statement.ts';
import type { Source } from './source.ts';

/** What a name stands for in a body. */
export type Meaning =
  /** A number, a list, a layer: `py` in `__init__`. */
  | { readonly k: 'constant'; readonly py: Py; readonly isLayer: boolean }
  | {
      readonly k: 'value';
      readonly py: Py;
      readonly channels: Py | undefined;
      readonly shapes: readonly Shape[];
      /** The values inside the call that it is. */
      readonly parts?: ReadonlyMap<string, Meaning>;
    }
  /** A list of values, and of their channels. */
  | { readonly k: 'list'; readonly py: Py; readonly channels: Py }
  | {
      readonly k: 'shared';
      readonly call: OutlineCall;
      made: { readonly attribute: string; readonly channels: Py | undefined } | undefined;
    }
  /** A shared layer that is handed on, or a list of those; called the same in both methods. */
  | { readonly k: 'module'; readonly py: Py; readonly isList: boolean; readonly source: Source };

/** What the file knows of its declarations. */
export interface Globals {
  /** `Bottleneck`, `SMALL`: how a declaration is called in the code. */
  nameOf(declaration: string): string;
  block(name: string): OutlineBlock | undefined;
  isFunction(name: string): boolean;
  isConstant(name: string): boolean;
  isAlias(name: string): boolean;
  /** Whether sizes that are handed on are pairs. */
  readonly pairs: boolean;
  readonly needs: Needs;
}

/** Where an expression stands. */
export interface Site {
  readonly globals: Globals;
  find(name: string): Meaning | undefined;
  /** The channels that enter the body and that arrive here; undefined where they are not known. */
  readonly in: { readonly channels: Py | undefined; readonly shapes: readonly Shape[] };
  readonly here: { readonly channels: Py | undefined; readonly shapes: readonly Shape[] };
  /** In `forward`: what is read of it, and the names that must be kept as attributes. */
  readonly forward?: {
    readonly input: (axis: 'c' | 'h' | 'w') => Py;
    readonly here: () => Py;
    readonly keep: (name: string) => Py;
    /** An extent of a value, where its axes stand in another order than PyTorch's. */
    readonly extent?: (x: Py, axis: 'c' | 'h' | 'w') => Py;
  };
  /** Where values are variables like others: lists of them, and values inside calls. */
  readonly values?: {
    readonly part: (of: OutlineExpr, member: string) => Py;
    readonly here: () => Py;
    /** A layer or block that is handed on. */
    readonly layer?: (e: OutlineCall, s: Site) => Py;
  };
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  floor: 'math.floor',
  ceil: 'math.ceil',
  sqrt: 'math.sqrt',
};
const SAME_IN_PYTHON = new Set(['min', 'max', 'abs', 'round', 'len', 'range', 'enumerate', 'zip', 'sum']);

/** A size as it is handed on: a number where all are square. */
function sizeOf(text: string, pairs: boolean): Py {
  const dims = text.split('x').map(Number);
  const [h = 1, w] = dims;
  return dims.length === 2 && h === w && !pairs ? pyNum(h) : tuple(...dims.map(pyNum));
}

const AXES = { c: 0, h: 1, w: 2 } as const;
const isAxis = (m: string): m is keyof typeof AXES => m === 'c' || m === 'h' || m === 'w';

/** An extent that all uses have in common, as a number. */
function extentOf(shapes: readonly Shape[], axis: 'h' | 'w'): Py {
  const [n, ...more] = new Set(shapes.map((s) => s[AXES[axis]]));
  if (n === undefined || more.length > 0) throw new CannotSay('a size that differs from use to use decides what is made');
  return pyNum(n);
}

function member(of: OutlineExpr, m: string, s: Site): Py {
  if (!isAxis(m)) {
    if (s.values) return s.values.part(of, m);
    throw new CannotSay(`.${m}`);
  }
  const value = of.kind === 'call' && of.args === undefined ? s.find(of.callee) : undefined;
  const shape = of.kind === 'in' ? s.in : of.kind === 'here' ? s.here : value?.k === 'value' ? value : undefined;
  if (!shape && s.values && s.forward?.extent) return s.forward.extent(py(of, s), m);
  if (!shape) throw new CannotSay(`.${m} of an expression`);
  if (s.forward) {
    if (of.kind === 'in') return s.forward.input(m);
    const x = value?.k === 'value' ? value.py : s.forward.here();
    if (s.forward.extent) return s.forward.extent(x, m);
    return index(attr(x, 'shape'), pyNum(AXES[m] + 1));
  }
  if (m !== 'c') return extentOf(shape.shapes, m);
  if (!shape.channels) throw new CannotSay('channels that are not known');
  return shape.channels;
}

export const patternOf = (p: OutlinePattern): Py => (typeof p === 'string' ? name(identifier(p)) : { k: 'tuple', items: p.map(patternOf) });

export function namesIn(p: OutlinePattern): readonly string[] {
  return typeof p === 'string' ? [p] : p.flatMap(namesIn);
}

/** A site in which some names are variables of a loop. */
export const within = (s: Site, names: readonly string[]): Site => ({
  ...s,
  find: (n) => (names.includes(n) ? { k: 'constant', py: name(identifier(n)), isLayer: !layers.has(n) } : s.find(n)),
});

/** An expression as Python. */
export function py(e: OutlineExpr, s: Site): Py {
  switch (e.kind) {
    case 'number':
      return pyNum(e.value);
    case 'size':
      return sizeOf(e.value, s.globals.pairs);
    case 'string':
      return str(e.value);
    case 'bool':
      return pyBool(e.value === 'true');
    case 'list':
      return list(...e.items.map((i) => py(i, s)));
    case 'comprehension': {
      const inner = within(s, namesIn(e.pattern));
      return {
        k: 'comprehension',
        item: py(e.item, inner),
        pattern: patternOf(e.pattern),
        list: iterable(py(e.list, s)),
        filter: e.filter && py(e.filter, inner),
        brackets: 'list',
      };
    }
    case 'group':
      return py(e.inner, s);
    case 'unary':
      return { k: 'unary', op: e.op, value: py(e.value, s) };
    case 'binary':
      return binary(e.op, py(e.left, s), py(e.right, s));
    case 'conditional':
      return { k: 'if', test: py(e.test, s), yes: py(e.yes, s), no: py(e.no, s) };
    case 'compare':
      return { k: 'compare', first: py(e.first, s), rest: e.rest.map((r) => ({ op: r.op, value: py(r.value, s) })) };
    case 'index':
      return index(py(e.of, s), py(e.index, s));
    case 'slice':
      return index(py(e.of, s), pySlice(e.from && py(e.from, s), e.to && py(e.to, s)));
    case 'member':
      return member(e.of, e.member, s);
    case 'here':
      if (s.values) return s.values.here();
      throw new CannotSay('a shape as a value');
    case 'in':
      throw new CannotSay('a shape as a value');
    case 'call':
      return callOf(e, s);
    default:
      return e satisfies never;
  }
}

function callOf(e: OutlineCall, s: Site): Py {
  const { callee, args } = e;
  const meaning = s.find(callee);
  const { globals } = s;
  if (meaning) {
    if (meaning.k !== 'constant' && meaning.k !== 'shared' && s.values && args === undefined) return meaning.py;
    if (meaning.k !== 'constant') throw new CannotSay(`${callee} as an argument`);
    const of = s.forward && meaning.py.k === 'atom' ? s.forward.keep(meaning.py.text) : meaning.py;
    if (args === undefined || args.length === 0) return of;
    throw new CannotSay(`${callee} with further arguments, as an argument`);
  }
  if (globals.isFunction(callee)) return call(globals.nameOf(callee), ...(args ?? []).map((a) => argument(a, s)));
  if (globals.isConstant(callee)) return name(globals.nameOf(callee));
  if (args !== undefined && SAME_IN_PYTHON.has(callee))
    return builtIn(
      callee,
      args.map((a) => argument(a, s)),
    );
  if (args !== undefined && callee in FUNCTIONS) {
    globals.needs.imports.add('import math');
    return call(FUNCTIONS[callee] as string, ...args.map((a) => argument(a, s)));
  }
  if (args !== undefined && callee === 'size')
    return sizeFrom(
      args.map((a) => py(a.value, s)),
      s,
    );
  return s.values?.layer ? s.values.layer(e, s) : layerValue(e, s);
}

/** A size of its extents: a number where it is a square and none is a pair; all that a value has of height and width as a part of its shape. */
function sizeFrom(extents: readonly Py[], s: Site): Py {
  const [h, w, ...more] = extents;
  if (!h || !w || more.length > 0) return tuple(...extents);
  if (same(h, w) && !s.globals.pairs) return h;
  const [i, j] = [axisOf(h), axisOf(w)];
  if (i === undefined || j !== i + 1 || h.k !== 'index' || w.k !== 'index' || !same(h.of, w.of)) return tuple(h, w);
  // PyTorch has them last.
  return index(h.of, pySlice(pyNum(i), i === 2 ? undefined : pyNum(j + 1)));
}

/** Of `x.shape[2]` the 2. */
function axisOf(e: Py): number | undefined {
  const [only] = e.k === 'index' && e.of.k === 'attr' && e.of.name === 'shape' ? e.items : [];
  return only?.k === 'atom' && /^[12]$|^3$/.test(only.text) ? Number(only.text) : undefined;
}

/** What Python gives of these once only, and what takes it so. */
const ONCE = new Set(['zip', 'enumerate']);
const TAKES_ONCE = new Set(['zip', 'enumerate', 'sum', 'min', 'max']);

/** A function that Python has too. What is a list here is one there. */
function builtIn(callee: string, args: readonly PyArg[]): Py {
  const given = TAKES_ONCE.has(callee) ? args.map((a) => ({ ...a, value: iterable(a.value) })) : args;
  const made = call(callee, ...given);
  return ONCE.has(callee) ? call('list', made) : made;
}

/** What a loop runs over, which need not be a list. */
export function iterable(e: Py): Py {
  const [only] = e.k === 'call' && e.fn.k === 'atom' && e.fn.text === 'list' ? e.args : [];
  const of = only?.value;
  return of?.k === 'call' && of.fn.k === 'atom' && ONCE.has(of.fn.text) ? of : e;
}

const argument = (a: OutlineArgument, s: Site): PyArg => {
  if (a.out) throw new CannotSay('an arrow');
  return a.name === undefined ? { value: py(a.value, s) } : kw(identifier(a.name), py(a.value, s));
};

/** Stands for the channels of a layer that is made later. */
const LATER = name('channels');

/** A layer or block that is handed on: a class, or one with some of its arguments. */
function layerValue(e: OutlineCall, s: Site): Py {
  const { globals } = s;
  const block = globals.block(e.callee);
  const args = e.args ?? [];
  if (block) {
    if (args.length === 0) return name(globals.nameOf(e.callee));
    globals.needs.imports.add('from functools import partial');
    return call('partial', name(globals.nameOf(e.callee)), ...blockArguments(block, args, s).map((a, i) => named(a, block, i)));
  }
  if (globals.isAlias(e.callee)) {
    if (args.length > 0) throw new CannotSay(`${e.callee} as an argument`);
    return name(globals.nameOf(e.callee));
  }
  const layer = layers.get(e.callee);
  // A word of the language: what it means depends on who takes it.
  if (!layer) {
    if (e.callee === 'same' && e.args === undefined) return name('None');
    throw new CannotSay(`the word ${e.callee}`);
  }
  const form = layer.export.pytorch(givenFor(layer.params, args, s) as never, {
    channels: LATER,
    isMap: true,
    xs: undefined,
    y: undefined,
    pairs: globals.pairs,
  });
  globals.needs.add(form);
  const [only, ...more] = form.modules ?? [];
  if (!only || more.length > 0 || only.make.k !== 'call') throw new CannotSay(`${e.callee} as an argument`);
  const { fn, args: made } = only.make;
  const isLater = (a: PyArg): boolean => JSON.stringify(a).includes(JSON.stringify(LATER));
  const rest = made.filter((a) => !isLater(a));
  const plain = made.filter(isLater).length === made.length - rest.length && made.slice(rest.length > 0 ? 1 : 0).length >= 0;
  if (rest.length === 0 && made.length <= 1) return fn;
  const later = made.findIndex(isLater);
  if (plain && made.filter(isLater).length <= 1 && rest.every((a) => a.name !== undefined || later < 0)) {
    globals.needs.imports.add('from functools import partial');
    return call('partial', fn, ...rest);
  }
  return { k: 'lambda', params: later < 0 ? '' : 'channels', body: only.make };
}

export const named = (a: PyArg, block: OutlineBlock, i: number): PyArg =>
  a.name === undefined ? kw(identifier(block.params[i]?.name ?? ''), a.value) : a;

const hasFraction = (e: OutlineExpr): boolean =>
  (e.kind === 'binary' && (e.op === '/' || hasFraction(e.left) || hasFraction(e.right))) ||
  (e.kind === 'number' && !Number.isInteger(e.value)) ||
  (e.kind === 'group' && hasFraction(e.inner));

/** Whether a parameter of a block is a whole number in all its uses. */
const isWhole = (block: OutlineBlock, param: string): boolean =>
  block.instances.length > 0 && block.instances.every((i) => /^-?\d+$/.test(i.arguments[param] ?? ''));

/** The arguments of a block, as they are written; the words of padding as None. */
export function blockArguments(
  block: OutlineBlock,
  args: readonly OutlineArgument[],
  s: Site,
  siteOf: (param: string) => Site = () => s,
): readonly PyArg[] {
  let next = 0;
  return args.map((a): PyArg => {
    if (a.out) throw new CannotSay('an arrow');
    const param = a.name ?? block.params[next++]?.name ?? '';
    const value = py(a.value, siteOf(param));
    const whole = hasFraction(a.value) && isWhole(block, param) ? call('int', value) : value;
    return a.name === undefined ? { value: whole } : kw(identifier(a.name), whole);
  });
}

/** What an expression is without asking anything around it; undefined where it asks. */
function constant(e: OutlineExpr, s: Site): Value | undefined {
  switch (e.kind) {
    case 'number':
      return e.value;
    case 'bool':
      return e.value === 'true';
    case 'string':
      return e.value;
    case 'size':
      return { type: 'size', dims: e.value.split('x').map((d) => (d === '?' ? null : Number(d))) };
    case 'group':
      return constant(e.inner, s);
    case 'unary': {
      const v = constant(e.value, s);
      return e.op === '-' && typeof v === 'number' ? -v : undefined;
    }
    case 'list': {
      const items = e.items.map((i) => constant(i, s));
      return items.every((i) => i !== undefined) ? (items as readonly Value[]) : undefined;
    }
    case 'call':
      return e.args === undefined && !s.find(e.callee) && !layers.has(e.callee) && !s.globals.isConstant(e.callee) ? e.callee : undefined;
    default:
      return undefined;
  }
}

const isChannels = (v: unknown): v is { readonly out: number } => typeof v === 'object' && v !== null && 'out' in v;

/** The parameters of a layer from the arguments of a call. */
export function givenFor(
  specs: Readonly<Record<string, ParamSpec>>,
  args: readonly OutlineArgument[],
  s: Site,
): Readonly<Record<string, Given<ParamValue>>> {
  const names = Object.keys(specs);
  const given: Record<string, Given<ParamValue>> = {};
  let next = 0;
  for (const a of args) {
    const param = a.name ?? names[next++] ?? '';
    const spec = specs[param];
    if (!spec) throw new CannotSay(`the argument ${param}`);
    const e = a.out ?? a.value;
    const value = constant(e, s);
    const parsed = value === undefined ? undefined : spec.parse(value);
    if (parsed !== undefined && !(parsed instanceof ParamFault)) {
      given[param] = isChannels(parsed) ? { known: parsed as unknown as ParamValue, py: pyNum(parsed.out) } : known(parsed);
      continue;
    }
    const text = py(e, s);
    const whole = hasFraction(e) && (spec.type === 'integer' || spec.type === 'size');
    given[param] = { known: undefined, py: whole ? call('int', text) : text };
  }
  for (const [param, spec] of Object.entries(specs)) given[param] ??= known(spec.default ?? null);
  return given;
}

/** A function of the text as one of Python; `siteOf` gives the place in which its parameters mean themselves. */
export function functionOf(d: OutlineFn, siteOf: (locals: ReadonlyMap<string, Meaning>) => Site): PyStatement {
  const locals = new Map(d.params.map((p): [string, Meaning] => [p.name, { k: 'constant', py: name(identifier(p.name)), isLayer: false }]));
  const site = siteOf(locals);
  const params = d.params.map((p) => ({ name: identifier(p.name), ...(p.value ? { value: py(p.value, site) } : {}) }));
  return { k: 'def', name: identifier(d.name), params, doc: d.doc, body: [{ k: 'return', value: py(d.value, site) }] };
}
