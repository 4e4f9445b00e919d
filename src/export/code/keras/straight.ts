/** A graph as straight-line Keras: a line a layer, every number in its place. What the outline cannot be written as, is written so. */
import { inputShapes, weightsOf } from '../../../graph/analyse.ts';
import { type Graph, inputsOf } from '../../../graph/graph.ts';
import { layerOf } from '../../../layers/index.ts';
import { type KerasHelper, keras } from '../../../layers/keras.ts';
import { call, kw, list, name, type Py, str } from '../../../layers/python.ts';
import { isMap } from '../../../layers/shape.ts';
import { identifier, keptAt, known, Names } from '../code.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import { withArguments } from './calls.ts';
import { inputFor } from './input.ts';
import type { KerasCode } from './place.ts';

export function straightKeras(g: Graph, remark: string): KerasCode {
  const helpers = new Map<string, KerasHelper>();
  const names = new Map<string, string>();
  const layerNames = new Names([], false);
  const variables = new Names(['x', 'inputs', identifier(g.name)], false);
  const made = new Map<string, Py>();
  const values = new Map<number, Py>();
  const body: PyStatement[] = [];
  const inputs = inputsOf(g);
  const uses = new Map<number, number>();
  for (const n of g.nodes) for (const i of n.inputs) uses.set(i, (uses.get(i) ?? 0) + 1);
  for (const o of g.outputs) uses.set(o.node, (uses.get(o.node) ?? 0) + 1);
  for (const n of inputs) {
    const own = name(inputs.length === 1 ? 'inputs' : variables.take(n.path));
    body.push(assign(own, inputFor(n.shape)));
    values.set(n.id, own);
  }
  for (const n of g.nodes) {
    if (n.kind === 'input') continue;
    const xs = inputShapes(g, n);
    const given = Object.fromEntries(Object.entries(n.params).map(([k, v]) => [k, known(v)]));
    const form = layerOf(n.kind).export.keras.form(given as never, { isMap: isMap(xs[0]), xs, y: n.shape, pairs: false, uses: [n.params] });
    for (const h of form.helpers ?? []) helpers.set(h.name, h);
    // What the next line alone reads is called x.
    const isNext =
      uses.get(n.id) === 1 && g.nodes[n.id + 1]?.inputs.includes(n.id) === true && (g.nodes[n.id + 1]?.inputs.length ?? 0) === 1;
    const variable = name(isNext ? 'x' : variables.take(n.path.split('/').at(-1)?.toLowerCase() ?? 'y'));
    let value = values.get(n.inputs[0] as number) ?? name('x');
    const say = (e: Py): void => {
      body.push(assign(variable, e));
      value = variable;
    };
    if (form.merge) say(form.merge(n.inputs.map((i) => values.get(i) ?? name('x'))));
    for (const step of form.steps ?? []) {
      if (step.k === 'of') say(step.of(value));
      else if (!step.named) say(call(step.make, value));
      else {
        const kept = keptAt(n);
        const own = names.get(kept) ?? layerNames.take(kept.replaceAll('/', '_').toLowerCase());
        names.set(kept, own);
        const shared = made.get(kept);
        const make = withArguments(step.make, kw('name', str(own)));
        if (n.shared === undefined) say(call(make, value));
        else {
          const layer = shared ?? name(variables.take(`layer_${own}`));
          if (!shared) body.push(assign(layer, make));
          made.set(kept, layer);
          say(call(layer, value));
        }
      }
    }
    // What does nothing may still be read later, when what the next line alone read is called otherwise.
    const isSilent = (form.steps ?? []).length === 0 && !form.merge;
    if (isSilent && !isNext && value.k === 'atom' && value.text === 'x') say(value);
    values.set(n.id, value);
    if (Object.values(weightsOf(g, n)).every((w) => !w)) names.delete(keptAt(n));
  }
  const at = (node: number): Py => values.get(node) ?? name('x');
  const [only, ...more] = g.outputs;
  const result: Py =
    only && more.length === 0 ? at(only.node) : { k: 'dict', items: g.outputs.map((o) => [str(o.name), at(o.node)] as const) };
  const entries = inputs.map((n) => values.get(n.id) as Py);
  const target = identifier(g.name);
  body.push({ k: 'return', value: keras('keras.Model', entries.length === 1 ? (entries[0] as Py) : list(...entries), result) });
  return {
    statements: [{ k: 'def', name: target, params: [], doc: '', body }],
    helpers: [...helpers.values()],
    imports: new Set(),
    names,
    target,
    isModel: true,
    remark,
    bound: new Set(),
  };
}
