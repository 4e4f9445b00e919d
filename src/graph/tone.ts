/** What holds the weights of a layer, as pictures and tables colour it: the question of the house is how much of a network its 1×1 hold. */
import { layers } from '../layers/index.ts';
import type { Node } from './graph.ts';

export const TONES = ['conv', 'pointwise', 'linear', 'other'] as const;
export type Tone = (typeof TONES)[number];

/** `pointwise` for a 1×1 convolution, `conv` for one with a larger kernel. */
export function toneOf(n: Node): Tone {
  const role = layers.get(n.kind)?.role;
  if (role === 'linear') return 'linear';
  if (role !== 'conv') return 'other';
  const { kernel } = n.params;
  return Array.isArray(kernel) && kernel.every((k) => k === 1) ? 'pointwise' : 'conv';
}
