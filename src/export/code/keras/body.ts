/** Statements of a function: named values, merges, loops and conditions, each as Python has it; all of it runs once, when the model is made. */
import type { OutlineBranch, OutlineCall, OutlineExpr, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { keras } from '../../../layers/keras.ts';
import { attr, call, index, list, method, name, type Py, type PyArg, pyNum, str, tuple } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, same } from '../code.ts';
import { iterable, type Meaning, named, namesIn, py } from '../outline/expressions.ts';
import { allEqual } from '../outline/facts.ts';
import { hasAlias, isSeveral, listOf, oneEach } from '../outline/forms.ts';
import { headOf, INDICES, type Rounds, roundsOf } from '../outline/loops.ts';
import { originOf } from '../outline/origin.ts';
import { entersAs, isHandedOn, isModules } from '../outline/shared.ts';
import { assignsTo } from '../outline/values.ts';
import { flat } from '../python/print.ts';
import { assign, expression, forked, markedWith, type PyStatement } from '../python/statement.ts';
import { CallWriter, withArguments } from './calls.ts';
import type { Flow, Place } from './place.ts';

/** A list of shared layers. */
type Modules = Extract<Meaning, { readonly k: 'module' }>;

export class BodyWriter extends CallWriter {
  private readonly kinds = this.file.kinds(this.block);
  protected readonly outputs: { readonly name: string; readonly optional: boolean }[] = [];
  protected mainName: string | undefined;

  protected statements(body: readonly OutlineStatement[], start: Flow, place: Place): Flow {
    let flow = start;
    for (const s of body) {
      switch (s.kind) {
        case 'let':
          this.define(s.name, s.value, flow, place);
          break;
        case 'shared':
          this.share(s.name, s.value, flow, place);
          break;
        case 'output':
          flow = this.output(s, flow, place);
          break;
        case 'named': {
          const own = place.prefix === undefined ? { ...place, prefix: s.name } : place;
          flow = this.give(s.name, this.pipeline(s.value, flow, own), place);
          break;
        }
        case 'pipeline':
          flow = this.pipeline(s.value, flow, place);
          break;
        default:
          s satisfies never;
      }
    }
    return flow;
  }

  private output(s: Extract<OutlineStatement, { readonly kind: 'output' }>, start: Flow, place: Place): Flow {
    if (!s.value) {
      this.mainName = s.name;
      return start;
    }
    // It goes beside what flows on.
    const before = this.settle(start, place);
    const own: Place = { ...place, prefix: place.prefix ?? s.name, variable: identifier(s.name) };
    const made = this.pipeline(s.value, before, own);
    if (!place.conditional) {
      this.give(s.name, made, own);
      this.outputs.push({ name: s.name, optional: false });
      return before;
    }
    const settled = this.settle(made, own);
    const flow = this.isRead(s.name) ? this.give(s.name, settled, own) : settled;
    for (const l of place.loops) l.used = true;
    const key = `${s.name}${place.loops.map((l) => `[{${flat(l.index)}}]`).join('')}`;
    place.out.push(assign(index(name('outputs'), key.includes('{') ? name(`f"${key}"`) : str(key)), flow.py));
    this.outputs.push({ name: s.name, optional: true });
    return before;
  }

  private define(n: string, value: OutlineExpr, flow: Flow, place: Place): void {
    if (this.isUnread(n)) return;
    if (isModules(this.kinds.get(n) ?? 'constant')) {
      this.defineModules(n, value, flow, place);
      return;
    }
    const role = this.file.role(this.block.name, n);
    const made = py(value, this.site(place, flow, role));
    const variable = name(identifier(n));
    const isLayer = isLayerExpression(value, (c) => place.meanings.get(c), this.file.facts.declarations);
    const grows = value.kind === 'binary' && value.op === '+' && value.right.kind === 'list' && value.right.items.length === 1;
    // A list that nothing else stands for grows in place.
    if (
      grows &&
      same(value.left, { kind: 'call', callee: n, args: undefined }) &&
      !hasAlias(this.block, n) &&
      made.k === 'binary' &&
      made.right.k === 'list'
    )
      place.out.push(expression(method(variable, 'append', made.right.items[0] as Py)));
    else if (!same(made, variable)) place.out.push(assign(variable, made));
    place.meanings.set(n, { k: 'constant', py: variable, isLayer });
  }

  /** A list of shared layers, which are all named alike. */
  private defineModules(n: string, value: OutlineExpr, flow: Flow, place: Place): void {
    const variable = name(identifier(n));
    const [item, ...more] = value.kind === 'binary' && value.right.kind === 'list' ? value.right.items : [];
    const isOwn = value.kind === 'binary' && same(value.left, { kind: 'call', callee: n, args: undefined });
    if (value.kind === 'list' && value.items.length === 0) {
      place.out.push(assign(variable, list()));
      place.meanings.set(n, { k: 'module', py: variable, isList: true, source: { loops: [] } });
      return;
    }
    const [known, added] = [place.meanings.get(n), item?.kind === 'call' ? place.meanings.get(item.callee) : undefined];
    if (known?.k !== 'module' || known.source.attribute !== undefined || added?.k !== 'module' || !isOwn || !item || more.length > 0)
      throw new CannotSay(`${n}, a list of what is shared`);
    place.out.push(expression(method(variable, 'append', py(item, this.site(place, flow)))));
    place.meanings.set(n, { ...known, source: added.source });
  }

  /** Whether a list is only ever added to itself, and nothing outside asks for it. */
  private isUnread(n: string): boolean {
    if (this.file.asked(this.block.name).includes(n)) return false;
    const text = JSON.stringify(this.block.body);
    const all = text.split(`"callee":"${n}"`).length - 1;
    const own =
      text.split(`{"kind":"let","name":"${n}","value":{"kind":"binary","op":"+","left":{"kind":"call","callee":"${n}"}`).length - 1;
    return all === own;
  }

  /** What is shared is made once: a layer, or a model of its own. */
  private share(n: string, c: OutlineCall, flow: Flow, place: Place): void {
    const usesAt = new Set(this.usesOf(n));
    const uses = [...usesAt].flatMap((at) => this.file.facts.at(this.block, at));
    const inputs = uses.map((u) => u.trace.input);
    const variable = name(identifier(n));
    const own: Place = { ...place, prefix: undefined, variable: identifier(n), out: [] };
    const key = `shared ${n}`;
    const isHanded = isHandedOn(this.block, n);
    const block = this.file.block(c.callee);
    if (!block && layers.has(c.callee)) {
      const form = this.formOf(c, uses, this.site(place, flow));
      const [only, ...more] = form.steps ?? [];
      if (only?.k !== 'layer' || more.length > 0) throw new CannotSay(`a shared ${c.callee} of several layers`);
      place.out.push(assign(variable, only.named ? withArguments(only.make, this.label(key, n, place)) : only.make));
    } else {
      const all = allEqual(inputs);
      const channels = allEqual(inputs.map((x) => x[0]));
      const said = isHanded ? entersAs(this.file.facts, this.block, n) : undefined;
      const isMap = inputs.every((x) => x.length === 3);
      // As many as enter the block, or always the same.
      const enters = this.block.instances.every((i) => i.traces.every((t) => !usesAt.has(t.at) || t.input[0] === i.inputs[0]?.[0]));
      if (!said && (uses.length === 0 || (channels === undefined && !enters)))
        throw new CannotSay(`${n}, which is shared by different inputs`);
      const width = said ?? this.widthOf(channels, place, flow);
      const [, h, w] = all ?? [];
      const extent = (e: number | undefined): Py => (e === undefined ? name('None') : pyNum(e));
      const shape = isMap ? tuple(extent(h), extent(w), width) : tuple(width);
      const entry = name(this.locals.take(`${identifier(n)}_input`));
      place.out.push(assign(entry, keras('keras.Input', shape)));
      const made = this.made(c, key, n, { py: entry }, { ...own, variable: this.locals.take(`${identifier(n)}_output`) });
      const [line] = own.out;
      const value = own.out.length === 1 && line?.k === 'assign' ? line.value : undefined;
      if (!value) place.out.push(...own.out);
      place.out.push(assign(variable, keras('keras.Model', entry, value ?? made.py)));
    }
    const slot = this.slots.get(key);
    if (isHanded && slot) place.meanings.set(n, { k: 'module', py: variable, isList: false, source: { attribute: slot.base, loops: [] } });
    else place.meanings.set(n, { k: 'shared', call: c, made: { attribute: identifier(n), channels: undefined } });
  }

  /** As many as always enter, or as enter the block. */
  private widthOf(channels: number | undefined, place: Place, flow: Flow): Py {
    return channels === undefined ? (this.site(place, flow).forward?.input('c') as Py) : pyNum(channels);
  }

  /** The stages that call what a name stands for. */
  private usesOf(n: string): readonly string[] {
    const found: string[] = [];
    JSON.stringify(this.block.body, (_, v) => {
      if (typeof v === 'object' && v !== null && v.stage?.kind === 'call' && v.stage.callee === n) found.push(v.at);
      return v;
    });
    return found;
  }

  protected pipeline(value: readonly OutlineStage[], start: Flow, place: Place): Flow {
    let flow = start;
    for (const [i, s] of value.entries()) {
      flow = this.marked(s.at, place, () => this.stage(s, flow, place, i === 0));
      if (s.label !== undefined && this.isRead(s.label)) flow = this.give(s.label, flow, place);
    }
    return flow;
  }

  /** Notes of lines which stage they come from; inner ones have noted their own. */
  private marked(at: string, place: Place, write: () => Flow): Flow {
    const before = [...place.out];
    const flow = write();
    const origin = originOf(this.block, at);
    for (const [i, s] of place.out.entries()) if (s !== before[i] && !(s.at && i >= before.length)) place.out[i] = markedWith(s, origin);
    return flow;
  }

  private isRead(label: string): boolean {
    return this.file.asked(this.block.name).includes(label) || JSON.stringify(this.block.body).includes(`"callee":"${label}"`);
  }

  /** Names the flow: the line that made it names it so at once. */
  protected give(n: string, flow: Flow, place: Place): Flow {
    const variable = name(identifier(n));
    const last = place.out.at(-1);
    const isOwn = flow.py.k === 'atom' && flow.py.text === place.variable && last?.k === 'assign';
    if (isOwn && same(last.to, flow.py)) place.out[place.out.length - 1] = { ...last, to: variable };
    else if (isOwn && last.to.k === 'tuple' && same(last.to.items[0], flow.py))
      place.out[place.out.length - 1] = { ...last, to: tuple(variable, ...last.to.items.slice(1)) };
    else if (!same(flow.py, variable)) place.out.push(assign(variable, flow.py));
    place.meanings.set(n, { k: 'value', py: variable, channels: undefined, shapes: [] });
    return { py: variable };
  }

  protected settle(flow: Flow, place: Place): Flow {
    return flow.py.k === 'atom' ? flow : this.emit(flow.py, place);
  }

  private stage(s: OutlineStage, flow: Flow, place: Place, first: boolean): Flow {
    const { stage } = s;
    switch (stage.kind) {
      case 'call': {
        const meaning = place.meanings.get(stage.callee);
        if (meaning?.k === 'value' && stage.args === undefined) return { py: meaning.py };
        const uses = this.file.facts.at(this.block, s.at);
        const isValue = first && meaning?.k === 'constant' && stage.args === undefined && uses.every((u) => u.trace.from === u.trace.to);
        if (isValue && (uses.length > 0 || !meaning.isLayer)) return { py: meaning.py };
        return this.made(stage, s.at, s.label, flow, place);
      }
      case 'part':
        return { py: py(stage.of, this.site(place, flow)) };
      case 'merge':
        return this.merge(stage, s, this.settle(flow, place), place);
      case 'if':
        return this.condition(stage, flow, place);
      case 'repeat':
      case 'for':
        return this.loop(stage, s.at, flow, s.label === undefined ? place : { ...place, prefix: place.prefix ?? s.label });
      case 'expect':
        return flow;
      default:
        return stage satisfies never;
    }
  }

  private condition(stage: Extract<OutlineStage['stage'], { readonly kind: 'if' }>, start: Flow, place: Place): Flow {
    const flow = this.settle(start, place);
    const test = py(stage.condition, this.site(place, flow));
    const side = (body: readonly OutlineStatement[]): { readonly out: PyStatement[]; readonly end: Py } => {
      const out: PyStatement[] = [];
      return { out, end: this.statements(body, flow, { ...place, out, conditional: true }).py };
    };
    const [yes, no] = [side(stage.yes), side(stage.no ?? [])];
    const variable = name(place.variable);
    const isUnchanged = same(yes.end, flow.py) && same(no.end, flow.py) && !assignsTo([...yes.out, ...no.out], flow.py);
    if (!isUnchanged) for (const s of [yes, no]) if (!same(s.end, variable)) s.out.push(assign(variable, s.end));
    place.out.push(...forked(test, yes.out, no.out));
    return isUnchanged ? flow : { py: variable };
  }

  /** What a loop runs over, and by what its layers are told apart. */
  private rounds(s: Parameters<typeof roundsOf>[0], at: string, head: string | undefined, flow: Flow, place: Place): Rounds {
    const around = place.loops.map((l) => flat(l.index));
    const fresh = (): string => INDICES.find((n) => !this.locals.has(n) && !around.includes(n)) ?? this.locals.take('round');
    const site = this.site(place, flow);
    return roundsOf(s, at, head, (e) => iterable(py(e, site)), fresh);
  }

  private forLoop(r: Rounds, body: readonly PyStatement[]): PyStatement {
    const isCounted = r.loop?.used === true;
    if (r.counts && !isCounted && r.pattern.k === 'tuple' && r.over.k === 'call')
      return { k: 'for', pattern: r.pattern.items[1] as Py, list: r.over.args[0]?.value as Py, body };
    const isRead = isCounted || (r.pattern.k === 'atom' && JSON.stringify(body).includes(`"${r.pattern.text}"`));
    const pattern = r.pattern.k === 'atom' && !isRead ? name('_') : r.pattern;
    return { k: 'for', pattern, list: r.over, body };
  }

  private inRounds(names: readonly string[], r: Rounds, place: Place, out: PyStatement[], modules?: Modules): Place {
    for (const n of names) {
      const given = this.kinds.get(n) === 'module' ? modules : undefined;
      if (given) {
        const loops = [...given.source.loops, ...(r.loop ? [r.loop] : [])];
        place.meanings.set(n, { k: 'module', py: name(identifier(n)), isList: false, source: { ...given.source, loops } });
      } else place.meanings.set(n, { k: 'constant', py: name(identifier(n)), isLayer: !layers.has(n) });
    }
    return { ...place, out, conditional: true, loops: r.loop ? [...place.loops, r.loop] : place.loops };
  }

  private loop(stage: Extract<OutlineStage['stage'], { readonly kind: 'for' | 'repeat' }>, at: string, start: Flow, place: Place): Flow {
    const flow = this.settle(start, place);
    // What is shared anew in each round is named by it, though no stage begins the round.
    const isShared = stage.body.some((b) => b.kind === 'shared');
    const r = this.rounds(stage, at, headOf(stage.body) ?? (isShared ? '' : undefined), flow, place);
    const out: PyStatement[] = [];
    const names = stage.kind === 'for' ? namesIn(stage.pattern) : stage.index === undefined ? [] : [stage.index];
    const variable = name(place.variable);
    const over = stage.kind === 'for' && stage.list.kind === 'call' ? place.meanings.get(stage.list.callee) : undefined;
    const end = this.statements(stage.body, { py: variable }, this.inRounds(names, r, place, out, over?.k === 'module' ? over : undefined));
    if (!same(end.py, variable)) out.push(assign(variable, end.py));
    const changes = assignsTo(out, variable);
    const reads = JSON.stringify(out).includes(JSON.stringify(variable));
    if ((changes || reads) && !same(flow.py, variable)) place.out.push(assign(variable, flow.py));
    if (out.length > 0) place.out.push(this.forLoop(r, out));
    return changes ? { py: variable } : flow;
  }

  private merge(stage: Extract<OutlineStage['stage'], { readonly kind: 'merge' }>, s: OutlineStage, flow: Flow, place: Place): Flow {
    const meaning = place.meanings.get(stage.callee);
    if (meaning && (meaning.k !== 'constant' || meaning.isLayer)) throw new CannotSay('a merge that is handed on');
    const block = this.file.block(stage.callee);
    const xs: Py[] = [];
    // Where more than one of them may be several, one list has them all.
    if (stage.branches.filter(isSeveral).length > 1) xs.push(this.listed(stage.branches, s.at, flow, place));
    else for (const b of stage.branches) this.branch(b, s.at, xs, flow, place);
    if (block) {
      const spread = xs.some((x) => x.k === 'star');
      const args = this.blockArguments(block, stage.args ?? [], (r) => this.site(place, flow, r)).map(
        (a, i): PyArg => (spread ? named(a, block, i) : a),
      );
      return this.called(block, name(this.file.nameOf(block.name)), [...xs.map((value) => ({ value })), ...args], s.at, s.label, place);
    }
    const form = layers
      .get(stage.callee)
      ?.export.keras.form({} as never, { isMap: true, xs: undefined, y: undefined, pairs: false, uses: [] });
    if (!form?.merge) throw new CannotSay(`a merge by ${stage.callee}`);
    const [only, ...more] = xs;
    if (only?.k === 'star' && more.length === 0) {
      // All branches are those of one loop.
      const made = form.merge([]);
      if (made.k !== 'call' || made.fn.k !== 'call') throw new CannotSay(`a loop of branches for ${stage.callee}`);
      return this.emit(call(made.fn, only.value), place);
    }
    const made = form.merge(xs);
    if (xs.some((x) => x.k === 'star') && (made.k !== 'call' || made.fn.k !== 'call'))
      throw new CannotSay(`a loop of branches for ${stage.callee}`);
    return this.emit(made, place);
  }

  /** A branch of a merge: what it gives is added to `xs`. */
  private branch(b: OutlineBranch, at: string, xs: Py[], flow: Flow, place: Place): void {
    const base = place.prefix === undefined ? '' : `${place.prefix}_`;
    const own = `${base}branch${xs.length + 1}`;
    const free = this.locals.has(own) ? own : this.locals.take(own);
    const inner: Place = { ...place, prefix: own, variable: free };
    switch (b.kind) {
      case 'let':
        this.define(b.name, b.value, flow, place);
        return;
      case 'branch':
        xs.push(this.statements(b.body, flow, inner).py);
        return;
      case 'if': {
        const sides = oneEach(b);
        if (sides) xs.push(this.condition({ kind: 'if', condition: b.condition, ...sides }, flow, inner).py);
        else xs.push(this.listed([b], at, flow, place));
        return;
      }
      case 'for':
      case 'repeat': {
        const whole = listOf(b);
        const value = whole && iterable(py(whole, this.site(place, flow)));
        xs.push(value ? { k: 'star', stars: '*', value } : this.listed([b], at, flow, place));
        return;
      }
      default:
        b satisfies never;
    }
  }

  /** Branches of which only the run tells how many: a list to which each is added. */
  private listed(branches: readonly OutlineBranch[], at: string, flow: Flow, place: Place): Py {
    const base = place.prefix === undefined ? '' : `${place.prefix}_`;
    const all = `${base}branches`;
    const variable = name(this.locals.has(all) ? all : this.locals.take(all));
    place.out.push(assign(variable, list()));
    this.intoList(branches, at, flow, { ...place, variable: identifier(`${base}branch`) }, variable);
    return { k: 'star', stars: '*', value: variable };
  }

  private intoList(branches: readonly OutlineBranch[], at: string, flow: Flow, place: Place, to: Py): void {
    for (const b of branches)
      switch (b.kind) {
        case 'let':
          this.define(b.name, b.value, flow, place);
          break;
        case 'branch':
          place.out.push(expression(method(to, 'append', this.settle(this.statements(b.body, flow, place), place).py)));
          break;
        case 'if': {
          const test = py(b.condition, this.site(place, flow));
          const [yes, no] = [b.yes, b.no ?? []].map((side): PyStatement[] => {
            const out: PyStatement[] = [];
            this.intoList(side, at, flow, { ...place, out, conditional: true }, to);
            return out;
          }) as [PyStatement[], PyStatement[]];
          place.out.push(...forked(test, yes, no));
          break;
        }
        case 'for':
        case 'repeat': {
          const whole = listOf(b);
          if (whole) {
            place.out.push({ k: 'augment', to, op: '+', value: iterable(py(whole, this.site(place, flow))) });
            break;
          }
          // Both would begin with the same stage, which tells rounds apart.
          if (place.loops.at(-1)?.at === at) throw new CannotSay('loops of branches in loops');
          const r = this.rounds(b, at, headOf(b.branches), flow, place);
          const out: PyStatement[] = [];
          const names = b.kind === 'for' ? namesIn(b.pattern) : b.index === undefined ? [] : [b.index];
          this.intoList(b.branches, at, flow, this.inRounds(names, r, place, out), to);
          place.out.push(this.forLoop(r, out));
          break;
        }
        default:
          b satisfies never;
      }
  }

  /** The extents of the input that were asked for, before anything else. */
  protected extents(x: Py): readonly PyStatement[] {
    const { c, h, w } = this.entering;
    const extent = (i: number): Py => index(attr(x, 'shape'), pyNum(i));
    return [
      ...(h !== undefined ? [assign(name(h), extent(1))] : []),
      ...(w !== undefined ? [assign(name(w), extent(2))] : []),
      ...(c !== undefined ? [assign(name(c), extent(-1))] : []),
    ];
  }
}

function isLayerExpression(
  e: OutlineExpr,
  find: (n: string) => { readonly k: string; readonly isLayer?: boolean } | undefined,
  declarations: ReadonlyMap<string, { readonly kind: string }>,
): boolean {
  if (e.kind === 'conditional') return isLayerExpression(e.yes, find, declarations);
  if (e.kind === 'group') return isLayerExpression(e.inner, find, declarations);
  if (e.kind !== 'call') return false;
  const meaning = find(e.callee);
  if (meaning) return meaning.k === 'constant' && meaning.isLayer === true;
  const d = declarations.get(e.callee);
  if (d) return d.kind === 'block' || d.kind === 'network' || d.kind === 'alias';
  return layers.has(e.callee) && !['max', 'min'].includes(e.callee);
}
