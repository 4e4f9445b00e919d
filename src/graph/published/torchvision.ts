/**
 * The keys of torchvision's state dicts (https://github.com/pytorch/vision, torchvision/models) for the weights of a graph: `layer1.0.conv1.weight`.
 * A family is known by the order of its convolutions, norms and linear layers and by their kernels, whatever its text calls them.
 */
import type { Graph, Node } from '../graph.ts';
import { Cursor, OtherFamily, type PublishedKey } from './cursor.ts';
import { googlenet, inceptionV3 } from './inception.ts';
import { efficientnet, mnasnet, mobilenetV2, mobilenetV3 } from './mobile.ts';

/** ResNet, ResNeXt, Wide ResNet: two or three convolutions a block, and one beside them where the shape changes. */
function resnet(c: Cursor): void {
  if (!['maxpool', 'add'].every((kind) => c.graph.nodes.some((n) => n.kind === kind))) throw new OtherFamily('no pool, no sum');
  c.pair('conv1', 'bn1');
  for (let [stage, i] = [1, 0]; !c.is('linear'); i++) {
    const convs = c.at()?.kernel === 1 ? 3 : 2;
    const kernels = Array.from({ length: convs }, (_, n) => c.at(2 * n)?.kernel).join();
    if (kernels !== '1,3,1' && kernels !== '3,3') throw new OtherFamily(`kernels ${kernels}`);
    const isBeside = c.areBeside(0, 2 * convs);
    if (isBeside && i > 0) [stage, i] = [stage + 1, 0];
    const block = `layer${stage}.${i}`;
    for (let n = 1; n <= convs; n++) c.pair(`${block}.conv${n}`, `${block}.bn${n}`);
    if (isBeside) c.both(`${block}.downsample`);
  }
  c.take('linear', 'fc');
}

/** DenseNet: batch norm first, in pairs; a transition has one. */
function densenet(c: Cursor): void {
  c.pair('features.conv0', 'features.norm0');
  for (let [block, i] = [1, 1]; c.are('bn', 'conv'); ) {
    if (c.are('bn', 'conv', 'bn', 'conv') && c.at(3)?.kernel === 3) {
      const layer = `features.denseblock${block}.denselayer${i++}`;
      for (const n of [1, 2]) {
        c.take('bn', `${layer}.norm${n}`);
        c.take('conv', `${layer}.conv${n}`);
      }
    } else {
      c.take('bn', `features.transition${block}.norm`);
      c.take('conv', `features.transition${block}.conv`);
      [block, i] = [block + 1, 1];
    }
  }
  c.take('bn', 'features.norm5');
  c.take('linear', 'classifier');
}

/** VGG and AlexNet: two Sequentials, in which layers without weights count too. */
function inRow(c: Cursor): void {
  let [part, i] = ['features', 0];
  for (const n of c.graph.nodes) {
    if (n.kind === 'flatten') [part, i] = ['classifier', 0];
    else if (['conv', 'bn', 'linear'].includes(n.kind)) c.take(n.kind, `${part}.${i++}`);
    else if (['relu', 'maxpool', 'dropout'].includes(n.kind)) i++;
    else if (!['input', 'identity', 'adaptiveavgpool'].includes(n.kind)) throw new OtherFamily(n.kind);
  }
  if (part === 'features') throw new OtherFamily('no classifier');
}

const FIRE = ['conv', 'relu', 'conv', 'relu', 'conv', 'relu', 'concat'];

/** SqueezeNet: a fire module counts as one. */
function squeezenet(c: Cursor): void {
  const nodes = c.graph.nodes.filter((n) => n.kind !== 'input');
  const are = (from: number, kinds: readonly string[]): boolean => kinds.every((k, i) => nodes[from + i]?.kind === k);
  let fires = 0;
  for (let [at, i] = [0, 0]; at < nodes.length; i++) {
    const n = nodes[at] as Node;
    if (are(at, FIRE)) {
      for (const part of ['squeeze', 'expand1x1', 'expand3x3']) c.take('conv', `features.${i}.${part}`);
      at += FIRE.length;
      fires++;
    } else if (are(at, ['dropout', 'conv'])) {
      c.take('conv', 'classifier.1');
      at = nodes.length;
    } else {
      if (n.kind === 'conv') c.take('conv', `features.${i}`);
      at++;
    }
  }
  if (fires === 0) throw new OtherFamily('no fire module');
}

/** ConvNeXt: each block ends in a factor for each channel. */
function convnext(c: Cursor): void {
  c.take('conv', 'features.0.0');
  c.take('ln', 'features.0.1');
  for (let [stage, i] = [1, 0]; !c.are('ln', 'linear'); i++) {
    if (c.are('ln', 'conv')) {
      c.take('ln', `features.${stage + 1}.0`);
      c.take('conv', `features.${stage + 1}.1`);
      [stage, i] = [stage + 2, 0];
    }
    const block = `features.${stage}.${i}`;
    c.take('conv', `${block}.block.0`);
    c.take('ln', `${block}.block.2`);
    for (const n of [3, 5]) c.take('conv', `${block}.block.${n}`, 'linear');
    c.take('scale', `${block}.layer_scale`, 'factor');
  }
  c.take('ln', 'classifier.0');
  c.take('linear', 'classifier.2');
}

/** ShuffleNet V2: where the pixels are quartered, both branches have weights. */
function shufflenet(c: Cursor): void {
  if (!c.graph.nodes.some((n) => n.kind === 'shuffle')) throw new OtherFamily('no shuffle');
  c.both('conv1');
  for (let [stage, i] = [1, 0]; !c.are('conv', 'bn', 'linear'); i++) {
    if (c.at()?.depthwise) [stage, i] = [stage + 1, 0];
    const unit = `stage${stage}.${i}`;
    if (i === 0) for (const n of [0, 2]) c.pair(`${unit}.branch1.${n}`, `${unit}.branch1.${n + 1}`);
    for (const n of [0, 3, 5]) c.pair(`${unit}.branch2.${n}`, `${unit}.branch2.${n + 1}`);
  }
  c.both('conv5');
  c.take('linear', 'fc');
}

/** RegNet: the projection, where there is one, opens a stage. */
function regnet(c: Cursor): void {
  c.both('stem');
  for (let [stage, i] = [1, 0]; !c.is('linear'); i++) {
    if (c.at()?.kernel !== 1 || c.at(2)?.kernel !== 3 || c.at(2)?.depthwise) throw new OtherFamily('no 1×1 and 3×3');
    const se = c.is('conv', 4) && c.is('conv', 5) ? 2 : 0;
    const opens = c.areBeside(0, 6 + se);
    if (opens && i > 0) [stage, i] = [stage + 1, 0];
    const block = `trunk_output.block${stage}.block${stage}-${i}`;
    for (const part of ['a', 'b']) c.both(`${block}.f.${part}`);
    if (se > 0) for (const part of ['fc1', 'fc2']) c.take('conv', `${block}.f.se.${part}`);
    c.both(`${block}.f.c`);
    if (opens) c.both(`${block}.proj`);
  }
  c.take('linear', 'fc');
}

const FAMILIES = {
  ResNet: resnet,
  'ShuffleNet V2': shufflenet,
  RegNet: regnet,
  DenseNet: densenet,
  GoogLeNet: googlenet,
  'Inception v3': inceptionV3,
  SqueezeNet: squeezenet,
  'VGG and AlexNet': inRow,
  MNASNet: mnasnet,
  'MobileNet V2': mobilenetV2,
  EfficientNet: efficientnet,
  'MobileNet V3': mobilenetV3,
  ConvNeXt: convnext,
} as const satisfies Readonly<Record<string, (c: Cursor) => void>>;

export const TORCHVISION_FAMILIES: readonly string[] = Object.keys(FAMILIES);

/** The keys of each weight by its name, `stem/conv/weight`; undefined where the graph is of no family that is known. */
export function torchvisionKeys(graph: Graph): ReadonlyMap<string, PublishedKey> | undefined {
  for (const name of Object.values(FAMILIES)) {
    try {
      const c = new Cursor(graph);
      name(c);
      return c.end();
    } catch (e) {
      if (!(e instanceof OtherFamily)) throw e;
    }
  }
  return undefined;
}
