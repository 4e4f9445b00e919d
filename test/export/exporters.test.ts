/** Every exporter of the list, on blocks and networks: what it writes reads back, and says what is in the target. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodePng } from 'image-js';
import { DOMParser } from 'linkedom';
import { type Assets, CannotExport, type Exporter, type Subject } from '../../src/export/exporter.ts';
import { EXPORTERS, exporterOf } from '../../src/export/index.ts';
import { sourceIn } from '../../src/export/picture/svg.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { targetOf } from '../support/cnn.ts';

const folder = new URL('../../examples/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [f, readFileSync(new URL(f, folder), 'utf8')]),
);

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
/** As they stand in the packages from which the build takes them. */
const assets: Assets = {
  read: (name) => readFile(name === 'resvg.wasm' ? `${modules}@resvg/resvg-wasm/index_bg.wasm` : `${modules}dejavu-fonts-ttf/ttf/${name}`),
};

const BLOCK = `block B(c=16) on 8x8x8 {
  concat {
    | a: conv(c, 1x1) -> relu
    | dwconv(3x3) -> bn
  }
  output early = gap -> flatten -> linear(4)
  conv(4, 3x3, stride=2)
}`;

async function subject(text: string, name: string): Promise<Subject> {
  const { graph, facts, outline } = await targetOf(text, name, files);
  return { graph, facts, kind: 'block', outline: () => outline, family: () => outline, weights: () => seededWeights(graph, 1), assets };
}

/** How one sees of what an exporter wrote that the target is in it. */
const reads: Readonly<Record<string, (data: string | Uint8Array, s: Subject) => Promise<void>>> = {
  async onnx(data, { graph }) {
    const text = Buffer.from(data).toString('latin1');
    for (const n of graph.nodes.slice(1)) assert.ok(text.includes(n.path) || graph.outputs.some((o) => o.node === n.id), n.path);
  },
  async cnn(data, { graph, facts }) {
    const back = await targetOf(String(data), graph.name);
    assert.equal(back.facts.totals.params, facts.totals.params);
    assert.equal(back.facts.totals.macs, facts.totals.macs);
  },
  async pytorch(data, { graph, facts }) {
    assert.ok(String(data).includes(`${graph.name}().eval()`));
    assert.ok(String(data).includes(`${facts.totals.params.toLocaleString('en')} params`));
  },
  async keras(data, { graph, facts }) {
    assert.ok(String(data).includes(`net = ${graph.name}()`) || String(data).includes(`keras.Model(x, ${graph.name}(x))`));
    assert.ok(String(data).includes(`${facts.totals.params.toLocaleString('en')} params`));
    assert.ok(!/§|undefined/.test(String(data)));
  },
  async paddle(data, { graph }) {
    assert.ok(String(data).includes(`${graph.name}()`));
    assert.ok(!/\btorch\b|2d\(/.test(String(data)));
  },
  async svg(data, { graph }) {
    const root = new DOMParser().parseFromString(String(data), 'image/svg+xml').documentElement;
    const words = [...root.querySelectorAll('text')].map((t) => t.textContent);
    const shape = graph.nodes[graph.outputs[0]?.node ?? 0]?.shape ?? [0];
    // A network by its lanes says channels only: `2,048 → 1,000`.
    const output = shape.length > 1 ? shape.join('×') : shape[0].toLocaleString('en');
    assert.equal(root.querySelector('title')?.textContent, graph.name);
    assert.ok(
      words.some((w) => w?.endsWith(output)),
      `${output} among ${words.join(', ')}`,
    );
    assert.ok(!/NaN|undefined/.test(String(data)));
    // It can be opened again.
    const back = await targetOf(sourceIn(String(data)) ?? '', graph.name);
    assert.deepEqual(
      back.graph.nodes.map((n) => n.shape),
      graph.nodes.map((n) => n.shape),
    );
  },
  async png(data) {
    const image = decodePng(data as Uint8Array);
    assert.ok(image.width > 500 && image.height > 500, `${image.width}×${image.height}`);
    const colours = new Set<number>();
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++)
        colours.add(
          image
            .getPixel(x, y)
            .slice(0, 3)
            .reduce((all, c) => all * 256 + c, 0),
        );
    // The ground, and fill of a convolution larger than 1×1, as thick as it may be.
    for (const c of [0xffffff, 0x3b7ddd]) assert.ok(colours.has(c), c.toString(16));
  },
  async pdf(data, { graph }) {
    const text = Buffer.from(data).toString('latin1');
    assert.match(text, /^%PDF-1\.\d/);
    assert.match(text, /%%EOF\s*$/);
    // Text is text, and the target's own is attached.
    assert.match(text, /\/BaseFont \/[A-Z]+\+DejaVuSans/);
    assert.ok(text.includes(`(${graph.name}.cnn)`));
  },
  async csv(data, { graph, facts }) {
    const rows = String(data).trim().split('\n');
    assert.equal(rows.length, graph.nodes.filter((n) => n.kind !== 'input').length + 1);
    const weights = rows[0]?.split(',').indexOf('weights') ?? -1;
    assert.equal(
      rows.slice(1).reduce((sum, r) => sum + Number(r.split(',')[weights]), 0),
      facts.totals.weights,
    );
  },
  async markdown(data, { facts }) {
    assert.ok(String(data).includes(facts.totals.params.toLocaleString('en')));
  },
  async tikz(data, { graph }) {
    assert.ok(String(data).includes(`% ${graph.name}, drawn by Pointwise`));
    assert.ok(!/NaN|undefined/.test(String(data)));
  },
  async mermaid(data, { graph }) {
    assert.ok(String(data).includes(`title: "${graph.name}"`));
    assert.ok(!/NaN|undefined/.test(String(data)));
  },
};

describe('exporters', () => {
  it('have names and extensions of their own', () => {
    for (const key of ['name', 'extension', 'title'] as const)
      assert.equal(new Set(EXPORTERS.map((e) => e[key])).size, EXPORTERS.length, key);
    for (const e of EXPORTERS) assert.equal(exporterOf(e.name), e);
    assert.equal(exporterOf('nothing'), undefined);
  });

  for (const e of EXPORTERS) {
    it(`${e.name} writes a block, and a network`, async () => {
      for (const s of [await subject(BLOCK, 'B'), await subject(files['resnet.cnn'] ?? '', 'ResNet50')]) {
        const data = await e.write(s);
        await reads[e.name]?.(data, s);
      }
    });
    it(`${e.name} ${e.hasWeights ? 'holds' : 'asks for no'} weights`, async () => {
      const s = await subject(BLOCK, 'B');
      let asked = false;
      const weights = () => {
        asked = true;
        return s.weights();
      };
      await e.write({ ...s, weights });
      assert.equal(asked, e.hasWeights);
    });
  }

  it('svg draws README’s picture', async () => {
    const picture = readFileSync(new URL('../../docs/images/inception.svg', import.meta.url), 'utf8');
    assert.equal(await exporterOf('svg')?.write(await subject(files['inception.cnn'] ?? '', 'Inception')), picture);
  });

  it('a reader of each is in this file', () => {
    assert.deepEqual(Object.keys(reads).sort(), EXPORTERS.map((e: Exporter) => e.name).sort());
  });

  it('onnx rounds no pool up, and counts no overhang, so that older readers give the same means', async () => {
    const onnx = exporterOf('onnx') as Exporter;
    for (const [layer, counts] of [
      ['avgpool(2x2, ceil=true)', 0],
      ['avgpool(3x3, stride=2, ceil=true)', 0],
      ['avgpool(3x3, stride=2, pad=1, ceil=true)', 0],
      ['avgpool(3x3, stride=1, pad=1)', 1],
      ['maxpool(2x2, ceil=true)', undefined],
      ['lppool(2x2, ceil=true)', undefined],
    ] as const) {
      const text = Buffer.from((await onnx.write(await subject(`block B on 3x8x7 { ${layer} }`, 'B'))) as Uint8Array).toString('latin1');
      assert.doesNotMatch(text, /ceil_mode/, layer);
      // The attribute's name, then a byte that says which field follows, then its number.
      const [, after] = text.split('count_include_pad');
      assert.equal(after?.charCodeAt(1), counts, layer);
    }
  });

  it('onnx refuses a graph with an error, and one too large for its format', async () => {
    const onnx = exporterOf('onnx') as Exporter;
    const s = await subject(BLOCK, 'B');
    const broken = { ...s.graph, nodes: s.graph.nodes.map((n) => (n.id === 1 ? { ...n, failed: true as const } : n)) };
    await assert.rejects(onnx.write({ ...s, graph: broken }), CannotExport);
    const huge = { ...s.facts, totals: { ...s.facts.totals, params: 2 ** 30 } };
    await assert.rejects(onnx.write({ ...s, facts: huge }), /at most 2 GiB/);
  });
});
