/** Calls of layers and blocks in a function: each is a line that names the value again. */
import type { OutlineArgument, OutlineBlock, OutlineCall, OutlineExpr } from '../../../graph/outline.ts';
import { layerOf, layers } from '../../../layers/index.ts';
import { type KerasForm, layer as kerasLayer } from '../../../layers/keras.ts';
import { attr, call, index, kw, name, type Py, type PyArg, pyNum, str, tuple } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, Names, same, snake } from '../code.ts';
import { blockArguments, givenFor, type Meaning, named, type Site } from '../outline/expressions.ts';
import { allEqual, type Execution } from '../outline/facts.ts';
import { argumentFor } from '../outline/shared.ts';
import type { Source } from '../outline/source.ts';
import { assign } from '../python/statement.ts';
import type { Flow, KerasFile, Place, Slot } from './place.ts';
import { isActivation, type Role } from './roles.ts';

const EXTENTS = { c: -1, h: 1, w: 2 } as const;

export class CallWriter {
  protected readonly file: KerasFile;
  protected readonly block: OutlineBlock;
  readonly slots = new Map<string, Slot>();
  /** Names of layers, within the function's. */
  private readonly bases = new Names([], false, '');
  /** What an extent of the input is called, which may be asked for where the input is no longer at hand. */
  protected readonly entering: Partial<Record<'c' | 'h' | 'w', string>> = {};
  protected readonly locals: Names;
  /** Values inside calls, by the name of what was called. */
  protected readonly parts = new Map<string, ReadonlyMap<string, Py>>();
  /** Lines that may be given an activation. */
  private readonly open = new Set<Py>();

  constructor(file: KerasFile, block: OutlineBlock, bound: ReadonlySet<string>) {
    this.file = file;
    this.block = block;
    this.locals = new Names([...bound].map(identifier), false);
  }

  /** What expressions see. `role`: what a layer that is handed on is. */
  protected site(place: Place, flow: Flow, role?: Role): Site {
    const none = { channels: undefined, shapes: [] };
    return {
      globals: this.file,
      find: (n) => place.meanings.get(n),
      in: none,
      here: none,
      forward: {
        input: (axis) => {
          this.entering[axis] ??= this.locals.take({ c: 'in_channels', h: 'height', w: 'width' }[axis]);
          return name(this.entering[axis]);
        },
        here: () => flow.py,
        keep: name,
        extent: (x, axis) => index(attr(x, 'shape'), pyNum(EXTENTS[axis])),
      },
      values: {
        here: () => flow.py,
        part: (of, member) => this.part(of, member),
        layer: (e, s) => this.layerValue(e, s, role),
      },
    };
  }

  private part(of: OutlineExpr, member: string): Py {
    const found = of.kind === 'call' && of.args === undefined ? this.parts.get(of.callee)?.get(member) : undefined;
    if (!found) throw new CannotSay(`.${member}`);
    return found;
  }

  /** A layer or block that is handed on. */
  private layerValue(e: OutlineCall, s: Site, role: Role | undefined): Py {
    const block = this.file.block(e.callee);
    if (block) {
      if (this.file.isModel(e.callee)) throw new CannotSay(`${e.callee} as an argument`);
      const args = this.blockArguments(block, e.args ?? [], (r) => this.withRole(s, r));
      if (args.length === 0) return name(this.file.nameOf(e.callee));
      this.file.needs.imports.add('from functools import partial');
      return call('partial', name(this.file.nameOf(e.callee)), ...args.map((a, i) => named(a, block, i)));
    }
    const alias = this.file.aliasOf(e.callee);
    if (alias) return this.layerValue(alias.of, s, role);
    const layer = layers.get(e.callee);
    if (!layer) {
      if (e.callee === 'same' && e.args === undefined) return name('None');
      throw new CannotSay(`the word ${e.callee}`);
    }
    const given = givenFor(layer.params, e.args ?? [], s);
    const form = layer.export.keras.form(given as never, { isMap: true, xs: undefined, y: undefined, pairs: this.file.pairs, uses: [] });
    this.help(form);
    const plain = !form.steps?.some((step) => step.k === 'layer' && step.named);
    if (form.activation && plain && role !== 'callable') {
      if (form.activation.k === 'call') this.file.needs.imports.add('from functools import partial');
      return form.activation;
    }
    const label = this.file.nameArgument;
    const body = (form.steps ?? []).reduce<Py>((x, step) => {
      if (step.k === 'of') return step.of(x);
      return call(step.named ? withArguments(step.make, kw('name', name(label))) : step.make, x);
    }, name('x'));
    return { k: 'lambda', params: `x, ${label}=None`, body };
  }

  private withRole(s: Site, role: Role | undefined): Site {
    return s.values ? { ...s, values: { ...s.values, layer: (e, inner) => this.layerValue(e, inner, role) } } : s;
  }

  /** The arguments of a block, each layer among them as what the parameter wants. */
  protected blockArguments(
    block: OutlineBlock,
    args: readonly OutlineArgument[],
    site: (role: Role | undefined) => Site,
  ): readonly PyArg[] {
    return blockArguments(block, args, site(undefined), (param) => site(this.file.role(block.name, param)));
  }

  protected help(form: KerasForm): void {
    for (const h of form.helpers ?? []) this.file.helpers.set(h.name, h);
  }

  /** The name of a layer as its argument, `f"{name}_conv_{i}"`, and where it is noted. */
  protected label(at: string, wanted: string, place: Place): PyArg {
    const base = this.bases.take(wanted);
    this.slots.set(at, { base, loops: place.loops });
    return kw(this.file.nameArgument === 'name' ? 'name' : 'name', this.labelOf(base, place));
  }
  protected labelOf(base: string, place: Place): Py {
    for (const l of place.loops) l.used = true;
    const before = this.file.takesName(this.block.name) ? `{${this.file.nameArgument}}_` : '';
    const text = `${before}${base}${place.loops.map((l) => (l.index.k === 'atom' ? `_{${l.index.text}}` : '')).join('')}`;
    return text.includes('{') ? name(`f"${text}"`) : str(text);
  }
  /** The same for a function, whose argument may have another name. */
  protected scope(at: string, wanted: string, place: Place): PyArg {
    return kw(this.file.nameArgument, this.label(at, wanted, place).value);
  }
  protected wanted(kind: string, label: string | undefined, place: Place): string {
    return label ?? (place.prefix === undefined ? kind : `${place.prefix}_${kind}`);
  }

  protected emit(value: Py, place: Place): Flow {
    const variable = name(place.variable);
    if (!same(value, variable)) place.out.push(assign(variable, value));
    return { py: variable };
  }

  /** A call of anything but a value. */
  protected made(c: OutlineCall, at: string, label: string | undefined, flow: Flow, place: Place): Flow {
    const meaning = place.meanings.get(c.callee);
    if (meaning?.k === 'shared') return this.shared(meaning, c, at, flow, place);
    if (meaning?.k === 'module') {
      if (meaning.isList || (c.args ?? []).length > 0) throw new CannotSay(`a call of ${c.callee}, which is shared`);
      const { attribute = '?', param, loops } = meaning.source;
      this.slots.set(at, { base: attribute, loops, ...(param === undefined ? {} : { param }) });
      return this.emit(call(meaning.py, flow.py), place);
    }
    const block = this.file.block(c.callee);
    if (meaning?.k === 'constant' && (meaning.isLayer || !layers.has(c.callee))) return this.handed(meaning.py, c, at, label, flow, place);
    const alias = this.file.aliasOf(c.callee);
    if (alias && (c.args ?? []).length === 0) return this.made(alias.of, at, label, flow, place);
    if (block) {
      const args = this.blockArguments(block, c.args ?? [], (r) => this.site(place, flow, r));
      const made = this.called(block, name(this.file.nameOf(block.name)), [{ value: flow.py }, ...args], at, label, place);
      this.handOver(block, c.args ?? [], at, place);
      return made;
    }
    if (layers.has(c.callee)) return this.layer(c, at, label, flow, place);
    throw new CannotSay(`a call of ${c.callee}`);
  }

  /** Notes which shared layers a call hands on. */
  private handOver(block: OutlineBlock, args: readonly OutlineArgument[], at: string, place: Place): void {
    const params = [...this.file.modules(block.name).keys()];
    const slot = this.slots.get(at);
    if (params.length === 0 || !slot) return;
    const hands = new Map<string, Source>();
    for (const p of params) {
      const e = argumentFor(block, args, p);
      const meaning = e?.kind === 'call' ? place.meanings.get(e.callee) : undefined;
      if (meaning?.k !== 'module') throw new CannotSay(`${p} of ${block.name}, which is shared`);
      hands.set(p, meaning.source);
    }
    this.slots.set(at, { ...slot, hands });
  }

  /** A block applied; with the values of it that are read from outside. */
  protected called(block: OutlineBlock, fn: Py, args: readonly PyArg[], at: string, label: string | undefined, place: Place): Flow {
    if (this.file.isModel(block.name)) throw new CannotSay(`a call of ${block.name}, which is a model`);
    const scope = this.file.takesName(block.name) ? [this.scope(at, this.wanted(snake(block.name), label, place), place)] : [];
    const value = call(fn, ...args, ...scope);
    return this.unpacked(this.file.asked(block.name), value, label, place);
  }

  private unpacked(asked: readonly string[], value: Py, label: string | undefined, place: Place): Flow {
    if (asked.length === 0) return this.emit(value, place);
    const base = label ?? place.variable;
    const members = asked.map(
      (m) => [m, name(this.locals.has(`${base}_${m}`) ? `${base}_${m}` : this.locals.take(`${base}_${m}`))] as const,
    );
    place.out.push(assign(tuple(name(place.variable), ...members.map(([, v]) => v)), value));
    if (label !== undefined) this.parts.set(label, new Map(members));
    return { py: name(place.variable) };
  }

  /** A parameter that stands for a layer or a block. */
  private handed(fn: Py, c: OutlineCall, at: string, label: string | undefined, flow: Flow, place: Place): Flow {
    const made = this.file.facts.callees(this.block, at);
    const usual = this.block.params.find((p) => p.name === c.callee)?.value;
    const named = made.blocks.size > 0 || usual?.kind !== 'call' ? [...made.blocks] : [usual.callee];
    const blocks = named.flatMap((b) => this.file.block(b) ?? []);
    const args = c.args ?? [];
    const role = this.file.role(this.block.name, c.callee);
    const others = [...made.layers].filter((k) => !isActivation(k));
    if (role === 'activation' || (role === undefined && blocks.length + others.length === 0)) {
      if (args.length > 0) throw new CannotSay(`arguments for ${c.callee}`);
      return this.activate(fn, call(kerasLayer('Activation', fn), flow.py), flow, place);
    }
    if (args.length > 0 && made.layers.size > 0) throw new CannotSay(`arguments for ${c.callee}`);
    const [block] = blocks;
    const given = block ? this.blockArguments(block, args, (r) => this.site(place, flow, r)) : [];
    const asks = new Set(blocks.map((b) => this.file.asked(b.name).join()));
    if (asks.size > 1) throw new CannotSay(`values inside ${c.callee} in some uses only`);
    const scope = this.scope(at, this.wanted(c.callee, label, place), place);
    return this.unpacked(block ? this.file.asked(block.name) : [], call(fn, flow.py, ...given, scope), label, place);
  }

  /** An activation goes into the layer before it, where nothing reads what is between. */
  private activate(what: Py, otherwise: Py, flow: Flow, place: Place): Flow {
    const last = place.out.at(-1);
    if (last?.k === 'assign' && this.open.has(last.value) && isUnnamed(flow, place) && same(last.to, flow.py) && last.value.k === 'call') {
      const made = last.value;
      place.out[place.out.length - 1] = { ...last, value: { ...made, fn: withArguments(made.fn, kw('activation', what)) } };
      return flow;
    }
    return this.emit(otherwise, place);
  }

  /** A form of a layer, and where it stands. */
  protected formOf(c: OutlineCall, uses: readonly Execution[], site: Site): KerasForm {
    const layer = layerOf(c.callee);
    const inputs = uses.map((u) => u.trace.input);
    const maps = new Set(inputs.map((x) => x.length === 3));
    if (maps.size > 1) throw new CannotSay(`${c.callee} of maps and of vectors`);
    const x = allEqual(inputs);
    const given = givenFor(layer.params, c.args ?? [], site);
    const form = layer.export.keras.form(given as never, {
      isMap: !maps.has(false),
      xs: x ? [x] : undefined,
      y: allEqual(uses.map((u) => u.trace.output)),
      pairs: this.file.pairs,
      uses: uses.flatMap((u) => (u.item?.params ? [u.item.params] : [])),
    });
    const isUneven = (pad: unknown): boolean => Array.isArray(pad) && (pad[0] !== pad[2] || pad[1] !== pad[3] || pad[0] !== pad[1]);
    const symbolic = 'pad' in given && given.pad?.known === undefined;
    if (symbolic && uses.some((u) => u.item?.params?.pad === 'tf' || isUneven(u.item?.params?.pad)))
      throw new CannotSay('a padding that differs from side to side');
    this.help(form);
    return form;
  }

  private layer(c: OutlineCall, at: string, label: string | undefined, start: Flow, place: Place): Flow {
    const form = this.formOf(c, this.file.facts.at(this.block, at), this.site(place, start));
    const last = place.out.at(-1);
    // Pooled to a pixel and flattened is pooled to a vector.
    if (c.callee === 'flatten' && last?.k === 'assign' && isUnnamed(start, place) && same(last.to, start.py) && last.value.k === 'call') {
      const pool = withoutKeepdims(last.value.fn);
      if (pool) {
        place.out[place.out.length - 1] = { ...last, value: { ...last.value, fn: pool } };
        return start;
      }
    }
    // One with arguments reads better by itself.
    if (form.activation && form.activation.k === 'atom' && form.steps?.length === 1) {
      const [step] = form.steps;
      if (step) return this.activate(form.activation, step.k === 'of' ? step.of(start.py) : call(step.make, start.py), start, place);
    }
    let flow = start;
    for (const step of form.steps ?? []) {
      if (step.k === 'of') flow = this.emit(step.of(flow.py), place);
      else {
        const make = step.named ? withArguments(step.make, this.label(at, this.wanted(c.callee, label, place), place)) : step.make;
        flow = this.emit(call(make, flow.py), place);
        const line = place.out.at(-1);
        if (step.activates && line?.k === 'assign') this.open.add(line.value);
      }
    }
    return flow;
  }

  private shared(m: Extract<Meaning, { readonly k: 'shared' }>, c: OutlineCall, at: string, flow: Flow, place: Place): Flow {
    if ((c.args ?? []).length > 0) throw new CannotSay('arguments for what is shared');
    const slot = this.slots.get(`shared ${c.callee}`);
    if (slot) this.slots.set(at, slot);
    return this.emit(call(name(m.made?.attribute ?? identifier(c.callee)), flow.py), place);
  }
}

/** Whether nothing but the next line reads a value. */
const isUnnamed = (flow: Flow, place: Place): boolean => same(flow.py, name(place.variable));

/** A call with more arguments, before its name. */
export function withArguments(make: Py, more: PyArg): Py {
  if (make.k !== 'call') return make;
  const last = make.args.at(-1);
  return last?.name === 'name' ? { ...make, args: [...make.args.slice(0, -1), more, last] } : { ...make, args: [...make.args, more] };
}

/** A global pool that gives a vector, of one that gives a pixel. */
function withoutKeepdims(make: Py): Py | undefined {
  if (make.k !== 'call' || make.fn.k !== 'attr' || !make.fn.name.startsWith('Global')) return undefined;
  return make.args.some((a) => a.name === 'keepdims') ? { ...make, args: make.args.filter((a) => a.name !== 'keepdims') } : undefined;
}
