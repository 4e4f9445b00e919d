/** The zoo: networks that come to the parameters and GMACs that torchvision publishes for them, in files that have nothing to remark on. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { formatText } from '../../src/language/editor/formatter.ts';
import { analyse } from '../support/cnn.ts';

const examples = new URL('../../examples/', import.meta.url);
const filesOf = (folder: '' | 'zoo/'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(new URL(`./${folder}`, examples))
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => [folder + f, readFileSync(new URL(folder + f, examples), 'utf8')]),
  );
const zoo = filesOf('zoo/');
const files = { ...filesOf(''), ...zoo };

/** As torchvision's weights state them: `num_params`, and the GMACs (`_ops`) rounded to three decimals. */
const FIGURES: readonly (readonly [file: string, target: string, params: number, gmacs: number])[] = [
  ['alexnet', 'AlexNet', 61_100_840, 0.714],
  ['vgg', 'VGG11', 132_863_336, 7.609],
  ['vgg', 'VGG13', 133_047_848, 11.308],
  ['vgg', 'VGG16', 138_357_544, 15.47],
  ['vgg', 'VGG19', 143_667_240, 19.632],
  ['vgg', 'VGG11BN', 132_868_840, 7.609],
  ['vgg', 'VGG13BN', 133_053_736, 11.308],
  ['vgg', 'VGG16BN', 138_365_992, 15.47],
  ['vgg', 'VGG19BN', 143_678_248, 19.632],
  ['squeezenet', 'SqueezeNet10', 1_248_424, 0.819],
  ['squeezenet', 'SqueezeNet11', 1_235_496, 0.349],
  ['resnets', 'ResNet18', 11_689_512, 1.814],
  ['resnets', 'ResNet34', 21_797_672, 3.664],
  ['resnets', 'ResNeXt50_32x4', 25_028_904, 4.23],
  ['resnets', 'ResNeXt101_32x8', 88_791_336, 16.414],
  ['resnets', 'ResNeXt101_64x4', 83_455_272, 15.46],
  ['resnets', 'WideResNet50', 68_883_240, 11.398],
  ['resnets', 'WideResNet101', 126_886_696, 22.753],
  ['mobilenetv3', 'MobileNetV3Large', 5_483_032, 0.217],
  ['mobilenetv3', 'MobileNetV3Small', 2_542_856, 0.057],
  ['mnasnet', 'MnasNet05', 2_218_512, 0.104],
  ['mnasnet', 'MnasNet075', 3_170_208, 0.215],
  ['mnasnet', 'MnasNet10', 4_383_312, 0.314],
  ['mnasnet', 'MnasNet13', 6_282_256, 0.526],
  ['shufflenetv2', 'ShuffleNetV2_05', 1_366_792, 0.04],
  ['shufflenetv2', 'ShuffleNetV2_10', 2_278_604, 0.145],
  ['shufflenetv2', 'ShuffleNetV2_15', 3_503_624, 0.296],
  ['shufflenetv2', 'ShuffleNetV2_20', 7_393_996, 0.583],
  ['convnext', 'ConvNeXtTiny', 28_589_128, 4.456],
  ['convnext', 'ConvNeXtSmall', 50_223_688, 8.684],
  ['convnext', 'ConvNeXtBase', 88_591_464, 15.355],
  ['convnext', 'ConvNeXtLarge', 197_767_336, 34.361],
  ['efficientnet', 'EfficientNetB0', 5_288_548, 0.386],
  ['efficientnet', 'EfficientNetB1', 7_794_184, 0.687],
  ['efficientnet', 'EfficientNetB2', 9_109_994, 1.088],
  ['efficientnet', 'EfficientNetB3', 12_233_232, 1.827],
  ['efficientnet', 'EfficientNetB4', 19_341_616, 4.394],
  ['efficientnet', 'EfficientNetB5', 30_389_784, 10.266],
  ['efficientnet', 'EfficientNetB6', 43_040_704, 19.068],
  ['efficientnet', 'EfficientNetB7', 66_347_960, 37.746],
  ['regnet', 'RegNetX400MF', 5_495_976, 0.414],
  ['regnet', 'RegNetX800MF', 7_259_656, 0.8],
  ['regnet', 'RegNetX1600MF', 9_190_136, 1.603],
  ['regnet', 'RegNetX3200MF', 15_296_552, 3.177],
  ['regnet', 'RegNetX8GF', 39_572_648, 7.995],
  ['regnet', 'RegNetX16GF', 54_278_536, 15.941],
  ['regnet', 'RegNetX32GF', 107_811_560, 31.736],
  ['regnet', 'RegNetY400MF', 4_344_144, 0.402],
  ['regnet', 'RegNetY800MF', 6_432_512, 0.834],
  ['regnet', 'RegNetY1600MF', 11_202_430, 1.612],
  ['regnet', 'RegNetY3200MF', 19_436_338, 3.176],
  ['regnet', 'RegNetY8GF', 39_381_472, 8.473],
  ['regnet', 'RegNetY16GF', 83_590_140, 15.912],
  ['regnet', 'RegNetY32GF', 145_046_770, 32.28],
  ['efficientnetv2', 'EfficientNetV2S', 21_458_488, 8.366],
  ['efficientnetv2', 'EfficientNetV2M', 54_139_356, 24.582],
  ['efficientnetv2', 'EfficientNetV2L', 118_515_272, 56.08],
];

describe('the zoo', () => {
  for (const [file, text] of Object.entries(zoo)) {
    const { [file]: _own, ...others } = files;
    const analysed = analyse(text, others, file);
    it(`${file} has no problems`, async () => {
      const { problems } = await analysed;
      assert.deepEqual(
        problems.map((p) => p.message),
        [],
      );
    });
    it(`${file} has the canonical layout`, async () => assert.equal(formatText(text, (await analysed).services), text));
    for (const [of, name, params, gmacs] of FIGURES)
      if (file === `zoo/${of}.cnn`)
        it(name, async () => {
          const { analysis } = await analysed;
          const target = analysis.targets.find((t) => t.name === name);
          const totals = target && analysis.target(target)?.facts.totals;
          assert.deepEqual([totals?.params, Math.round((totals?.macs ?? 0) / 1e6) / 1e3], [params, gmacs]);
        });
  }
  it('has every file of the table', () => {
    for (const [file] of FIGURES) assert.ok(zoo[`zoo/${file}.cnn`], file);
  });
});
