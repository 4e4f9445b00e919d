/**
 * What each layer says of itself in PyTorch: the modules that hold its weights, or an expression of its input. Its arguments may be known, or
 * names of the code that is written: `channels`, `kernel // 2`. Paddle, whose layers mirror PyTorch's, is derived from it.
 */
import type { Pads, Pair } from '../tensor/index.ts';
import type { PadWord, ParamSpecs, ParamsOf } from './params.ts';
import { binary, call, index, kw, name, type Py, type PyArg, pyNum, tuple } from './python.ts';
import type { Shape } from './shape.ts';

/** An argument: its value where it is known, and how Python says it. */
export interface Given<T> {
  readonly known: T | undefined;
  readonly py: Py;
}
export type GivenParams<P extends ParamSpecs> = { readonly [K in keyof P]: Given<ParamsOf<P>[K]> };

/** Where a layer stands. */
export interface TorchPlace {
  /** The channels that arrive. */
  readonly channels: Py;
  readonly isMap: boolean;
  /** What enters and leaves, where that is the same in all uses. */
  readonly xs: readonly Shape[] | undefined;
  readonly y: Shape | undefined;
  /** Whether sizes that are handed on as arguments are pairs rather than numbers. */
  readonly pairs: boolean;
}

/** A class or a function that the file has of its own, as source. */
export interface TorchHelper {
  readonly name: string;
  readonly source: string;
  /** Further modules that it needs: `import torch.nn.functional as F`. */
  readonly imports?: readonly string[];
}

export interface TorchModule {
  /** What its attribute is called, where the text does not say. */
  readonly name: string;
  readonly make: Py;
  /** Whether the layer's weights are in it. */
  readonly weights?: true;
}

export interface TorchForm {
  /** Modules in a row; absent: there are none that could stand in a Sequential. */
  readonly modules?: readonly TorchModule[];
  /** As an expression; preferred where code is written in `forward`, and where there are no modules the only way. */
  readonly expression?: (xs: readonly Py[]) => Py;
  readonly helpers?: readonly TorchHelper[];
  /** Whether the expression needs `torch.nn.functional`. */
  readonly functional?: true;
  /** Why a number stands where it stands. */
  readonly comment?: string;
}

export type TorchFragment<P extends ParamSpecs> = (p: GivenParams<P>, place: TorchPlace) => TorchForm;

/** Why a layer has no code with arguments that are not known; whoever asked writes each use by itself. */
export class CannotSay extends Error {}

/** A module that is made with nothing or with few arguments, the layer's own. */
export const one = (kind: string, make: Py, weights = false): TorchForm => ({
  modules: [{ name: kind, make, ...(weights ? { weights: true } : {}) }],
});
/** An expression of the one input. */
export const inline = (expression: (x: Py) => Py): TorchForm => ({ expression: ([x]) => expression(x as Py) });
/** A class of the file's own with weights or without. */
export const own = (kind: string, helper: TorchHelper, args: readonly (Py | PyArg)[], weights = false): TorchForm => ({
  ...one(kind, call(helper.name, ...args), weights),
  helpers: [helper],
});

/** Both axes as PyTorch takes them: one number where they are equal. */
export const both = ([h, w]: Pair): Py => (h === w ? pyNum(h) : tuple(pyNum(h), pyNum(w)));
export const bothOf = (g: Given<Pair>): Py => (g.known ? both(g.known) : g.py);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
/** An argument that is left out where it has its default. */
export function unless<T>(n: string, g: Given<T>, usual: T, py: Py = g.py): readonly PyArg[] {
  return g.known !== undefined && same(g.known, usual) ? [] : [kw(n, py)];
}
/** The one argument, left out where it has its default. */
export const unlessAt = <T>(g: Given<T>, usual: T): readonly Py[] => (g.known !== undefined && same(g.known, usual) ? [] : [g.py]);
export const unlessOne = (n: string, g: Given<Pair>): readonly PyArg[] => unless(n, g, [1, 1], bothOf(g));
export const unlessTrue = (n: string, g: Given<boolean>): readonly PyArg[] => unless(n, g, true);

export function knownOf<T>(g: Given<T>, what: string): T {
  if (g.known === undefined) throw new CannotSay(what);
  return g.known;
}

/** (k − 1) · dilation / 2 along an axis, of which either may be a name. */
function half(k: Py | number, dilation: Py | number): Py {
  if (typeof k === 'number' && typeof dilation === 'number') return pyNum(Math.floor(((k - 1) * dilation) / 2));
  if (typeof k === 'number') {
    const steps = (k - 1) / 2;
    if (steps === 1) return dilation as Py;
    return binary('*', pyNum(steps), dilation as Py);
  }
  if (dilation === 1) return binary('//', k, pyNum(2));
  const d = typeof dilation === 'number' ? pyNum(dilation) : dilation;
  return binary('*', d, binary('//', k, pyNum(2)));
}

/** `same` where kernel and dilation may be names. */
export function samePadding(kernel: Given<Pair>, dilation: Given<Pair>, pairs: boolean): Py {
  if (kernel.known && dilation.known) {
    const [v, h] = [0, 1].map((i) => Math.floor((((kernel.known?.[i] ?? 1) - 1) * (dilation.known?.[i] ?? 1)) / 2)) as [number, number];
    return both([v, h]);
  }
  const axis = (g: Given<Pair>, i: 0 | 1): Py | number => g.known?.[i] ?? (pairs ? index(g.py, pyNum(i)) : g.py);
  const [v, h] = [half(axis(kernel, 0), axis(dilation, 0)), half(axis(kernel, 1), axis(dilation, 1))];
  const isOne = (g: Given<Pair>): boolean => (g.known === undefined ? !pairs : g.known[0] === g.known[1]);
  return isOne(kernel) && isOne(dilation) ? v : tuple(v, h);
}

interface Window {
  readonly kernel: Given<Pair>;
  readonly stride: Given<Pair>;
  readonly pad: Given<PadWord | Pads>;
  readonly dilation: Given<Pair>;
}

/** TensorFlow's SAME along an axis. */
export function tfPads(n: number, k: number, s: number, d: number): Pair {
  const total = Math.max(0, (Math.ceil(n / s) - 1) * s + d * (k - 1) + 1 - n);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

const SAME_PAD: TorchHelper = {
  name: 'SamePad2d',
  imports: ['import torch.nn.functional as F'],
  source: `class SamePad2d(nn.Module):
    """Pads as TensorFlow's "same" does: so that ceil(n / stride) windows fit."""

    def __init__(self, kernel, stride=1, dilation=1, value=0.0):
        super().__init__()
        self.kernel, self.stride, self.dilation = (
            (n, n) if isinstance(n, int) else n for n in (kernel, stride, dilation)
        )
        self.value = value

    def forward(self, x):
        pads = []
        for n, k, s, d in zip(x.shape[2:], self.kernel, self.stride, self.dilation):
            total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
            pads = [total // 2, total - total // 2] + pads
        return F.pad(x, pads, value=self.value)`,
};

/** The padding of a window: the argument that says it, or a module before the window, where the sides differ. */
export function padding(
  w: Window,
  place: TorchPlace,
  fill: Py = pyNum(0),
): { readonly arg: Py | undefined; readonly before: readonly TorchModule[]; readonly helpers: readonly TorchHelper[] } {
  const { known } = w.pad;
  const none = { before: [], helpers: [] };
  if (known === 'same') {
    const arg = samePadding(w.kernel, w.dilation, place.pairs);
    return { ...none, arg: same(arg, pyNum(0)) ? undefined : arg };
  }
  if (known === 'tf') {
    const [x] = place.xs ?? [];
    const { kernel, stride, dilation } = w;
    if (x?.length === 3 && kernel.known && stride.known && dilation.known) {
      const [top, bottom] = tfPads(x[1], kernel.known[0], stride.known[0], dilation.known[0]);
      const [left, right] = tfPads(x[2], kernel.known[1], stride.known[1], dilation.known[1]);
      if (top === bottom && left === right) return { ...none, arg: top + left === 0 ? undefined : both([top, left]) };
    }
    const args = [
      bothOf(kernel),
      ...unlessOne('stride', stride),
      ...unlessOne('dilation', dilation),
      ...(isZero(fill) ? [] : [kw('value', fill)]),
    ];
    return { arg: undefined, before: [{ name: 'pad', make: call('SamePad2d', ...args) }], helpers: [SAME_PAD] };
  }
  if (known) {
    const [top, left, bottom, right] = known;
    if (top === bottom && left === right) return { ...none, arg: top + left === 0 ? undefined : both([top, left]) };
    return { ...none, arg: undefined, before: [{ name: 'pad', make: padModule(known, fill) }] };
  }
  // A parameter whose default is `same` is None in the code.
  const arg = samePadding(w.kernel, w.dilation, place.pairs);
  return {
    ...none,
    arg: { k: 'if', test: { k: 'compare', first: w.pad.py, rest: [{ op: 'is', value: name('None') }] }, yes: arg, no: w.pad.py },
  };
}

const isZero = (e: Py): boolean => same(e, pyNum(0));

/** `nn.ZeroPad2d((left, right, top, bottom))`. */
export function padModule([top, left, bottom, right]: Pads, fill: Py = pyNum(0)): Py {
  const sides = [left, right, top, bottom];
  const pads = sides.every((n) => n === top) ? pyNum(top) : tuple(...sides.map(pyNum));
  return isZero(fill) ? call('nn.ZeroPad2d', pads) : call('nn.ConstantPad2d', pads, fill);
}

/** A convolution. `groups` and `out` as they are written. */
export function convolution(
  w: Window,
  place: TorchPlace,
  more: { readonly kind: string; readonly out: Py; readonly groups: readonly PyArg[]; readonly bias: Given<boolean> },
): TorchForm {
  const pads = padding(w, place);
  const stride = unlessOne('stride', w.stride);
  const make = call(
    'nn.Conv2d',
    place.channels,
    more.out,
    bothOf(w.kernel),
    ...stride,
    ...(pads.arg ? [kw('padding', pads.arg)] : []),
    ...unlessOne('dilation', w.dilation),
    ...more.groups,
    ...unlessTrue('bias', more.bias),
  );
  return { modules: [...pads.before, { name: more.kind, make, weights: true }], helpers: pads.helpers };
}
