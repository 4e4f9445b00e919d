/** The picture as a file: every mark and word of the drawing, written so that any reader of SVG takes it; and no picture where there is too much to draw. */
import assert from 'node:assert/strict';
import { buildDiagram, DiagramTooLarge, type Drawing, draw, layoutDiagram, layoutWithin } from '../../src/diagram/index.ts';
import { CannotExport } from '../../src/export/exporter.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { svg } from '../../src/export/picture/exporters.ts';
import { toMermaid } from '../../src/export/picture/mermaid.ts';
import { paint } from '../../src/export/picture/paint.ts';
import { sourceIn, toSvg as writeSvg } from '../../src/export/picture/svg.ts';
import { tex, toTikz } from '../../src/export/picture/tikz.ts';
import { targetOf } from '../support/cnn.ts';

const drawn = async (text: string): Promise<Drawing> => {
  const { graph, facts } = await targetOf(text, 'B');
  return draw(await layoutDiagram(buildDiagram(graph, facts), createLayered()));
};
const toSvg = (d: Drawing): string => writeSvg(paint(d));
/** The lines of a file but for its style sheet. */
const lines = (file: string): readonly string[] => file.replace(/<style>[\s\S]*<\/style>\n/, '').split('\n');

describe('a picture', () => {
  it('is frames, bands, figures and words, in this order, with what is said of each', async () => {
    assert.deepEqual(lines(toSvg(await drawn('block B on 64x8x8 { conv(32, 3x3, groups=2) -> relu }'))), [
      '<svg xmlns="http://www.w3.org/2000/svg" width="340" height="210" viewBox="0 0 340 210" role="img">',
      '<title>B</title>',
      '<g style="fill:var(--fg)">',
      '<path d="M24,64L24,78L216,78L216,64Z" style="fill:var(--fg);fill-opacity:0.2"/>',
      '<path d="M72,126L72,128L168,128L168,126Z" style="fill:var(--fg);fill-opacity:0.2"/>',
      '<path d="M72,132L72,162L168,162L168,132Z" style="fill:var(--fg);fill-opacity:0.2"/>',
      '<g><title>input, 64×8×8</title><rect x="24" y="58" width="192" height="6" rx="2" style="fill:var(--fg)"/></g>',
      '<g><title>conv 3×3 g2, 32×8×8, 9,216</title><path d="M24,78L216,78L168,126L72,126Z" style="fill:var(--conv)"/><path d="M120,78L120,126" style="fill:none;stroke:var(--bg);stroke-width:1.5"/></g>',
      '<g><title>relu, 32×8×8</title><rect x="69" y="128" width="102" height="4" rx="2" style="fill:var(--activation)"/></g>',
      '<g><title>output, 32×8×8</title></g>',
      '<text x="120" y="36.82" font-size="12" font-weight="600" text-anchor="middle">input</text>',
      '<text x="120" y="51.46" font-size="11" text-anchor="middle" style="fill-opacity:0.76">64×8×8</text>',
      '<text x="226" y="94.82" font-size="12" font-weight="600">conv 3×3 g2</text>',
      '<text x="226" y="109.46" font-size="11" style="fill-opacity:0.76">9,216</text>',
      '<text x="178" y="133.96" font-size="11" style="fill-opacity:0.76">relu</text>',
      '<text x="120" y="180.32" font-size="12" font-weight="600" text-anchor="middle">32×8×8</text>',
      '</g>',
      '</svg>',
      '',
    ]);
  });

  it('leaves out what is only there to be clicked', async () => {
    const unit = 'block U { add { | conv(8, 3x3) -> conv(8, 3x3) | identity } }';
    const file = toSvg(await drawn(`${unit}\nnetwork B on 8x8x8 { ${'U '.repeat(30)} }`));
    assert.match(file, /<g><title>U, 8×8×8, [^<]*<\/title><rect [^>]* rx="4"[^>]*\/><path [^>]*\/><\/g>/);
  });

  it('marks what has an error', async () => {
    const d = await drawn('block B on 8x8x8 { conv(8, 3x3) }');
    const failed = d.figures.map((f) => ({
      ...f,
      placed: { ...f.placed, box: { ...f.placed.box, failed: f.placed.box.kind === 'conv' } },
    }));
    assert.match(toSvg({ ...d, figures: failed }), /<title>conv 3×3[^<]*<\/title><path [^>]*style="fill:var\(--error\)"/);
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

  it('has the colours of a theme in full, for programs that know no variables', async () => {
    const p = paint(await drawn('block B on 8x8x8 { conv(8, 3x3) -> relu }'));
    assert.match(writeSvg(p, 'dark'), /<rect width="100%" height="100%" fill="#1f1f1f"\/>/);
    for (const theme of ['light', 'dark'] as const) assert.doesNotMatch(writeSvg(p, theme), /var\(|calc\(|@media/);
  });

  it('keeps the text that it shows, whatever is in it', async () => {
    const p = paint(await drawn('block B on 8x8x8 { relu }'));
    const source = '/// "a" < b && c > d, \'e\' &amp; é\nblock B on 8x8x8 { relu }\n';
    for (const theme of ['auto', 'light'] as const) assert.equal(sourceIn(writeSvg(p, theme, source)), source);
    assert.equal(sourceIn(writeSvg(p)), undefined);
    assert.equal(sourceIn('<svg><metadata><source>no</source></metadata></svg>'), undefined);
  });

  it('is TikZ with each figure named, in points, with the colours that it uses', async () => {
    const file = toTikz(paint(await drawn('block B on 64x8x8 { conv(32, 3x3, groups=2) -> relu }')), undefined).split('\n');
    for (const line of [
      '\\definecolor{conv}{HTML}{3B7DDD}',
      '% conv 3×3 g2, 32×8×8, 9,216',
      '\\path[fill=conv] svg {M24,78L216,78L168,126L72,126Z};',
      '\\path[draw=bg, line width=1.13pt] svg {M120,78L120,126};',
      '\\path[fill=activation, rounded corners=1.5pt] (69,128) rectangle (171,132);',
      '\\node[title, anchor=base west, text=fg] at (226,94.82) {conv~3\\(\\times\\)3~g2};',
    ])
      assert.ok(file.includes(line), line);
    assert.ok(!file.some((l) => l.includes('{pool}')));
  });

  it('writes for TeX what TeX would read as its own, and nothing that it cannot', () => {
    assert.equal(tex('a_b {c} 50 % & #1 $x \\ é → 漢'), 'a\\_b~\\{c\\}~50~\\%~\\&~\\#1~\\$x~\\textbackslash{}~é~\\(\\to\\)~?');
  });

  it('is a flowchart with open blocks as subgraphs, and arrows that go through their edges', async () => {
    const units = 'block U { add { | conv(8, 3x3) | identity } }\nblock V { U -> U }';
    const { graph, facts } = await targetOf(`${units}\nnetwork B on 8x8x8 { first: V -> gap }`, 'B');
    const folds = { first: true, 'first/U': true, 'first/U_2': false };
    const placed = await layoutWithin(graph, facts, { folds, arrangement: 'column' }, undefined, createLayered());
    assert.deepEqual(toMermaid(placed, undefined).split('\n'), [
      '---',
      'title: "B"',
      '---',
      'flowchart TB',
      '  subgraph n0 ["first"]',
      '    subgraph n1 ["U"]',
      '      n3["conv 3×3<br/>8×8×8<br/>576"]',
      '      n4(("add<br/>8×8×8"))',
      '    end',
      '    n5[["U<br/>8×8×8<br/>576 · 50.0 %"]]',
      '  end',
      '  n2(["input<br/>8×8×8"])',
      '  n6["gap<br/>8×1×1"]',
      '  n7(["output<br/>8×1×1"])',
      '  n2 -->|8| n3',
      '  n2 -->|8| n4',
      '  n3 -->|8| n4',
      '  n4 -->|8| n5',
      '  n5 -->|8| n6',
      '  n6 -->|8| n7',
      '  classDef conv fill:#3b7ddd33,stroke:#3b7ddd',
      '  class n3 conv',
      '  classDef pool fill:#8250df33,stroke:#8250df',
      '  class n6 pool',
      '',
    ]);
  });
});
