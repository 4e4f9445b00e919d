/** Statements: named values, outputs, merges with their branches, and conditions that decide what `forward` does. */
import type { OutlineBranch, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { attr, binary, call, index, list, method, name, type Py, pyNum, str } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, type Names, same } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, expression, forked, type PyStatement } from '../python/statement.ts';
import { simplified } from './arithmetic.ts';
import { iterable, namesIn, patternOf, py } from './expressions.ts';
import type { Execution } from './facts.ts';
import {
  type Arm,
  assigns,
  type Element,
  type Flow,
  isSeveral,
  LONG,
  listOf,
  MOST_IN_MERGE,
  namesOf,
  oneEach,
  type Place,
  SELF,
  UNKNOWN,
} from './forms.ts';
import { isHandedOver } from './shared.ts';
import { ValueWriter } from './values.ts';
/** The fourth part: statements and what is more than a run. */
export class BodyWriter extends ValueWriter {
  protected statements(body: readonly OutlineStatement[], start: Flow, place: Place): Flow {
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
          flow = this.define(s, flow, place);
          break;
        case 'shared':
          this.share(s, place);
          break;
        case 'output': {
          flush();
          if (!s.value) {
            this.mainName = s.name;
            break;
          }
          flow = this.settle(flow, place);
          const variable = this.variables.has(identifier(s.name)) ? identifier(s.name) : this.variables.take(s.name);
          const own: Place = { ...place, prefix: s.name, variable, flow: {} };
          const made = this.pipelines(s.value, flow, own);
          if (!this.gathers) {
            if (!same(made.py, name(variable))) place.forward.push(assign(name(variable), made.py));
            if (!place.meanings.has(s.name)) place.meanings.set(s.name, { ...made, k: 'value', py: name(variable) });
          } else {
            const given = this.isReadHere(s.name) ? this.give(s.name, this.settle(made, own), own) : made;
            for (const l of place.loops) l.used = true;
            const rounds = place.loops.map((l) => `[{${flat(l.index)}}]`).join('');
            const key = rounds === '' ? str(s.name) : name(`f"${s.name}${rounds}"`);
            place.forward.push(assign(index(name('outputs'), key), given.py));
          }
          this.outputs.push({ name: s.name });
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
            const isRead = stage.label !== undefined && this.isReadHere(stage.label);
            if (step) pending.push(step);
            else {
              flush();
              const from = flow;
              flow = this.marked([stage.at], place, () => this.stage(stage, from, place, i === 0));
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

  /** What is shared is made where it is first called, or here, where a block is given it. */
  private share({ name: n, value }: Extract<OutlineStatement, { readonly kind: 'shared' }>, place: Place): void {
    if (!isHandedOver(this.block, n)) {
      place.meanings.set(n, { k: 'shared', call: value, made: undefined });
      return;
    }
    if (place.loops.length > 0 || place.conditional) throw new CannotSay(`${n}, which is shared in a loop`);
    const make = this.madeShared(value, n, place);
    const attribute = place.attributes.take(n);
    place.init.push(assign(attr(SELF, attribute), make));
    place.meanings.set(n, { k: 'module', py: attr(SELF, attribute), isList: false, source: { attribute, loops: [] } });
  }

  /** Whether a named pipeline makes modules, none of which has a label. */
  protected isRun(value: readonly OutlineStage[], place: Place): boolean {
    const [first] = value;
    const isValue = first?.stage.kind === 'call' && first.stage.args === undefined && place.meanings.get(first.stage.callee)?.k === 'value';
    return place.prefix === undefined && value.every((s) => s.label === undefined) && !(isValue && value.length === 1);
  }

  /** Whether a branch is layers in a row, more than one. */
  private isRow(body: readonly OutlineStatement[], place: Place): boolean {
    const [only, ...more] = body;
    if (only?.kind !== 'pipeline' || more.length > 0 || !this.isRun(only.value, place)) return false;
    const isValue = (s: OutlineStage): boolean => s.stage.kind === 'call' && place.meanings.get(s.stage.callee)?.k === 'value';
    return only.value.filter((s) => !isValue(s)).length > 1;
  }

  protected pipelines(value: readonly OutlineStage[], flow: Flow, place: Place): Flow {
    return this.statements([{ kind: 'pipeline', value }], flow, place);
  }

  protected stage(s: OutlineStage, flow: Flow, place: Place, first: boolean): Flow {
    const { stage } = s;
    switch (stage.kind) {
      case 'call': {
        const meaning = place.meanings.get(stage.callee);
        if (meaning?.k === 'value' && first) return meaning;
        if (this.givesMore(s.at) || this.handsOver(stage.callee)) return this.called(s, stage, flow, place);
        throw new CannotSay(`a call of ${stage.callee}`);
      }
      case 'merge':
        return this.merge(stage, s, flow, place);
      case 'if':
        return this.condition(stage, flow, place);
      case 'part':
        return {
          py: py(
            stage.of,
            this.site(place, flow, () => flow.py),
          ),
          channels: py(stage.of, this.site(place, flow)),
          shapes: this.file.facts.at(this.block, s.at).map((u) => u.trace.output),
        };
      case 'repeat':
      case 'for':
        return this.valueLoop(stage, s.at, flow, s.label === undefined ? place : { ...place, prefix: place.prefix ?? s.label });
      case 'expect':
        return flow;
      default:
        return stage satisfies never;
    }
  }

  protected condition(stage: Extract<OutlineStage['stage'], { readonly kind: 'if' }>, start: Flow, place: Place): Flow {
    const flow = this.settle(start, place);
    const test = this.fork(stage.condition, stage.yes, flow, place);
    const side = (body: readonly OutlineStatement[]): Side => {
      const inner: Place = { ...place, init: [], forward: [], attributes: place.attributes.copy(), conditional: place.loops.length > 0 };
      const end = this.statements(body, flow, inner);
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
    place.init.push(...forked(test.made, yes.init, no.init));
    place.forward.push(...forked(test.run, yes.forward, no.forward));
    return { py: isUnchanged ? flow.py : name(place.variable), channels, shapes: [] };
  }

  protected merge(stage: Extract<OutlineStage['stage'], { readonly kind: 'merge' }>, s: OutlineStage, start: Flow, place: Place): Flow {
    const layer = layers.get(stage.callee);
    const meaning = place.meanings.get(stage.callee);
    if (meaning && (meaning.k !== 'constant' || meaning.isLayer)) throw new CannotSay('a merge that is handed on');
    const flow = this.settle(start, place);
    const block = this.file.block(stage.callee);
    const uses = this.file.facts.at(this.block, s.at);
    const arms = [...this.arms(stage.branches, s.at, flow, place)];
    if (flat({ k: 'list', items: arms.map((a) => a.py) }).length > MOST_IN_MERGE)
      for (const [i, a] of arms.entries())
        if (a.py.k === 'call') {
          const variable = this.variables.take(place.prefix === undefined ? `branch${i + 1}` : `${place.prefix}_branch${i + 1}`);
          place.forward.push(assign(name(variable), a.py));
          arms[i] = { ...a, py: name(variable) };
        }
    const xs = arms.map((a) => a.py);
    if (block) {
      return this.ofSeveral(block, stage, s, arms, flow, place);
    }
    if (!layer) throw new CannotSay(`a merge by ${stage.callee}`);
    const form = layer.export.pytorch({} as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false });
    const spreads = arms.some((a) => a.spread);
    if (spreads && stage.callee !== 'concat' && stage.callee !== 'add') throw new CannotSay(`a loop of branches for ${stage.callee}`);
    const [lone] = xs;
    const value =
      spreads && stage.callee === 'add'
        ? call('sum', lone?.k === 'star' && xs.length === 1 ? lone.value : list(...xs))
        : withoutStar(form.expression?.(xs), xs);
    if (!value) throw new CannotSay(stage.callee);
    const shapes = uses.map((u) => u.trace.output);
    return { py: value, channels: this.mergedChannels(stage.callee, arms, uses), shapes };
  }

  protected mergedChannels(kind: string, arms: readonly Arm[], uses: readonly Execution[]): Py | undefined {
    if (kind === 'concat') {
      if (!arms.every((a) => a.channels)) return undefined;
      const all = arms.map((a) => a.channels as Py);
      const [first] = all;
      if (all.length > 1 && all.every((c) => same(c, first)) && arms.every((a) => !a.spread))
        return binary('*', pyNum(all.length), first as Py);
      return all.reduce((a, b) => simplified(binary('+', a, b)));
    }
    // Of one channel, a branch may be spread over the others.
    const fits = (i: number): boolean => uses.every((u) => u.item?.inputs[i]?.[0] === u.item?.shape[0]);
    const several = arms.findIndex((a) => a.spread);
    const known = (several < 0 ? arms : arms.slice(0, several)).filter((a, i) => a.channels && fits(i));
    const isCommon = uses.every((u) => u.item?.inputs.every((x) => x[0] === u.item?.shape[0]));
    if (known.length === 0 && several >= 0) return isCommon ? arms[several]?.each : undefined;
    const plain = known.filter((a) => a.channels && !this.joints.has(flat(a.channels)));
    return (plain.find((a) => a.channels?.k === 'atom') ?? plain[0] ?? known[0])?.channels;
  }

  protected arms(branches: readonly OutlineBranch[], at: string, flow: Flow, place: Place): readonly Arm[] {
    // Where more than one of them may be several, one list has them all.
    if (branches.filter(isSeveral).length > 1) return [this.listed(branches, at, flow, place)];
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
          const sides = oneEach(b);
          if (!sides) {
            arms.push(this.listed([b], at, flow, place));
            break;
          }
          const value = [{ at: '', label: undefined, stage: { kind: 'if' as const, condition: b.condition, ...sides } }];
          arms.push(this.arm([{ kind: 'pipeline', value }], flow, place, free(taken())));
          break;
        }
        case 'for':
        case 'repeat':
          arms.push(this.whole(b, flow, place) ?? this.generated(b, flow, place) ?? this.listed([b], at, flow, place));
          break;
        default:
          b satisfies never;
      }
    }
    return arms;
  }

  protected arm(body: readonly OutlineStatement[], flow: Flow, place: Place, prefix: string): Arm {
    const variable = this.variables.has(prefix) ? this.variables.take(prefix) : prefix;
    const inner: Place = { ...place, meanings: new Map(place.meanings), prefix, variable, flow: {} };
    const end = this.statements(body, flow, inner);
    if (end.py.k === 'atom' || flat(end.py).length <= LONG) return { py: end.py, channels: end.channels, spread: false };
    const settled = this.settle(end, inner);
    return { py: settled.py, channels: settled.channels, spread: false };
  }

  /** Branches that are the values of a list, all of them. */
  private whole(b: OutlineBranch, flow: Flow, place: Place): Arm | undefined {
    const of = listOf(b);
    if (!of || this.kindHere(of, place) === 'constant') return undefined;
    const there = this.site(place, flow, () => flow.py);
    const channels = iterable(py(of, this.site(place, flow)));
    const value = iterable(py(of, there));
    return {
      py: { k: 'star', stars: '*', value },
      channels: call('sum', channels),
      each: index(channels, pyNum(0)),
      list: channels,
      spread: true,
    };
  }

  /** Branches that a loop gives, each one module: a list of those. Undefined where they are more. */
  protected generated(b: Extract<OutlineBranch, { readonly kind: 'for' | 'repeat' }>, flow: Flow, place: Place): Arm | undefined {
    const names = b.kind === 'for' ? namesIn(b.pattern) : b.index === undefined ? [] : [b.index];
    const [only, ...more] = b.branches;
    if (place.loops.length > 0 || only?.kind !== 'branch' || more.length > 0 || names.some((n) => this.kindOf(n) !== 'constant'))
      return undefined;
    const inner = this.inLoop(names, place);
    const [step, ...further] = this.steps(only.body, inner) ?? [];
    if (step?.k !== 'plain' || further.length > 0) return undefined;
    const { modules = [], channels } = this.built(step, flow.channels, inner);
    const [module, ...others] = modules;
    if (!module || others.length > 0 || channels === 'ask') return undefined;
    if (channels && [...namesOf(channels)].some((n) => names.map(identifier).includes(n))) return undefined;
    const attribute = place.attributes.take(place.prefix === undefined ? 'branches' : `${place.prefix}_branches`);
    this.slots.set(step.at, { k: 'listed', list: attribute, modules: 1, offset: 0, loops: [] });
    const site = this.site(place, flow);
    const over = b.kind === 'for' ? iterable(py(b.list, site)) : call('range', py(b.count, site));
    const pattern = b.kind === 'for' ? patternOf(b.pattern) : name(b.index === undefined ? '_' : identifier(b.index));
    const each = { k: 'comprehension', filter: undefined } as const;
    const all: Py = { ...each, item: module.make, pattern, list: over, brackets: 'none' };
    place.init.push(assign(attr(SELF, attribute), call('nn.ModuleList', all)));
    const value: Py = { ...each, item: call('branch', flow.py), pattern: name('branch'), list: attr(SELF, attribute), brackets: 'list' };
    const count = b.kind === 'for' ? call('len', over) : py(b.count, site);
    return { py: { k: 'star', stars: '*', value }, channels: channels && binary('*', count, channels), each: channels, spread: true };
  }

  /** Branches of which only the run tells how many: a list to which each is added, and one of their channels. */
  private listed(branches: readonly OutlineBranch[], at: string, flow: Flow, place: Place): Arm {
    const own = this.variables.take(place.prefix === undefined ? 'branches' : `${place.prefix}_branches`);
    const [values, channels] = [name(own), name(this.locals.take(`${own}_channels`))];
    place.forward.push(assign(values, list()));
    place.init.push(assign(channels, list()));
    const all: Py[] = [];
    this.intoList(branches, at, flow, { ...place, flow: {}, variable: own.replace(/es\d*$/, '') }, { values, channels, all });
    // Of what all rounds have in common one need not ask the first.
    const common = all.find((c) => [...namesOf(c)].every((n) => /^\d/.test(n) || n === 'in_channels' || this.parameters.has(n)));
    const each = common ?? index(channels, pyNum(0));
    return { py: { k: 'star', stars: '*', value: values }, channels: call('sum', channels), each, spread: true };
  }

  /** Adds all values of a list at once, where a loop does nothing else. */
  private extended(b: OutlineBranch, flow: Flow, place: Place, to: Listed): boolean {
    const of = listOf(b);
    if (!of || this.kindHere(of, place) === 'constant') return false;
    const there = this.site(place, flow, () => flow.py);
    place.forward.push({ k: 'augment', to: to.values, op: '+', value: iterable(py(of, there)) });
    place.init.push({ k: 'augment', to: to.channels, op: '+', value: iterable(py(of, this.site(place, flow))) });
    return true;
  }

  private intoList(branches: readonly OutlineBranch[], at: string, flow: Flow, place: Place, to: Listed): void {
    for (const b of branches)
      switch (b.kind) {
        case 'let':
          this.define(b, flow, place);
          break;
        case 'branch': {
          // Layers in a row are one module.
          const prefix = place.prefix ?? (this.isRow(b.body, place) ? 'branch' : undefined);
          const end = this.statements(b.body, flow, { ...place, prefix, meanings: new Map(place.meanings), flow: {} });
          place.forward.push(expression(method(to.values, 'append', end.py)));
          place.init.push(expression(method(to.channels, 'append', end.channels ?? UNKNOWN)));
          to.all.push(end.channels ?? UNKNOWN);
          break;
        }
        case 'if': {
          const test = this.fork(b.condition, [], flow, place);
          const side = (all: readonly OutlineBranch[]): Place => {
            const inner: Place = { ...place, init: [], forward: [], conditional: place.loops.length > 0 };
            this.intoList(all, at, flow, inner, to);
            return inner;
          };
          const [yes, no] = [side(b.yes), side(b.no ?? [])];
          place.init.push(...forked(test.made, yes.init, no.init));
          place.forward.push(...forked(test.run, yes.forward, no.forward));
          break;
        }
        case 'for':
        case 'repeat':
          if (this.extended(b, flow, place, to)) break;
          // Both would begin with the same stage, which tells rounds apart.
          if (place.loops.at(-1)?.at === at) throw new CannotSay('loops of branches in loops');
          this.rounds(b, b.branches, at, flow, place, (inner) => this.intoList(b.branches, at, flow, inner, to));
          break;
        default:
          b satisfies never;
      }
  }
}

/** A list to which branches are added, one of their channels beside it, and these one by one. */
interface Listed {
  readonly values: Py;
  readonly channels: Py;
  readonly all: Py[];
}

/** One side of a condition. */
interface Side {
  readonly init: PyStatement[];
  readonly forward: PyStatement[];
  readonly channels: Py | undefined;
  readonly names: Names;
  readonly end: Py;
}

/** `torch.cat(branches)` of a list that is all there is. */
function withoutStar(made: Py | undefined, xs: readonly Py[]): Py | undefined {
  const [only, ...more] = xs;
  if (made?.k !== 'call' || only?.k !== 'star' || more.length > 0) return made;
  return { ...made, args: made.args.map((a) => (same(a.value, list(only)) ? { ...a, value: only.value } : a)) };
}
