/**
 * What each layer says of itself in Keras: the layers that it is, made one after the other, or an expression of its input. Channels come last
 * there, and a layer asks what arrives by itself. Names of Keras's own modules are marked, since a text may have them for something else.
 */
import type { Pads, Pair } from '../tensor/index.ts';
import type { PadWord, ParamSpecs, ParamValue } from './params.ts';
import { call, dotted, kw, name, type Py, type PyArg, pyBool, pyNum, str, tuple } from './python.ts';
import type { Shape } from './shape.ts';
import { both, bothOf, CannotSay, type Given, type GivenParams, samePadding, tfPads } from './torch.ts';

/** Where a layer stands. */
export interface KerasPlace {
  readonly isMap: boolean;
  /** What enters and leaves, where that is the same in all uses. */
  readonly xs: readonly Shape[] | undefined;
  readonly y: Shape | undefined;
  /** Whether sizes that are handed on as arguments are pairs rather than numbers. */
  readonly pairs: boolean;
  /** Its parameters in each of its uses. */
  readonly uses: readonly Readonly<Record<string, ParamValue>>[];
}

/** A class or a function that the file has of its own, as source. */
export interface KerasHelper {
  readonly name: string;
  readonly source: string;
}

/** A weight of ours as a variable of Keras: seen with other extents first, then its axes in another order. */
export interface KerasWeight {
  readonly name: string;
  readonly view?: (dims: readonly number[], params: Readonly<Record<string, ParamValue>>) => readonly number[];
  readonly axes?: readonly number[];
}
export type KerasWeights = Readonly<Record<string, KerasWeight>>;

export type KerasStep =
  /** A layer that is made and called; with its weights it has a name. `activates`: it takes an activation. */
  | { readonly k: 'layer'; readonly make: Py; readonly named?: true; readonly activates?: true }
  | { readonly k: 'of'; readonly of: (x: Py) => Py };

export interface KerasForm {
  readonly steps?: readonly KerasStep[];
  /** Of several inputs. */
  readonly merge?: (xs: readonly Py[]) => Py;
  /** What takes an activation is given for this one: a name of Keras's or a function. */
  readonly activation?: Py;
  readonly helpers?: readonly KerasHelper[];
}
export type KerasFragment<P extends ParamSpecs> = (p: GivenParams<P>, place: KerasPlace) => KerasForm;

/** What a layer kind says of itself. */
export interface InKeras<P extends ParamSpecs> {
  readonly form: KerasFragment<P>;
  readonly weights?: KerasWeights;
}

/** Keras's own modules in an expression: `of('layers.ReLU')`. */
export const MARK = '§';
export const keras = (path: string, ...args: readonly (Py | PyArg)[]): Py => call(dotted(MARK + path), ...args);
export const layer = (kind: string, ...args: readonly (Py | PyArg)[]): Py => keras(`layers.${kind}`, ...args);

/** One layer without weights. */
export const plain = (make: Py): KerasForm => ({ steps: [{ k: 'layer', make }] });
/** One layer with weights. */
export const weighted = (make: Py): KerasForm => ({ steps: [{ k: 'layer', make, named: true }] });
export const of = (expression: (x: Py) => Py, helper?: KerasHelper): KerasForm => ({
  steps: [{ k: 'of', of: expression }],
  ...(helper ? { helpers: [helper] } : {}),
});
/** An activation under Keras's name, or with arguments of its own. */
export function activation(fn: string, ...args: readonly PyArg[]): KerasForm {
  if (args.length === 0) {
    const make = fn === 'relu' ? layer('ReLU') : layer('Activation', str(fn));
    return { steps: [{ k: 'layer', make }], activation: str(fn) };
  }
  return {
    steps: [{ k: 'of', of: (x) => keras(`activations.${fn}`, x, ...args) }],
    activation: call('partial', dotted(`${MARK}activations.${fn}`), ...args),
  };
}

export const kernelWeight: KerasWeight = { name: 'kernel', axes: [2, 3, 1, 0] };
export const biasWeight: KerasWeight = { name: 'bias' };
export const AFFINE: KerasWeights = { weight: { name: 'gamma' }, bias: { name: 'beta' } };

const isPair = (v: unknown): v is Pair => Array.isArray(v);
/** All sides of a map for `ops.pad`. */
export const allSides = ([top, left, bottom, right]: Pads): Py =>
  tuple(tuple(pyNum(0), pyNum(0)), tuple(pyNum(top), pyNum(bottom)), tuple(pyNum(left), pyNum(right)), tuple(pyNum(0), pyNum(0)));

/** `layers.ZeroPadding2D(1)`. */
export function zeroPadding([top, left, bottom, right]: Pads): Py {
  if (top === bottom && left === right) return layer('ZeroPadding2D', both([top, left]));
  return layer('ZeroPadding2D', tuple(tuple(pyNum(top), pyNum(bottom)), tuple(pyNum(left), pyNum(right))));
}

export interface KerasWindow {
  readonly kernel: Given<Pair>;
  readonly stride: Given<Pair>;
  readonly pad: Given<PadWord | Pads>;
  readonly dilation: Given<Pair>;
}

/** The padding of a window: `same` where Keras means the same by it, or what goes around the map before: pads that are known, or as they are written. */
export type KerasPadding =
  | { readonly k: 'valid' | 'same' }
  | { readonly k: 'pads'; readonly pads: Pads }
  | { readonly k: 'written'; readonly py: Py };

const isZero = (pads: Pads): boolean => pads.every((n) => n === 0);

/** What Keras is told of the padding. TensorFlow's SAME is its own `same`; ours is, where nothing is skipped and kernels have a middle. */
export function kerasPadding(w: KerasWindow, place: KerasPlace): KerasPadding {
  const { known } = w.pad;
  const { kernel, dilation, stride } = w;
  const steps = isPair(stride.known) && stride.known.every((n) => n === 1);
  const isOdd = (v: unknown, d: unknown): boolean => isPair(v) && isPair(d) && v.every((n, i) => ((n - 1) * (d[i] as number)) % 2 === 0);
  if (known === 'tf') return { k: 'same' };
  if (known === undefined) {
    const arg = samePadding(kernel, dilation, place.pairs);
    return {
      k: 'written',
      py: { k: 'if', test: { k: 'compare', first: w.pad.py, rest: [{ op: 'is', value: name('None') }] }, yes: arg, no: w.pad.py },
    };
  }
  if (known === 'same') {
    if (kernel.known && dilation.known) {
      const [v = 0, h = 0] = kernel.known.map((k, i) => Math.floor(((k - 1) * (dilation.known?.[i] ?? 1)) / 2));
      if (v + h === 0) return { k: 'valid' };
      return steps && isOdd(kernel.known, dilation.known) ? { k: 'same' } : { k: 'pads', pads: [v, h, v, h] };
    }
    if (steps && place.uses.every((u) => isOdd(u.kernel, u.dilation ?? [1, 1]))) return { k: 'same' };
    return { k: 'written', py: samePadding(kernel, dilation, place.pairs) };
  }
  if (isZero(known)) return { k: 'valid' };
  if (kernel.known && dilation.known && steps && isOdd(kernel.known, dilation.known)) {
    const [v, h] = kernel.known.map((k, i) => ((k - 1) * (dilation.known?.[i] ?? 1)) / 2);
    if (known[0] === v && known[2] === v && known[1] === h && known[3] === h) return { k: 'same' };
  }
  return { k: 'pads', pads: known };
}

/** Zeros before a window. */
export const zerosBefore = (p: KerasPadding): readonly KerasStep[] => {
  if (p.k === 'pads') return [{ k: 'layer', make: zeroPadding(p.pads) }];
  return p.k === 'written' ? [{ k: 'layer', make: layer('ZeroPadding2D', p.py) }] : [];
};
export const sameArgument = (p: KerasPadding): readonly PyArg[] => (p.k === 'same' ? [kw('padding', str('same'))] : []);

/** `x[:, ::2, ::2]`. */
export const everyOf = ([h, w]: Pair): KerasStep => ({
  k: 'of',
  of: (x) => ({ k: 'index', of: x, items: [name(':'), name(`::${h}`), name(`::${w}`)] }),
});

const isOnes = (v: unknown): boolean => Array.isArray(v) && v.every((n) => n === 1);
const isOne = (g: Given<Pair>): boolean => g.known?.every((n) => n === 1) === true;
export const unlessOne = (n: string, g: Given<Pair>): readonly PyArg[] => (isOne(g) ? [] : [kw(n, bothOf(g))]);
export const withoutBias = (g: Given<boolean>): readonly PyArg[] => (g.known === true ? [] : [kw('use_bias', g.py)]);

/**
 * A convolution. TensorFlow takes no stride beside a dilation, nor, between channels of their own, one that differs from axis to axis: all is
 * computed then, and pixels are left out.
 */
export function kerasConvolution(
  w: KerasWindow,
  place: KerasPlace,
  more: {
    readonly kind: 'Conv2D' | 'DepthwiseConv2D';
    readonly lead: readonly Py[];
    readonly args: readonly PyArg[];
    readonly bias: Given<boolean>;
  },
): KerasForm {
  const uneven = more.kind === 'DepthwiseConv2D' && w.stride.known !== undefined && w.stride.known[0] !== w.stride.known[1];
  const both = w.stride.known && w.dilation.known ? true : !place.uses.every((u) => isOnes(u.stride) || isOnes(u.dilation));
  const skips = (!isOne(w.stride) && !isOne(w.dilation) && both) || uneven;
  let pads = kerasPadding(w, place);
  if (skips && pads.k === 'same') {
    const [x] = place.xs ?? [];
    const { kernel, stride, dilation } = w;
    if (x?.length !== 3 || !kernel.known || !stride.known || !dilation.known) throw new CannotSay('a stride beside a dilation');
    const [top, bottom] = tfPads(x[1], kernel.known[0], stride.known[0], dilation.known[0]);
    const [left, right] = tfPads(x[2], kernel.known[1], stride.known[1], dilation.known[1]);
    pads = { k: 'pads', pads: [top, left, bottom, right] };
  }
  if (skips && !w.stride.known) throw new CannotSay('a stride beside a dilation');
  const make = layer(
    more.kind,
    ...more.lead,
    bothOf(w.kernel),
    ...(skips ? [] : unlessOne('strides', w.stride)),
    ...sameArgument(pads),
    ...unlessOne('dilation_rate', w.dilation),
    ...more.args,
    ...withoutBias(more.bias),
  );
  return {
    steps: [...zerosBefore(pads), { k: 'layer', make, named: true, activates: true }, ...(skips ? [everyOf(w.stride.known as Pair)] : [])],
  };
}

/** What a normalisation without its learnable numbers is told. */
export const affineArguments = (g: Given<boolean>): readonly PyArg[] => {
  if (g.known === true) return [];
  return [kw('center', g.known === false ? pyBool(false) : g.py), kw('scale', g.known === false ? pyBool(false) : g.py)];
};

/** Channels first, as entries are counted, and back. */
export const channelsFirst = (x: Py): Py => call(layer('Permute', tuple(pyNum(3), pyNum(1), pyNum(2))), x);
export const channelsLast = (x: Py): Py => call(layer('Permute', tuple(pyNum(2), pyNum(3), pyNum(1))), x);
