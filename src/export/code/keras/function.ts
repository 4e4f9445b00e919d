/** A block of an outline as a function of a value; a network that nothing calls makes its own input, and gives a model. */
import type { OutlineArgument, OutlineBlock, OutlineExpr } from '../../../graph/outline.ts';
import { keras } from '../../../layers/keras.ts';
import { list, name, type Py, type PyArg, str, tuple } from '../../../layers/python.ts';
import { CannotSay } from '../../../layers/torch.ts';
import { identifier, same, snake } from '../code.ts';
import { defaultOf } from '../outline/defaults.ts';
import { type Meaning, py } from '../outline/expressions.ts';
import { boundIn, isLayerText, namesOf } from '../outline/forms.ts';
import { originOf } from '../outline/origin.ts';
import type { PyParam, PyStatement } from '../python/statement.ts';
import { assign, markedWith, whenNone } from '../python/statement.ts';
import { BodyWriter } from './body.ts';
import { inputOf, shapeOf } from './input.ts';
import type { FunctionCode, KerasFile, Place } from './place.ts';

/** A last line that gives its value at once. */
const returns = (s: Extract<PyStatement, { readonly k: 'assign' }>): PyStatement => markedWith({ k: 'return', value: s.value }, s.at ?? []);

export class FunctionWriter extends BodyWriter {
  constructor(file: KerasFile, block: OutlineBlock) {
    super(file, block, boundIn(block));
  }

  write(): FunctionCode {
    const { block, file } = this;
    const bound = boundIn(block);
    const variable = ['x', 'y', 'z', 'flow'].find((n) => !bound.has(n)) ?? 'flow_';
    this.locals.take(variable);
    const isModel = file.isModel(block.name);
    const meanings = new Map<string, Meaning>();
    const out: PyStatement[] = [];
    const place: Place = { out, meanings, variable, prefix: undefined, loops: [], conditional: false };
    const takes = block.takes.map(identifier);
    const inputs = takes.length > 0 ? takes : [isModel ? 'inputs' : variable];
    if (isModel && takes.length === 0) this.locals.take('inputs');
    const entry = name(inputs[0] as string);
    for (const [i, t] of block.takes.entries())
      meanings.set(t, { k: 'value', py: name(takes[i] as string), channels: undefined, shapes: [] });

    const params: PyParam[] = isModel ? [] : inputs.map((n) => ({ name: n }));
    const late: PyStatement[] = [];
    for (const p of block.params) {
      const own = name(identifier(p.name));
      const kind = file.modules(block.name).get(p.name);
      if (kind !== undefined) {
        params.push({ name: identifier(p.name) });
        meanings.set(p.name, { k: 'module', py: own, isList: kind !== 'module', source: { param: p.name, loops: [] } });
        continue;
      }
      const value = p.value && defaultOf(block, this.default(p.name, p.value, place, entry));
      meanings.set(p.name, { k: 'constant', py: own, isLayer: block.instances.some((i) => isLayerText(i.arguments[p.name] ?? '')) });
      const asks =
        value &&
        value.k !== 'lambda' &&
        [...namesOf(value)].some((n) => params.some((q) => q.name === n) || Object.values(this.entering).includes(n));
      if (value && asks) {
        late.push(whenNone(own, value));
        params.push({ name: identifier(p.name), value: name('None') });
      } else params.push({ name: identifier(p.name), ...(value ? { value } : {}) });
    }
    if (file.takesName(block.name)) params.push({ name: file.nameArgument, value: str(snake(block.name)) });

    const end = this.statements(block.body, { py: entry }, place);
    const optional = this.outputs.some((o) => o.optional);
    const made = isModel ? block.inputs.map((e, i) => assign(name(inputs[i] as string), this.input(e, place))) : [];
    const first = [...made, ...this.extents(entry), ...late, ...(optional ? [assign(name('outputs'), { k: 'dict', items: [] })] : [])];
    const body = [...first, ...this.returned(out, this.result(end.py, meanings, optional), inputs, isModel)];
    return {
      statements: [{ k: 'def', name: file.nameOf(block.name), params, doc: block.doc, body, at: originOf(block, '0:0') }],
      slots: this.slots,
    };
  }

  private default(n: string, e: OutlineExpr, place: Place, entry: Py): Py {
    return py(e, this.site(place, { py: entry }, this.file.role(this.block.name, n)));
  }

  /** Arguments that a file's own line gives. */
  argumentsOutside(args: readonly OutlineArgument[]): readonly PyArg[] {
    const place: Place = { out: [], meanings: new Map(), variable: 'x', prefix: undefined, loops: [], conditional: false };
    return this.blockArguments(this.block, args, (r) => this.site(place, { py: name('None') }, r));
  }

  /** An input, which parameters may say. */
  private input(e: OutlineExpr, place: Place): Py {
    const site = this.site(place, { py: name('None') });
    if (e.kind === 'call' && e.callee === 'size') return keras('keras.Input', shapeOf((e.args ?? []).map((a) => py(a.value, site))));
    return e.kind === 'number' || e.kind === 'size' ? inputOf(e) : keras('keras.Input', tuple(py(e, site)));
  }

  /** What the function gives: its last value, outputs by name, and values that are read from outside. */
  private result(end: Py, meanings: ReadonlyMap<string, Meaning>, optional: boolean): Py {
    const asked = this.file.asked(this.block.name).map((n): Py => {
      const m = meanings.get(n);
      if (m?.k !== 'value' && m?.k !== 'constant') throw new CannotSay(`.${n} of ${this.block.name}`);
      return m.py;
    });
    if (this.outputs.length > 0) {
      const isTarget = this.file.facts.outline.targets.some((t) => this.file.facts.instances.get(t.root)?.block === this.block);
      if (!isTarget || asked.length > 0) throw new CannotSay('outputs of a block that is called');
      const own = this.outputs.filter((o) => !o.optional).map((o) => [str(o.name), name(identifier(o.name))] as const);
      const more = optional ? [{ k: 'star' as const, stars: '**', value: name('outputs') }] : [];
      return { k: 'dict', items: [[str(this.mainName ?? 'output'), end], ...own, ...more] };
    }
    // What else it gives would be given by the model too.
    if (asked.length > 0 && this.block.name === this.file.facts.outline.target)
      throw new CannotSay(`values inside ${this.block.name}, which stands alone too`);
    return asked.length > 0 ? tuple(end, ...asked) : end;
  }

  private returned(out: readonly PyStatement[], result: Py, inputs: readonly string[], isModel: boolean): readonly PyStatement[] {
    const [only, ...more] = inputs;
    if (isModel) {
      const given = more.length === 0 ? name(only as string) : list(...inputs.map(name));
      return [...out, { k: 'return', value: keras('keras.Model', given, result) }];
    }
    const last = out.at(-1);
    if (last?.k === 'assign' && same(last.to, result)) return [...out.slice(0, -1), returns(last)];
    // Each side of a last condition gives its own.
    if (last?.k === 'if' && result.k === 'atom') {
      const sides = [last.yes, last.no].map((side): readonly PyStatement[] => {
        const end = side.at(-1);
        if (end?.k === 'assign' && same(end.to, result)) return [...side.slice(0, -1), returns(end)];
        return [...side, { k: 'return', value: result }];
      });
      if (last.no.length > 0) return [...out.slice(0, -1), { ...last, yes: sides[0] ?? [], no: [] }, ...(sides[1] ?? [])];
    }
    return [...out, { k: 'return', value: result }];
  }
}
