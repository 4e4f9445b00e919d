/** The registry of layer kinds: one line a kind. Everything else that the product knows of a layer stands in the layer's file. */
import { add } from './add.ts';
import { avgpool } from './avgpool.ts';
import { bn } from './bn.ts';
import { concat } from './concat.ts';
import { conv } from './conv.ts';
import { dropout } from './dropout.ts';
import { dwconv } from './dwconv.ts';
import { flatten } from './flatten.ts';
import { gap } from './gap.ts';
import { identity } from './identity.ts';
import type { Layer } from './layer.ts';
import { leakyrelu } from './leakyrelu.ts';
import { linear } from './linear.ts';
import { lrn } from './lrn.ts';
import { maxpool } from './maxpool.ts';
import { mul } from './mul.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';

const all: readonly Layer[] = [
  conv,
  dwconv,
  linear,
  bn,
  lrn,
  relu,
  leakyrelu,
  sigmoid,
  softmax,
  maxpool,
  avgpool,
  gap,
  flatten,
  identity,
  dropout,
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
