/**
 * There and back: examples as ONNX by our exporter, and as `.cnn` again, with the same figures and at most twice the lines. Here those that are soon done;
 * `npm run test:round-trip` takes all, and compares what they compute.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Graph } from '../../src/graph/graph.ts';
import { reached } from '../../src/graph/reached.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { align } from '../../src/import/align.ts';
import { fold } from '../../src/import/fold/index.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { analyse, workspace } from '../support/cnn.ts';
import { anyGraph } from '../support/graphs.ts';
import { round } from './round.ts';

const examples = new URL('../../examples/', import.meta.url);
const of = (folder: '' | 'zoo/'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(new URL(`./${folder}`, examples))
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => [folder + f, readFileSync(new URL(folder + f, examples), 'utf8')]),
  );
const files = { ...of(''), ...of('zoo/') };
const analysed = workspace(files);

/** Of each file the last network with so many weights and layers; a family each of what there is to fold. */
const [MOST_PARAMS, MOST_LAYERS] = [36e6, 400];
const SOON = ['', 'zoo/'].flatMap((folder) =>
  (folder === ''
    ? ['googlenet', 'inception', 'mobilenetv2', 'pointwise']
    : ['attentionunet', 'dcgan', 'efficientnet', 'mnasnet', 'mobilenetv1', 'mobilenetv3', 'regnet', 'shufflenetv2', 'squeezenet', 'unetpp']
  ).map((name) => `${folder}${name}.cnn`),
);

describe('there and back', function () {
  this.timeout(120_000);
  for (const file of SOON)
    it(file, async () => {
      const { analysis, services } = await analysed(file);
      const soon = analysis.targets.filter((t) => {
        const made = t.kind === 'network' || analysis.targets.length === 1 ? analysis.target(t) : undefined;
        return made !== undefined && made.facts.totals.params <= MOST_PARAMS && made.graph.nodes.length <= MOST_LAYERS;
      });
      const target = soon.at(-1);
      const made = target && analysis.target(target);
      assert.ok(made);
      const { lines, totals, like } = await round(made, analysis.outline(target), seededWeights(made.graph, 1), services);
      assert.ok(like);
      const [there, back] = totals.map(({ params, macs, totalMacs }) => ({ params, macs, totalMacs }));
      assert.deepEqual(back, there);
      assert.ok(lines[1] <= 2 * lines[0], `${lines[1]} lines of ${lines[0]}`);
    });
});

/** Networks that run layers of one set of weights several times: whole, from the middle on, up to the middle, with the middle read elsewhere, or with something else between. */
const sharing: fc.Arbitrary<string> = fc
  .record({
    stages: fc.array(fc.constantFrom('conv(8, 3x3)', 'conv(8, 1x1)', 'dwconv(3x3)', 'bn', 'relu', 'leakyrelu(0.2)'), {
      minLength: 2,
      maxLength: 7,
    }),
    uses: fc.array(fc.constantFrom('whole', 'whole', 'whole', 'begin', 'end', 'read', 'other'), { minLength: 2, maxLength: 5 }),
    own: fc.constantFrom('', 'bn', 'relu', 'conv(8, 1x1)'),
  })
  .map(({ stages, uses, own }) => {
    const names = stages.map((s, i) => (/conv|bn/.test(s) ? `s${i}` : s));
    const half = names.length >> 1;
    const flow = (parts: readonly string[]): string => parts.filter((p) => p !== '').join(' -> ');
    const lines = uses.flatMap((use, u) => {
      const from = u === 0 ? 'conv(8, 1x1)' : `conv(8, ${u % 2 === 0 ? 3 : 1}x1)`;
      if (use === 'begin') return [`u${u} = ${flow([from, ...names.slice(0, half), own])}`];
      if (use === 'end') return [`u${u} = ${flow([from, ...names.slice(half), own])}`];
      if (use === 'read') return [`m${u} = ${flow([from, ...names.slice(0, half)])}`, `u${u} = ${flow([`m${u}`, ...names.slice(half)])}`];
      const between = use === 'other' ? names.map((n) => (n === 'relu' ? 'tanh' : n)) : names;
      return [`u${u} = ${flow([from, ...between, own])}`];
    });
    const read = uses.flatMap((use, u) => (use === 'read' ? [`u${u}`, `m${u}`] : [`u${u}`]));
    const declared = stages.flatMap((s, i) => (names[i] === s ? [] : [`shared s${i} = ${s}`]));
    return `network Shares on 8x8x8 {\n${[...declared, ...lines, `concat { ${read.map((v) => `| ${v}`).join(' ')} }`].map((l) => `  ${l}`).join('\n')}\n}\n`;
  });

/**
 * Streams that hear of each other round by round, as HRNet's do: each goes on by itself, and then joins what the others gave, sometimes also what they
 * were. In some round something is other, and what was given in any may be read later.
 */
const streams: fc.Arbitrary<string> = fc
  .record({
    rounds: fc.integer({ min: 2, max: 5 }),
    deep: fc.array(fc.constantFrom('conv(8, 3x3) -> bn', 'conv(8, 1x1) -> relu', 'repeat 3 { conv(8, 3x3) -> relu }'), {
      minLength: 2,
      maxLength: 3,
    }),
    joins: fc.array(
      fc.record({
        with: fc.nat(2),
        was: fc.option(fc.nat(2)),
        now: fc.boolean(),
        next: fc.constantFrom('relu', 'conv(8, 1x3)', 'bn', 'silu'),
      }),
      { minLength: 3, maxLength: 3 },
    ),
    other: fc.option(fc.nat(4)),
    late: fc.option(fc.nat()),
  })
  .map(({ rounds, deep, joins, other, late }) => {
    const streams = deep.map((_, i) => i);
    let now = streams.map((i) => `s${i}`);
    const lines = now.map((name, i) => `${name} = conv(8, ${i + 1}x3)`);
    const given: string[] = [];
    for (let r = 0; r < rounds; r++) {
      const was = now;
      const went = streams.map((i) => `d${r}_${i}`);
      now = [...was];
      for (const i of streams) lines.push(`${went[i]} = ${was[i]} -> ${deep[i]}`);
      for (const i of streams) {
        const join = joins[i] as (typeof joins)[number];
        const one = (join.with + i + 1) % streams.length;
        const old = join.was === null ? undefined : (join.now ? now : was)[join.was % streams.length];
        const read = new Set([went[i], went[one], ...(old === undefined ? [] : [old])]);
        now[i] = `r${r}_${i}`;
        lines.push(`${now[i]} = add { ${[...read].map((v) => `| ${v}`).join(' ')} } -> ${r === other && i === 0 ? 'tanh' : join.next}`);
      }
      given.push(...went, ...now);
    }
    const read = [...new Set([...now, ...(late === null ? [] : [given[late % given.length] as string])])];
    return `network Streams on 8x8x8 {\n${[...lines, `concat { ${read.map((v) => `| ${v}`).join(' ')} }`].map((l) => `  ${l}`).join('\n')}\n}\n`;
  });

describe('folding', () => {
  const holds = async (graph: Graph, modules: readonly (readonly string[])[]): Promise<void> => {
    const text = fold(graph, modules);
    const { problems, analysis } = await analyse(text);
    assert.deepEqual(
      problems.filter((p) => p.severity === 'error').map((p) => p.message),
      [],
      text,
    );
    const target = analysis.targets.find((t) => t.name === graph.name);
    const meant = target && analysis.target(target);
    assert.ok(meant && align(meant.graph, graph), text);
  };
  it('makes a block of several inputs of what is joined in the same way again and again', async () => {
    const { analysis, services } = await analysed('zoo/attentionunet.cnn');
    const made = analysis.target(analysis.targets.find((t) => t.name === 'AttentionUNet') as (typeof analysis.targets)[number]);
    assert.ok(made);
    const text = formatText(fold(made.graph, []), services) ?? '';
    assert.match(text, /\nblock Join\(channels=1024\) takes x, y on 512x16x16, 512x32x32 \{\n/);
    const calls = text.match(/^ {2}(Join)\(\d+\) \{ \| identity \| \w+ \}$/gm) ?? [];
    assert.equal(calls.length, 4, text);
  });
  it('shares as a whole what is shared one by one and follows each other in every use', async () => {
    const { analysis } = await analysed('zoo/retinanet.cnn');
    const made = analysis.target(analysis.targets.find((t) => t.name === 'RetinaNet') as (typeof analysis.targets)[number]);
    assert.ok(made);
    const text = fold(made.graph, []);
    assert.match(text, /\nblock (\w+)\(channels=36\) on 256x100x100 \{\n {2}repeat 4 \{ conv\(256, 3x3\) -> relu \}/);
    const towers = [...text.matchAll(/^ {2}shared (\w+) = \w+\((36|819)\)$/gm)].map(([, name]) => name);
    assert.equal(text.match(/^ {2}shared /gm)?.length, 2, text);
    for (const name of towers) assert.equal(text.match(new RegExp(` ${name} -> `, 'g'))?.length, 5, text);
  });
  it('makes one loop of streams that hear of each other round by round', async () => {
    const { analysis, services } = await analysed('zoo/hrnet.cnn');
    const made = analysis.target(analysis.targets.find((t) => t.name === 'HRNetW18Small') as (typeof analysis.targets)[number]);
    assert.ok(made);
    const text = formatText(fold(made.graph, []), services) ?? '';
    assert.match(text, /\n {2}repeat 3 \{\n( {4}\w+ = \w+ -> \w+\n){3} {4}\w+ = Fuse \{ \| identity \| \w+ \| \w+ \}\n/, text);
  });
  it('writes loops over several values as the rounds that were read', () =>
    fc.assert(
      fc.asyncProperty(streams, async (text) => {
        const { analysis } = await analyse(text);
        const made = analysis.targets[0] && analysis.target(analysis.targets[0]);
        assert.ok(made, text);
        await holds(reached(made.graph), []);
      }),
      { numRuns: 30 },
    ));
  it('writes what shares the same as it was read, be it shared as a whole or in parts', () =>
    fc.assert(
      fc.asyncProperty(sharing, async (text) => {
        const { analysis } = await analyse(text);
        const made = analysis.targets[0] && analysis.target(analysis.targets[0]);
        assert.ok(made, text);
        await holds(made.graph, []);
        await holds(
          made.graph,
          made.graph.nodes.map((n) => n.path.split('/').slice(0, -1)),
        );
      }),
      { numRuns: 40 },
    ));
  it('writes what elaborates to the graph again, whatever is wired to what', () =>
    fc.assert(
      fc.asyncProperty(anyGraph, async (given) => {
        const graph = reached(given);
        await holds(graph, []);
        await holds(
          graph,
          graph.nodes.map((n) => n.path.split('/').slice(0, -1)),
        );
      }),
      { numRuns: 40 },
    ));
});
