/** Statements: named values, outputs, merges with their branches, and conditions that decide what `forward` does. */
import type { OutlineBranch, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { attr, binary, call, index, name, type Py, pyNum, str } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { attribute, identifier, type Names, snake } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import { blockArguments, namesIn, patternOf, py } from './expressions.ts';
import type { Execution } from './facts.ts';
import {
  type Arm,
  assigns,
  type Element,
  type Flow,
  flagName,
  LONG,
  MOST_IN_MERGE,
  mentions,
  namesOf,
  need,
  type Place,
  SELF,
  type Step,
  same,
  UNKNOWN,
} from './forms.ts';
import { RunWriter } from './runs.ts';
/** The fourth part: statements and what is more than a run. */
export class BodyWriter extends RunWriter {
  protected statements(body: readonly OutlineStatement[], start: Flow, place: Place, conditional = false): Flow {
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
              const from = flow;
              flow = this.marked([stage.at], place, () => this.stage(stage, from, place, i === 0, conditional));
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
  protected isRun(value: readonly OutlineStage[], place: Place): boolean {
    const [first] = value;
    const isValue = first?.stage.kind === 'call' && first.stage.args === undefined && place.meanings.get(first.stage.callee)?.k === 'value';
    return place.prefix === undefined && value.every((s) => s.label === undefined) && !(isValue && value.length === 1);
  }

  protected pipelines(value: readonly OutlineStage[], flow: Flow, place: Place): Flow {
    return this.statements([{ kind: 'pipeline', value }], flow, place);
  }

  protected stage(s: OutlineStage, flow: Flow, place: Place, first: boolean, conditional: boolean): Flow {
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

  protected condition(
    stage: Extract<OutlineStage['stage'], { readonly kind: 'if' }>,
    start: Flow,
    place: Place,
    conditional: boolean,
  ): Flow {
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

  protected merge(stage: Extract<OutlineStage['stage'], { readonly kind: 'merge' }>, s: OutlineStage, start: Flow, place: Place): Flow {
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

  protected mergedChannels(kind: string, arms: readonly Arm[], uses: readonly Execution[]): Py | undefined {
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

  protected arms(branches: readonly OutlineBranch[], flow: Flow, place: Place): readonly Arm[] {
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

  protected arm(body: readonly OutlineStatement[], flow: Flow, place: Place, prefix: string): Arm {
    const variable = this.variables.has(prefix) ? this.variables.take(prefix) : prefix;
    const inner: Place = { ...place, meanings: new Map(place.meanings), prefix, variable };
    const end = this.statements(body, flow, inner);
    if (end.py.k === 'atom' || flat(end.py).length <= LONG) return { py: end.py, channels: end.channels, spread: false };
    const settled = this.settle(end, inner);
    return { py: settled.py, channels: settled.channels, spread: false };
  }

  /** Branches that a loop gives: a module for each, in a list. */
  protected generated(b: Extract<OutlineBranch, { readonly kind: 'for' | 'repeat' }>, flow: Flow, place: Place): Arm {
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
