/** Graphs of any shape, for tests that should hold of all of them. */
import fc from 'fast-check';
import type { Graph } from '../../src/graph/graph.ts';
import type { Value } from '../../src/layers/params.ts';
import { Builder } from '../diagram/fixtures.ts';

/** A layer, or the call of a block of several. */
interface Step {
  readonly what: number;
  readonly from: readonly number[];
  readonly width: number;
  readonly branch: number;
  /** Below 3 it is a call, which takes so many of the steps that follow. */
  readonly call: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(),
  from: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  width: fc.integer({ min: 1, max: 4 }),
  branch: fc.nat(8),
  call: fc.nat(9),
});
const square = (n: number, m = n): Value => ({ type: 'size', dims: [n, m] });

/** Any wiring of layers on maps of 8×8: values read late, twice, by several branches, or never; with paths that tell of branches or lie. */
export const anyGraph: fc.Arbitrary<Graph> = fc
  .record({ steps: fc.array(step, { maxLength: 14 }), end: fc.nat(), aux: fc.option(fc.nat()), labels: fc.boolean() })
  .map(({ steps, end, aux, labels }) => {
    const b = new Builder('Any', [3, 8, 8]);
    // Recent values are read more often, as in networks that people write.
    const pick = (n: number): number => Math.max(0, b.nodes.length - 1 - (n % 7 < 4 ? n % 2 : n % b.nodes.length));
    const take = (left: Step[]): void => {
      const s = left.shift();
      if (!s) return;
      const x = pick(s.from[0] ?? 0);
      const label = labels && s.branch % 2 === 0 ? ['left', 'relu', 'x', 'branch1'][s.width - 1] : undefined;
      const make = (): number => {
        const args: Readonly<Record<string, Value>>[] = [
          { stride: 1 },
          { pad: [0, 2, 1, 1], bias: false },
          { groups: 1, dilation: square(1, 2) },
          { channels: { type: 'arrow', from: b.nodes[x]?.shape[0] ?? 1, to: s.width } },
        ];
        const same = b.nodes.filter((n) => n.shape[0] === b.nodes[x]?.shape[0]).map((n) => n.id);
        switch (s.what % 8) {
          case 0:
          case 1:
            return b.conv(x, s.width, 3, args[s.branch % 4], label);
          case 2:
            return b.layer('relu', [x], {}, label);
          case 3:
            return b.layer('concat', s.from.map(pick), {}, label);
          case 4:
            return b.layer('add', [x, ...s.from.slice(1).map((n) => same[n % same.length] ?? x)], {}, label);
          case 5:
            return b.layer('avgpool', [x], { kernel: square(3), stride: 1, pad: 1, count_include_pad: s.branch % 2 === 0 }, label);
          case 6:
            return b.layer('leakyrelu', [x], { slope: s.width / 8 }, label);
          default:
            return b.layer('bn', [x], s.branch % 2 === 0 ? { eps: 1e-7 } : {}, label);
        }
      };
      const calls = (): number =>
        b.call(['Dense', 'relu', 'Any'][s.width % 3] ?? '', x, () => {
          const inner = make();
          for (let i = 0; i < s.call; i++) take(left);
          return s.branch % 2 === 0 ? inner : b.nodes.length - 1;
        });
      if (s.branch < 5) b.branch(s.branch, s.call < 3 ? calls : make);
      else if (s.call < 3) calls();
      else make();
    };
    for (const left = [...steps]; left.length > 0; ) take(left);
    const { graph } = b.done(end % b.nodes.length);
    return aux === null ? graph : { ...graph, outputs: [...graph.outputs, { name: 'aux', node: aux % graph.nodes.length }] };
  });
