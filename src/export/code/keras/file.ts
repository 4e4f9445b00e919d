/** A file of Keras code around what a writer gave: what it is, imports, the file's own functions, and what running it prints. */
import type { Facts } from '../../../graph/facts.ts';
import { type Graph, inputsOf } from '../../../graph/graph.ts';
import { MARK } from '../../../layers/keras.ts';
import { attr, call, dotted, list, method, name, type Py, str } from '../../../layers/python.ts';
import { headOf } from '../head.ts';
import { type MarkedText, markedModule } from '../python/print.ts';
import { assign, expression, type PyStatement } from '../python/statement.ts';
import { inputFor } from './input.ts';
import type { KerasCode } from './place.ts';

/** Everything in a tree of statements, changed from the outside in. */
function mapped<T>(v: T, change: (e: Py) => Py): T {
  const walk = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(walk);
    if (typeof x !== 'object' || x === null) return x;
    const made = Object.fromEntries(Object.entries(x).map(([k, y]) => [k, walk(y)]));
    return made.k === 'atom' ? change(made as unknown as Py) : made;
  };
  return walk(v) as T;
}

/** What running the file does: it prints the parameters and the shape of each output. */
function main(code: KerasCode, g: Graph): PyStatement {
  const [x, net] = [name('x'), name('net')];
  const inputs = inputsOf(g).map((n) => inputFor(n.shape));
  const alone = inputs.length === 1;
  const applied = call(code.target, ...(alone ? [x] : [{ k: 'star' as const, stars: '*', value: x }]));
  const made: readonly PyStatement[] = code.isModel
    ? [assign(net, call(code.target))]
    : [assign(x, alone ? (inputs[0] as Py) : list(...inputs)), assign(net, call(dotted(`${MARK}keras.Model`), x, applied))];
  const trained: Py = {
    k: 'comprehension',
    item: call('math.prod', attr(name('v'), 'shape')),
    pattern: name('v'),
    list: attr(net, 'trainable_weights'),
    filter: undefined,
    brackets: 'none',
  };
  const counts = g.nodes.some((n) => n.kind === 'bn') ? call('sum', trained) : method(net, 'count_params');
  return {
    k: 'if',
    test: { k: 'compare', first: name('__name__'), rest: [{ op: '==', value: str('__main__') }] },
    yes: [...made, expression(call('print', counts, attr(net, 'output_shape')))],
    no: [],
  };
}

/** The text of the file. Keras's modules have their usual names, but where the text has those for something else. */
export function fileOf(code: KerasCode, g: Graph, facts: Facts): MarkedText {
  const body: readonly PyStatement[] = [...code.statements, main(code, g)];
  const helpers = code.helpers.map((h) => h.source);
  const usual = { layers: 'L', ops: 'keras.ops', activations: 'keras.activations', keras: 'keras' } as const;
  const used = new Set<string>();
  const plain = mapped(body, (e) => {
    if (e.k !== 'atom' || !e.text.startsWith(MARK)) return e;
    const own = e.text.slice(MARK.length) as keyof typeof usual;
    used.add(own);
    return code.bound.has(own) ? dotted(usual[own]) : name(own);
  });
  if (helpers.some((h) => h.includes('ops.'))) used.add('ops');
  const text = JSON.stringify(plain) + helpers.join('');
  const modules = (['activations', 'layers', 'ops'] as const).filter(
    (m) => used.has(m) && (m === 'layers' || !code.bound.has(m) || helpers.some((h) => h.includes('ops.'))),
  );
  const short = (m: string): boolean => m === 'layers' && code.bound.has(m);
  const from = modules.filter((m) => !short(m));
  const imported = [
    ...modules.filter(short).map((m) => `from keras import ${m} as L`),
    ...(from.length > 0 ? [`from keras import ${from.join(', ')}`] : []),
  ];
  const standard = [
    ...(/"math"|math\./.test(text) ? ['import math'] : []),
    ...[...code.imports].filter((i) => i.startsWith('from functools')),
  ];
  return markedModule({
    doc: headOf(g, facts, [...(code.remark === undefined ? [] : [code.remark]), 'Channels come last here.']),
    imports: [...standard, ...(standard.length > 0 ? [''] : []), 'import keras', ...imported],
    body: [...helpers.map((source): PyStatement => ({ k: 'raw', text: source })), ...plain],
  });
}
