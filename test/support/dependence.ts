/**
 * Which pixels of the input each output pixel depends on along the width, by the definitions of the layers and no arithmetic of windows: an
 * input pixel is told to every output pixel that reads it, edges and all.
 */
import type { Graph, Node } from '../../src/graph/graph.ts';

/** By position, a bit for each input pixel. */
export type Depends = readonly bigint[];

type Pair = readonly [number, number];
interface Params {
  readonly kernel: Pair;
  readonly stride: Pair | null;
  readonly dilation?: Pair;
  readonly pad: 'same' | readonly [number, number, number, number];
  readonly size?: readonly number[];
  readonly scale: number | Pair;
  readonly mode: string;
}

const width = (n: Node): number => n.shape[2] ?? 1;
const all = (xs: Depends): bigint => xs.reduce((a, b) => a | b, 0n);

function depends(n: Node, [x = [], ...rest]: readonly Depends[]): Depends {
  const p = n.params as unknown as Params;
  const w = width(n);
  const out = new Array<bigint>(w).fill(0n);
  /** Output o reads input i. */
  const read = (o: number, i: number): void => {
    if (o >= 0 && o < w && i >= 0 && i < x.length) out[o] = (out[o] as bigint) | (x[i] as bigint);
  };
  const [k, d] = [p.kernel?.[1] ?? 1, p.dilation?.[1] ?? 1];
  const before = p.pad === 'same' ? Math.floor(((k - 1) * d) / 2) : (p.pad?.[1] ?? 0);
  const outputs = Array.from(out.keys());
  const taps = Array.from({ length: k }, (_, t) => t);
  switch (n.kind) {
    case 'conv':
    case 'maxpool':
    case 'avgpool':
      for (const o of outputs) for (const t of taps) read(o, o * (p.stride ?? p.kernel)[1] - before + d * t);
      return out;
    case 'deconv':
      for (const i of x.keys()) for (const t of taps) read(i * (p.stride as Pair)[1] - before + d * t, i);
      return out;
    case 'upsample':
      for (const o of outputs) {
        const at = ((2 * o + 1) * x.length) / (2 * w) - 1 / 2;
        if (p.mode === 'nearest') read(o, Math.floor((o * x.length) / w));
        else for (const i of [Math.floor(at), Math.ceil(at)]) read(o, i);
      }
      return out;
    case 'pixelshuffle':
      for (const o of outputs) read(o, Math.floor(o / (p.scale as number)));
      return out;
    case 'adaptiveavgpool':
      for (const o of outputs) for (let i = Math.floor((o * x.length) / w); i < ((o + 1) * x.length) / w; i++) read(o, i);
      return out;
    case 'crop':
      for (const o of outputs) read(o, o + Math.floor((x.length - w) / 2));
      return out;
    case 'pad':
      for (const o of outputs) read(o, o - (p.size?.[1] ?? 0));
      return out;
    case 'gap':
      return [all(x)];
    case 'add':
    case 'mul':
    case 'concat':
      return outputs.map((o) => all([x, ...rest].map((b) => (b.length === 1 ? b[0] : b[o]) as bigint)));
    default:
      return x;
  }
}

/** By node and position. */
export function dependence(g: Graph): readonly Depends[] {
  const found: Depends[] = [];
  for (const n of g.nodes)
    found.push(
      n.kind === 'input'
        ? Array.from({ length: width(n) }, (_, i) => 1n << BigInt(i))
        : depends(
            n,
            n.inputs.map((i) => found[i] ?? []),
          ),
    );
  return found;
}

/** The first and last pixel among the bits; undefined for none. */
export function ends(bits: bigint): readonly [number, number] | undefined {
  if (bits === 0n) return undefined;
  const text = bits.toString(2);
  return [text.length - 1 - text.lastIndexOf('1'), text.length - 1];
}
