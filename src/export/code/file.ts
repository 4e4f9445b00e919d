/** A file of PyTorch code around what a writer gave: what it is, imports, the file's own layers, and what running it prints. */
import type { Facts } from '../../graph/facts.ts';
import { type Graph, inputsOf } from '../../graph/graph.ts';
import { attr, call, method, name, type Py, str } from '../../layers/python.ts';
import { type Code, zeros } from './code.ts';
import { headOf } from './head.ts';
import { paddleStatement } from './paddle/dialect.ts';
import { type MarkedText, markedModule } from './python/print.ts';
import { assign, expression, type PyStatement } from './python/statement.ts';

/** What running the file does: it prints the parameters and the shape of each output. */
function main(g: Graph, target: string): PyStatement {
  const net = name('net');
  const numel = call('sum', {
    k: 'comprehension',
    item: method(name('p'), 'numel'),
    pattern: name('p'),
    list: method(net, 'parameters'),
    filter: undefined,
    brackets: 'none',
  });
  const inputs = inputsOf(g).map((n) => zeros(n.shape));
  const many = inputs.length > 1;
  const ys = call(net, ...(many ? [{ k: 'star' as const, stars: '*', value: name('inputs') }] : inputs));
  const given = many ? [assign(name('inputs'), { k: 'list' as const, items: inputs })] : [];
  const shape = (y: Py): Py => call('tuple', attr(y, 'shape'));
  const print: readonly PyStatement[] =
    g.outputs.length === 1
      ? [expression(call('print', shape(ys)))]
      : [
          {
            k: 'for',
            pattern: { k: 'tuple', items: [name('key'), name('y')] },
            list: method(ys, 'items'),
            body: [expression(call('print', name('key'), shape(name('y'))))],
          },
        ];
  return {
    k: 'if',
    test: { k: 'compare', first: name('__name__'), rest: [{ op: '==', value: str('__main__') }] },
    yes: [assign(net, method(call(target), 'eval')), expression(call('print', numel)), ...given, ...print],
    no: [],
  };
}

/** What a file imports of its framework, in the order of the formatter's import rules. */
const IMPORTS = {
  torch: (functional: readonly string[]) => ['import torch', ...functional, 'from torch import nn'],
  paddle: (functional: readonly string[]) => [
    'import paddle',
    ...functional.map(() => 'import paddle.nn.functional as F').slice(0, 1),
    'from paddle import nn',
  ],
} as const;

/** Paddle evaluates in place, and counts running statistics among the parameters. */
function paddleMain(s: PyStatement): PyStatement {
  const made = paddleStatement(s);
  if (made.k !== 'if') return made;
  const [net, count, ...rest] = made.yes;
  if (net?.k !== 'assign' || net.value.k !== 'call' || net.value.fn.k !== 'attr' || !count) return made;
  const trained = 'print(sum(p.size for p in net.parameters() if not p.stop_gradient))';
  return {
    ...made,
    yes: [assign(name('net'), net.value.fn.of), expression(method(name('net'), 'eval')), { k: 'raw', text: trained }, ...rest],
  };
}

/** The text of the file. */
export function fileOf(code: Code, g: Graph, facts: Facts, framework: 'torch' | 'paddle' = 'torch'): MarkedText {
  const [target = g.name] = code.targets;
  const standard = [...code.imports]
    .filter((i) => !i.includes('torch'))
    .sort((a, b) => Number(b.startsWith('import')) - Number(a.startsWith('import')));
  const functional = [...code.imports].filter((i) => i.startsWith('import torch'));
  return markedModule({
    doc: headOf(g, facts, code.remark === undefined ? [] : [code.remark]),
    imports: [...standard, ...(standard.length > 0 ? [''] : []), ...IMPORTS[framework](functional)],
    body: [
      ...code.helpers.map((h): PyStatement => ({ k: 'raw', text: h.source })),
      ...code.statements,
      framework === 'torch' ? main(g, target) : paddleMain(main(g, target)),
    ],
  });
}
