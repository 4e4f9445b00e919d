/** Loops and conditions around layers as lists of modules that are filled: for each round, or for the side that is taken, with the channels behind. */
import type { OutlineStatement } from '../../../graph/outline.ts';
import { attr, call, index, list, method, name, type Py, pyNum } from '../../../layers/python.ts';
import { identifier, same } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, expression, markedWith, type PyStatement } from '../python/statement.ts';
import { CallWriter } from './calls.ts';
import { py } from './expressions.ts';
import {
  type Built,
  type Element,
  type Flow,
  isLayerExpression,
  LONG,
  namesOf,
  need,
  type Place,
  type Step,
  setChannels,
} from './forms.ts';
import { type Held, heldAt } from './held.ts';
import { originOf } from './origin.ts';

/** A list of modules that is filled, and where what is made of it goes. */
interface Filled {
  readonly local: string;
  readonly held: Held;
}
type Loop = Extract<Step, { readonly k: 'loop' }>;
type Choice = Extract<Step, { readonly k: 'if' }>;

/** The third part: lists of modules. */
export class ListWriter extends CallWriter {
  /** What the constants of loops are called, which are written more than once. */
  private readonly letNames = new Map<OutlineStatement, string>();
  private readonly counters = new Map<string, string>();

  protected built(e: Extract<Step, { readonly k: 'plain' }>, c: Py | undefined, place: Place): Built {
    return e.build(c, place);
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

  /** A loop that fills a list. A first try tells whether the channels are others behind a round: then a variable counts them. */
  private loop(step: Loop, start: Py | undefined, out: PyStatement[], to: Filled, place: Place): Py | undefined | 'no' {
    const over = step.list(this.site(place, { py: name('x'), channels: start, shapes: [] }));
    const round = (from: Py | undefined): Part => this.part(step.body, from, to, this.inLoop(step.names, place));
    const write = (body: readonly PyStatement[]): void => {
      out.push(markedWith({ k: 'for', pattern: step.pattern ?? name('_'), list: over, body }, originOf(this.block, step.at)));
    };
    const before = new Map(this.counters);
    const trial = round(start);
    if (trial.end === 'no') return 'no';
    if (same(trial.end, start)) {
      write(trial.body);
      return start;
    }
    for (const k of [...this.counters.keys()]) if (!before.has(k)) this.counters.delete(k);
    const variable = this.channelsVariable(to, start, place);
    if (!same(start, variable)) out.push(assign(variable, need(start)));
    const made = round(variable);
    if (made.end === 'no') return 'no';
    count(made, variable);
    write(made.body);
    // What each round gives is given, where there is a round at least.
    const mine = new Set([flat(variable), ...step.names.map(identifier), ...this.letNames.values()]);
    const { end } = made;
    return step.rounds !== undefined && step.rounds > 0 && end && ![...namesOf(end)].some((n) => mine.has(n)) ? end : variable;
  }

  /** A condition whose sides fill a list; where their channels differ, a variable has them. */
  private listedIf(step: Choice, start: Py | undefined, out: PyStatement[], to: Filled, place: Place): Py | undefined | 'no' {
    const test = step.test(this.site(place, { py: name('x'), channels: start, shapes: [] }));
    const [yes, no] = [step.yes, step.no].map((s) => this.part(s, start, to, { ...place, meanings: new Map(place.meanings) })) as [
      Part,
      Part,
    ];
    if (yes.end === 'no' || no.end === 'no') return 'no';
    let { end } = yes;
    if (!same(yes.end, no.end)) {
      const variable = this.channelsVariable(to, start, place);
      if (!same(start, variable) && no.body.length === 0) out.push(assign(variable, need(start)));
      for (const s of [yes, no]) if (s === yes || s.body.length > 0) count(s, variable);
      end = variable;
    }
    out.push(markedWith({ k: 'if', test, yes: yes.body, no: no.body }, originOf(this.block, step.at)));
    return end;
  }

  /** What a round of a loop or a side of a condition does. */
  private part(steps: readonly Step[], start: Py | undefined, to: Filled, place: Place): Part {
    const body: PyStatement[] = [];
    return { body, end: this.filled(steps, start, body, to, place) };
  }
}

/** Lines that fill a list, and the channels behind them. */
interface Part {
  readonly body: PyStatement[];
  readonly end: Py | undefined | 'no';
}

/** The channels at the end, in a variable. */
function count({ body, end }: Part, variable: Py): void {
  if (!same(end, variable)) body.push(setChannels(variable, need(end === 'no' ? undefined : end)));
}
