/** What becomes one box: folds, repeats, stripes, names. */
import assert from 'node:assert/strict';
import type { Level } from '../../src/diagram/index.ts';
import { buildDiagram, type Folds, nodesAt } from '../../src/diagram/index.ts';
import { targetOf } from '../support/cnn.ts';
import * as fixtures from './fixtures.ts';

/** One line a column: the boxes as `kind title ×n`. */
const sketch = (level: Level): string[] =>
  level.columns.map((c) => c.boxes.map((b) => [b.kind, b.title, b.times > 1 ? `×${b.times}` : ''].filter(Boolean).join(' ')).join(' | '));
const draw = (f: fixtures.Fixture, folds: Folds = {}): Level => buildDiagram(f.graph, f.facts, { folds }).level;

describe('diagram', () => {
  it('draws a block as columns between fork and merge', () => {
    assert.deepEqual(sketch(draw(fixtures.inception())), [
      'input input',
      'pointwise conv 1×1 | activation relu',
      'pointwise conv 1×1 | activation relu | conv conv 3×3 | activation relu',
      'pointwise conv 1×1 | activation relu | conv conv 5×5 | activation relu',
      'pool maxpool 3×3 | pointwise conv 1×1 | activation relu',
      'concat concat | output',
    ]);
  });

  it('names layers by the arguments by which one knows them', async () => {
    const text =
      'block B on 8x9x6 { deconv(8, 3x3, stride=2) -> conv(8, 3x3, stride=2x1, groups=4) -> upsample -> pixelunshuffle(2) -> pixelshuffle(2) -> shuffle(2) -> slice(2, 6) -> crop(8x4) -> adaptiveavgpool(4) -> gn(2) -> lrn -> pad(1) }';
    const { graph, facts } = await targetOf(text, 'B');
    assert.deepEqual(
      buildDiagram(graph, facts).level.columns.flatMap((c) => c.boxes.map((b) => b.title)),
      [
        'input',
        'deconv 3×3 ×2',
        'conv 3×3 /2×1 g4',
        'upsample ×2',
        'pixelunshuffle /2',
        'pixelshuffle ×2',
        'shuffle g2',
        'slice 2 to 6',
        'crop 8×4',
        'adaptiveavgpool 4×4',
        'gn g2',
        'lrn',
        'pad',
        '',
      ],
    );
  });

  it('looks through calls around one layer, and passes by identity', () => {
    const level = draw(fixtures.bottleneck());
    assert.deepEqual(
      sketch(level)[1],
      'pointwise conv 1×1 | norm bn | activation relu | conv conv 3×3 | norm bn | activation relu | pointwise conv 1×1 | norm bn',
    );
    assert.deepEqual(
      level.links.map((l) => [l.from, l.to, l.port, l.identity]),
      [
        [0, 1, 0, false],
        [1, 2, 0, false],
        [0, 2, 1, true],
      ],
    );
  });

  it('folds the blocks of a network, and draws equal iterations once', () => {
    assert.deepEqual(sketch(draw(fixtures.resnet50())), [
      'input input | conv conv 7×7 /2 | norm bn | activation relu | pool maxpool 3×3 /2 | block Bottleneck | block Bottleneck ×2 | block Bottleneck | block Bottleneck ×3 | block Bottleneck | block Bottleneck ×5 | block Bottleneck | block Bottleneck ×2 | pool gap | other flatten | pointwise fc: linear | output',
    ]);
  });

  it('opens a block where it is asked to', () => {
    const f = fixtures.googlenet();
    const boxes = draw(f, { inception3a: true }).columns.flatMap((c) => c.boxes);
    const frame = boxes.find((b) => b.key === 'inception3a');
    assert.equal(frame?.kind, 'frame');
    assert.equal(frame?.level?.columns.length, 6);
    assert.equal(boxes.find((b) => b.key === 'inception3b')?.kind, 'block');
  });

  it('draws a block in place where others read what is inside it, or it what is outside', () => {
    const b = new fixtures.Builder('Crossed', [8, 8, 8]);
    const stem = b.relu(0);
    let inner = 0;
    const out = b.call('Unit', stem, (x) => {
      inner = b.conv(x, 8, 3);
      return b.conv(inner, 8, 3);
    });
    const closed = b.call('Unit', out, (x) => b.conv(b.conv(x, 8, 3), 8, 3));
    const reading = b.call('Unit', closed, (x) => b.conv(b.layer('add', [b.conv(x, 8, 3), stem]), 8, 3));
    const f = b.done(b.layer('concat', [reading, inner]));
    const boxes = draw(f).columns.flatMap((c) => c.boxes);
    assert.deepEqual(
      boxes.map((box) => [box.kind, box.key]),
      [
        ['input', 'input'],
        ['activation', 'relu'],
        ['conv', 'Unit/conv'],
        ['conv', 'Unit/conv_2'],
        ['frame', 'Unit_2'],
        ['conv', 'Unit_3/conv'],
        ['add', 'Unit_3/add'],
        ['conv', 'Unit_3/conv_2'],
        ['concat', 'concat'],
        ['output', 'output:output'],
      ],
    );
  });

  it('gives every node to exactly one box, save identities', () => {
    for (const f of [fixtures.inception(), fixtures.resnet50(), fixtures.googlenet(), fixtures.tangle()]) {
      const drawn = draw(f).columns.flatMap((c) => c.boxes.flatMap((b) => b.nodes));
      assert.equal(new Set(drawn).size, drawn.length);
      const missing = f.graph.nodes.filter((n) => !drawn.includes(n.id) && n.kind !== 'identity');
      assert.deepEqual(missing, []);
    }
  });

  it('chooses a square-root scale where channels span too far', () => {
    assert.equal(buildDiagram(fixtures.inception().graph, fixtures.inception().facts).scale.kind, 'linear');
    assert.equal(buildDiagram(fixtures.vggTail().graph, fixtures.vggTail().facts).scale.kind, 'sqrt');
  });

  it('shows auxiliary outputs as outputs', () => {
    const boxes = draw(fixtures.googlenet(), { Aux: true }).columns.flatMap((c) => c.boxes);
    assert.ok(boxes.some((b) => b.kind === 'output' && b.title === 'aux1'));
    const aux = boxes.find((b) => b.key === 'Aux');
    assert.ok(aux?.level && !aux.level.columns.flatMap((c) => c.boxes).some((b) => b.kind === 'output'));
  });

  it('names several inputs, and says whose weights are used again', async () => {
    const { graph, facts } = await targetOf(
      'block Unit { conv(4, 1x1) -> relu -> conv(4, 1x1) }\nnetwork N takes a, b on 4x8x8, 4x8x8 {\n  shared u = Unit\n  sub { | a -> u | b -> u }\n}\n',
      'N',
    );
    const figuresOf = (folds: Readonly<Record<string, boolean>>): unknown =>
      buildDiagram(graph, facts, { folds })
        .level.columns.flatMap((c) => c.boxes)
        .filter((b) => b.kind === 'block' || b.kind === 'input')
        .map((b) => [b.title, b.figures.at(-1), b.shared]);
    assert.deepEqual(figuresOf({ 'branch1/u': false, 'branch2/u': false }), [
      ['a', '4×8×8', undefined],
      ['u', '32 · 100.0 %', 'u'],
      ['b', '4×8×8', undefined],
      ['u', 'weights of u', 'u'],
    ]);
  });

  it('finds the innermost nodes at a place in the text', () => {
    const { graph } = fixtures.googlenet();
    const node = graph.nodes.find((n) => n.path === 'inception3a/branch2/conv');
    const at = {
      uri: fixtures.URI,
      range: { start: node?.source.range.start ?? { line: 0, character: 0 }, end: node?.source.range.start ?? { line: 0, character: 0 } },
    };
    assert.deepEqual([...nodesAt(graph, at)], [node?.id]);
    const scope = graph.scopes.find((s) => s.path === 'inception3a');
    const call = {
      uri: fixtures.URI,
      range: { start: scope?.source.range.start ?? at.range.start, end: scope?.source.range.start ?? at.range.start },
    };
    assert.equal(nodesAt(graph, call).size, (scope?.to ?? 0) - (scope?.from ?? 0));
  });
});
