/** Runs of layers, loops and conditions as attributes, Sequentials and lists that are filled. */
import type { OutlineStatement } from '../../../graph/outline.ts';
import { attr, call, index, list, method, name, type Py, pyNum } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, Names } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, expression, markedWith, type PyStatement } from '../python/statement.ts';
import { CallWriter } from './calls.ts';
import { py } from './expressions.ts';
import {
  type Built,
  type Element,
  type Flow,
  firstName,
  identity,
  isInline,
  isLayerExpression,
  LONG,
  MOST_SEPARATE,
  namesOf,
  need,
  type Place,
  pluralOf,
  type Step,
  same,
  sequenceName,
  sequential,
  setChannels,
  usesTwice,
} from './forms.ts';
import { type Held, heldAt, heldOnce } from './held.ts';
import { originOf } from './origin.ts';

/** A list of modules that is filled, and where what is made of it goes. */
interface Filled {
  readonly local: string;
  readonly held: Held;
}

/** The stages in some steps. */
const placesIn = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((s) => {
    if (s.k === 'let') return [];
    if (s.k === 'plain') return [s.at];
    return [s.at, ...placesIn(s.k === 'loop' ? s.body : [...s.yes, ...s.no])];
  });

/** The third part: runs of steps. */
export class RunWriter extends CallWriter {
  /** What the constants of loops are called, which are written more than once. */
  protected readonly letNames = new Map<OutlineStatement, string>();

  protected readonly counters = new Map<string, string>();

  /** Names of channels behind conditions, which go where nothing reads them. */
  protected readonly joints = new Set<string>();

  protected built(e: Extract<Step, { readonly k: 'plain' }>, c: Py | undefined, place: Place): Built {
    return e.build(c, place);
  }

  /** Makes the modules of a run, and gives what flows behind it. */
  protected flush(run: readonly Element[], flow: Flow, place: Place): Flow {
    if (run.length === 0) return flow;
    const shapes = (e: Element | undefined): readonly Shape[] =>
      e ? this.file.facts.at(this.block, e.at).map((u) => u.trace.output) : flow.shapes;
    const { prefix } = place;
    // In a branch, a run with loops or conditions is one list.
    if (prefix !== undefined && run.length > 1 && run.some((e) => e.k !== 'plain') && run.every((e) => e.label === undefined)) {
      const after = this.marked(placesIn(run), place, () => this.tryList(run, flow, place, prefix));
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
        const alone = prefix !== undefined && run.length === 1;
        const from = at;
        at = this.marked(placesIn([e]), place, () => {
          if (e.k === 'plain') return this.plain([e], from, place);
          if (e.k === 'if') return this.choice(e, from, place, alone);
          return this.tryListOrThrow([e], from, place, e.label ?? (alone ? prefix : pluralOf(e)));
        });
      }
      if (isLast) end();
    }
    return { ...at, shapes: shapes(run.at(-1)) };
  }

  protected tryListOrThrow(run: readonly Element[], flow: Flow, place: Place, wanted: string): Flow {
    const made = this.tryList(run, flow, place, wanted);
    if (!made) throw new CannotSay('a loop around what is no module');
    return made;
  }

  /** Layers without loops or conditions: an attribute each, or together a Sequential. */
  protected plain(group: readonly Extract<Element, { readonly k: 'plain' }>[], flow: Flow, place: Place): Flow {
    const { prefix } = place;
    const alone = group.length === 1;
    const distinct = new Set(group.map((e) => e.name)).size === group.length;
    const wantsSequence = prefix === undefined ? group.length > MOST_SEPARATE || (!distinct && group.length > 2) : group.length > 1;
    if (wantsSequence && !alone) {
      const made = this.marked(placesIn(group), place, () => this.sequence(group, flow, place, prefix ?? sequenceName(group)));
      if (made) return made;
    }
    let at = flow;
    let comment: string | undefined;
    const lone = alone || group.filter((e) => !isInline(e, this.file)).length === 1;
    for (const e of group) {
      const [before, from] = [place.init.length, at.channels];
      const b = this.built(e, from, place);
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
          const own = m.weights || modules.length === 1 ? wanted : `${wanted}_${m.name}`;
          const held = m.weights ? heldAt(place, own) : heldOnce(place, own, m.make, this.parameters);
          if (m.weights || modules.length === 1) this.slots.set(e.at, held.slot());
          if (comment !== undefined) place.init.push({ k: 'comment', text: comment });
          comment = undefined;
          held.store(m.make, place.init);
          value = call(held.module, value);
          if (channels === 'ask') channels = this.outOf(held.made, b.of);
        }
      }
      at = { py: value, channels: channels === 'ask' ? undefined : channels, shapes };
      for (let i = before; i < place.init.length; i++) place.init[i] = markedWith(place.init[i] as PyStatement, originOf(this.block, e.at));
      if (flat(at.py).length > LONG) at = this.settle(at, place);
    }
    return at;
  }

  protected sequence(
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
    const held = heldAt(place, wanted);
    for (const [at, i] of slots) this.slots.set(at, held.slot(modules.length === 1 ? undefined : i));
    for (const text of comments) place.init.push({ k: 'comment', text });
    held.store(sequential(modules), place.init);
    return this.through(held, flow, channels, place);
  }

  protected through({ module }: Held, flow: Flow, channels: Py | undefined, place: Place): Flow {
    const next: Flow = { py: call(module, flow.py), shapes: flow.shapes, channels };
    return flat(next.py).length > LONG ? this.settle(next, place) : next;
  }

  /** A run as a list that is filled, and the Sequential of it; undefined where something in it is no module. */
  protected tryList(run: readonly Element[], flow: Flow, place: Place, wanted: string): Flow | undefined {
    // Its name is taken only where it is made.
    const trial = heldAt({ ...place, attributes: place.attributes.copy(), ...(place.before ? { before: [] } : {}) }, wanted);
    const simple = this.comprehension(run, flow, place, trial);
    if (simple) {
      const held = heldAt(place, wanted);
      held.store(simple.value, place.init);
      return this.through(held, flow, simple.channels, place);
    }
    const local = this.locals.take(trial.attribute);
    const statements: PyStatement[] = [];
    const end = this.filled(run, flow.channels, statements, { local, held: trial }, place);
    if (end === 'no') return undefined;
    const held = heldAt(place, wanted);
    const [head] = statements;
    // What stands before the first loop is in the list from the start.
    if (head?.k === 'augment' && same(head.to, name(local))) statements[0] = markedWith(assign(name(local), head.value), head.at ?? []);
    else if (head?.k === 'expression' && head.value.k === 'call' && same(head.value.fn, attr(name(local), 'append')))
      statements[0] = markedWith(assign(name(local), list(head.value.args[0]?.value as Py)), head.at ?? []);
    else statements.unshift(assign(name(local), list()));
    place.init.push(...statements);
    held.store(call('nn.Sequential', { k: 'star', stars: '*', value: name(local) }), place.init);
    return this.through(held, flow, end, place);
  }

  /** A loop over one module that leaves the channels as they are. */
  protected comprehension(
    run: readonly Element[],
    flow: Flow,
    place: Place,
    held: Held,
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
    this.slots.set(only.at, held.listed(1, 0));
    return { value: call('nn.Sequential', { k: 'star', stars: '*', value }), channels: flow.channels };
  }

  /** Fills a list with the modules of steps; gives the channels behind them. */
  protected filled(steps: readonly Step[], start: Py | undefined, out: PyStatement[], to: Filled, place: Place): Py | undefined | 'no' {
    let channels = start;
    let waiting: Py[] = [];
    let origin: string[] = [];
    const append = (): void => {
      const [one, ...more] = waiting;
      if (one && more.length === 0) out.push(markedWith(expression(method(name(to.local), 'append', one)), origin));
      else if (one) out.push(markedWith({ k: 'augment', to: name(to.local), op: '+', value: list(...waiting) }, origin));
      waiting = [];
      origin = [];
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
        origin.push(...originOf(this.block, step.at));
        const offset = b.modules.findIndex((m) => m.weights);
        this.slots.set(step.at, to.held.listed(b.modules.length, Math.max(0, offset)));
        if (b.channels === 'ask') {
          append();
          channels = this.outOf(index(name(to.local), pyNum(-1)), b.of);
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

  /** A name in which the channels of a list are kept, its own while the list is filled; that of the flow, where a loop counts it. */
  protected channelsVariable(to: Filled, start: Py | undefined, place: Place): Py {
    if (start?.k === 'atom' && this.counted.get(start.text) === place.flow) return start;
    const known = this.counters.get(to.local);
    if (known !== undefined) return name(known);
    const taken = ['channels', 'features', 'width'].find((n) => !this.locals.has(n)) ?? 'channels';
    const own = this.locals.take(taken);
    this.counters.set(to.local, own);
    return name(own);
  }

  protected loop(
    step: Extract<Step, { readonly k: 'loop' }>,
    start: Py | undefined,
    out: PyStatement[],
    to: Filled,
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
      out.push(markedWith({ k: 'for', pattern, list: over, body: trial.body }, originOf(this.block, step.at)));
      return start;
    }
    for (const k of [...this.counters.keys()]) if (!before.has(k)) this.counters.delete(k);
    const variable = this.channelsVariable(to, start, place);
    if (!same(start, variable)) out.push(assign(variable, need(start)));
    const { body, end } = iterate(variable);
    if (end === 'no') return 'no';
    if (!same(end, variable)) body.push(setChannels(variable, need(end)));
    out.push(markedWith({ k: 'for', pattern, list: over, body }, originOf(this.block, step.at)));
    // What each round gives is given, where there is a round at least.
    const mine = new Set([flat(variable), ...step.names.map(identifier), ...this.letNames.values()]);
    return step.rounds !== undefined && step.rounds > 0 && end && ![...namesOf(end)].some((n) => mine.has(n)) ? end : variable;
  }

  protected listedIf(
    step: Extract<Step, { readonly k: 'if' }>,
    start: Py | undefined,
    out: PyStatement[],
    to: Filled,
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
      const variable = this.channelsVariable(to, start, place);
      if (!same(start, variable) && no.body.length === 0) out.push(assign(variable, need(start)));
      for (const s of [yes, no]) {
        if (s === no && s.body.length === 0) continue;
        if (!same(s.end, variable)) s.body.push(setChannels(variable, need(s.end as Py | undefined)));
      }
      end = variable;
    }
    out.push(markedWith({ k: 'if', test, yes: yes.body, no: no.body }, originOf(this.block, step.at)));
    return end;
  }

  /** A condition as an attribute that is one thing or another. */
  protected choice(step: Extract<Step, { readonly k: 'if' }>, flow: Flow, place: Place, isWhole: boolean, into?: Held): Flow {
    const { prefix } = place;
    const own = step.label ?? firstName(step) ?? 'layer';
    const wanted = prefix === undefined ? own : isWhole ? prefix : `${prefix}_${own}`;
    const held = into ?? heldAt(place, wanted);
    const { attribute } = held;
    const test = step.test(this.site(place, flow));
    const side = (steps: readonly Step[]): { readonly init: PyStatement[]; readonly channels: Py | undefined } => {
      const init: PyStatement[] = [];
      const [only, ...more] = steps;
      const inner: Place = { ...place, init, attributes: new Names(), meanings: new Map(place.meanings), prefix: attribute };
      if (!only) {
        held.store(identity, init);
        return { init, channels: flow.channels };
      }
      if (more.length === 0 && only.k === 'if') {
        return { init, channels: this.choice(only, flow, inner, true, held).channels };
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
          channels = b.channels === 'ask' ? (steps.length === 1 ? this.outOf(held.made, b.of) : undefined) : b.channels;
        }
        if (sound) {
          for (const [at, i] of slots) this.slots.set(at, held.slot(modules.length === 1 ? undefined : i));
          init.push(...inner.init.filter((s) => !init.includes(s)));
          held.store(sequential(modules), init);
          return { init, channels };
        }
      }
      const local = this.locals.take(attribute);
      const statements: PyStatement[] = [];
      const end = this.filled(steps, flow.channels, statements, { local, held }, inner);
      if (end === 'no') throw new CannotSay('a condition around what is no module');
      init.push(assign(name(local), list()), ...statements);
      held.store(call('nn.Sequential', { k: 'star', stars: '*', value: name(local) }), init);
      return { init, channels: end };
    };
    const [yes, no] = [side(step.yes), side(step.no)];
    const channels = this.joined(yes, no);
    place.init.push({ k: 'if', test, yes: yes.init, no: no.init });
    return this.through(held, flow, channels, place);
  }

  /** The channels behind both sides of a condition: a variable where they are not the same. */
  protected joined(
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
}
