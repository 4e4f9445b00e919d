/** The channels that each layer gives, as an expression of those that arrive: what the next layer is made with. */
import { layerOf } from '../../../layers/index.ts';
import type { ParamValue } from '../../../layers/params.ts';
import { binary, type Py, pyNum } from '../../../layers/python.ts';
import { CannotSay, type Given } from '../../../layers/torch.ts';
import { simplified } from './arithmetic.ts';
import { allEqual, type Execution } from './facts.ts';

type GivenAll = Readonly<Record<string, Given<ParamValue>>>;

/** Whether a kind gives as many channels as arrive, whatever its arguments. */
export const keepsChannels = (kind: string): boolean => {
  const { role } = layerOf(kind);
  if (role === 'norm' || role === 'activation' || kind === 'flatten') return kind !== 'flatten';
  return (
    (role === 'noop' && kind !== 'flatten') ||
    (role === 'pool' && kind !== 'channelmax' && kind !== 'channelmean') ||
    ['upsample', 'pad', 'crop', 'shuffle'].includes(kind)
  );
};

const sizeOf = (p: Given<ParamValue> | undefined): Py | undefined => {
  if (!p) return undefined;
  const { known, py } = p;
  if (Array.isArray(known)) return pyNum(Number(known[0]));
  return py.k === 'tuple' ? py.items[0] : py;
};

/** `c * 7 * 7`, and why. */
export interface Channels {
  readonly channels: Py | undefined;
  readonly comment?: string;
}

/** The channels behind a layer. */
export function channelsBehind(kind: string, p: GivenAll, c: Py | undefined, uses: readonly Execution[]): Channels {
  if (keepsChannels(kind)) return { channels: c };
  switch (kind) {
    case 'conv':
    case 'deconv':
      return { channels: p.channels?.py };
    case 'linear':
      return { channels: p.features?.py };
    case 'dwconv':
      return { channels: p.multiplier?.known === 1 ? c : c && p.multiplier && binary('*', c, p.multiplier.py) };
    case 'channelmax':
    case 'channelmean':
      return { channels: pyNum(1) };
    case 'slice': {
      if (p.from?.known === 0) return { channels: p.to?.py };
      return { channels: p.to && p.from && simplified(binary('-', p.to.py, p.from.py)) };
    }
    case 'pixelshuffle':
    case 'pixelunshuffle': {
      if (!c || !p.scale) return { channels: undefined };
      const squared = binary('**', p.scale.py, pyNum(2));
      return { channels: simplified(binary(kind === 'pixelshuffle' ? '//' : '*', c, squared)) };
    }
    case 'flatten':
      return flattened(c, uses);
    case 'reshape':
      return { channels: sizeOf(p.size) };
    case 'transpose': {
      const axes = p.axes?.known;
      if (typeof axes === 'string' && axes.startsWith('c')) return { channels: c };
      const same = allEqual(uses.map((u) => u.trace.output[0]));
      return { channels: same === undefined ? undefined : pyNum(same) };
    }
    default:
      throw new CannotSay(`the channels behind ${kind}`);
  }
}

/** As it is meant: `512 * 7 * 7` says more than 25088. */
const product = (left: Py, right: Py): Py => ({ k: 'binary', op: '*', left, right });

function flattened(c: Py | undefined, uses: readonly Execution[]): Channels {
  const sizes = uses.map(({ trace: { input } }) => (input.length === 3 ? [input[1], input[2]] : [1, 1]));
  if (sizes.every(([h, w]) => h === 1 && w === 1)) return { channels: c };
  const [h = 1, w = 1] = allEqual(sizes) ?? [];
  if (!c || !allEqual(sizes)) return { channels: undefined };
  return { channels: product(product(c, pyNum(h)), pyNum(w)), comment: `The map that is flattened is ${h}×${w}.` };
}
