/** The names of a block that is being written: its inputs, constants and values, in `__init__` and in `forward`, and what expressions see of them. */
import type { OutlineBlock, OutlineCall, OutlineExpr, OutlineStatement } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { attr, call, method, name, type Py, pyNum, tuple } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, Names, same } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, expression, markedWith, type PyStatement } from '../python/statement.ts';
import { type Meaning, py, type Site } from './expressions.ts';
import { allEqual } from './facts.ts';
import {
  boundIn,
  type File,
  type Flow,
  hasAlias,
  IN,
  isLayerExpression,
  mentions,
  mentionsAsStage,
  namesOf,
  type Place,
  SELF,
  type Slot,
  UNKNOWN,
} from './forms.ts';
import type { Kind } from './kinds.ts';
import { originOf } from './origin.ts';
import { isModules } from './shared.ts';

/** What stands for a value where channels do. */
const channelsOf = (m: Meaning | undefined): Meaning | undefined =>
  m?.k === 'value' ? { ...m, py: m.channels ?? UNKNOWN } : m?.k === 'list' ? { ...m, py: m.channels } : m;

function standsFor(m: Meaning | undefined, member: string): Py {
  if (m?.k !== 'value' && m?.k !== 'list') throw new CannotSay(`.${member}`);
  return m.py;
}

/** What a kept argument is called until it is known which attributes there are. */
export const keptAs = (n: string): string => `§${n}`;

/** Whether the value that arrives is read, more than its extents. */
const asksHere = (e: OutlineExpr): boolean => /\{"kind":"here"\}(?!,"member")/.test(JSON.stringify(e));

/** The first part of a block's writer: names. */
export abstract class BodyNames {
  protected readonly file: File;
  protected readonly block: OutlineBlock;
  protected readonly slots = new Map<string, Slot>();
  /** Names of `__init__`, and of `forward`. */
  protected readonly locals = new Names(['self', 'in_channels'], false);
  protected readonly variables = new Names(['self'], false);
  protected readonly kept = new Set<string>();
  /** What local names of `__init__` stand for, where that is an expression of the parameters. */
  protected readonly definitions = new Map<string, Py>();
  protected readonly outputs: { readonly name: string }[] = [];
  /** Whether its outputs go into a dictionary one by one, as some are in loops or under conditions. */
  protected readonly gathers: boolean;
  protected mainName: string | undefined;
  protected readonly inputs: readonly { readonly name: string; readonly channels: Py; readonly shapes: readonly Shape[] }[];
  /** What the channels of values are called, by the names of those. */
  private readonly shadows = new Map<string, string>();
  /** Channels that loops count, with the flow whose they are. */
  protected readonly counted = new Map<string, object>();
  /** What loops over values name: it has no value that could be kept. */
  protected readonly rounded = new Set<string>();
  protected readonly bound: ReadonlySet<string>;
  /** What the flow is called. */
  protected readonly flowing: string;
  /** The reads of `out_channels`, and the blocks that they are of. */
  protected readonly outs = new Map<string, readonly string[]>();
  protected sizes: { readonly h: string; readonly w: string } | undefined;

  constructor(file: File, block: OutlineBlock) {
    this.file = file;
    this.block = block;
    const shapes = (i: number): readonly Shape[] =>
      block.instances.flatMap((n) => {
        const x = n.inputs[i];
        return x ? [x] : [];
      });
    this.bound = boundIn(block);
    // Loops that name their values so must not take the flow away.
    this.flowing = ['x', 'y', 'z', 'flow'].find((n) => !this.bound.has(n)) ?? 'flow_';
    const names = block.takes.length > 0 ? block.takes.map(identifier) : [this.flowing];
    this.inputs = names.map((n, i) => ({
      name: n,
      channels: i === 0 ? this.entering() : this.isFixed(i) ? pyNum(shapes(i)[0]?.[0] ?? 1) : name(`${n}_channels`),
      shapes: shapes(i),
    }));
    this.gathers = block.body.some((s) => s.kind !== 'output' && JSON.stringify(s).includes('"kind":"output"'));
    for (const p of block.params) this.locals.take(p.name);
    for (const n of new Set([this.flowing, ...names])) this.variables.take(n);
  }

  /** Whether a network always gets the same channels. */
  protected isFixed(i: number): boolean {
    return this.fixedFor(this.block, i);
  }

  protected fixedFor(block: OutlineBlock, i: number): boolean {
    return block.kind === 'network' && new Set(block.instances.map((n) => n.inputs[i]?.[0])).size <= 1;
  }

  /** The channels of the first input: a network knows them. */
  protected entering(): Py {
    if (this.file.takesChannels(this.block.name)) return IN;
    const first = allEqual(this.block.instances.map((i) => i.inputs[0]?.[0]));
    const [on] = this.block.inputs;
    // `on size(noise, 1, 1)`.
    if (on?.kind === 'call' && on.callee === 'size' && on.args?.[0]?.value.kind === 'call')
      return name(identifier(on.args[0].value.callee));
    return pyNum(first ?? 1);
  }

  /** What expressions see; in `forward` too where `flow` is given. */
  protected site(place: Place, here: Flow | undefined, inForward?: () => Py): Site {
    const [first] = this.inputs;
    const entering = { channels: first?.channels, shapes: first?.shapes ?? [] };
    const part = (of: OutlineExpr, member: string): Meaning | undefined => {
      const label = of.kind === 'call' && of.args === undefined ? place.meanings.get(of.callee) : undefined;
      return label?.k === 'value' ? label.parts?.get(member) : undefined;
    };
    const site: Site = {
      globals: this.file,
      find: (n) => channelsOf(place.meanings.get(n)),
      in: entering,
      here: here ?? entering,
      // In `__init__` channels stand for the values that have them.
      values: {
        here: () => here?.channels ?? UNKNOWN,
        part: (of, m) => standsFor(channelsOf(part(of, m)), m),
      },
    };
    if (!inForward) return site;
    return {
      ...site,
      find: (n) => place.meanings.get(n),
      values: { here: inForward, part: (of, m) => standsFor(part(of, m), m) },
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

  /** What the block's arguments are called. */
  protected get parameters(): ReadonlySet<string> {
    return new Set(this.block.params.map((p) => identifier(p.name)));
  }

  /** The channels that a module says that it gives. */
  protected outOf(module: Py, blocks: readonly string[] = []): Py {
    const made = attr(module, 'out_channels');
    const key = JSON.stringify(made);
    this.outs.set(key, [...(this.outs.get(key) ?? []), ...blocks]);
    return made;
  }

  protected keep(n: string): Py {
    // What loops name they name in both methods.
    if (this.rounded.has(n)) return name(n);
    if (/^[A-Za-z_]/.test(n)) {
      this.kept.add(n);
      return attr(SELF, keptAs(n));
    }
    return name(n);
  }

  protected define(s: Extract<OutlineStatement, { readonly kind: 'let' }>, start: Flow, place: Place): Flow {
    if (isModules(this.kindOf(s.name))) return this.defineModules(s, start, place);
    if (this.kindOf(s.name) !== 'constant') return this.defineValues(s, start, place);
    if (s.value.kind === 'list' && s.value.items.length === 0 && this.isUnread(s.name)) return start;
    const value = py(s.value, this.site(place, start));
    const own = this.rename(s.name, place);
    place.init.push(assign(name(own), value));
    const isLayer = isLayerExpression(s.value, this.file, place);
    if (place.loops.length === 0 && !this.rounded.has(own)) this.definitions.set(own, value);
    else if (!isLayer) this.defineThere(own, s.value, start, place);
    place.meanings.set(s.name, { k: 'constant', py: name(own), isLayer });
    return start;
  }

  /** A constant that differs from round to round is made in `forward` as well, where that can say it. */
  private defineThere(own: string, value: OutlineExpr, flow: Flow, place: Place): void {
    if (this.block.params.some((p) => identifier(p.name) === own)) throw new CannotSay(`${own} anew in a loop`);
    try {
      place.forward.push(
        assign(
          name(own),
          py(
            value,
            this.site(place, flow, () => flow.py),
          ),
        ),
      );
      this.rounded.add(own);
    } catch (e) {
      if (!(e instanceof CannotSay)) throw e;
    }
  }

  /** A list of shared layers. */
  private defineModules({ name: n, value }: Extract<OutlineStatement, { readonly kind: 'let' }>, start: Flow, place: Place): Flow {
    const known = place.meanings.get(n);
    if (value.kind === 'list' && value.items.length === 0) {
      const attribute = place.attributes.take(n);
      place.init.push(assign(attr(SELF, attribute), call('nn.ModuleList')));
      place.meanings.set(n, { k: 'module', py: attr(SELF, attribute), isList: true, source: { attribute, loops: [] } });
      return start;
    }
    const added = value.kind === 'binary' && value.op === '+' && value.right.kind === 'list' ? value.right.items : [];
    const [item, ...more] = added;
    const isOwn = value.kind === 'binary' && same(value.left, { kind: 'call', callee: n, args: undefined });
    const shared = item?.kind === 'call' && item.args === undefined ? place.meanings.get(item.callee) : undefined;
    const uses = item?.kind === 'call' ? JSON.stringify(this.block.body).split(`"callee":"${item.callee}"`).length - 1 : 0;
    if (known?.k !== 'module' || !isOwn || more.length > 0 || item?.kind !== 'call' || shared?.k !== 'shared' || uses > 1)
      throw new CannotSay(`${n}, a list of what is shared`);
    place.init.push(expression(method(known.py, 'append', this.madeShared(shared.call, item.callee, place))));
    return start;
  }

  /** What is shared, as a module. */
  protected abstract madeShared(c: OutlineCall, n: string, place: Place): Py;

  /** A list of values is one of channels in `__init__`. */
  private defineValues({ name: n, value }: Extract<OutlineStatement, { readonly kind: 'let' }>, start: Flow, place: Place): Flow {
    if (this.isUnread(n) && !this.file.asked(this.block.name).includes(n)) return start;
    const flow = asksHere(value) ? this.settle(start, place) : start;
    const own = name(identifier(n));
    const channels = name(this.shadow(n));
    const grows = value.kind === 'binary' && value.op === '+' && value.right.kind === 'list' && value.right.items.length === 1;
    // A list that nothing else stands for grows in place.
    const inPlace = grows && same(value.left, { kind: 'call', callee: n, args: undefined }) && !hasAlias(this.block, n);
    const give = (to: Py, made: Py, out: PyStatement[]): void => {
      if (inPlace && made.k === 'binary' && made.right.k === 'list') out.push(expression(method(to, 'append', made.right.items[0] as Py)));
      else if (!same(made, to)) out.push(assign(to, made));
    };
    const there = py(
      value,
      this.site(place, flow, () => flow.py),
    );
    const here = py(value, this.site(place, flow));
    give(channels, here, place.init);
    give(own, there, place.forward);
    if (!this.variables.has(flat(own))) this.variables.take(flat(own));
    place.meanings.set(n, this.kindOf(n) === 'value' ? { k: 'value', py: own, channels, shapes: [] } : { k: 'list', py: own, channels });
    return flow;
  }

  /** What the channels of a value are called that has a name. */
  protected shadow(n: string): string {
    const known = this.shadows.get(n);
    if (known !== undefined) return known;
    const own = this.locals.take(`${identifier(n)}_channels`);
    this.shadows.set(n, own);
    return own;
  }

  protected kindOf(n: string): Kind {
    return this.file.kinds(this.block.name).get(n) ?? 'constant';
  }

  /** Whether a value is read by its name, here or from outside. */
  protected isReadHere(n: string): boolean {
    return mentions(this.block.body, n) || this.file.asked(this.block.name).includes(n);
  }

  protected rename(n: string, place: Place): string {
    const known = place.meanings.get(n);
    if (known?.k === 'constant' && known.py.k === 'atom') return known.py.text;
    return this.locals.has(identifier(n)) && !place.meanings.has(n) ? this.locals.take(n) : this.taken(n);
  }

  protected taken(n: string): string {
    return this.locals.has(identifier(n)) ? identifier(n) : this.locals.take(n);
  }

  /** Whether a list is only ever added to itself. */
  protected isUnread(n: string): boolean {
    const text = JSON.stringify(this.block.body);
    const all = text.split(`"callee":"${n}"`).length - 1;
    const own =
      text.split(`{"kind":"let","name":"${n}","value":{"kind":"binary","op":"+","left":{"kind":"call","callee":"${n}"}`).length - 1;
    return all === own;
  }

  /** Names the flow, in `forward` too. */
  protected give(n: string, flow: Flow, place: Place): Flow {
    const variable =
      this.variables.has(identifier(n)) && !place.meanings.has(n) && identifier(n) !== n ? this.variables.take(n) : identifier(n);
    if (!this.variables.has(variable)) this.variables.take(variable);
    const last = place.forward.at(-1);
    const isOwn = flow.py.k === 'atom' && flow.py.text === place.variable && last?.k === 'assign' && !same(flow.py, name(variable));
    // What was given the common name just now gets this one instead.
    if (isOwn && same(last.to, flow.py)) place.forward[place.forward.length - 1] = assign(name(variable), last.value);
    else if (isOwn && last.to.k === 'tuple' && same(last.to.items[0], flow.py))
      place.forward[place.forward.length - 1] = assign(tuple(name(variable), ...last.to.items.slice(1)), last.value);
    else if (!same(flow.py, name(variable))) place.forward.push(assign(name(variable), flow.py));
    const named: Flow = { ...flow, py: name(variable), channels: this.channelsUnder(n, flow.channels, place) };
    place.meanings.set(n, { k: 'value', ...named });
    return named;
  }

  /** The channels of a value that has a name: in a variable of their own, where what they are made of changes. */
  private channelsUnder(n: string, channels: Py | undefined, place: Place): Py | undefined {
    if (!channels) return undefined;
    if (place.loops.length === 0 && ![...namesOf(channels)].some((c) => this.counted.has(c))) return channels;
    const own = name(this.shadow(n));
    if (!same(own, channels)) place.init.push(assign(own, channels));
    return own;
  }

  /** The flow as a variable, so that it can be read more than once. */
  protected settle(flow: Flow, place: Place): Flow {
    if (flow.py.k === 'atom') return flow;
    place.forward.push(assign(name(place.variable), flow.py));
    if (!this.variables.has(place.variable)) this.variables.take(place.variable);
    return { ...flow, py: name(place.variable) };
  }

  /** Notes of lines of `__init__` which stages they come from; inner ones have noted their own. */
  protected marked<T>(at: readonly string[], place: Place, write: () => T): T {
    const before = place.init.length;
    const made = write();
    const origin = at.flatMap((a) => originOf(this.block, a));
    for (let i = before; i < place.init.length; i++) {
      const s = place.init[i] as PyStatement;
      if (!s.at) place.init[i] = markedWith(s, origin);
    }
    return made;
  }

  protected inLoop(names: readonly string[], place: Place): Place {
    const meanings = new Map(place.meanings);
    for (const n of names)
      meanings.set(n, {
        k: 'constant',
        py: name(identifier(n)),
        isLayer: !layers.has(n) && !this.file.block(n) ? true : mentionsAsStage(this.block.body, n),
      });
    return { ...place, meanings };
  }
}
