/** Holds the keys of torchvision against torchvision itself: its state dicts, of random weights, in Pointwise's kernels and in exported code. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exporter, Subject } from '../../src/export/exporter.ts';
import { execute } from '../../src/graph/execute.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { torchvisionKeys } from '../../src/graph/published/torchvision.ts';
import { record } from '../../src/graph/record.ts';
import { weightPlaces } from '../../src/graph/weights.ts';
import { readNpy } from '../../src/run/npy.ts';
import type { Kernels } from '../../src/tensor/index.ts';
import { keyed, unkeyed } from '../../src/weights/keys.ts';
import { readSafetensors, writeSafetensors } from '../../src/weights/safetensors.ts';
import type { Checker } from './parity.ts';

/** Networks of examples and zoo, and what torchvision calls them. */
export const PUBLISHED: Readonly<Record<string, readonly [model: string, options?: Readonly<Record<string, unknown>>]>> = {
  ResNet18: ['resnet18'],
  ResNet50: ['resnet50'],
  ResNeXt50_32x4: ['resnext50_32x4d'],
  WideResNet50: ['wide_resnet50_2'],
  DenseNet121: ['densenet121'],
  // The last pool is that of the paper here.
  GoogLeNetBN: ['googlenet', { aux_logits: false, init_weights: false, set: { 'maxpool4.kernel_size': 3 } }],
  InceptionV3: ['inception_v3', { init_weights: false }],
  SqueezeNet11: ['squeezenet1_1'],
  AlexNet: ['alexnet'],
  VGG11BN: ['vgg11_bn'],
  MnasNet05: ['mnasnet0_5'],
  MobileNetV2: ['mobilenet_v2'],
  // The texts have batch norm's usual epsilon, torchvision 1e-3.
  MobileNetV3Large: ['mobilenet_v3_large', { eps: 1e-5 }],
  MobileNetV3Small: ['mobilenet_v3_small', { eps: 1e-5 }],
  EfficientNetB0: ['efficientnet_b0'],
  EfficientNetV2S: ['efficientnet_v2_s', { eps: 1e-5 }],
  ShuffleNetV2_05: ['shufflenet_v2_x0_5'],
  ConvNeXtTiny: ['convnext_tiny'],
  RegNetX400MF: ['regnet_x_400mf'],
  RegNetY400MF: ['regnet_y_400mf'],
};

export interface NamesParity {
  /** Of Pointwise's kernels, and of exported code, as shares of the largest entry. */
  readonly run?: number;
  readonly code?: number;
  readonly failed?: string;
}

export async function namesParity(
  subject: Omit<Subject, 'weights'>,
  pytorch: Exporter,
  kernels: Kernels,
  maker: Checker,
  checker: Checker,
  folder: string,
): Promise<NamesParity> {
  const { graph } = subject;
  await mkdir(folder, { recursive: true });
  const [model, options = {}] = PUBLISHED[graph.name] ?? [''];
  const [input] = inputsOf(graph);
  const made = await maker.ask({ folder, model, options, input: input?.shape });
  if (made.failed !== undefined) return { failed: made.failed };
  const keys = torchvisionKeys(graph);
  if (!keys) return { failed: 'of no family that is known' };
  const file = readSafetensors(await readFile(join(folder, 'published.safetensors')));
  const own = new Set([...keys.values()].map((k) => k.key));
  const left = [...file.tensors.keys()].filter((k) => !own.has(k));
  if (left.length > 0) return { failed: `${left.length} keys are nothing here, ${left[0]} first` };
  const places = weightPlaces(graph);
  const weights = unkeyed(places, file, keys);
  const x = readNpy(await readFile(join(folder, 'in0.npy'))).data;
  const y = readNpy(await readFile(join(folder, '0.npy'))).data;
  const { outputs } = await execute(graph, kernels, {
    seed: 1,
    inputs: [x],
    weights: record(graph).program.weights.map((w) => weights.get(w.name) as Float32Array),
    maxBytes: 4 * 2 ** 30 - 65536,
    exact: true,
    progress: () => undefined,
  });
  const largest = y.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const run = y.reduce((a, b, i) => Math.max(a, Math.abs(b - (outputs[0]?.[i] ?? Number.NaN))), 0) / largest;
  if (graph.outputs.length > 1) return { run };
  const whole: Subject = { ...subject, weights: () => weights };
  await writeFile(join(folder, 'model.py'), String(await pytorch.write(whole)));
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(keyed(places, weights, pytorch.keys?.(whole) ?? new Map())));
  const answer = await checker.ask({
    folder,
    file: 'model.py',
    target: graph.name,
    weights: 'model.safetensors',
    inputs: ['in0.npy'],
    outputs: ['output'],
  });
  return {
    run,
    ...(answer.error === undefined ? {} : { code: answer.error }),
    ...(answer.failed === undefined ? {} : { failed: answer.failed }),
  };
}
