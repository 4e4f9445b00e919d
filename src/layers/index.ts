/** The registry of layer kinds: one line a kind. Everything else that the product knows of a layer stands in the layer's file. */

import { adaptiveavgpool } from './adaptiveavgpool.ts';
import { adaptivemaxpool } from './adaptivemaxpool.ts';
import { add } from './add.ts';
import { avgpool } from './avgpool.ts';
import { bn } from './bn.ts';
import { concat } from './concat.ts';
import { conv } from './conv.ts';
import { crop } from './crop.ts';
import { deconv } from './deconv.ts';
import { dropout } from './dropout.ts';
import { droppath } from './droppath.ts';
import { dwconv } from './dwconv.ts';
import { elu } from './elu.ts';
import { flatten } from './flatten.ts';
import { gap } from './gap.ts';
import { gelu } from './gelu.ts';
import { gmp } from './gmp.ts';
import { gn } from './gn.ts';
import { hardsigmoid } from './hardsigmoid.ts';
import { hardswish } from './hardswish.ts';
import { hardtanh } from './hardtanh.ts';
import { identity } from './identity.ts';
import { instancenorm } from './instancenorm.ts';
import type { Layer } from './layer.ts';
import { leakyrelu } from './leakyrelu.ts';
import { linear } from './linear.ts';
import { ln } from './ln.ts';
import { lppool } from './lppool.ts';
import { lrn } from './lrn.ts';
import { maxpool } from './maxpool.ts';
import { mish } from './mish.ts';
import { mul } from './mul.ts';
import { pad } from './pad.ts';
import { pixelshuffle } from './pixelshuffle.ts';
import { pixelunshuffle } from './pixelunshuffle.ts';
import { prelu } from './prelu.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { scale } from './scale.ts';
import { selu } from './selu.ts';
import { shuffle } from './shuffle.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';
import { upsample } from './upsample.ts';

const all: readonly Layer[] = [
  conv,
  dwconv,
  deconv,
  linear,
  bn,
  ln,
  gn,
  instancenorm,
  lrn,
  scale,
  relu,
  relu6,
  leakyrelu,
  prelu,
  elu,
  selu,
  gelu,
  silu,
  mish,
  sigmoid,
  tanh,
  softplus,
  hardsigmoid,
  hardswish,
  hardtanh,
  softmax,
  maxpool,
  avgpool,
  lppool,
  adaptiveavgpool,
  adaptivemaxpool,
  gap,
  gmp,
  upsample,
  pixelshuffle,
  pixelunshuffle,
  pad,
  crop,
  slice,
  shuffle,
  flatten,
  identity,
  dropout,
  droppath,
  concat,
  add,
  mul,
];

/** Every kind by its name, merges included. */
export const layers: ReadonlyMap<string, Layer> = new Map(all.map((l) => [l.kind, l]));

/** The kind of a node that analysis made; throws on a kind that no registry has, which only a programming error makes. */
export function layerOf(kind: string): Layer {
  const layer = layers.get(kind);
  if (!layer) throw new Error(`no layer kind ${kind}`);
  return layer;
}
