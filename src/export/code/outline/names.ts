/** The names of a block that is being written: its inputs, constants and values, in `__init__` and in `forward`, and what expressions see of them. */
import type { OutlineBlock, OutlineStatement } from '../../../graph/outline.ts';
import { layers } from '../../../layers/index.ts';
import { attr, name, type Py, pyNum } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { attribute, identifier, Names } from '../code.ts';
import { assign, markedWith, type PyStatement } from '../python/statement.ts';
import { py, type Site } from './expressions.ts';
import { allEqual } from './facts.ts';
import { type File, type Flow, IN, isLayerExpression, mentionsAsStage, type Place, SELF, type Slot, same } from './forms.ts';
import { originOf } from './origin.ts';
/** The first part of a block's writer: names. */
export class BodyNames {
  protected readonly file: File;
  protected readonly block: OutlineBlock;
  protected readonly slots = new Map<string, Slot>();
  /** Names of `__init__`, and of `forward`. */
  protected readonly locals = new Names(['self', 'in_channels'], false);
  protected readonly variables = new Names(['self', 'x'], false);
  protected readonly kept = new Set<string>();
  /** What local names of `__init__` stand for, where that is an expression of the parameters. */
  protected readonly definitions = new Map<string, Py>();
  protected readonly outputs: { readonly name: string; readonly optional: boolean }[] = [];
  protected mainName: string | undefined;
  protected readonly inputs: readonly { readonly name: string; readonly channels: Py; readonly shapes: readonly Shape[] }[];
  protected sizes: { readonly h: string; readonly w: string } | undefined;

  constructor(file: File, block: OutlineBlock) {
    this.file = file;
    this.block = block;
    const shapes = (i: number): readonly Shape[] =>
      block.instances.flatMap((n) => {
        const x = n.inputs[i];
        return x ? [x] : [];
      });
    const names = block.takes.length > 0 ? block.takes.map(identifier) : ['x'];
    this.inputs = names.map((n, i) => ({
      name: n,
      channels: i === 0 ? this.entering() : this.isFixed(i) ? pyNum(shapes(i)[0]?.[0] ?? 1) : name(`${n}_channels`),
      shapes: shapes(i),
    }));
    for (const p of block.params) this.locals.take(p.name);
    for (const n of names) this.variables.take(n);
  }

  /** Whether a network always gets the same channels. */
  protected isFixed(i: number): boolean {
    return this.fixedFor(this.block, i);
  }

  protected fixedFor(block: OutlineBlock, i: number): boolean {
    return block.kind === 'network' && new Set(block.instances.map((n) => n.inputs[i]?.[0])).size <= 1;
  }

  /** The channels of the first input: a network knows them. */
  protected entering(): Py {
    if (this.file.takesChannels(this.block.name)) return IN;
    const first = allEqual(this.block.instances.map((i) => i.inputs[0]?.[0]));
    const [on] = this.block.inputs;
    // `on size(noise, 1, 1)`.
    if (on?.kind === 'call' && on.callee === 'size' && on.args?.[0]?.value.kind === 'call')
      return name(identifier(on.args[0].value.callee));
    return pyNum(first ?? 1);
  }

  /** What expressions see; in `forward` too where `flow` is given. */
  protected site(place: Place, here: Flow | undefined, inForward?: () => Py): Site {
    const [first] = this.inputs;
    const entering = { channels: first?.channels, shapes: first?.shapes ?? [] };
    const site: Site = {
      globals: this.file,
      find: (n) => place.meanings.get(n),
      in: entering,
      here: here ?? entering,
    };
    if (!inForward) return site;
    return {
      ...site,
      forward: {
        input: (axis) => {
          if (axis === 'c')
            return entering.channels?.k === 'atom' && entering.channels.text === 'in_channels'
              ? this.keep('in_channels')
              : (entering.channels ?? pyNum(1));
          this.sizes ??= { h: this.variables.take('height'), w: this.variables.take('width') };
          return name(this.sizes[axis]);
        },
        here: inForward,
        keep: (n) => this.keep(n),
      },
    };
  }

  protected keep(n: string): Py {
    if (/^[A-Za-z_]/.test(n)) {
      this.kept.add(n);
      return attr(SELF, attribute(n));
    }
    return name(n);
  }

  protected define(s: Extract<OutlineStatement, { readonly kind: 'let' }>, flow: Flow, place: Place): void {
    if (
      JSON.stringify(s.value).includes('"kind":"here"') &&
      s.value.kind !== 'member' &&
      /\{"kind":"here"\}(?!,"member")/.test(JSON.stringify(s.value))
    ) {
      // A list of values that nothing reads is left out.
      if (this.isUnread(s.name)) return;
      throw new CannotSay('lists of values');
    }
    if (s.value.kind === 'list' && s.value.items.length === 0 && this.isUnread(s.name)) return;
    const value = py(s.value, this.site(place, flow));
    const own = this.rename(s.name, place);
    place.init.push(assign(name(own), value));
    this.definitions.set(own, value);
    place.meanings.set(s.name, { k: 'constant', py: name(own), isLayer: isLayerExpression(s.value, this.file, place) });
  }

  protected rename(n: string, place: Place): string {
    const known = place.meanings.get(n);
    if (known?.k === 'constant' && known.py.k === 'atom') return known.py.text;
    return this.locals.has(identifier(n)) && !place.meanings.has(n) ? this.locals.take(n) : this.taken(n);
  }

  protected taken(n: string): string {
    return this.locals.has(identifier(n)) ? identifier(n) : this.locals.take(n);
  }

  /** Whether a list is only ever added to itself. */
  protected isUnread(n: string): boolean {
    const text = JSON.stringify(this.block.body);
    const all = text.split(`"callee":"${n}"`).length - 1;
    const own =
      text.split(`{"kind":"let","name":"${n}","value":{"kind":"binary","op":"+","left":{"kind":"call","callee":"${n}"}`).length - 1;
    return all === own;
  }

  /** Names the flow, in `forward` too. */
  protected give(n: string, flow: Flow, place: Place): Flow {
    const variable =
      this.variables.has(identifier(n)) && !place.meanings.has(n) && identifier(n) !== n ? this.variables.take(n) : identifier(n);
    if (!this.variables.has(variable)) this.variables.take(variable);
    const last = place.forward.at(-1);
    // What was given the common name just now gets this one instead.
    if (
      flow.py.k === 'atom' &&
      flow.py.text === place.variable &&
      last?.k === 'assign' &&
      same(last.to, flow.py) &&
      !same(flow.py, name(variable))
    )
      place.forward[place.forward.length - 1] = assign(name(variable), last.value);
    else if (!same(flow.py, name(variable))) place.forward.push(assign(name(variable), flow.py));
    const named: Flow = { ...flow, py: name(variable) };
    place.meanings.set(n, { k: 'value', ...named });
    return named;
  }

  /** The flow as a variable, so that it can be read more than once. */
  protected settle(flow: Flow, place: Place): Flow {
    if (flow.py.k === 'atom') return flow;
    place.forward.push(assign(name(place.variable), flow.py));
    if (!this.variables.has(place.variable)) this.variables.take(place.variable);
    return { ...flow, py: name(place.variable) };
  }

  /** Notes of lines of `__init__` which stages they come from; inner ones have noted their own. */
  protected marked<T>(at: readonly string[], place: Place, write: () => T): T {
    const before = place.init.length;
    const made = write();
    const origin = at.flatMap((a) => originOf(this.block, a));
    for (let i = before; i < place.init.length; i++) {
      const s = place.init[i] as PyStatement;
      if (!s.at) place.init[i] = markedWith(s, origin);
    }
    return made;
  }

  protected inLoop(names: readonly string[], place: Place): Place {
    const meanings = new Map(place.meanings);
    for (const n of names)
      meanings.set(n, {
        k: 'constant',
        py: name(identifier(n)),
        isLayer: !layers.has(n) && !this.file.block(n) ? true : mentionsAsStage(this.block.body, n),
      });
    return { ...place, meanings };
  }
}
