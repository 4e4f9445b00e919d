/** The picture as a file: every mark and word of the drawing, written so that any reader of SVG takes it; and no picture where there is too much to draw. */
import assert from 'node:assert/strict';
import { buildDiagram, DiagramTooLarge, type Drawing, draw, layoutDiagram } from '../../src/diagram/index.ts';
import { CannotExport } from '../../src/export/exporter.ts';
import { createElk } from '../../src/export/picture/elk.ts';
import { svg, toSvg } from '../../src/export/picture/svg.ts';
import { targetOf } from '../support/cnn.ts';

const drawn = async (text: string): Promise<Drawing> => {
  const { graph, facts } = await targetOf(text, 'B');
  return draw(await layoutDiagram(buildDiagram(graph, facts), createElk()));
};
/** The lines of a file but for its style sheet. */
const lines = (file: string): readonly string[] => file.replace(/<style>[\s\S]*<\/style>\n/, '').split('\n');

describe('a picture', () => {
  it('is frames, bands, figures and words, in this order, with what is said of each', async () => {
    assert.deepEqual(lines(toSvg(await drawn('block B on 64x8x8 { conv(32, 3x3, groups=2) -> relu }'))), [
      '<svg xmlns="http://www.w3.org/2000/svg" width="340" height="210" viewBox="0 0 340 210" role="img">',
      '<title>B</title>',
      '<path class="band" d="M24,64L24,78L216,78L216,64Z"/>',
      '<path class="band" d="M72,126L72,128L168,128L168,126Z"/>',
      '<path class="band" d="M72,132L72,162L168,162L168,132Z"/>',
      '<g class="input"><title>input, 64×8×8</title><rect class="fill" x="24" y="58" width="192" height="6" rx="2"/></g>',
      '<g class="conv"><title>conv 3×3 g2, 32×8×8, 9,216</title><path class="fill" d="M24,78L216,78L168,126L72,126Z"/><path class="strands" d="M120,78L120,126"/></g>',
      '<g class="activation"><title>relu, 32×8×8</title><rect class="fill" x="69" y="128" width="102" height="4" rx="2"/></g>',
      '<g class="output"><title>output, 32×8×8</title></g>',
      '<text class="name" x="120" y="36.82" text-anchor="middle">input</text>',
      '<text class="figure" x="120" y="51.46" text-anchor="middle">64×8×8</text>',
      '<text class="name" x="226" y="94.82" text-anchor="start">conv 3×3 g2</text>',
      '<text class="figure" x="226" y="109.46" text-anchor="start">9,216</text>',
      '<text class="figure" x="178" y="133.96" text-anchor="start">relu</text>',
      '<text class="name" x="120" y="180.32" text-anchor="middle">32×8×8</text>',
      '</svg>',
      '',
    ]);
  });

  it('leaves out what is only there to be clicked', async () => {
    const unit = 'block U { add { | conv(8, 3x3) -> conv(8, 3x3) | identity } }';
    const file = toSvg(await drawn(`${unit}\nnetwork B on 8x8x8 { ${'U '.repeat(30)} }`));
    assert.match(file, /<g class="block"><title>U, 8×8×8, [^<]*<\/title><rect class="card"[^>]* rx="4"\/><path class="fill"[^>]*\/><\/g>/);
    assert.doesNotMatch(file, /class="(hit|mark|outline)"/);
  });

  it('marks what has an error', async () => {
    const d = await drawn('block B on 8x8x8 { conv(8, 3x3) }');
    const failed = d.figures.map((f) => ({
      ...f,
      placed: { ...f.placed, box: { ...f.placed.box, failed: f.placed.box.kind === 'conv' } },
    }));
    assert.match(toSvg({ ...d, figures: failed }), /<g class="conv failed">/);
  });

  it('may be called anything', async () => {
    const d = await drawn('block B on 8x8x8 { relu }');
    const words = d.words.slice(0, 1).map((w) => ({ ...w, text: '1 < 2 && "a" > b' }));
    const file = toSvg({ ...d, name: '<B> & "C"', words });
    assert.match(file, /<title>&lt;B&gt; &amp; &quot;C&quot;<\/title>/);
    assert.match(file, />1 &lt; 2 &amp;&amp; &quot;a&quot; &gt; b<\/text>/);
  });

  it('is not made of more boxes than one can read', async () => {
    const of = async (n: number) => targetOf(`block B on 8x8x8 { repeat ${n} { relu } }`, 'B');
    const most = await of(3999);
    // The input is a box too.
    assert.equal(buildDiagram(most.graph, most.facts).level.columns[0]?.boxes.length, 4001);
    const { graph, facts } = await of(4000);
    const message = 'This view would have 4,001 boxes, more than can be drawn (4,000). Fold a block, or use the table.';
    assert.throws(
      () => buildDiagram(graph, facts),
      (e) => e instanceof DiagramTooLarge && e.message === message && e.name === 'DiagramTooLarge',
    );
    const subject = { graph, facts, kind: 'block', outline: () => undefined, family: () => undefined, weights: () => new Map() } as const;
    await assert.rejects(svg.write(subject), (e) => e instanceof CannotExport && e.message === message);
  });
});
