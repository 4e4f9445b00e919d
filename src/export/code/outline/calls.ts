/** Calls of layers and blocks as modules or expressions, with the channels behind them; and which stages are steps of a run. */
import type { OutlineArgument, OutlineBlock, OutlineCall, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';
import { layerOf, layers } from '../../../layers/index.ts';
import { attr, call, name, type Py, type PyArg, pyNum } from '../../../layers/python.ts';
import { CannotSay, type TorchForm } from '../../../layers/torch.ts';
import { identifier, same, snake } from '../code.ts';
import { flat } from '../python/print.ts';
import { assign } from '../python/statement.ts';
import { simplified } from './arithmetic.ts';
import { channelsBehind, keepsChannels } from './channels.ts';
import { blockArguments, givenFor, iterable, type Meaning, namesIn, patternOf, py, type Site } from './expressions.ts';
import { allEqual, type Execution } from './facts.ts';
import {
  type Built,
  type Element,
  isLayerExpression,
  isUneven,
  namesOf,
  need,
  type Place,
  replaced,
  SELF,
  type Step,
  takesChannels,
  UNKNOWN,
} from './forms.ts';
import { BodyNames } from './names.ts';
import { entersAs } from './shared.ts';
/** The second part: calls, and what can stand in a run. */
export class CallWriter extends BodyNames {
  /** A stage as a step of a run; undefined where it is more than that, `nothing` where it makes nothing. */
  protected step(s: OutlineStage, place: Place, first: boolean): Element | 'nothing' | undefined {
    const { stage, at, label } = s;
    switch (stage.kind) {
      case 'expect':
        return 'nothing';
      case 'call': {
        const meaning = place.meanings.get(stage.callee);
        if (first && stage.args === undefined && meaning?.k === 'value') return undefined;
        if (this.givesMore(at) || this.handsOver(stage.callee)) return undefined;
        return { k: 'plain', at, label, name: this.nameFor(stage, place), build: (c, p) => this.build(stage, at, c, p) };
      }
      case 'part':
      case 'merge':
        return undefined;
      case 'repeat':
      case 'for': {
        const names = stage.kind === 'for' ? namesIn(stage.pattern) : stage.index === undefined ? [] : [stage.index];
        if (names.some((n) => this.kindOf(n) !== 'constant')) return undefined;
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
          list: (site) => (of ? iterable(py(of, site)) : call('range', py(count as never, site))),
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

  /** The statements of a loop or condition as steps; undefined where they do more than make modules in a row. */
  protected steps(body: readonly OutlineStatement[], place: Place): readonly Step[] | undefined {
    const steps: Step[] = [];
    for (const s of body) {
      if (s.kind === 'let') {
        if (this.isUnread(s.name) && !this.file.asked(this.block.name).includes(s.name)) continue;
        if (this.kindOf(s.name) !== 'constant') return undefined;
        steps.push({ k: 'let', statement: s });
        place.meanings.set(s.name, { k: 'constant', py: name(identifier(s.name)), isLayer: isLayerExpression(s.value, this.file, place) });
        continue;
      }
      if (s.kind !== 'pipeline') return undefined;
      for (const [i, stage] of s.value.entries()) {
        if (stage.label !== undefined && this.isReadHere(stage.label)) return undefined;
        const step = this.step(stage, place, i === 0);
        if (!step) return undefined;
        if (step !== 'nothing') steps.push(step);
      }
    }
    return steps;
  }

  /** Whether what a stage calls gives values of its own beside what flows on. */
  protected givesMore(at: string): boolean {
    return [...this.file.facts.callees(this.block, at).blocks].some((b) => this.file.asked(b).length > 0);
  }

  /** Whether a call gives a block shared layers. */
  protected handsOver(callee: string): boolean {
    return this.file.modules(callee).size > 0;
  }

  /** What is shared, where it is handed on: made with the channels that enter it wherever it is called. */
  protected madeShared(c: OutlineCall, n: string, place: Place): Py {
    const channels = entersAs(this.file.facts, this.block, n);
    if (!channels) throw new CannotSay(`${n}, which is shared by what has other channels from use to use`);
    const [module, ...more] = this.build(c, '', channels, place).modules ?? [];
    if (!module || more.length > 0) throw new CannotSay('what is shared is more than a module');
    return module.make;
  }

  /** What a module is called that a call makes. */
  protected nameFor({ callee }: OutlineCall, place: Place): string {
    return place.meanings.has(callee) || layers.has(callee) ? callee : snake(this.file.nameOf(callee));
  }

  /** A call as modules or as an expression. */
  protected build(c: OutlineCall, at: string, channels: Py | undefined, place: Place): Built {
    const meaning = place.meanings.get(c.callee);
    const uses = this.file.facts.at(this.block, at);
    const site = this.site(place, { py: name('x'), channels, shapes: uses.map((u) => u.trace.input) });
    if (meaning?.k === 'shared') return this.buildShared(meaning, c, at, channels, place);
    if (meaning?.k === 'module') {
      const { blocks, layers: kinds } = this.file.facts.callees(this.block, at);
      if (meaning.isList || (c.args ?? []).length > 0 || [...kinds].some((k) => layerOf(k).role !== 'conv'))
        throw new CannotSay(`a call of ${c.callee}, which is shared`);
      this.slots.set(at, { k: 'given', source: meaning.source, loops: meaning.source.loops });
      return { expression: (x) => call(meaning.py, x), channels: this.outOf(meaning.py, [...blocks]) };
    }
    const made = this.file.facts.callees(this.block, at);
    if (meaning?.k === 'constant' && (meaning.isLayer || !layers.has(c.callee)))
      return this.buildLocal(meaning.py, c, made, site, channels);
    const block = this.file.block(c.callee);
    if (block) return this.buildBlock(block, c.args ?? [], site, channels);
    if (layers.has(c.callee)) return this.buildLayer(c, uses, site, channels, place);
    throw new CannotSay(`a call of ${c.callee}`);
  }

  protected buildBlock(block: OutlineBlock, args: readonly OutlineArgument[], site: Site, channels: Py | undefined): Built {
    const takes = this.file.takesChannels(block.name);
    const pyArgs = blockArguments(block, args, site);
    const made = call(this.file.nameOf(block.name), ...(takes ? [need(channels)] : []), ...pyArgs);
    return {
      of: [block.name],
      modules: [{ name: snake(block.name), make: made, ...(this.file.hasWeights(block.name) ? { weights: true as const } : {}) }],
      channels: this.channelsOf(block, pyArgs, channels),
    };
  }

  /** The channels that a call of a block gives. */
  protected channelsOf(block: OutlineBlock, args: readonly PyArg[], channels: Py | undefined): Py | 'ask' | undefined {
    const code = this.file.code(block.name);
    if (code && !code.saysChannels) return undefined;
    if (!code?.channels) return 'ask';
    const by = new Map<string, Py>();
    if (channels) by.set('in_channels', channels);
    let next = 0;
    for (const a of args) by.set(a.name ?? identifier(block.params[next++]?.name ?? ''), a.value);
    for (const p of block.params) {
      const n = identifier(p.name);
      if (by.has(n) || !p.value || !namesOf(code.channels).has(n)) continue;
      if (p.value.kind !== 'number') return 'ask';
      by.set(n, pyNum(p.value.value));
    }
    if ([...namesOf(code.channels)].includes('in_channels') && !channels) return 'ask';
    const found = simplified(replaced(code.channels, by));
    return flat(found).length > 40 ? 'ask' : found;
  }

  protected buildLocal(
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
    if (behind.some((b) => b === undefined)) after = undefined;
    return { modules: [{ name: c.callee, make, weights: true }], channels: after, of: blocks.map((b) => b.name) };
  }

  protected buildLayer(c: OutlineCall, uses: readonly Execution[], site: Site, channels: Py | undefined, place: Place): Built {
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

  /** Whether something is shared anew in each round. */
  private sharedInLoop(n: string): boolean {
    return !this.block.body.some((s) => s.kind === 'shared' && s.name === n);
  }

  protected buildShared(
    m: Extract<Meaning, { readonly k: 'shared' }>,
    c: OutlineCall,
    at: string,
    channels: Py | undefined,
    place: Place,
  ): Built {
    if (c.args !== undefined && c.args.length > 0) throw new CannotSay('arguments for what is shared');
    if (!m.made) {
      const { loops } = place;
      // In a loop around its uses, all of which get the same channels, it is made before that.
      const isOutside = loops.length > 0;
      const all = allEqual(this.file.facts.at(this.block, at).map((u) => u.trace.input[0]));
      if (isOutside && (all === undefined || this.sharedInLoop(c.callee))) throw new CannotSay(`${c.callee}, which is shared in a loop`);
      const entering = isOutside ? pyNum(all as number) : channels;
      const meanings = new Map([...place.meanings].filter(([, v]) => v !== m));
      const outside: Place = isOutside
        ? { ...place, meanings, loops: [], init: place.before ?? place.init, before: undefined }
        : { ...place, meanings };
      const built = this.build(m.call, at, entering, outside);
      const [module, ...more] = built.modules ?? [];
      if (!module || more.length > 0) throw new CannotSay('what is shared is more than a module');
      const attribute = place.attributes.take(c.callee);
      outside.init.push(assign(attr(SELF, attribute), module.make));
      m.made = { attribute, channels: built.channels === 'ask' ? this.outOf(attr(SELF, attribute), built.of) : built.channels };
    }
    const { attribute, channels: after } = m.made;
    this.slots.set(at, { k: 'fixed', key: attribute, loops: [] });
    return { expression: (x) => call(attr(SELF, attribute), x), channels: after };
  }
}
