import { call, list, name, type Py } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { Names, same } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, markedWith, type PyStatement } from '../python/statement.ts';
import {
  type Element,
  type Flow,
  firstName,
  identity,
  isInline,
  LONG,
  MOST_SEPARATE,
  type Place,
  pluralOf,
  type Step,
  sequenceName,
  sequential,
  usesTwice,
} from './forms.ts';
import { type Held, heldAt, heldOnce } from './held.ts';
import { ListWriter } from './lists.ts';
import { originOf } from './origin.ts';

/** The stages in some steps. */
const placesIn = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((s) => {
    if (s.k === 'let') return [];
    if (s.k === 'plain') return [s.at];
    return [s.at, ...placesIn(s.k === 'loop' ? s.body : [...s.yes, ...s.no])];
  });

/** The fourth part: runs of steps. */
export class RunWriter extends ListWriter {
  /** Names of channels behind conditions, which go where nothing reads them. */
  protected readonly joints = new Set<string>();

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

  /** A condition as an attribute that is one thing or another. */
  protected choice(step: Extract<Step, { readonly k: 'if' }>, flow: Flow, place: Place, isWhole: boolean, into?: Held): Flow {
    const { prefix } = place;
    const own = step.label ?? firstName(step) ?? 'layer';
    const wanted = step.label ?? (prefix === undefined ? own : isWhole ? prefix : `${prefix}_${own}`);
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
