/**
 * What is done with values rather than with layers in a row: loops in which values are named or read, and calls of blocks that give more than what
 * flows on. Such a loop stands in both methods: in `__init__` over channels, making modules, in `forward` over values, calling them.
 */
import type {
  OutlineBlock,
  OutlineExpr,
  OutlinePattern,
  OutlineStage,
  OutlineStageKind,
  OutlineStatement,
} from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { attr, call, name, type Py, tuple } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, same, snake } from '../code.ts';
import { assign, markedWith, type PyStatement } from '../python/statement.ts';
import { blockArguments, iterable, type Meaning, namesIn, py } from './expressions.ts';
import { type Arm, type Flow, flagName, type Hands, need, type Place, SELF, UNKNOWN } from './forms.ts';
import { heldAt } from './held.ts';
import type { Kind } from './kinds.ts';
import { boundBy, elementOf, kindOf } from './kinds.ts';
import { headOf, INDICES, roundsOf } from './loops.ts';
import { originOf } from './origin.ts';
import { RunWriter } from './runs.ts';
import { argumentFor, isModules } from './shared.ts';
import type { Loop, Source } from './source.ts';

export type LoopStage = Extract<OutlineStageKind, { readonly kind: 'for' | 'repeat' }>;
/** A loop around statements, or around branches. */
type AnyLoop =
  | Pick<Extract<OutlineStageKind, { readonly kind: 'for' }>, 'kind' | 'pattern' | 'list'>
  | Pick<Extract<OutlineStageKind, { readonly kind: 'repeat' }>, 'kind' | 'count' | 'index'>;

/** The names that a body gives to values. */
function given(body: readonly OutlineStatement[]): ReadonlySet<string> {
  const found = new Set<string>();
  JSON.stringify(body, (_, v) => {
    if (typeof v !== 'object' || v === null) return v;
    if (typeof v.label === 'string') found.add(v.label);
    if ((v.kind === 'named' || v.kind === 'output') && typeof v.name === 'string') found.add(v.name);
    return v;
  });
  return found;
}

export abstract class ValueWriter extends RunWriter {
  /** The modules that give values of their own, by the attribute that keeps them: the blocks that they are of. */
  protected readonly giving = new Map<string, readonly string[]>();

  protected abstract statements(body: readonly OutlineStatement[], start: Flow, place: Place): Flow;

  /** A loop over values, or in which values are named. */
  protected valueLoop(stage: LoopStage, at: string, start: Flow, place: Place): Flow {
    const before = this.settle(start, place);
    const variable = name(place.variable);
    // A value that rounds give anew has channels that they give anew.
    for (const n of given(stage.body)) {
      const m = place.meanings.get(n);
      if (m?.k !== 'value' || !m.channels) continue;
      const channels = name(this.shadow(n));
      if (!same(m.channels, channels)) place.init.push(assign(channels, m.channels));
      place.meanings.set(n, { ...m, channels, shapes: [] });
    }
    const counter = this.counterOf(before, place);
    let changes = false;
    this.rounds(stage, stage.body, at, before, place, (inner) => {
      const end = this.statements(stage.body, { py: variable, channels: counter, shapes: [] }, inner);
      if (!same(end.py, variable)) inner.forward.push(assign(variable, end.py));
      if (!same(end.channels, counter)) inner.init.push(assign(counter, end.channels ?? UNKNOWN));
      changes = assignsTo(inner.forward, variable);
      const reads = JSON.stringify(inner.forward).includes(JSON.stringify(variable));
      if ((changes || reads) && !same(before.py, variable)) place.forward.push(assign(variable, before.py));
    });
    const shapes = this.file.facts.at(this.block, at).map((u) => u.trace.output);
    return changes ? { py: variable, channels: counter, shapes } : before;
  }

  /** A variable that counts the channels of a flow through the rounds of a loop. */
  private counterOf(flow: Flow, place: Place): Py {
    const { channels } = flow;
    if (channels?.k === 'atom' && this.counted.get(channels.text) === place.flow) return channels;
    const own = this.locals.take(['channels', 'features', 'width'].find((n) => !this.locals.has(n)) ?? 'channels');
    this.counted.set(own, place.flow);
    place.init.push(assign(name(own), channels ?? UNKNOWN));
    return name(own);
  }

  /** Writes a loop into both methods; `write` says what a round does. */
  protected rounds(s: AnyLoop, body: unknown, at: string, flow: Flow, place: Place, write: (inner: Place) => void): void {
    const around = place.loops.map((l) => JSON.stringify(l.index));
    let index: string | undefined;
    const fresh = (): string => {
      index ??=
        INDICES.find(
          (n) => !this.bound.has(n) && !this.locals.has(n) && !this.variables.has(n) && !around.includes(JSON.stringify(name(n))),
        ) ?? this.locals.take('round');
      return index;
    };
    const [here, there] = [this.site(place, flow), this.site(place, flow, () => flow.py)];
    const head = headOf(body);
    const [made, run] = [here, there].map((site) => roundsOf(s, at, head, (e: OutlineExpr) => iterable(py(e, site)), fresh));
    if (!made || !run) return;
    const inner: Place = {
      ...place,
      init: [],
      forward: [],
      loops: [...place.loops, run.loop ?? { index: name('?'), used: false, at, head: '' }],
      before: place.before ?? place.init,
    };
    const channels = this.bind(s, place, inner.loops.at(-1) as Loop);
    if (index !== undefined) this.rounded.add(index);
    write(inner);
    const origin = originOf(this.block, at);
    place.init.push(markedWith({ k: 'for', pattern: channels(made.pattern), list: made.over, body: inner.init }, origin));
    place.forward.push(markedWith({ k: 'for', pattern: run.pattern, list: run.over, body: inner.forward }, origin));
  }

  /** Gives the names of a loop their meanings; and tells what its pattern is where channels stand for values. */
  private bind(s: AnyLoop, place: Place, loop: Loop): (pattern: Py) => Py {
    const names = s.kind === 'for' ? namesIn(s.pattern) : s.index === undefined ? [] : [s.index];
    const kinds = new Map<string, Kind>(
      s.kind === 'for' ? boundBy(s.pattern as OutlinePattern, elementOf(this.kindHere(s.list, place))) : [],
    );
    const shadows = new Map<string, Py>();
    for (const n of names) {
      const [own, kind] = [name(identifier(n)), kinds.get(n) ?? 'constant'];
      if (!this.variables.has(identifier(n))) this.variables.take(identifier(n));
      if (kind === 'constant') {
        if (!this.locals.has(identifier(n))) this.locals.take(n);
        this.rounded.add(identifier(n));
        place.meanings.set(n, { k: 'constant', py: own, isLayer: !layers.has(n) });
        continue;
      }
      if (isModules(kind)) {
        // A shared layer of its list: the same in both methods.
        const list =
          s.kind === 'for' && s.list.kind === 'call' && s.list.args === undefined ? place.meanings.get(s.list.callee) : undefined;
        if (list?.k !== 'module' || kind !== 'module') throw new CannotSay(`a loop over ${n}, which is shared`);
        if (!this.locals.has(identifier(n))) this.locals.take(n);
        this.rounded.add(identifier(n));
        const source = { ...list.source, loops: [...list.source.loops, loop] };
        place.meanings.set(n, { k: 'module', py: own, isList: false, source });
        continue;
      }
      const channels = name(this.shadow(n));
      shadows.set(identifier(n), channels);
      place.meanings.set(n, kind === 'value' ? { k: 'value', py: own, channels, shapes: [] } : { k: 'list', py: own, channels });
    }
    const renamed = (p: Py): Py => (p.k === 'tuple' ? tuple(...p.items.map(renamed)) : p.k === 'atom' ? (shadows.get(p.text) ?? p) : p);
    return renamed;
  }

  protected kindHere(e: OutlineExpr, place: Place): Kind {
    const member = (of: string, m: string): Kind => {
      const label = place.meanings.get(of);
      const part = label?.k === 'value' ? label.parts?.get(m) : undefined;
      return part?.k === 'value' ? 'value' : part?.k === 'list' ? { of: 'value' } : 'constant';
    };
    return kindOf(e, (n) => this.kindOf(n), member);
  }

  /** A condition in both methods: a flag that is kept, or in a loop the condition itself. */
  protected fork(
    condition: OutlineExpr,
    yes: readonly OutlineStatement[],
    flow: Flow,
    place: Place,
  ): { readonly made: Py; readonly run: Py } {
    const made = py(condition, this.site(place, flow));
    if (place.loops.length > 0)
      return {
        made,
        run: py(
          condition,
          this.site(place, flow, () => flow.py),
        ),
      };
    if (made.k === 'atom' && condition.kind === 'call') {
      return { made, run: this.keep(made.text) };
    }
    const flag = attr(SELF, place.attributes.take(flagName(yes)));
    place.init.push(assign(flag, made));
    return { made: flag, run: flag };
  }

  /** A call of a block that gives values of its own beside what flows on. */
  protected called(s: OutlineStage, stage: Extract<OutlineStageKind, { readonly kind: 'call' }>, start: Flow, place: Place): Flow {
    const blocks = [...this.file.facts.callees(this.block, s.at).blocks];
    const flow = this.settle(start, place);
    const built = this.build(stage, s.at, flow.channels, place);
    const [module, ...more] = built.modules ?? [];
    if (!module || more.length > 0) throw new CannotSay(`values inside ${stage.callee}`);
    const wanted = s.label ?? (place.prefix === undefined ? this.nameFor(stage, place) : `${place.prefix}_${this.nameFor(stage, place)}`);
    const held = heldAt(place, wanted);
    const { hands, given } = this.handed(stage, place);
    this.slots.set(s.at, { ...held.slot(), ...(hands.size > 0 ? { hands } : {}) });
    held.store(module.make, place.init);
    const channels = built.channels === 'ask' ? this.outOf(held.made, built.of) : built.channels;
    const shapes = this.file.facts.at(this.block, s.at).map((u) => u.trace.output);
    const value = call(held.module, flow.py, ...given);
    if (!this.givesMore(s.at)) return { py: value, channels, shapes };
    return { ...this.unpacked(blocks, value, held.made, s.label, place), channels, shapes };
  }

  /** The shared layers that a call hands on, which `forward` is given too. */
  private handed(
    { callee, args = [] }: Extract<OutlineStageKind, { readonly kind: 'call' }>,
    place: Place,
  ): { readonly hands: Hands; readonly given: readonly Py[] } {
    const hands = new Map<string, Source>();
    const given: Py[] = [];
    const block = this.file.block(callee);
    for (const p of this.file.modules(callee).keys()) {
      const e = block && argumentFor(block, args, p);
      const meaning = e?.kind === 'call' && e.args === undefined ? place.meanings.get(e.callee) : undefined;
      if (meaning?.k !== 'module') throw new CannotSay(`${p} of ${callee}, which is shared`);
      hands.set(p, meaning.source);
      given.push(meaning.py);
    }
    return { hands, given };
  }

  /** What such a call gives, each by a name. */
  protected unpacked(
    blocks: readonly string[],
    value: Py,
    made: Py,
    label: string | undefined,
    place: Place,
  ): Omit<Flow, 'channels' | 'shapes'> {
    const asks = new Set(blocks.map((b) => this.file.asked(b).join()));
    const reads = new Set(blocks.map((b) => this.file.isRead(b)));
    if (asks.size > 1 || reads.size > 1) throw new CannotSay('values inside a call in some uses only');
    const [block = ''] = blocks;
    const kinds = this.file.kinds(block);
    const base = label ?? place.variable;
    const parts = this.file.asked(block).map((m): readonly [string, Py, Meaning] => {
      const own = `${base}_${m}`;
      const variable = name(this.variables.has(own) ? own : this.variables.take(own));
      const channels = attr(made, `${identifier(m)}_channels`);
      return [
        m,
        variable,
        kinds.get(m) === 'value' ? { k: 'value', py: variable, channels, shapes: [] } : { k: 'list', py: variable, channels },
      ];
    });
    const variables = parts.map(([, v]) => v);
    const flows = this.file.isRead(block);
    const [only] = variables;
    const to = flows ? tuple(name(place.variable), ...variables) : variables.length === 1 ? (only as Py) : tuple(...variables);
    if (!this.variables.has(place.variable)) this.variables.take(place.variable);
    place.forward.push(assign(to, value));
    if (value.k === 'call') this.giving.set(JSON.stringify(value.fn), blocks);
    return {
      py: flows ? name(place.variable) : UNKNOWN,
      parts: new Map(parts.map(([m, , meaning]) => [m, meaning])),
    };
  }

  /** A block applied to several values. */
  protected ofSeveral(
    block: OutlineBlock,
    stage: Extract<OutlineStageKind, { readonly kind: 'merge' }>,
    s: OutlineStage,
    arms: readonly Arm[],
    flow: Flow,
    place: Place,
  ): Flow {
    const args = blockArguments(block, stage.args ?? [], this.site(place, flow));
    const takes = this.file.takesChannels(block.name);
    const [lone, ...further] = arms;
    const isList = lone?.list !== undefined && further.length === 0;
    if (!isList && arms.some((a) => a.spread)) throw new CannotSay('a loop of branches for a block');
    if (isList && !(takes && block.takes.every((_, i) => i === 0 || !this.fixedFor(block, i))))
      throw new CannotSay('a loop of branches for a block that knows its channels');
    const entering =
      lone?.list !== undefined && isList
        ? [{ k: 'star' as const, stars: '*', value: lone.list }]
        : [
            ...(takes ? [need(arms[0]?.channels)] : []),
            ...arms.slice(1).flatMap((a, i) => (this.fixedFor(block, i + 1) ? [] : [need(a.channels)])),
          ];
    const held = heldAt(place, s.label ?? (place.prefix === undefined ? snake(block.name) : `${place.prefix}_${snake(block.name)}`));
    this.slots.set(s.at, held.slot());
    held.store(call(this.file.nameOf(block.name), ...entering, ...args), place.init);
    const behind = this.channelsOf(block, args, isList ? undefined : arms[0]?.channels);
    const channels = behind === 'ask' ? this.outOf(held.made, [block.name]) : behind;
    const shapes = this.file.facts.at(this.block, s.at).map((u) => u.trace.output);
    const value = call(held.module, ...arms.map((a) => a.py));
    if (this.file.asked(block.name).length === 0) return { py: value, channels, shapes };
    return { ...this.unpacked([block.name], value, held.made, s.label, place), channels, shapes };
  }
}

/** Whether any of the lines gives a name a new value. */
export function assignsTo(body: readonly PyStatement[], variable: Py): boolean {
  return body.some((s) => {
    if (s.k === 'assign') return same(s.to, variable) || (s.to.k === 'tuple' && s.to.items.some((i) => same(i, variable)));
    if (s.k === 'if') return assignsTo(s.yes, variable) || assignsTo(s.no, variable);
    return s.k === 'for' && assignsTo(s.body, variable);
  });
}
