/**
 * A block of an outline as a class: what its body makes in `__init__`, what it does with it in `forward`. A run of layers without names becomes
 * attributes or a Sequential, loops and conditions stay what they are, and each stage knows under which keys its weights will be.
 */
import { attr, call, index, name, type Py, pyNum, str, tuple } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, Names, same } from '../code.ts';
import { assign, expression, type PyStatement, whenNone } from '../python/statement.ts';
import { BodyWriter } from './body.ts';
import { defaultOf } from './defaults.ts';
import { type Meaning, py } from './expressions.ts';
import { type BlockCode, type Flow, isLayerText, namesOf, type Place, replaced, returning, SELF, UNKNOWN } from './forms.ts';
import { interfere, readsOf, whatIsRead } from './live.ts';
import { keptAs } from './names.ts';
import { originOf } from './origin.ts';
import { originsOf, withOrigins } from './origins.ts';
import { exchanged, tidied } from './tidy.ts';

const OUTERMOST = { loops: [], before: undefined, conditional: false } as const;

export class BlockWriter extends BodyWriter {
  write(asksOut: boolean, isTarget: boolean): BlockCode {
    const { block } = this;
    const meanings = new Map<string, Meaning>();
    const params: { name: string; value?: Py }[] = [{ name: 'self' }];
    const takes = this.file.takesChannels(block.name);
    // What stands alone needs no argument.
    const alone = (i: number): { readonly value?: Py } => {
      const on = block.inputs[i];
      return isTarget && on?.kind === 'size' && block.params.every((p) => p.value) ? { value: pyNum(Number(on.value.split('x')[0])) } : {};
    };
    if (takes) params.push({ name: 'in_channels', ...alone(0) });
    for (const [i, n] of block.takes.entries())
      if (i > 0 && !this.isFixed(i)) params.push({ name: `${identifier(n)}_channels`, ...alone(i) });
    const place: Place = {
      init: [],
      forward: [],
      attributes: new Names(),
      meanings,
      variable: this.flowing,
      prefix: undefined,
      ...OUTERMOST,
      singulars: new Map(),
      flow: {},
    };
    let optional = false;
    for (const p of block.params) {
      const own = name(identifier(p.name));
      const kind = this.file.modules(block.name).get(p.name);
      if (kind !== undefined) {
        params.push({ name: identifier(p.name) });
        meanings.set(p.name, { k: 'module', py: own, isList: kind !== 'module', source: { param: p.name, loops: [] } });
        continue;
      }
      const isLayer = block.instances.some((i) => isLayerText(i.arguments[p.name] ?? ''));
      if (!p.value && optional) throw new CannotSay('a parameter with a default before one without');
      optional ||= p.value !== undefined;
      const value = p.value && defaultOf(block, py(p.value, this.site(place, undefined)));
      meanings.set(p.name, { k: 'constant', py: own, isLayer });
      if (value && [...namesOf(value)].some((n) => params.some((q) => q.name === n))) {
        place.init.push(whenNone(own, value));
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
    let forward = whatIsRead(this.finish(end, place), new Set()).body;
    // Arguments that are kept stand beside the modules, which may have the same name.
    const kept = new Map([...this.kept].map((n) => [n, place.attributes.take(n)]));
    for (const [n, own] of kept) forward = exchanged(forward, attr(SELF, keptAs(n)), attr(SELF, own));
    this.tell(forward);
    const stored = [...kept].map(([n, own]) => assign(attr(SELF, own), name(n)));
    const out = end.channels && this.outside(end.channels, takes);
    const ends = asksOut && end.channels ? [assign(attr(SELF, 'out_channels'), end.channels)] : [];
    const parts = this.channelsOfParts(place);
    const body: PyStatement[] = [];
    // What loops over modules no longer read is not kept.
    const one = (list: string): string | undefined => place.singulars.get(list);
    const plain = tidied(forward, (n) => n, one);
    const read = new Set([
      ...[...readsOf(plain)].filter((n) => n.startsWith('self.')),
      ...[...ends, ...parts].flatMap((s) => (s.k === 'assign' ? [...readsOf(s.to)] : [])),
    ]);
    const init = tidied(whatIsRead([...place.init, ...stored, ...ends, ...parts], read).body, (n) => n, one);
    if (JSON.stringify(init).includes(JSON.stringify(UNKNOWN))) throw new CannotSay('channels that are not known');
    const made = JSON.stringify(init);
    for (const [out, blocks] of this.outs) if (made.includes(out)) for (const b of blocks) this.file.asks(b);
    // What nothing calls has no keys.
    for (const [at, slot] of this.slots)
      if (slot.k !== 'given' && !read.has(`self.${slot.k === 'fixed' ? slot.key : slot.list}`)) this.slots.delete(at);
    const origins = originsOf(init);
    if (init.length > 0)
      body.push({ k: 'def', name: '__init__', params, doc: '', body: [expression(call(attr(call('super'), '__init__'))), ...init] });
    else if (params.length > 1)
      body.push({ k: 'def', name: '__init__', params, doc: '', body: [expression(call(attr(call('super'), '__init__')))] });
    const run = tidied(
      forward.map((s) => withOrigins(s, origins)),
      (n) => this.variables.take(this.bound.has(n) ? `${n}_layer` : n),
      one,
    );
    // The flow is called x, unless a loop over values needs the name while it flows.
    const { flowing } = this;
    const isX = block.takes.length === 0 && flowing !== 'x' && !interfere(run, 'x', flowing);
    const called = (n: string): string => (isX && n === flowing ? 'x' : n);
    body.push({
      k: 'def',
      name: 'forward',
      params: [
        { name: 'self' },
        ...[first, ...more].map((i) => ({ name: called(i?.name ?? 'x') })),
        ...[...this.file.modules(block.name).keys()].map((n) => ({ name: identifier(n) })),
      ],
      doc: '',
      body: isX ? exchanged(run, name(flowing), name('x')) : run,
    });
    return {
      statements: [
        { k: 'class', name: this.file.nameOf(block.name), bases: ['nn.Module'], doc: block.doc, body, at: originOf(block, '0:0') },
      ],
      slots: this.slots,
      channels: out,
      saysChannels: end.channels !== undefined && !namesOf(end.channels).has('?'),
      takesChannels: takes,
    };
  }

  /** Says of the blocks that give values of their own whether what flows on is read as well. */
  private tell(body: readonly PyStatement[]): void {
    for (const s of body) {
      if (s.k === 'if') this.tell([...s.yes, ...s.no]);
      else if (s.k === 'for') this.tell(s.body);
      else if (s.k === 'assign' && s.to.k === 'tuple' && s.value.k === 'call' && !same(s.to.items[0], name('_')))
        for (const b of this.giving.get(JSON.stringify(s.value.fn)) ?? []) this.file.reads(b);
    }
  }

  /** The channels of values inside, where those who call ask for them. */
  private channelsOfParts(place: Place): readonly PyStatement[] {
    return this.file.asked(this.block.name).flatMap((n) => {
      const m = place.meanings.get(n);
      const own = `${identifier(n)}_channels`;
      const channels = m?.k === 'value' || m?.k === 'list' ? m.channels : undefined;
      return channels && this.file.asksChannels(own) ? [assign(attr(SELF, own), channels)] : [];
    });
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
    const asked = this.file.asked(this.block.name);
    const { outline, instances } = this.file.facts;
    const isTarget = this.block.name === outline.target || outline.targets.some((t) => instances.get(t.root)?.block === this.block);
    if (asked.length > 0) {
      if (isTarget || this.outputs.length > 0) throw new CannotSay(`values inside ${this.block.name}, which stands alone too`);
      const parts = asked.map((n): Py => {
        const m = place.meanings.get(n);
        if (m?.k !== 'value' && m?.k !== 'list') throw new CannotSay(`.${n} of ${this.block.name}`);
        return m.py;
      });
      const [only, ...more] = this.file.isRead(this.block.name) ? [end.py, ...parts] : parts;
      return this.withSizes([...forward, { k: 'return', value: more.length === 0 ? (only as Py) : tuple(only as Py, ...more) }]);
    }
    if (this.outputs.length === 0) {
      // Each side of a last condition gives its own.
      const last = forward.at(-1);
      const before = end.py.k === 'atom' && last ? returning(last, end.py.text) : undefined;
      if (last?.k === 'assign' && same(last.to, end.py))
        return this.withSizes([...forward.slice(0, -1), { k: 'return', value: last.value }]);
      if (before?.k === 'if') return this.withSizes([...forward.slice(0, -1), { ...before, no: [] }, ...before.no]);
      return this.withSizes([...forward, { k: 'return', value: end.py }]);
    }
    if (!isTarget) throw new CannotSay('outputs of a block that is called');
    const own = this.gathers
      ? [{ k: 'star' as const, stars: '**', value: name('outputs') }]
      : this.outputs.map((o) => [str(o.name), name(identifier(o.name))] as const);
    const start = this.gathers ? [assign(name('outputs'), { k: 'dict', items: [] })] : [];
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
}
