/** The keys of published models; that they are torchvision's own is seen where Python has it (`npm run test:parity -- --names`). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { torchvisionKeys } from '../../src/graph/published/torchvision.ts';
import { weightPlaces } from '../../src/graph/weights.ts';
import { analyse } from '../support/cnn.ts';

const folder = new URL('../../examples/', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const files: Readonly<Record<string, string>> = Object.fromEntries([
  ...readdirSync(folder)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [`../${f}`, textOf(f)] as const),
  ...readdirSync(new URL('zoo/', folder))
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [f, textOf(`zoo/${f}`)] as const),
]);
async function keysOf(file: string, name: string): Promise<readonly string[] | undefined> {
  const { analysis } = await analyse(files[file] ?? '', Object.fromEntries(Object.entries(files).map(([f, t]) => [f, t])));
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  assert.ok(made, name);
  const keys = torchvisionKeys(made.graph);
  if (!keys) return undefined;
  assert.equal(keys.size, weightPlaces(made.graph).length);
  assert.equal(new Set([...keys.values()].map((k) => k.key)).size, keys.size);
  return [...keys.values()].map((k) => k.key);
}

const TABLE: readonly (readonly [file: string, name: string, keys: readonly string[]])[] = [
  ['../resnet.cnn', 'ResNet50', ['conv1.weight', 'layer1.0.downsample.1.running_var', 'layer3.5.bn3.bias', 'fc.weight']],
  ['../densenet.cnn', 'DenseNet121', ['features.denseblock2.denselayer12.norm2.weight', 'features.transition3.conv.weight']],
  ['../mobilenetv2.cnn', 'MobileNetV2', ['features.1.conv.1.weight', 'features.17.conv.1.0.weight', 'features.18.1.bias']],
];

describe('keys of published models', () => {
  for (const [file, name, keys] of TABLE)
    it(`of ${name} are torchvision’s`, async () => {
      const found = await keysOf(file, name);
      for (const k of keys) assert.ok(found?.includes(k), k);
    });

  it('count what has no weights where torchvision counts it', async () => {
    const { analysis } = await analyse(
      'network N on 3x8x8 { conv(4, 3x3) -> relu -> maxpool(2x2) -> conv(4, 3x3) -> flatten -> dropout -> linear(3) }',
    );
    const [target] = analysis.targets;
    const made = target && analysis.target(target);
    const keys = made && torchvisionKeys(made.graph);
    assert.deepEqual(
      [...(keys?.values() ?? [])].map((k) => k.key),
      ['features.0.weight', 'features.0.bias', 'features.3.weight', 'features.3.bias', 'classifier.1.weight', 'classifier.1.bias'],
    );
  });

  it('are those of no family where layers are others', async () => {
    const { analysis } = await analyse('network N on 3x8x8 { conv(4, 3x3) -> gn(2) -> relu -> gap -> flatten -> linear(3) }');
    const [target] = analysis.targets;
    const made = target && analysis.target(target);
    assert.equal(made && torchvisionKeys(made.graph), undefined);
  });
});
