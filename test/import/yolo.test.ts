/** YOLO's YAML: the parameters that its authors publish for each scale, and what is said of files that are wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { convertYolo } from '../../src/conversion/convert.ts';
import { ImportFault } from '../../src/import/fault.ts';
import { readYolo } from '../../src/import/yolo/read.ts';
import { yoloToCnn } from '../../src/import/yolo/write.ts';

const fixture = (name: string): string => readFileSync(new URL(`./yolo/${name}.yaml`, import.meta.url), 'utf8');
const [v5, v8, ghost] = [fixture('v5s'), fixture('v8'), fixture('v8-ghost')];
const five = (depth: number, width: number): string => v5.replace('0.33', String(depth)).replace('0.50', String(width));
/** A model of these layers. */
const model = (layers: readonly string[], top = 'nc: 3'): string =>
  `${top}\nbackbone:\n${layers.map((l) => `  - ${l}\n`).join('')}head: []\n`;

async function said(yaml: string, o: { readonly scale?: string } = {}): Promise<string> {
  try {
    await convertYolo(yaml, { name: 'Net', ...o });
    return '';
  } catch (e) {
    assert.ok(e instanceof ImportFault, String(e instanceof Error ? e.stack : e));
    return e.message;
  }
}

describe("YOLO's YAML", () => {
  for (const [name, yaml, scale, params] of [
    ['v5n', five(0.33, 0.25), undefined, 1_872_157],
    ['v5s', v5, undefined, 7_235_389],
    ['v5m', five(0.67, 0.75), undefined, 21_190_557],
    ['v5l', five(1, 1), undefined, 46_563_709],
    ['v5x', five(1.33, 1.25), undefined, 86_749_405],
    ['v8n', v8, 'n', 3_157_200],
    ['v8s', v8, 's', 11_166_560],
    ['v8m', v8, 'm', 25_902_640],
    ['v8l', v8, 'l', 43_691_520],
    ['v8x', v8, 'x', 68_229_648],
    ['v8n-ghost', ghost, 'n', 1_865_316],
    ['v8s-ghost', ghost, 's', 5_960_072],
  ] as const)
    it(`${name} has the ${params.toLocaleString('en')} parameters that are published`, async () => {
      const { totals } = await convertYolo(yaml, { name: 'Net', ...(scale ? { scale } : {}) });
      assert.equal(totals.params, params);
    });

  it('v8n has the classifier of its own', async () => {
    const layers = v8.slice(0, v8.indexOf('  - [-1, 1, SPPF'));
    const { totals, text } = await convertYolo(`${layers.replace('80', '1000')}head:\n  - [-1, 1, Classify, [nc]]\n`, { name: 'Net' });
    assert.equal(totals.params, 2_719_288);
    assert.match(text, /network Net\(classes=1000\) on 3x224x224 \{/);
  });

  it('says which scale it took, and that boxes are not decoded', async () => {
    const { text, remarks } = await convertYolo(v8, { name: 'Net' });
    assert.match(remarks[0] ?? '', /^Its scale is n, the first of n, s, m, l, x: --scale chooses another\.$/);
    assert.match(remarks[1] ?? '', /^Detect gives, for each level, the distances/);
    assert.ok(text.includes('  layer4: C2f(64, 2, shortcut=true)\n'), text);
    assert.ok(text.includes('  concat { | identity | layer4 }\n'), text);
    assert.deepEqual((await convertYolo(v8, { name: 'Net', named: 's' })).remarks.length, 1);
  });

  it('names the layer of the file where channels or sizes do not fit', async () => {
    const off = v8.replace('[[-1, 4], 1, Concat, [1]]', '[[-1, 3, 6], 1, Concat, [1]]');
    assert.match(await said(off), /^The layers of this model do not fit each other:\n {2}line 25, layer 14 \(Concat\): .*80×80/);
    assert.match(await said(model(['[-1, 1, Conv, [8, 3, 2]]', '[-1, 1, Conv, [8, 3, 1, 1, 3]]'])), /line 4, layer 1 \(Conv\): .*groups/);
  });

  it('lists modules that .cnn cannot say, kind by kind, with their lines', async () => {
    const list = model([
      '[-1, 1, Conv, [8, 3, 2]]',
      '[-1, 1, C2PSA, [8]]',
      '[-1, 2, C2PSA, [8]]',
      '[-1, 1, nn.Upsample, [None, 2, bicubic]]',
    ]);
    assert.equal(
      await said(list),
      '.cnn cannot say all of this model:\n  2× C2PSA: no block stands for this module (line 4, 5)\n  1× nn.Upsample: the mode "bicubic" (line 6)',
    );
    assert.match(await said(model(['[-1, 1, Conv, [8]]'], 'nc: 3\nactivation: nn.Foo()')), /the activation nn\.Foo\(\)/);
  });

  it('reads kernels, paddings, groups and the other forms of its modules', () => {
    const written = (...layers: readonly string[]): readonly string[] => {
      const { text } = yoloToCnn(model(layers), { name: 'Net' });
      return text
        .slice(text.indexOf('network'))
        .trim()
        .split('\n')
        .slice(1, -1)
        .map((l) => l.trim());
    };
    assert.deepEqual(
      written(
        '[-1, 1, Conv, [16, 6, 2, 2]]',
        '[-1, 1, Conv, [16, [3, 1], 1, None, 4, 2, False]]',
        '[-1, 2, DWConv, [16, 3, 2]]',
        '[-1, 1, SPP, [16, [3, 5]]]',
        '[-1, 1, nn.MaxPool2d, [2, 2, 0]]',
        '[[-1, 0], 1, Concat, [1]]',
        '[2, 1, Focus, [16, 3]]',
        '[-1, 1, Bottleneck, [16, True, 1, [[1, 1], [3, 3]], 0.25]]',
        '[-1, 1, nn.ConvTranspose2d, [16, 4, 2, 1]]',
        '[-1, 3, BottleneckCSP, [16, False]]',
      ),
      [
        'layer0: Conv(16, 6x6, 2, p=2)',
        'Conv(16, 3x1, g=4, d=2, act=identity)',
        'repeat 2 { Conv(16, 3x3, 2, g=16) } -> layer2: identity',
        'SPP(16, [3, 5])',
        'maxpool(2x2, stride=2)',
        'concat { | identity | layer0 }',
        'layer2 -> pixelunshuffle(2) -> Conv(16, 3x3)',
        'Bottleneck(16, e=0.25)',
        'deconv(16, 4x4, stride=2, pad=1)',
        'CSP(16, 3, shortcut=false)',
      ],
    );
  });

  it('refuses what is no model, soon', async () => {
    const bomb = `a: &a [x, x]\n${Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${`*a${i === 0 ? '' : i - 1}, `.repeat(9)}]\n`).join('')}`;
    for (const [yaml, why] of [
      ['', /no lists `backbone` and `head`/],
      ['nc: [', /This is no YAML/],
      [bomb, /cannot be read|no lists/],
      [model(['[-1, 1, Conv]']), /Line 3: layer 0 is not \[from, repeats, module, \[arguments\]\]/],
      [model(['[3, 1, Conv, [8]]']), /layer 0 \(Conv\) reads layer 3, which does not stand before it/],
      [model(['[-1, 1, Conv, [nope]]']), /Conv: its channels are "nope"/],
      [model(['[-1, 1, Conv, [8]]'], 'nc: -1'), /`nc` is -1, not a number above 0/],
      ['x'.repeat(2 ** 20 + 1), /larger than 1 MiB/],
    ] as const)
      assert.match(await said(yaml), why);
    assert.match(await said(v8, { scale: 'q' }), /has the scales n, s, m, l, x, not q/);
    assert.match(await said(v5, { scale: 'n' }), /one scale only/);
    assert.equal(readYolo(model(['[-1, 3, Conv, [8]]', '[-1, 1, C3, [8]]'], 'nc: 3\ndepth_multiple: 0.5')).layers[0]?.repeats, 2);
  });
});
