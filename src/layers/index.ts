/** The registry of layer kinds: one line a kind. Everything else that the product knows about a layer is in the layer's file. */

import { adaptiveavgpool } from './kinds/adaptiveavgpool.ts';
import { adaptivemaxpool } from './kinds/adaptivemaxpool.ts';
import { add } from './kinds/add.ts';
import { avgpool } from './kinds/avgpool.ts';
import { blur } from './kinds/blur.ts';
import { bn } from './kinds/bn.ts';
import { channelmax } from './kinds/channelmax.ts';
import { channelmean } from './kinds/channelmean.ts';
import { concat } from './kinds/concat.ts';
import { conv } from './kinds/conv.ts';
import { crop } from './kinds/crop.ts';
import { deconv } from './kinds/deconv.ts';
import { dropout } from './kinds/dropout.ts';
import { droppath } from './kinds/droppath.ts';
import { dwconv } from './kinds/dwconv.ts';
import { elu } from './kinds/elu.ts';
import { flatten } from './kinds/flatten.ts';
import { gap } from './kinds/gap.ts';
import { gelu } from './kinds/gelu.ts';
import { gmp } from './kinds/gmp.ts';
import { gn } from './kinds/gn.ts';
import { grn } from './kinds/grn.ts';
import { hardsigmoid } from './kinds/hardsigmoid.ts';
import { hardswish } from './kinds/hardswish.ts';
import { hardtanh } from './kinds/hardtanh.ts';
import { identity } from './kinds/identity.ts';
import { instancenorm } from './kinds/instancenorm.ts';
import { leakyrelu } from './kinds/leakyrelu.ts';
import { linear } from './kinds/linear.ts';
import { ln } from './kinds/ln.ts';
import { lppool } from './kinds/lppool.ts';
import { lrn } from './kinds/lrn.ts';
import { maxpool } from './kinds/maxpool.ts';
import { mish } from './kinds/mish.ts';
import { mul } from './kinds/mul.ts';
import { pad } from './kinds/pad.ts';
import { pixelshuffle } from './kinds/pixelshuffle.ts';
import { pixelunshuffle } from './kinds/pixelunshuffle.ts';
import { plus } from './kinds/plus.ts';
import { prelu } from './kinds/prelu.ts';
import { relu } from './kinds/relu.ts';
import { relu6 } from './kinds/relu6.ts';
import { reshape } from './kinds/reshape.ts';
import { scale } from './kinds/scale.ts';
import { selu } from './kinds/selu.ts';
import { shuffle } from './kinds/shuffle.ts';
import { sigmoid } from './kinds/sigmoid.ts';
import { silu } from './kinds/silu.ts';
import { slice } from './kinds/slice.ts';
import { softmax } from './kinds/softmax.ts';
import { softplus } from './kinds/softplus.ts';
import { tanh } from './kinds/tanh.ts';
import { times } from './kinds/times.ts';
import { transpose } from './kinds/transpose.ts';
import { upsample } from './kinds/upsample.ts';
import type { Layer } from './layer.ts';

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
  grn,
  scale,
  times,
  plus,
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
  channelmean,
  channelmax,
  blur,
  upsample,
  pixelshuffle,
  pixelunshuffle,
  pad,
  crop,
  slice,
  shuffle,
  reshape,
  transpose,
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
