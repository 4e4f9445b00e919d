/**
 * A block of an outline as a class: what its body makes in `__init__`, what it does with it in `forward`. A run of layers without names becomes
 * attributes or a Sequential, loops and conditions stay what they are, and each stage knows under which keys its weights will be.
 */
import type { OutlineArgument, OutlineBlock, OutlineBranch, OutlineCall, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';
import { layerOf, layers } from '../../../layers/index.ts';
import { attr, binary, call, index, list, method, name, type Py, type PyArg, pyNum, str, tuple } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay, type TorchForm, type TorchModule } from '../../../layers/torch.ts';
import { attribute, identifier, known, Names, snake } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, expression, type PyStatement } from '../python/statement.ts';
import { channelsBehind, keepsChannels } from './channels.ts';
import { blockArguments, type Globals, givenFor, type Meaning, namesIn, patternOf, py, type Site } from './expressions.ts';
import { allEqual, type Execution, type OutlineFacts } from './facts.ts';

/** Where the module of a stage is: under a key of its own, or the next of a list. */
export type Slot =
  | { readonly k: 'fixed'; readonly key: string }
  /** Of so many modules the one at `offset` has the weights. */
  | { readonly k: 'listed'; readonly list: string; readonly modules: number; readonly offset: number };

/** What a block is as code. */
export interface BlockCode {
  readonly statements: readonly PyStatement[];
  readonly slots: ReadonlyMap<string, Slot>;
  /** The channels that it gives, of its parameters and `in_channels`; undefined where only the module knows. */
  readonly channels: Py | undefined;
  /** Whether the input's channels are an argument. */
  readonly takesChannels: boolean;
}

/** What the writer of a file gives its blocks. */
export interface File extends Globals {
  readonly facts: OutlineFacts;
  /** Written already, or being written. */
  code(block: string): BlockCode | undefined;
  takesChannels(block: string): boolean;
  /** Says that a block's `out_channels` is read. */
  asks(block: string): void;
}

/** The value that flows. */
interface Flow {
  readonly py: Py;
  readonly channels: Py | undefined;
  readonly shapes: readonly Shape[];
}

interface Built {
  readonly modules?: readonly TorchModule[];
  readonly expression?: (x: Py) => Py;
  /** `ask`: of the module's `out_channels`. */
  readonly channels: Py | 'ask' | undefined;
  readonly comment?: string | undefined;
  readonly isIdentity?: boolean;
}
type Step =
  | { readonly k: 'let'; readonly statement: Extract<OutlineStatement, { readonly kind: 'let' }> }
  | {
      readonly k: 'plain';
      readonly at: string;
      readonly label: string | undefined;
      readonly name: string;
      readonly build: (c: Py | undefined, p: Place) => Built;
    }
  | {
      readonly k: 'loop';
      readonly at: string;
      readonly label: string | undefined;
      readonly pattern: Py | undefined;
      readonly names: readonly string[];
      /** How often, where that is written. */
      readonly rounds: number | undefined;
      readonly list: (s: Site) => Py;
      readonly body: readonly Step[];
    }
  | {
      readonly k: 'if';
      readonly at: string;
      readonly label: string | undefined;
      readonly test: (s: Site) => Py;
      readonly yes: readonly Step[];
      readonly no: readonly Step[];
    };
type Element = Exclude<Step, { readonly k: 'let' }>;

/** Where code is being written: both methods, and the names there. */
interface Place {
  readonly init: PyStatement[];
  readonly forward: PyStatement[];
  readonly attributes: Names;
  readonly meanings: Map<string, Meaning>;
  /** What the flow is called in `forward`. */
  readonly variable: string;
  /** What modules are called in a branch. */
  readonly prefix: string | undefined;
}

const SELF = name('self');
const IN = name('in_channels');
const MOST_SEPARATE = 3;
const LONG = 60;
/** Branches that are longer together get a line each. */
const MOST_IN_MERGE = 64;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const identity = call('nn.Identity');
const sequential = (modules: readonly Py[]): Py =>
  modules.length === 1
    ? (modules[0] as Py)
    : {
        k: 'call',
        fn: name('nn.Sequential'),
        args: modules.map((value) => ({ value })),
        ...(modules.length > 2 ? { breaks: true as const } : {}),
      };

/** Some words for several of what has a name. */
const plural = (word: string): string =>
  /(s|x|ch|sh)$/.test(word) ? `${word}es` : /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;

/** What a loop's modules are called together. */
function pluralOf(e: Step): string {
  const found = new Set(namesWithin(e));
  const [only] = found;
  return found.size === 1 && only !== undefined ? plural(only) : 'blocks';
}

/** Whether a name is mentioned anywhere in a body. */
const mentions = (body: unknown, word: string): boolean => JSON.stringify(body).includes(`"callee":"${word}"`);

/** An expression with names replaced. */
export function replaced(e: Py, by: ReadonlyMap<string, Py>): Py {
  if (e.k === 'atom') return by.get(e.text) ?? e;
  const walk = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v !== 'object' || v === null) return v;
    if ('k' in v && v.k === 'atom') return replaced(v as Py, by);
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x)]));
  };
  return walk(e) as Py;
}

/** The names in an expression. */
export function namesOf(e: Py): ReadonlySet<string> {
  const found = new Set<string>();
  JSON.stringify(e, (_, v) => {
    if (typeof v === 'object' && v !== null && v.k === 'atom') found.add(v.text);
    return v;
  });
  return found;
}

export class BlockWriter {
  private readonly file: File;
  private readonly block: OutlineBlock;
  private readonly slots = new Map<string, Slot>();
  /** Names of `__init__`, and of `forward`. */
  private readonly locals = new Names(['self', 'in_channels'], false);
  private readonly variables = new Names(['self', 'x'], false);
  private readonly kept = new Set<string>();
  /** What local names of `__init__` stand for, where that is an expression of the parameters. */
  private readonly definitions = new Map<string, Py>();
  private readonly outputs: { readonly name: string; readonly optional: boolean }[] = [];
  private mainName: string | undefined;
  private readonly inputs: readonly { readonly name: string; readonly channels: Py; readonly shapes: readonly Shape[] }[];
  private sizes: { readonly h: string; readonly w: string } | undefined;

  constructor(file: File, block: OutlineBlock) {
    this.file = file;
    this.block = block;
    const shapes = (i: number): readonly Shape[] =>
      block.instances.flatMap((n) => {
        const x = n.inputs[i];
        return x ? [x] : [];
      });
    const names = block.takes.length > 0 ? block.takes.map(identifier) : ['x'];
    this.inputs = names.map((n, i) => ({
      name: n,
      channels: i === 0 ? this.entering() : this.isFixed(i) ? pyNum(shapes(i)[0]?.[0] ?? 1) : name(`${n}_channels`),
      shapes: shapes(i),
    }));
    for (const p of block.params) this.locals.take(p.name);
    for (const n of names) this.variables.take(n);
  }

  /** Whether a network always gets the same channels. */
  private isFixed(i: number): boolean {
    return this.fixedFor(this.block, i);
  }

  /** The channels of the first input: a network knows them. */
  private entering(): Py {
    if (this.file.takesChannels(this.block.name)) return IN;
    const first = allEqual(this.block.instances.map((i) => i.inputs[0]?.[0]));
    const [on] = this.block.inputs;
    // `on size(noise, 1, 1)`.
    if (on?.kind === 'call' && on.callee === 'size' && on.args?.[0]?.value.kind === 'call')
      return name(identifier(on.args[0].value.callee));
    return pyNum(first ?? 1);
  }

  write(asksOut: boolean, isTarget: boolean): BlockCode {
    const { block } = this;
    const meanings = new Map<string, Meaning>();
    const params: { name: string; value?: Py }[] = [{ name: 'self' }];
    const takes = this.file.takesChannels(block.name);
    // What stands alone needs no argument.
    const own = (i: number): { readonly value?: Py } => {
      const on = block.inputs[i];
      return isTarget && on?.kind === 'size' && block.params.every((p) => p.value) ? { value: pyNum(Number(on.value.split('x')[0])) } : {};
    };
    if (takes) params.push({ name: 'in_channels', ...own(0) });
    for (const [i, n] of block.takes.entries())
      if (i > 0 && !this.isFixed(i)) params.push({ name: `${identifier(n)}_channels`, ...own(i) });
    const place: Place = { init: [], forward: [], attributes: new Names(), meanings, variable: 'x', prefix: undefined };
    let optional = false;
    for (const p of block.params) {
      const py = name(identifier(p.name));
      const isLayer = block.instances.some((i) => isLayerText(i.arguments[p.name] ?? ''));
      if (!p.value && optional) throw new CannotSay('a parameter with a default before one without');
      optional ||= p.value !== undefined;
      const value = p.value && this.defaultOf(p.value, this.site(place, undefined));
      meanings.set(p.name, { k: 'constant', py, isLayer });
      if (value && [...namesOf(value)].some((n) => params.some((q) => q.name === n))) {
        place.init.push({
          k: 'if',
          test: { k: 'compare', first: py, rest: [{ op: 'is', value: name('None') }] },
          yes: [assign(py, value)],
          no: [],
        });
        params.push({ name: identifier(p.name), value: name('None') });
      } else params.push({ name: identifier(p.name), ...(value ? { value } : {}) });
    }
    const [first, ...more] = this.inputs;
    if (block.takes.length > 0)
      for (const [i, t] of block.takes.entries()) {
        const input = this.inputs[i] as (typeof this.inputs)[number];
        meanings.set(t, { k: 'value', py: name(input.name), channels: input.channels, shapes: input.shapes });
      }
    const start: Flow = { py: name(first?.name ?? 'x'), channels: first?.channels, shapes: first?.shapes ?? [] };
    const end = this.statements(block.body, start, place);
    const forward = this.finish(end, place);
    const stored = [...this.kept].map((n) => assign(attr(SELF, attribute(n)), name(n)));
    const out = end.channels && this.outside(end.channels, takes);
    const asked = asksOut && end.channels ? [assign(attr(SELF, 'out_channels'), end.channels)] : [];
    const body: PyStatement[] = [];
    const init = this.withoutUnread([...place.init, ...stored, ...asked]);
    if (init.length > 0)
      body.push({ k: 'def', name: '__init__', params, doc: '', body: [expression(call(attr(call('super'), '__init__'))), ...init] });
    else if (params.length > 1)
      body.push({ k: 'def', name: '__init__', params, doc: '', body: [expression(call(attr(call('super'), '__init__')))] });
    body.push({
      k: 'def',
      name: 'forward',
      params: [{ name: 'self' }, ...[first, ...more].map((i) => ({ name: i?.name ?? 'x' }))],
      doc: '',
      body: forward,
    });
    return {
      statements: [{ k: 'class', name: this.file.nameOf(block.name), bases: ['nn.Module'], doc: block.doc, body }],
      slots: this.slots,
      channels: out,
      takesChannels: takes,
    };
  }

  /** Statements without the names of channels that nothing reads. */
  private withoutUnread(init: readonly PyStatement[]): readonly PyStatement[] {
    let body = init;
    for (const j of [...this.joints].reverse()) {
      const text = JSON.stringify(body).replaceAll(`"to":{"k":"atom","text":"${j}"}`, '');
      if (!text.includes(`{"k":"atom","text":"${j}"}`)) body = without(body, j);
    }
    return body;
  }

  private defaultOf(e: NonNullable<OutlineBlock['params'][number]['value']>, s: Site): Py {
    const value = py(e, s);
    // A list as a default would be one for all calls.
    return value.k === 'list' ? tuple(...value.items.map((i) => (i.k === 'list' ? tuple(...i.items) : i))) : value;
  }

  /** The channels that leave, for who calls the block: of its parameters alone. */
  private outside(c: Py, takes: boolean): Py | undefined {
    let e = c;
    for (let i = 0; i < 8; i++) e = replaced(e, this.definitions);
    const allowed = new Set([
      ...this.block.params.map((p) => identifier(p.name)),
      ...(takes ? ['in_channels'] : []),
      ...this.block.takes.slice(1).map((t) => `${identifier(t)}_channels`),
    ]);
    const globals = (n: string): boolean =>
      /^[\d"]/.test(n) ||
      ['min', 'max', 'round', 'len', 'int', 'sum', 'abs', 'math'].includes(n) ||
      this.file.facts.outline.declarations.some((d) => this.file.nameOf(d.name) === n);
    return [...namesOf(e)].every((n) => allowed.has(n) || globals(n)) && !JSON.stringify(e).includes('"out_channels"') ? e : undefined;
  }

  private finish(end: Flow, place: Place): readonly PyStatement[] {
    const main = this.mainName ?? 'output';
    const { forward } = place;
    if (this.outputs.length === 0) {
      // Each side of a last condition gives its own.
      const last = forward.at(-1);
      const before = end.py.k === 'atom' && last ? returning(last, end.py.text) : undefined;
      if (last?.k === 'assign' && same(last.to, end.py))
        return this.withSizes([...forward.slice(0, -1), { k: 'return', value: last.value }]);
      if (before?.k === 'if') return this.withSizes([...forward.slice(0, -1), { ...before, no: [] }, ...before.no]);
      return this.withSizes([...forward, { k: 'return', value: end.py }]);
    }
    if (
      this.block.name !== this.file.facts.outline.target &&
      !this.file.facts.outline.targets.some((t) => this.file.facts.instances.get(t.root)?.block === this.block)
    )
      throw new CannotSay('outputs of a block that is called');
    const optional = this.outputs.some((o) => o.optional);
    const own = optional
      ? [{ k: 'star' as const, stars: '**', value: name('outputs') }]
      : this.outputs.map((o) => [str(o.name), name(identifier(o.name))] as const);
    const start = optional ? [assign(name('outputs'), { k: 'dict', items: [] })] : [];
    return this.withSizes([...start, ...forward, { k: 'return', value: { k: 'dict', items: [[str(main), end.py], ...own] } }]);
  }

  private withSizes(forward: readonly PyStatement[]): readonly PyStatement[] {
    if (!this.sizes) return forward;
    const x = name(this.inputs[0]?.name ?? 'x');
    return [
      assign(tuple(name(this.sizes.h), name(this.sizes.w)), index(attr(x, 'shape'), { k: 'slice', from: pyNum(2), to: undefined })),
      ...forward,
    ];
  }

  /** What expressions see; in `forward` too where `flow` is given. */
  private site(place: Place, here: Flow | undefined, inForward?: () => Py): Site {
    const [first] = this.inputs;
    const entering = { channels: first?.channels, shapes: first?.shapes ?? [] };
    const site: Site = {
      globals: this.file,
      find: (n) => place.meanings.get(n),
      in: entering,
      here: here ?? entering,
    };
    if (!inForward) return site;
    return {
      ...site,
      forward: {
        input: (axis) => {
          if (axis === 'c')
            return entering.channels?.k === 'atom' && entering.channels.text === 'in_channels'
              ? this.keep('in_channels')
              : (entering.channels ?? pyNum(1));
          this.sizes ??= { h: this.variables.take('height'), w: this.variables.take('width') };
          return name(this.sizes[axis]);
        },
        here: inForward,
        keep: (n) => this.keep(n),
      },
    };
  }

  private keep(n: string): Py {
    if (/^[A-Za-z_]/.test(n)) {
      this.kept.add(n);
      return attr(SELF, attribute(n));
    }
    return name(n);
  }

  // --- statements

  private statements(body: readonly OutlineStatement[], start: Flow, place: Place, conditional = false): Flow {
    let flow = start;
    let pending: Element[] = [];
    const flush = (): void => {
      flow = this.flush(pending, flow, place);
      pending = [];
    };
    for (const s of body) {
      switch (s.kind) {
        case 'let':
          flush();
          this.define(s, flow, place);
          break;
        case 'shared':
          place.meanings.set(s.name, { k: 'shared', call: s.value, made: undefined });
          break;
        case 'output': {
          flush();
          if (!s.value) {
            this.mainName = s.name;
            break;
          }
          flow = this.settle(flow, place);
          const variable = this.variables.has(identifier(s.name)) ? identifier(s.name) : this.variables.take(s.name);
          const own: Place = { ...place, prefix: s.name, variable };
          const made = this.pipelines(s.value, flow, own);
          if (conditional) place.forward.push(assign(index(name('outputs'), str(s.name)), made.py));
          else if (!same(made.py, name(variable))) place.forward.push(assign(name(variable), made.py));
          this.outputs.push({ name: s.name, optional: conditional });
          if (!place.meanings.has(s.name))
            place.meanings.set(s.name, { ...made, k: 'value', py: conditional ? index(name('outputs'), str(s.name)) : name(variable) });
          break;
        }
        case 'named':
        case 'pipeline': {
          if (s.kind === 'named' && this.isRun(s.value, place)) {
            // Its modules have the value's name.
            flush();
            flow = this.give(s.name, this.statements([{ kind: 'pipeline', value: s.value }], flow, { ...place, prefix: s.name }), place);
            break;
          }
          for (const [i, stage] of s.value.entries()) {
            const step = this.step(stage, place, i === 0);
            if (step === 'nothing') continue;
            const isRead = stage.label !== undefined && mentions(this.block.body, stage.label);
            if (step) pending.push(step);
            else {
              flush();
              flow = this.stage(stage, flow, place, i === 0, conditional);
            }
            if (isRead) {
              flush();
              flow = this.give(stage.label as string, flow, place);
            }
          }
          if (s.kind === 'named') {
            flush();
            flow = this.give(s.name, flow, place);
          }
          break;
        }
        default:
          s satisfies never;
      }
    }
    flush();
    return flow;
  }

  /** Whether a named pipeline makes modules, none of which has a label. */
  private isRun(value: readonly OutlineStage[], place: Place): boolean {
    const [first] = value;
    const isValue = first?.stage.kind === 'call' && first.stage.args === undefined && place.meanings.get(first.stage.callee)?.k === 'value';
    return place.prefix === undefined && value.every((s) => s.label === undefined) && !(isValue && value.length === 1);
  }

  private pipelines(value: readonly OutlineStage[], flow: Flow, place: Place): Flow {
    return this.statements([{ kind: 'pipeline', value }], flow, place);
  }

  private define(s: Extract<OutlineStatement, { readonly kind: 'let' }>, flow: Flow, place: Place): void {
    if (
      JSON.stringify(s.value).includes('"kind":"here"') &&
      s.value.kind !== 'member' &&
      /\{"kind":"here"\}(?!,"member")/.test(JSON.stringify(s.value))
    ) {
      // A list of values that nothing reads is left out.
      if (this.isUnread(s.name)) return;
      throw new CannotSay('lists of values');
    }
    if (s.value.kind === 'list' && s.value.items.length === 0 && this.isUnread(s.name)) return;
    const value = py(s.value, this.site(place, flow));
    const own = this.rename(s.name, place);
    place.init.push(assign(name(own), value));
    this.definitions.set(own, value);
    place.meanings.set(s.name, { k: 'constant', py: name(own), isLayer: isLayerExpression(s.value, this.file, place) });
  }

  private rename(n: string, place: Place): string {
    const known = place.meanings.get(n);
    if (known?.k === 'constant' && known.py.k === 'atom') return known.py.text;
    return this.locals.has(identifier(n)) && !place.meanings.has(n) ? this.locals.take(n) : this.taken(n);
  }
  private taken(n: string): string {
    return this.locals.has(identifier(n)) ? identifier(n) : this.locals.take(n);
  }

  /** Whether a list is only ever added to itself. */
  private isUnread(n: string): boolean {
    const text = JSON.stringify(this.block.body);
    const all = text.split(`"callee":"${n}"`).length - 1;
    const own =
      text.split(`{"kind":"let","name":"${n}","value":{"kind":"binary","op":"+","left":{"kind":"call","callee":"${n}"}`).length - 1;
    return all === own;
  }

  /** Names the flow, in `forward` too. */
  private give(n: string, flow: Flow, place: Place): Flow {
    const variable =
      this.variables.has(identifier(n)) && !place.meanings.has(n) && identifier(n) !== n ? this.variables.take(n) : identifier(n);
    if (!this.variables.has(variable)) this.variables.take(variable);
    const last = place.forward.at(-1);
    // What was given the common name just now gets this one instead.
    if (
      flow.py.k === 'atom' &&
      flow.py.text === place.variable &&
      last?.k === 'assign' &&
      same(last.to, flow.py) &&
      !same(flow.py, name(variable))
    )
      place.forward[place.forward.length - 1] = assign(name(variable), last.value);
    else if (!same(flow.py, name(variable))) place.forward.push(assign(name(variable), flow.py));
    const named: Flow = { ...flow, py: name(variable) };
    place.meanings.set(n, { k: 'value', ...named });
    return named;
  }

  /** The flow as a variable, so that it can be read more than once. */
  private settle(flow: Flow, place: Place): Flow {
    if (flow.py.k === 'atom') return flow;
    place.forward.push(assign(name(place.variable), flow.py));
    if (!this.variables.has(place.variable)) this.variables.take(place.variable);
    return { ...flow, py: name(place.variable) };
  }

  // --- stages as steps of a run

  /** A stage as a step of a run; undefined where it is more than that, `nothing` where it makes nothing. */
  private step(s: OutlineStage, place: Place, first: boolean): Element | 'nothing' | undefined {
    const { stage, at, label } = s;
    switch (stage.kind) {
      case 'expect':
        return 'nothing';
      case 'call': {
        const meaning = place.meanings.get(stage.callee);
        if (first && stage.args === undefined && meaning?.k === 'value') return undefined;
        return { k: 'plain', at, label, name: this.nameFor(stage, place), build: (c, p) => this.build(stage, at, c, p) };
      }
      case 'part':
      case 'merge':
        return undefined;
      case 'repeat':
      case 'for': {
        const names = stage.kind === 'for' ? namesIn(stage.pattern) : stage.index === undefined ? [] : [stage.index];
        const inner = this.inLoop(names, place);
        const body = this.steps(stage.body, inner);
        if (!body) return undefined;
        const pattern =
          stage.kind === 'for' ? patternOf(stage.pattern) : stage.index === undefined ? undefined : name(identifier(stage.index));
        const of = stage.kind === 'for' ? stage.list : undefined;
        const count = stage.kind === 'repeat' ? stage.count : undefined;
        return {
          k: 'loop',
          at,
          label,
          pattern,
          rounds: count?.kind === 'number' ? count.value : undefined,
          names,
          list: (site) => (of ? py(of, site) : call('range', py(count as never, site))),
          body,
        };
      }
      case 'if': {
        const yes = this.steps(stage.yes, place);
        const no = this.steps(stage.no ?? [], place);
        if (!yes || !no) return undefined;
        return { k: 'if', at, label, test: (site) => py(stage.condition, site), yes, no };
      }
      default:
        return stage satisfies never;
    }
  }

  private inLoop(names: readonly string[], place: Place): Place {
    const meanings = new Map(place.meanings);
    for (const n of names)
      meanings.set(n, {
        k: 'constant',
        py: name(identifier(n)),
        isLayer: !layers.has(n) && !this.file.block(n) ? true : mentionsAsStage(this.block.body, n),
      });
    return { ...place, meanings };
  }

  /** The statements of a loop or condition as steps; undefined where they do more than make modules in a row. */
  private steps(body: readonly OutlineStatement[], place: Place): readonly Step[] | undefined {
    const steps: Step[] = [];
    for (const s of body) {
      if (s.kind === 'let') {
        if (this.isUnread(s.name)) continue;
        if (/"kind":"here"/.test(JSON.stringify(s.value)) && !/"of":\{"kind":"here"\}/.test(JSON.stringify(s.value))) return undefined;
        steps.push({ k: 'let', statement: s });
        place.meanings.set(s.name, { k: 'constant', py: name(identifier(s.name)), isLayer: isLayerExpression(s.value, this.file, place) });
        continue;
      }
      if (s.kind !== 'pipeline') return undefined;
      for (const [i, stage] of s.value.entries()) {
        if (stage.label !== undefined && mentions(this.block.body, stage.label)) return undefined;
        const step = this.step(stage, place, i === 0);
        if (!step) return undefined;
        if (step !== 'nothing') steps.push(step);
      }
    }
    return steps;
  }

  /** What a module is called that a call makes. */
  private nameFor({ callee }: OutlineCall, place: Place): string {
    return place.meanings.has(callee) || layers.has(callee) ? callee : snake(this.file.nameOf(callee));
  }

  /** A call as modules or as an expression. */
  private build(c: OutlineCall, at: string, channels: Py | undefined, place: Place): Built {
    const meaning = place.meanings.get(c.callee);
    const uses = this.file.facts.at(this.block, at);
    const site = this.site(place, { py: name('x'), channels, shapes: uses.map((u) => u.trace.input) });
    if (meaning?.k === 'shared') return this.buildShared(meaning, c, at, channels, place);
    const made = this.file.facts.callees(this.block, at);
    if (meaning?.k === 'constant' && (meaning.isLayer || !layers.has(c.callee)))
      return this.buildLocal(meaning.py, c, made, site, channels);
    const block = this.file.block(c.callee);
    if (block) return this.buildBlock(block, c.args ?? [], site, channels);
    if (layers.has(c.callee)) return this.buildLayer(c, uses, site, channels, place);
    throw new CannotSay(`a call of ${c.callee}`);
  }

  private buildBlock(block: OutlineBlock, args: readonly OutlineArgument[], site: Site, channels: Py | undefined): Built {
    const takes = this.file.takesChannels(block.name);
    const pyArgs = blockArguments(block, args, site);
    const made = call(this.file.nameOf(block.name), ...(takes ? [need(channels)] : []), ...pyArgs);
    return {
      modules: [{ name: snake(block.name), make: made, weights: true as const }],
      channels: this.channelsOf(block, pyArgs, channels),
    };
  }

  /** The channels that a call of a block gives. */
  private channelsOf(block: OutlineBlock, args: readonly PyArg[], channels: Py | undefined): Py | 'ask' {
    const code = this.file.code(block.name);
    const ask = (): 'ask' => {
      this.file.asks(block.name);
      return 'ask';
    };
    if (!code?.channels) return ask();
    const by = new Map<string, Py>();
    if (channels) by.set('in_channels', channels);
    let next = 0;
    for (const a of args) by.set(a.name ?? identifier(block.params[next++]?.name ?? ''), a.value);
    for (const p of block.params) {
      const n = identifier(p.name);
      if (by.has(n) || !p.value || !namesOf(code.channels).has(n)) continue;
      if (p.value.kind !== 'number') return ask();
      by.set(n, pyNum(p.value.value));
    }
    if ([...namesOf(code.channels)].includes('in_channels') && !channels) return ask();
    const found = replaced(code.channels, by);
    return flat(found).length > 40 ? ask() : found;
  }

  private buildLocal(
    of: Py,
    c: OutlineCall,
    made: { readonly layers: ReadonlySet<string>; readonly blocks: ReadonlySet<string> },
    site: Site,
    channels: Py | undefined,
  ): Built {
    const kinds = [...made.layers];
    const blocks = [...made.blocks].map((b) => this.file.block(b) as OutlineBlock);
    const args = c.args ?? [];
    if (args.length > 0 && kinds.length > 0) throw new CannotSay(`arguments for ${c.callee}`);
    const takes = (kind: string): boolean => takesChannels(kind);
    const some = blocks.some((b) => this.file.takesChannels(b.name)) || kinds.some(takes);
    const all = blocks.every((b) => this.file.takesChannels(b.name)) && kinds.every((k) => takes(k) || k === 'identity');
    if (some && !all) throw new CannotSay(`${c.callee} is made with channels in some uses only`);
    const [block] = blocks;
    const pyArgs = block ? blockArguments(block, args, site) : [];
    const make = call(of, ...(some ? [need(channels)] : []), ...pyArgs);
    const keeps = kinds.every(keepsChannels);
    if (kinds.length > 0 && !keeps) throw new CannotSay(`the channels behind ${c.callee}`);
    const behind = blocks.map((b) => this.channelsOf(b, pyArgs, channels));
    const [first] = behind;
    let after: Py | 'ask' | undefined = blocks.length === 0 ? channels : behind.every((b) => same(b, first)) ? first : 'ask';
    // Behind a value that may have been given arguments before, only the module knows.
    if (blocks.length > 0 && after !== 'ask' && after !== undefined && !same(after, channels) && args.length === 0) after = 'ask';
    if (blocks.length > 0 && after !== 'ask' && after !== undefined && after.k !== 'atom' && !same(after, channels)) after = 'ask';
    if (kinds.length > 0 && blocks.length > 0 && !same(after, channels)) throw new CannotSay(`the channels behind ${c.callee}`);
    if (after === 'ask') for (const b of blocks) this.file.asks(b.name);
    return { modules: [{ name: c.callee, make, weights: true }], channels: after };
  }

  private buildLayer(c: OutlineCall, uses: readonly Execution[], site: Site, channels: Py | undefined, place: Place): Built {
    const layer = layerOf(c.callee);
    const inputs = uses.map((u) => u.trace.input);
    const maps = new Set(inputs.map((x) => x.length === 3));
    if (maps.size > 1) throw new CannotSay(`${c.callee} of maps and of vectors`);
    const x = allEqual(inputs);
    const where = {
      channels: channels ?? UNKNOWN,
      isMap: !maps.has(false),
      xs: x ? [x] : undefined,
      y: allEqual(uses.map((u) => u.trace.output)),
      pairs: this.file.pairs,
    };
    let given: ReturnType<typeof givenFor> | undefined;
    let form: TorchForm | undefined;
    try {
      given = givenFor(layer.params, c.args ?? [], site);
      form = layer.export.pytorch(given as never, where);
    } catch (e) {
      if (!(e instanceof CannotSay)) throw e;
    }
    const symbolicPad = given && 'pad' in given && given.pad?.known === undefined;
    if (symbolicPad && uses.some((u) => u.item?.params?.pad === 'tf' || isUneven(u.item?.params?.pad)))
      throw new CannotSay('a padding that differs from side to side');
    if (form?.modules) {
      if (JSON.stringify(form.modules).includes(JSON.stringify(UNKNOWN))) throw new CannotSay('channels that are not known');
      this.file.needs.add(form);
      const { channels: after, comment } = channelsBehind(c.callee, given as NonNullable<typeof given>, channels, uses);
      const inline = form.expression;
      return {
        modules: form.modules,
        ...(inline ? { expression: (v: Py) => inline([v]) } : {}),
        channels: after,
        comment,
        isIdentity: c.callee === 'identity',
      };
    }
    let after: Py | undefined;
    try {
      after = given && channelsBehind(c.callee, given, channels, uses).channels;
    } catch (e) {
      if (!(e instanceof CannotSay)) throw e;
    }
    if (keepsChannels(c.callee)) after = channels;
    if (!after) {
      const all = allEqual(uses.map((u) => u.trace.output[0]));
      after = all === undefined ? undefined : pyNum(all);
    }
    const inForward = (v: Py): Py => {
      const there = givenFor(
        layer.params,
        c.args ?? [],
        this.site(place, { py: v, channels, shapes: inputs }, () => v),
      );
      const made = layer.export.pytorch(there as never, where);
      this.file.needs.add(made);
      if (!made.expression) throw new CannotSay(c.callee);
      return made.expression([v]);
    };
    return { expression: inForward, channels: after };
  }

  private buildShared(
    m: Extract<Meaning, { readonly k: 'shared' }>,
    c: OutlineCall,
    at: string,
    channels: Py | undefined,
    place: Place,
  ): Built {
    if (c.args !== undefined && c.args.length > 0) throw new CannotSay('arguments for what is shared');
    if (!m.made) {
      const built = this.build(m.call, at, channels, { ...place, meanings: new Map([...place.meanings].filter(([, v]) => v !== m)) });
      const [module, ...more] = built.modules ?? [];
      if (!module || more.length > 0) throw new CannotSay('what is shared is more than a module');
      const attribute = place.attributes.take(c.callee);
      place.init.push(assign(attr(SELF, attribute), module.make));
      m.made = { attribute, channels: built.channels === 'ask' ? attr(attr(SELF, attribute), 'out_channels') : built.channels };
    }
    const { attribute, channels: after } = m.made;
    this.slots.set(at, { k: 'fixed', key: attribute });
    return { expression: (x) => call(attr(SELF, attribute), x), channels: after };
  }

  // --- runs

  private built(e: Extract<Step, { readonly k: 'plain' }>, c: Py | undefined, place: Place): Built {
    return e.build(c, place);
  }

  /** Makes the modules of a run, and gives what flows behind it. */
  private flush(run: readonly Element[], flow: Flow, place: Place): Flow {
    if (run.length === 0) return flow;
    const shapes = (e: Element | undefined): readonly Shape[] =>
      e ? this.file.facts.at(this.block, e.at).map((u) => u.trace.output) : flow.shapes;
    const { prefix } = place;
    // In a branch, a run with loops or conditions is one list.
    if (prefix !== undefined && run.length > 1 && run.some((e) => e.k !== 'plain') && run.every((e) => e.label === undefined)) {
      const after = this.tryList(run, flow, place, prefix);
      if (after) return { ...after, shapes: shapes(run.at(-1)) };
    }
    let at = flow;
    let group: Extract<Element, { readonly k: 'plain' }>[] = [];
    const end = (): void => {
      if (group.length > 0) at = this.plain(group, at, place);
      group = [];
    };
    for (const [i, e] of run.entries()) {
      const isLast = i === run.length - 1;
      if (e.k === 'plain' && e.label === undefined) group.push(e);
      else {
        end();
        if (e.k === 'plain') at = this.plain([e], at, place);
        else if (e.k === 'if') at = this.choice(e, at, place, prefix !== undefined && run.length === 1);
        else at = this.tryListOrThrow([e], at, place, e.label ?? (prefix !== undefined && run.length === 1 ? prefix : pluralOf(e)));
      }
      if (isLast) end();
    }
    return { ...at, shapes: shapes(run.at(-1)) };
  }

  private tryListOrThrow(run: readonly Element[], flow: Flow, place: Place, wanted: string): Flow {
    const made = this.tryList(run, flow, place, wanted);
    if (!made) throw new CannotSay('a loop around what is no module');
    return made;
  }

  /** Layers without loops or conditions: an attribute each, or together a Sequential. */
  private plain(group: readonly Extract<Element, { readonly k: 'plain' }>[], flow: Flow, place: Place): Flow {
    const { prefix } = place;
    const alone = group.length === 1;
    const distinct = new Set(group.map((e) => e.name)).size === group.length;
    const wantsSequence = prefix === undefined ? group.length > MOST_SEPARATE || (!distinct && group.length > 2) : group.length > 1;
    if (wantsSequence && !alone) {
      const made = this.sequence(group, flow, place, prefix ?? sequenceName(group));
      if (made) return made;
    }
    let at = flow;
    let comment: string | undefined;
    const lone = alone || group.filter((e) => !isInline(e, this.file)).length === 1;
    for (const e of group) {
      const b = this.built(e, at.channels, place);
      const shapes = this.file.facts.at(this.block, e.at).map((u) => u.trace.output);
      let value: Py;
      let channels = b.channels;
      comment ??= b.comment;
      if (b.expression) {
        if (usesTwice(b.expression)) at = this.settle(at, place);
        value = b.expression(at.py);
      } else {
        const modules = b.modules ?? [];
        value = at.py;
        for (const m of modules) {
          const wanted = e.label ?? (prefix === undefined ? e.name : lone ? prefix : `${prefix}_${e.name}`);
          const a = place.attributes.take(m.weights || modules.length === 1 ? wanted : `${wanted}_${m.name}`);
          if (m.weights || modules.length === 1) this.slots.set(e.at, { k: 'fixed', key: a });
          if (comment !== undefined) place.init.push({ k: 'comment', text: comment });
          comment = undefined;
          place.init.push(assign(attr(SELF, a), m.make));
          value = call(attr(SELF, a), value);
          if (channels === 'ask') channels = attr(attr(SELF, a), 'out_channels');
        }
      }
      at = { py: value, channels: channels === 'ask' ? undefined : channels, shapes };
      if (flat(at.py).length > LONG) at = this.settle(at, place);
    }
    return at;
  }

  private sequence(
    group: readonly Extract<Element, { readonly k: 'plain' }>[],
    flow: Flow,
    place: Place,
    wanted: string,
  ): Flow | undefined {
    const modules: Py[] = [];
    const slots: (readonly [string, number])[] = [];
    let channels = flow.channels;
    const comments = new Set<string>();
    for (const [i, e] of group.entries()) {
      const b = this.built(e, channels, place);
      if (!b.modules || (b.channels === 'ask' && i < group.length - 1)) return undefined;
      if (b.comment !== undefined) comments.add(b.comment);
      if (b.isIdentity) continue;
      const weights = b.modules.findIndex((m) => m.weights);
      slots.push([e.at, modules.length + Math.max(0, weights)]);
      modules.push(...b.modules.map((m) => m.make));
      channels = b.channels === 'ask' ? undefined : b.channels;
      if (b.channels === 'ask') return undefined;
    }
    if (modules.length === 0) return { ...flow, channels };
    const a = place.attributes.take(wanted);
    for (const [at, i] of slots) this.slots.set(at, { k: 'fixed', key: modules.length === 1 ? a : `${a}.${i}` });
    for (const text of comments) place.init.push({ k: 'comment', text });
    place.init.push(assign(attr(SELF, a), sequential(modules)));
    return this.through(a, flow, channels, place);
  }

  private through(a: string, flow: Flow, channels: Py | undefined, place: Place): Flow {
    const next: Flow = { ...flow, py: call(attr(SELF, a), flow.py), channels };
    return flat(next.py).length > LONG ? this.settle(next, place) : next;
  }

  /** A run as a list that is filled, and the Sequential of it; undefined where something in it is no module. */
  private tryList(run: readonly Element[], flow: Flow, place: Place, wanted: string): Flow | undefined {
    const attribute = place.attributes.copy().take(wanted);
    const simple = this.comprehension(run, flow, place, attribute);
    if (simple) {
      place.attributes.take(wanted);
      place.init.push(assign(attr(SELF, attribute), simple.value));
      return this.through(attribute, flow, simple.channels, place);
    }
    const local = this.locals.take(attribute);
    const statements: PyStatement[] = [];
    const end = this.filled(run, flow.channels, statements, { local, attribute }, place);
    if (end === 'no') return undefined;
    place.attributes.take(wanted);
    const [head] = statements;
    // What stands before the first loop is in the list from the start.
    if (head?.k === 'augment' && same(head.to, name(local))) statements[0] = assign(name(local), head.value);
    else if (head?.k === 'expression' && head.value.k === 'call' && same(head.value.fn, attr(name(local), 'append')))
      statements[0] = assign(name(local), list(head.value.args[0]?.value as Py));
    else statements.unshift(assign(name(local), list()));
    place.init.push(...statements, assign(attr(SELF, attribute), call('nn.Sequential', { k: 'star', stars: '*', value: name(local) })));
    return this.through(attribute, flow, end, place);
  }

  /** A loop over one module that leaves the channels as they are. */
  private comprehension(
    run: readonly Element[],
    flow: Flow,
    place: Place,
    attribute: string,
  ): { readonly value: Py; readonly channels: Py | undefined } | undefined {
    const [loop, ...more] = run;
    if (loop?.k !== 'loop' || more.length > 0 || loop.body.length !== 1) return undefined;
    const [only] = loop.body;
    if (only?.k !== 'plain') return undefined;
    const inner = this.inLoop(loop.names, place);
    const b = this.built(only, flow.channels, inner);
    const [module, ...rest] = b.modules ?? [];
    if (!module || rest.length > 0 || b.channels === 'ask' || !same(b.channels, flow.channels)) return undefined;
    const pattern = loop.pattern ?? name('_');
    const value: Py = {
      k: 'comprehension',
      item: module.make,
      pattern,
      list: loop.list(this.site(place, flow)),
      filter: undefined,
      brackets: 'list',
    };
    this.slots.set(only.at, { k: 'listed', list: attribute, modules: 1, offset: 0 });
    return { value: call('nn.Sequential', { k: 'star', stars: '*', value }), channels: flow.channels };
  }

  /** Fills a list with the modules of steps; gives the channels behind them. */
  private filled(
    steps: readonly Step[],
    start: Py | undefined,
    out: PyStatement[],
    to: { readonly local: string; readonly attribute: string },
    place: Place,
  ): Py | undefined | 'no' {
    let channels = start;
    let waiting: Py[] = [];
    const append = (): void => {
      const [one, ...more] = waiting;
      if (one && more.length === 0) out.push(expression(method(name(to.local), 'append', one)));
      else if (one) out.push({ k: 'augment', to: name(to.local), op: '+', value: list(...waiting) });
      waiting = [];
    };
    for (const step of steps) {
      if (step.k === 'let') {
        append();
        const here: Flow = { py: name('x'), channels, shapes: [] };
        const value = py(step.statement.value, this.site(place, here));
        const own = this.letNames.get(step.statement) ?? this.rename(step.statement.name, place);
        this.letNames.set(step.statement, own);
        out.push(assign(name(own), value));
        place.meanings.set(step.statement.name, {
          k: 'constant',
          py: name(own),
          isLayer: isLayerExpression(step.statement.value, this.file, place),
        });
        continue;
      }
      if (step.k === 'plain') {
        const b = this.built(step, channels, place);
        if (!b.modules) return 'no';
        if (b.comment !== undefined) {
          append();
          out.push({ k: 'comment', text: b.comment });
        }
        if (b.isIdentity) continue;
        waiting.push(...b.modules.map((m) => m.make));
        this.slots.set(step.at, {
          k: 'listed',
          list: to.attribute,
          modules: b.modules.length,
          offset: Math.max(
            0,
            b.modules.findIndex((m) => m.weights),
          ),
        });
        if (b.channels === 'ask') {
          append();
          channels = attr(index(name(to.local), pyNum(-1)), 'out_channels');
        } else channels = b.channels;
        continue;
      }
      append();
      const made = step.k === 'loop' ? this.loop(step, channels, out, to, place) : this.listedIf(step, channels, out, to, place);
      if (made === 'no') return 'no';
      channels = made;
    }
    append();
    return channels;
  }

  /** A name in which the channels of a list are kept, its own while the list is filled. */
  private channelsVariable(to: { readonly local: string }): Py {
    const known = this.counters.get(to.local);
    if (known !== undefined) return name(known);
    const taken = ['channels', 'features', 'width'].find((n) => !this.locals.has(n)) ?? 'channels';
    const own = this.locals.take(taken);
    this.counters.set(to.local, own);
    return name(own);
  }
  /** What the constants of loops are called, which are written more than once. */
  private readonly letNames = new Map<OutlineStatement, string>();
  private readonly counters = new Map<string, string>();
  /** Names of channels behind conditions, which go where nothing reads them. */
  private readonly joints = new Set<string>();

  private loop(
    step: Extract<Step, { readonly k: 'loop' }>,
    start: Py | undefined,
    out: PyStatement[],
    to: { readonly local: string; readonly attribute: string },
    place: Place,
  ): Py | undefined | 'no' {
    const iterate = (from: Py | undefined): { readonly body: PyStatement[]; readonly end: Py | undefined | 'no' } => {
      const body: PyStatement[] = [];
      const end = this.filled(step.body, from, body, to, this.inLoop(step.names, place));
      return { body, end };
    };
    const over = step.list(this.site(place, { py: name('x'), channels: start, shapes: [] }));
    const pattern = step.pattern ?? name('_');
    const before = new Map(this.counters);
    const trial = iterate(start);
    if (trial.end === 'no') return 'no';
    if (same(trial.end, start)) {
      out.push({ k: 'for', pattern, list: over, body: trial.body });
      return start;
    }
    for (const k of [...this.counters.keys()]) if (!before.has(k)) this.counters.delete(k);
    const variable = this.channelsVariable(to);
    if (!same(start, variable)) out.push(assign(variable, need(start)));
    const { body, end } = iterate(variable);
    if (end === 'no') return 'no';
    if (!same(end, variable)) body.push(setChannels(variable, need(end)));
    out.push({ k: 'for', pattern, list: over, body });
    // What each round gives is given, where there is a round at least.
    const mine = new Set([flat(variable), ...step.names.map(identifier), ...this.letNames.values()]);
    return step.rounds !== undefined && step.rounds > 0 && end && ![...namesOf(end)].some((n) => mine.has(n)) ? end : variable;
  }

  private listedIf(
    step: Extract<Step, { readonly k: 'if' }>,
    start: Py | undefined,
    out: PyStatement[],
    to: { readonly local: string; readonly attribute: string },
    place: Place,
  ): Py | undefined | 'no' {
    const test = step.test(this.site(place, { py: name('x'), channels: start, shapes: [] }));
    const side = (steps: readonly Step[]): { readonly body: PyStatement[]; readonly end: Py | undefined | 'no' } => {
      const body: PyStatement[] = [];
      return { body, end: this.filled(steps, start, body, to, { ...place, meanings: new Map(place.meanings) }) };
    };
    const [yes, no] = [side(step.yes), side(step.no)];
    if (yes.end === 'no' || no.end === 'no') return 'no';
    let end: Py | undefined = yes.end;
    if (!same(yes.end, no.end)) {
      const variable = this.channelsVariable(to);
      if (!same(start, variable) && no.body.length === 0) out.push(assign(variable, need(start)));
      for (const s of [yes, no]) {
        if (s === no && s.body.length === 0) continue;
        if (!same(s.end, variable)) s.body.push(setChannels(variable, need(s.end as Py | undefined)));
      }
      end = variable;
    }
    out.push({ k: 'if', test, yes: yes.body, no: no.body });
    return end;
  }

  /** A condition as an attribute that is one thing or another. */
  private choice(step: Extract<Step, { readonly k: 'if' }>, flow: Flow, place: Place, isWhole: boolean): Flow {
    const { prefix } = place;
    const own = step.label ?? firstName(step) ?? 'layer';
    const wanted = prefix === undefined ? own : isWhole ? prefix : `${prefix}_${own}`;
    const attribute = place.attributes.take(wanted);
    const test = step.test(this.site(place, flow));
    const side = (steps: readonly Step[]): { readonly init: PyStatement[]; readonly channels: Py | undefined } => {
      const init: PyStatement[] = [];
      const [only, ...more] = steps;
      const inner: Place = { ...place, init, attributes: new Names(), meanings: new Map(place.meanings), prefix: attribute };
      if (!only) {
        init.push(assign(attr(SELF, attribute), identity));
        return { init, channels: flow.channels };
      }
      if (more.length === 0 && only.k === 'if') {
        const nested = this.nestedChoice(only, flow, attribute, inner);
        return { init, channels: nested };
      }
      if (steps.every((s) => s.k === 'plain')) {
        const modules: Py[] = [];
        const slots: (readonly [string, number])[] = [];
        let channels: Py | undefined = flow.channels;
        let sound = true;
        for (const [i, s] of steps.entries()) {
          const b = this.built(s as Extract<Step, { readonly k: 'plain' }>, channels, inner);
          if (!b.modules || (b.channels === 'ask' && i < steps.length - 1)) {
            sound = false;
            break;
          }
          const weights = b.modules.findIndex((m) => m.weights);
          slots.push([(s as Element).at, modules.length + Math.max(0, weights)]);
          modules.push(...b.modules.map((m) => m.make));
          channels = b.channels === 'ask' ? (steps.length === 1 ? attr(attr(SELF, attribute), 'out_channels') : undefined) : b.channels;
        }
        if (sound) {
          for (const [at, i] of slots) this.slots.set(at, { k: 'fixed', key: modules.length === 1 ? attribute : `${attribute}.${i}` });
          init.push(...inner.init.filter((s) => !init.includes(s)), assign(attr(SELF, attribute), sequential(modules)));
          return { init, channels };
        }
      }
      const local = this.locals.take(attribute);
      const statements: PyStatement[] = [];
      const end = this.filled(steps, flow.channels, statements, { local, attribute }, inner);
      if (end === 'no') throw new CannotSay('a condition around what is no module');
      init.push(
        assign(name(local), list()),
        ...statements,
        assign(attr(SELF, attribute), call('nn.Sequential', { k: 'star', stars: '*', value: name(local) })),
      );
      return { init, channels: end };
    };
    const [yes, no] = [side(step.yes), side(step.no)];
    const channels = this.joined(yes, no);
    place.init.push({ k: 'if', test, yes: yes.init, no: no.init });
    return this.through(attribute, flow, channels, place);
  }

  private nestedChoice(step: Extract<Step, { readonly k: 'if' }>, flow: Flow, attribute: string, place: Place): Py | undefined {
    const made = this.choice({ ...step, label: attribute }, flow, { ...place, prefix: undefined, attributes: new Names() }, true);
    return made.channels;
  }

  /** The channels behind both sides of a condition: a variable where they are not the same. */
  private joined(
    yes: { readonly init: PyStatement[]; readonly channels: Py | undefined },
    no: { readonly init: PyStatement[]; readonly channels: Py | undefined },
  ): Py | undefined {
    if (same(yes.channels, no.channels)) return yes.channels;
    if (!yes.channels || !no.channels) return undefined;
    const variable = name(
      this.locals.take(this.locals.has('channels') ? (this.locals.has('features') ? 'width' : 'features') : 'channels'),
    );
    this.joints.add(flat(variable));
    yes.init.push(assign(variable, yes.channels));
    no.init.push(assign(variable, no.channels));
    return variable;
  }

  // --- stages that are more than a step

  private stage(s: OutlineStage, flow: Flow, place: Place, first: boolean, conditional: boolean): Flow {
    const { stage } = s;
    switch (stage.kind) {
      case 'call': {
        const meaning = place.meanings.get(stage.callee);
        if (meaning?.k !== 'value' || !first) throw new CannotSay(`a call of ${stage.callee}`);
        return meaning;
      }
      case 'merge':
        return this.merge(stage, s, flow, place);
      case 'if':
        return this.condition(stage, flow, place, conditional);
      case 'part':
        throw new CannotSay('a value inside a call, or of a list');
      case 'repeat':
      case 'for':
        throw new CannotSay('a loop over values');
      case 'expect':
        return flow;
      default:
        return stage satisfies never;
    }
  }

  private condition(stage: Extract<OutlineStage['stage'], { readonly kind: 'if' }>, start: Flow, place: Place, conditional: boolean): Flow {
    const flow = this.settle(start, place);
    const test = py(stage.condition, this.site(place, flow));
    const gives = (b: readonly OutlineStatement[] | undefined): boolean => JSON.stringify(b ?? []).includes('"kind":"output"');
    const simple = test.k === 'atom' && stage.condition.kind === 'call';
    if (simple) this.keep(test.text);
    const flag = simple ? attribute(test.text) : place.attributes.take(flagName(stage.yes));
    const inits = simple ? test : attr(SELF, flag);
    if (!simple) place.init.push(assign(attr(SELF, flag), test));
    const side = (
      body: readonly OutlineStatement[],
    ): {
      readonly init: PyStatement[];
      readonly forward: PyStatement[];
      readonly channels: Py | undefined;
      readonly names: Names;
      readonly end: Py;
    } => {
      const inner: Place = {
        ...place,
        init: [],
        forward: [],
        attributes: place.attributes.copy(),
        meanings: place.meanings,
      };
      const end = this.statements(body, flow, inner, conditional || gives(body));
      if (!same(end.py, flow.py) && !same(end.py, name(place.variable))) inner.forward.push(assign(name(place.variable), end.py));
      return { init: inner.init, forward: inner.forward, channels: end.channels, names: inner.attributes, end: end.py };
    };
    const yes = side(stage.yes);
    const no = side(stage.no ?? []);
    const isUnchanged = [yes, no].every((s) => same(s.end, flow.py));
    const own = !isUnchanged && flow.py.k === 'atom' && flow.py.text !== place.variable;
    // Where the flow has a name of its own, both sides give it the common one.
    if (own) for (const s of [yes, no]) if (!assigns(s.forward, place.variable)) s.forward.push(assign(name(place.variable), flow.py));
    place.attributes.join(yes.names);
    place.attributes.join(no.names);
    const channels = this.joined(yes, no);
    if (yes.init.length > 0 || no.init.length > 0)
      place.init.push(
        yes.init.length > 0
          ? { k: 'if', test: inits, yes: yes.init, no: no.init }
          : { k: 'if', test: { k: 'unary', op: 'not', value: inits }, yes: no.init, no: [] },
      );
    if (yes.forward.length > 0 || no.forward.length > 0)
      place.forward.push(
        yes.forward.length > 0
          ? { k: 'if', test: attr(SELF, flag), yes: yes.forward, no: no.forward }
          : { k: 'if', test: { k: 'unary', op: 'not', value: attr(SELF, flag) }, yes: no.forward, no: [] },
      );
    return { py: isUnchanged ? flow.py : name(place.variable), channels, shapes: [] };
  }

  private merge(stage: Extract<OutlineStage['stage'], { readonly kind: 'merge' }>, s: OutlineStage, start: Flow, place: Place): Flow {
    const layer = layers.get(stage.callee);
    const meaning = place.meanings.get(stage.callee);
    if (meaning && (meaning.k !== 'constant' || meaning.isLayer)) throw new CannotSay('a merge that is handed on');
    const flow = this.settle(start, place);
    const block = this.file.block(stage.callee);
    const uses = this.file.facts.at(this.block, s.at);
    const arms = [...this.arms(stage.branches, flow, place)];
    if (flat({ k: 'list', items: arms.map((a) => a.py) }).length > MOST_IN_MERGE)
      for (const [i, a] of arms.entries())
        if (a.py.k === 'call') {
          const variable = this.variables.take(place.prefix === undefined ? `branch${i + 1}` : `${place.prefix}_branch${i + 1}`);
          place.forward.push(assign(name(variable), a.py));
          arms[i] = { ...a, py: name(variable) };
        }
    const xs = arms.map((a) => a.py);
    if (block) {
      if (arms.some((a) => a.spread)) throw new CannotSay('a loop of branches for a block');
      const site = this.site(place, flow);
      const args = blockArguments(block, stage.args ?? [], site);
      const takes = this.file.takesChannels(block.name);
      const given = [
        ...(takes ? [need(arms[0]?.channels)] : []),
        ...arms.slice(1).flatMap((a, i) => (this.fixedFor(block, i + 1) ? [] : [need(a.channels)])),
      ];
      const a = place.attributes.take(s.label ?? (place.prefix === undefined ? snake(block.name) : `${place.prefix}_${snake(block.name)}`));
      this.slots.set(s.at, { k: 'fixed', key: a });
      place.init.push(assign(attr(SELF, a), call(this.file.nameOf(block.name), ...given, ...args)));
      const channels = this.channelsOf(block, args, arms[0]?.channels);
      return {
        py: call(attr(SELF, a), ...xs),
        channels: channels === 'ask' ? attr(attr(SELF, a), 'out_channels') : channels,
        shapes: uses.map((u) => u.trace.output),
      };
    }
    if (!layer) throw new CannotSay(`a merge by ${stage.callee}`);
    const form = layer.export.pytorch({} as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false });
    if (arms.some((a) => a.spread) && stage.callee !== 'concat') {
      if (stage.callee !== 'add' || arms.length > 1) throw new CannotSay(`a loop of branches for ${stage.callee}`);
    }
    const value =
      arms.some((a) => a.spread) && stage.callee === 'add'
        ? call('sum', xs[0]?.k === 'star' ? xs[0].value : (xs[0] as Py))
        : form.expression?.(xs);
    if (!value) throw new CannotSay(stage.callee);
    const shapes = uses.map((u) => u.trace.output);
    return { py: value, channels: this.mergedChannels(stage.callee, arms, uses), shapes };
  }

  private fixedFor(block: OutlineBlock, i: number): boolean {
    return block.kind === 'network' && new Set(block.instances.map((n) => n.inputs[i]?.[0])).size <= 1;
  }

  private mergedChannels(kind: string, arms: readonly Arm[], uses: readonly Execution[]): Py | undefined {
    if (kind === 'concat') {
      if (!arms.every((a) => a.channels)) return undefined;
      const all = arms.map((a) => a.channels as Py);
      const [first] = all;
      if (all.length > 1 && all.every((c) => same(c, first)) && arms.every((a) => !a.spread))
        return binary('*', pyNum(all.length), first as Py);
      return all.reduce((a, b) => binary('+', a, b));
    }
    // Of one channel, a branch may be spread over the others.
    const fits = (i: number): boolean => uses.every((u) => u.item?.inputs[i]?.[0] === u.item?.shape[0]);
    const known = arms.filter((a, i) => a.channels && fits(i));
    const plain = known.filter((a) => a.channels && !this.joints.has(flat(a.channels)));
    return (plain.find((a) => a.channels?.k === 'atom') ?? plain[0] ?? known[0])?.channels;
  }

  private arms(branches: readonly OutlineBranch[], flow: Flow, place: Place): readonly Arm[] {
    const arms: Arm[] = [];
    const taken = (): string => (place.prefix === undefined ? `branch${arms.length + 1}` : `${place.prefix}_branch${arms.length + 1}`);
    const free = (base: string): string => {
      const copy = place.attributes.copy();
      const own = copy.take(base);
      return own;
    };
    for (const b of branches) {
      switch (b.kind) {
        case 'let':
          this.define(b, flow, place);
          break;
        case 'branch':
          arms.push(this.arm(b.body, flow, place, free(taken())));
          break;
        case 'if': {
          const [yes, ...more] = b.yes;
          const [no, ...others] = b.no ?? [];
          if (yes?.kind !== 'branch' || no?.kind !== 'branch' || more.length + others.length > 0)
            throw new CannotSay('branches under a condition');
          arms.push(
            this.arm(
              [
                {
                  kind: 'pipeline',
                  value: [{ at: '', label: undefined, stage: { kind: 'if', condition: b.condition, yes: yes.body, no: no.body } }],
                },
              ],
              flow,
              place,
              free(taken()),
            ),
          );
          break;
        }
        case 'for':
        case 'repeat':
          arms.push(this.generated(b, flow, place));
          break;
        default:
          b satisfies never;
      }
    }
    return arms;
  }

  private arm(body: readonly OutlineStatement[], flow: Flow, place: Place, prefix: string): Arm {
    const variable = this.variables.has(prefix) ? this.variables.take(prefix) : prefix;
    const inner: Place = { ...place, meanings: new Map(place.meanings), prefix, variable };
    const end = this.statements(body, flow, inner);
    if (end.py.k === 'atom' || flat(end.py).length <= LONG) return { py: end.py, channels: end.channels, spread: false };
    const settled = this.settle(end, inner);
    return { py: settled.py, channels: settled.channels, spread: false };
  }

  /** Branches that a loop gives: a module for each, in a list. */
  private generated(b: Extract<OutlineBranch, { readonly kind: 'for' | 'repeat' }>, flow: Flow, place: Place): Arm {
    const names = b.kind === 'for' ? namesIn(b.pattern) : b.index === undefined ? [] : [b.index];
    const [only, ...more] = b.branches;
    if (only?.kind !== 'branch' || more.length > 0) throw new CannotSay('several branches in a loop');
    const inner = this.inLoop(names, place);
    for (const n of names) {
      const starts = only.body[0];
      const [stage] = starts?.kind === 'pipeline' ? starts.value : [];
      if (
        stage?.stage.kind === 'call' &&
        stage.stage.callee === n &&
        stage.stage.args === undefined &&
        this.file.facts.at(this.block, stage.at).every((u) => u.trace.from === u.trace.to)
      )
        throw new CannotSay('a loop over values');
    }
    const steps = this.steps(only.body, inner);
    if (!steps || steps.some((s) => s.k !== 'plain')) throw new CannotSay('a loop of branches that are more than layers in a row');
    const modules: Py[] = [];
    const attribute = place.attributes.take(place.prefix === undefined ? 'branches' : `${place.prefix}_branches`);
    let { channels } = flow;
    const slots: (readonly [string, number])[] = [];
    for (const s of steps) {
      const built = this.built(s as Extract<Step, { readonly k: 'plain' }>, channels, inner);
      if (!built.modules || built.channels === 'ask') throw new CannotSay('a loop of branches whose channels are not known');
      slots.push([(s as Element).at, modules.length]);
      modules.push(...built.modules.map((m) => m.make));
      channels = built.channels;
    }
    if (modules.length !== 1) throw new CannotSay('a loop of branches of several layers');
    for (const [at] of slots) this.slots.set(at, { k: 'listed', list: attribute, modules: 1, offset: 0 });
    const site = this.site(place, flow);
    const over = b.kind === 'for' ? py(b.list, site) : call('range', py(b.count, site));
    const pattern = b.kind === 'for' ? patternOf(b.pattern) : name(b.index === undefined ? '_' : identifier(b.index));
    place.init.push(
      assign(
        attr(SELF, attribute),
        call('nn.ModuleList', { k: 'comprehension', item: modules[0] as Py, pattern, list: over, filter: undefined, brackets: 'none' }),
      ),
    );
    if (channels && [...namesOf(channels)].some((n) => names.map(identifier).includes(n)))
      throw new CannotSay('branches of different widths in a loop');
    const value: Py = {
      k: 'star',
      stars: '*',
      value: {
        k: 'comprehension',
        item: call('branch', flow.py),
        pattern: name('branch'),
        list: attr(SELF, attribute),
        filter: undefined,
        brackets: 'list',
      },
    };
    const count = b.kind === 'for' ? call('len', over) : py(b.count, site);
    return { py: value, channels: channels && binary('*', count, channels), spread: true };
  }
}

interface Arm {
  readonly py: Py;
  readonly channels: Py | undefined;
  /** Several branches, in a list. */
  readonly spread: boolean;
}

const UNKNOWN = name('?');

function need(c: Py | undefined): Py {
  if (!c || same(c, UNKNOWN)) throw new CannotSay('channels that are not known');
  return c;
}

const isUneven = (pad: unknown): boolean => Array.isArray(pad) && (pad[0] !== pad[2] || pad[1] !== pad[3] || pad[0] !== pad[1]);

/** Whether a kind is made with the channels that arrive. */
function takesChannels(kind: string): boolean {
  const layer = layerOf(kind);
  const params = Object.fromEntries(Object.entries(layer.params).map(([n, spec]) => [n, known(spec.default ?? null)]));
  try {
    const form = layer.export.pytorch(params as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false });
    return JSON.stringify(form.modules ?? []).includes(JSON.stringify(UNKNOWN));
  } catch {
    return true;
  }
}

const usesTwice = (e: (x: Py) => Py): boolean => {
  const mark = name('?x');
  return JSON.stringify(e(mark)).split('?x').length > 2;
};

/** Whether a step is a layer that is an expression, with no module. */
function isInline(e: { readonly name: string }, file: File): boolean {
  const layer = layers.get(e.name);
  if (!layer || file.block(e.name)) return false;
  const params = Object.fromEntries(Object.entries(layer.params).map(([n, spec]) => [n, known(spec.default ?? null)]));
  try {
    return (
      layer.export.pytorch(params as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false }).modules ===
      undefined
    );
  } catch {
    return true;
  }
}

/** `relu`, `Widened(groups=32)`: an argument that is a layer. */
const isLayerText = (text: string): boolean => /^[A-Za-z_]/.test(text) && text !== 'true' && text !== 'false';

function isLayerExpression(e: OutlineBlock['params'][number]['value'], file: File, place: Place): boolean {
  if (!e) return false;
  if (e.kind === 'conditional') return isLayerExpression(e.yes, file, place);
  if (e.kind === 'group') return isLayerExpression(e.inner, file, place);
  if (e.kind !== 'call') return false;
  const meaning = place.meanings.get(e.callee);
  if (meaning) return meaning.k === 'constant' && meaning.isLayer;
  return file.block(e.callee) !== undefined || (layers.has(e.callee) && !['max', 'min'].includes(e.callee));
}

const mentionsAsStage = (body: unknown, word: string): boolean =>
  JSON.stringify(body).includes(`"stage":{"kind":"call","callee":"${word}"`);

function namesWithin(e: Step): readonly string[] {
  if (e.k === 'let') return [];
  if (e.k === 'plain') return [e.name];
  return (e.k === 'loop' ? e.body : [...e.yes, ...e.no]).flatMap(namesWithin);
}

function firstName(e: Step): string | undefined {
  if (e.k === 'let') return undefined;
  if (e.k === 'plain') return e.name;
  const inside = e.k === 'loop' ? e.body : [...e.yes, ...e.no];
  return inside.map(firstName).find((n) => n !== undefined);
}

/** What a condition is called that decides what `forward` does. */
const flagName = (yes: readonly OutlineStatement[]): string => {
  const text = JSON.stringify(yes);
  if (text.includes('"callee":"add"')) return 'shortcut';
  const label = /"label":"(\w+)"/.exec(text)?.[1] ?? /"callee":"(\w+)"/.exec(text)?.[1];
  return `has_${snake(label ?? 'more')}`;
};

const sequenceName = (group: readonly { readonly name: string }[]): string =>
  group.some((e) => ['gap', 'flatten', 'linear'].includes(e.name)) ? 'head' : 'layers';

/** `channels += growth`. */
function setChannels(variable: Py, value: Py): PyStatement {
  if (value.k === 'binary' && ['+', '*', '//'].includes(value.op) && same(value.left, variable))
    return { k: 'augment', to: variable, op: value.op, value: value.right };
  return assign(variable, value);
}

const assigns = (body: readonly PyStatement[], variable: string): boolean => {
  const last = body.at(-1);
  return last?.k === 'assign' && same(last.to, name(variable));
};

/** Statements without the assignments to a name. */
function without(body: readonly PyStatement[], variable: string): readonly PyStatement[] {
  return body
    .filter((s) => !(s.k === 'assign' && same(s.to, name(variable))))
    .map((s) => (s.k === 'if' ? { ...s, yes: without(s.yes, variable), no: without(s.no, variable) } : s));
}

/** A condition both of whose sides end in giving the result returns it at once. */
function returning(s: PyStatement, variable: string): PyStatement | undefined {
  if (s.k !== 'if') return undefined;
  const side = (body: readonly PyStatement[]): readonly PyStatement[] | undefined => {
    const last = body.at(-1);
    if (!last) return [{ k: 'return', value: name(variable) }];
    if (last.k === 'assign' && same(last.to, name(variable))) return [...body.slice(0, -1), { k: 'return', value: last.value }];
    const inner = returning(last, variable);
    return inner && [...body.slice(0, -1), inner];
  };
  const [yes, no] = [side(s.yes), side(s.no)];
  return yes && no ? { ...s, yes, no } : undefined;
}
