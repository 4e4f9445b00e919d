/** Graphs written as `.cnn`: the text reads as one would write it, has the canonical layout, and means the graph from which it came. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { writeArgument, writeLayer } from '../../src/export/cnn/arguments.ts';
import { toCnn } from '../../src/export/cnn/file.ts';
import { analyse } from '../../src/graph/analyse.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { reached } from '../../src/graph/reached.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { CODES } from '../../src/language/syntax/codes/index.ts';
import { layers } from '../../src/layers/index.ts';
import type { Layer } from '../../src/layers/layer.ts';
import { ParamFault, type ParamValue, type Value } from '../../src/layers/params.ts';
import { broken, tangle } from '../diagram/fixtures.ts';
import * as cnn from '../support/cnn.ts';
import { anyGraph } from '../support/graphs.ts';

const example = (file: string): string => readFileSync(new URL(`../../examples/${file}.cnn`, import.meta.url), 'utf8');
const EXAMPLES = ['inception', 'resnet', 'googlenet', 'pointwise'] as const;

/** What a graph computes, whatever its layers are called and in which order they stand: each layer with all that it is computed from. */
function meaning(g: Graph): unknown {
  const seen = new Map<string, number>();
  const facts = analyse(g);
  const ids: number[] = [];
  const count = new Map<number, number>();
  for (const n of g.nodes) {
    const { params, weights, macs } = facts.nodes[n.id] ?? { params: 0, weights: 0, macs: 0 };
    const key = JSON.stringify([n.kind, n.params, n.shape, n.inputs.map((i) => ids[i]), params, weights, macs]);
    const id = seen.get(key) ?? seen.size;
    seen.set(key, id);
    ids.push(id);
    count.set(id, (count.get(id) ?? 0) + 1);
  }
  // The same layers by the same keys have the same numbers only if they are met in the same order: compare the keys with numbers written out.
  const written: string[] = [];
  const layers: string[] = [];
  for (const [key, id] of seen) {
    const [kind, p, shape, inputs, ...figures] = JSON.parse(key) as [string, unknown, unknown, readonly number[], number, number, number];
    written[id] = hash(JSON.stringify([kind, p, shape, inputs.map((i) => written[i]), figures]));
    layers.push(`${written[id]} ${kind} ${JSON.stringify(p)} ${JSON.stringify(shape)} ×${count.get(id)}`);
  }
  const outputs = g.outputs.map((o, i) => `${i === 0 ? 'output' : o.name} ${written[ids[o.node] ?? 0]}`);
  return { layers: layers.sort(), outputs: outputs.sort() };
}
const hash = (text: string): string => {
  let h = 0n;
  for (const c of text) h = (h * 1_000_003n + BigInt(c.codePointAt(0) ?? 0)) % (2n ** 61n - 1n);
  return h.toString(36);
};

/** Writes a graph, and holds what every text that is written must have; gives the text. */
async function written(given: Graph, kind: 'block' | 'network' = 'block'): Promise<string> {
  const graph = reached(given);
  const text = toCnn([{ graph, kind, name: graph.name, doc: 'Written.' }]);
  const { problems, analysis, services } = await cnn.analyse(text);
  assert.deepEqual(
    // Any graph may have what lints mind: layers that reach no output, one activation behind another.
    problems.filter((p) => p.code in CODES).map((p) => p.message),
    [],
    text,
  );
  // Of names and arguments as long as these, lines are longer than what the formatter breaks.
  if (!/^[^#\n]{101}/m.test(text)) assert.equal(formatText(text, services), text);
  const target = analysis.targets.at(-1);
  const again = target && analysis.target(target);
  assert.ok(again, text);
  assert.deepEqual(meaning(again.graph), meaning(graph), text);
  assert.deepEqual({ ...again.facts.totals, memory: 0 }, { ...analyse(graph).totals, memory: 0 }, text);
  return text;
}

const body = async (text: string, name = 'A'): Promise<string> => written((await cnn.targetOf(text, name)).graph);

describe('a graph as .cnn', function () {
  this.timeout(120_000);

  it('is what one would write', async () => {
    assert.equal(
      await body(example('inception'), 'Inception'),
      `# Written.
block Inception on 192x28x28 {
  concat {
    | conv(64, 1x1) -> relu
    | conv(96, 1x1) -> relu -> conv(128, 3x3) -> relu
    | conv(16, 1x1) -> relu -> conv(32, 5x5) -> relu
    | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) -> relu
  }
}
`,
    );
    assert.equal(
      await body(example('resnet'), 'Bottleneck'),
      `# Written.
block Bottleneck on 256x56x56 {
  add {
    | conv(64, 1x1, bias=false) -> bn -> relu
      conv(64, 3x3, bias=false) -> bn -> relu
      conv(256, 1x1, bias=false) -> bn -> identity
    | identity
  }
  relu
}
`,
    );
  });

  it('makes blocks of calls that branch, writes the others in place, and keeps labels', async () => {
    const text = await body(`
      block Dense(k, act=relu) { concat { | same: expect ?x8x8 | conv(k, 3x3) -> act } }
      block Twice(k) { conv(k, 1x1) -> relu -> conv(k, 1x1) }
      block A on 4x8x8 { first: Dense(4) -> Dense(4) -> second: Twice(3) -> head: conv(2, 1x1) }`);
    assert.equal(
      text,
      `block Dense on 4x8x8 {
  concat {
    | expect 4x8x8
    | conv(4, 3x3) -> relu
  }
}

block Dense_2 on 8x8x8 {
  concat {
    | expect 8x8x8
    | conv(4, 3x3) -> relu
  }
}

# Written.
block A on 4x8x8 {
  first: Dense
  Dense_2
  second: conv(3, 1x1) -> relu
  conv(3, 1x1)
  head: conv(2, 1x1)
}
`,
    );
  });

  it('names values that are read where the flow has gone on', async () => {
    const text = await body(
      `
      block A on 4x16x16 {
        e1: conv(8, 3x3)
        maxpool(2x2)
        mid = conv(8, 3x3) -> relu
        maxpool(2x2) -> conv(16, 3x3)
        concat { | gap | mid -> gap | e1 -> gap | e1 -> conv(2, 1x1) -> gap }
      }`,
    );
    assert.match(text, /e1: conv\(8, 3x3\)\n {2}maxpool\(2x2\)\n {2}x = conv\(8, 3x3\) -> relu\n/);
    assert.match(text, /\| x -> gap\n {4}\| e1 -> gap\n/);
  });

  it('names the input by a check of its shape', async () => {
    const text = await written(tangle().graph);
    assert.match(text, /\{\n {2}input = expect 128x32x32\n/);
    assert.match(text, / {4}\| input\n/);
  });

  it('writes further outputs', async () => {
    const text = await body(`
      block A on 4x16x16 {
        conv(8, 3x3) -> relu
        output aux = gap -> flatten -> linear(3)
        side: conv(8, 3x3)
        output tap = side
        output wide = concat { | conv(2, 1x1) | conv(3, 1x1) } -> relu
        gap -> flatten -> linear(10)
      }`);
    assert.match(text, /-> relu\n {2}output aux = gap -> flatten -> linear\(3\)\n/);
    assert.match(text, /output tap = side\n/);
  });

  it('keeps clear of names that mean something else', async () => {
    await body(
      'block relu2 on 4x8x8 { relu: conv(4, 3x3) -> relu -> expect_: conv(3, 1x1) -> concat { | expect_ | relu | relu -> bn } }',
      'relu2',
    );
  });

  it('unrolls a recursive block, and leaves it its name', async () => {
    const text = await body(`
      block A(n=2) on 4x16x16 {
        concat { | conv(4, 3x3) -> gap | if n > 0 { maxpool(2x2) -> A(n - 1) } else { relu -> gap } }
      }`);
    assert.match(text, /^block A_2 on 4x4x4 \{\n/);
    assert.match(text, /\n# Written\.\nblock A on 4x16x16 \{\n {2}concat \{\n.*\n {4}\| maxpool\(2x2\) -> A_3\n/);
  });

  it('repeats a call that is made several times in a row', async () => {
    const text = await body(`
      block Residual { add { | conv(4, 3x3) -> relu | identity } }
      block A on 4x8x8 { repeat 3 { Residual } -> last: Residual -> relu }`);
    assert.match(text, /\n {2}repeat 3 \{ Residual \}\n {2}last: Residual\n {2}relu\n/);
  });

  it('begins a line with each layer that is no dressing, and repeats nothing but calls', async () => {
    const text = await body(`
      block A on 4x8x8 {
        bn -> relu -> conv(4, 3x3) -> conv(4, 3x3) -> bn -> maxpool(2x2) -> relu -> upsample -> pad(1)
        gap -> dropout -> flatten -> linear(8) -> relu -> linear(8) -> linear(8) -> softmax
      }`);
    assert.equal(
      text,
      `# Written.
block A on 4x8x8 {
  bn -> relu -> conv(4, 3x3)
  conv(4, 3x3) -> bn
  maxpool(2x2) -> relu
  upsample
  pad(1)
  gap -> dropout -> flatten -> linear(8) -> relu
  linear(8)
  linear(8) -> softmax
}
`,
    );
  });

  it('begins a merge where most of its branches do, if none begins where the flow is', async () => {
    const text = await body(`
      block A on 4x8x8 {
        a: conv(4, 3x3)
        b: tanh
        c: sigmoid
        concat { | a -> relu | b -> relu | b -> bn }
        m: conv(4, 1x1)
        add { | m | c }
      }`);
    assert.equal(
      text,
      `# Written.
block A on 4x8x8 {
  a: conv(4, 3x3) -> b: tanh -> c: sigmoid
  b -> concat {
    | a -> relu
    | relu
    | bn
  }
  m: conv(4, 1x1)
  add {
    | expect 4x8x8
    | c
  }
}
`,
    );
  });

  it('calls a block by its name, though something else had it in the text', async () => {
    const text = await body(`
      block Inner { concat { | relu | tanh } }
      block A(unit=Inner) on 4x8x8 { Inner: conv(4, 3x3) -> unit -> concat { | Inner | conv(2, 1x1) } }`);
    assert.match(text, /\n {2}Inner_: conv\(4, 3x3\)\n {2}Inner\n {2}concat \{\n {4}\| Inner_\n/);
  });

  it('gives every layer kind the arguments that it has', async () => {
    for (const layer of layers.values()) {
      if (layer.merge) continue;
      let understood = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(paramsOf(layer), { minLength: 12, maxLength: 12 }), async (all) => {
          const flat = layer.takes === 'vector' ? 'flatten -> ' : '';
          const lines = all.map((params, i) => `block A${i} on 6x9x7 { ${flat}${writeLayer({ kind: layer.kind, params })} }`);
          const { problems, analysis } = await cnn.analyse(lines.join('\n'));
          for (const [i, line] of lines.entries()) {
            const said = problems.filter((p) => p.location.range.start.line === i);
            // Arguments may not fit each other or the input; each by itself is one that the layer takes.
            assert.ok(!said.some((p) => p.code === 'syntax' || p.code.endsWith('-argument')), `${line}: ${said[0]?.message}`);
            const target = said.length === 0 ? analysis.targets.find((t) => t.name === `A${i}`) : undefined;
            if (!target) continue;
            assert.deepEqual(analysis.target(target)?.graph.nodes.at(-1)?.params, all[i], line);
            understood++;
          }
        }),
        { numRuns: 3 },
      );
      assert.ok(understood > 0, `${layer.kind} was never without a problem`);
    }
  });

  it('writes every default as it is known', () => {
    for (const layer of layers.values())
      for (const [name, spec] of Object.entries(layer.params))
        if (spec.default !== undefined)
          assert.equal(writeArgument(layer.kind, name, spec.default), spec.defaultText ?? writeArgument(layer.kind, name, spec.default));
    assert.deepEqual(
      [writeArgument('conv', 'pad', 'same'), writeArgument('scale', 'channels', null), writeArgument('conv', 'kernel', [3, 5])],
      ['same', 'all', '3x5'],
    );
  });

  it('writes a graph with errors as it stands', () => {
    const { graph } = broken();
    assert.match(
      toCnn([{ graph, kind: 'block', name: 'Broken', doc: '' }]),
      /^block Broken on 64x28x28 \{\n {2}add \{\n {4}\| conv\(32, 1x1\)/,
    );
  });

  it('means the same for every example and its naive form', async () => {
    const files = Object.fromEntries(EXAMPLES.map((f) => [`${f}.cnn`, example(f)]));
    for (const file of EXAMPLES) {
      const { analysis } = await cnn.analyse(example(file), files, `${file}-main.cnn`);
      for (const target of analysis.targets) {
        const made = analysis.target(target);
        const comparison = analysis.comparison(target);
        if (!made) continue;
        await written(made.graph, target.kind);
        if (comparison?.graphs) await written(comparison.graphs.other, target.kind);
        for (const part of comparison?.parts.slice(0, 9) ?? []) await written(part.other);
      }
    }
  });

  it('means the same for any graph', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => void (await written(graph))),
      { numRuns: 100 },
    );
  });
});

const VALUES: readonly Value[] = [
  ...[0, 1, 2, 3, 6, 0.5, 1e-7, -1, true, false],
  { type: 'size', dims: [3, 3] },
  { type: 'size', dims: [1, 3] },
  { type: 'size', dims: [9, 7] },
  { type: 'size', dims: [18, 7, 3] },
  { type: 'arrow', from: 6, to: 12 },
  [0, 1, 2, 1],
];

/** Any parameters of a kind that its own definitions take, or leave out. */
function paramsOf(layer: Layer): fc.Arbitrary<Readonly<Record<string, ParamValue>>> {
  const specs = Object.entries(layer.params).map(([name, spec]) => {
    const words = (spec.choices ?? []).map((c) => c.replaceAll('"', ''));
    const parsed = [...VALUES, ...words].map((v) => spec.parse(v)).filter((v) => !(v instanceof ParamFault)) as ParamValue[];
    const given = fc.constantFrom(...parsed);
    return [name, spec.default === undefined ? given : fc.oneof({ weight: 3, arbitrary: fc.constant(spec.default) }, given)] as const;
  });
  return fc.record(Object.fromEntries(specs), { noNullPrototype: true });
}
