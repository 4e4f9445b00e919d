/** The window pools in Keras, which pads none of them and never rounds up: what they read beyond a map is put around it before. */
import type { Pads, Pair } from '../tensor/index.ts';
import {
  allSides,
  type KerasForm,
  type KerasHelper,
  type KerasPadding,
  type KerasPlace,
  keras,
  kerasPadding,
  layer,
  of,
  sameArgument,
  zerosBefore,
} from './keras.ts';
import { type GivenPool, overhang } from './pools.ts';
import { call, index, kw, name, type Py, type PyArg, pyNum, tuple } from './python.ts';
import { both, bothOf, type Given, knownOf } from './torch.ts';

interface Window {
  readonly kernel: Given<Pair>;
  readonly stride: Given<Pair>;
  readonly dilation: Given<Pair>;
  readonly padding: KerasPadding;
  /** The kernel and, where it is another, the stride. */
  readonly args: readonly (Py | PyArg)[];
}

function windowOf(p: GivenPool, place: KerasPlace): Window {
  const dilation = p.dilation ?? { known: [1, 1] as const, py: pyNum(1) };
  const stride: Given<Pair> = p.stride.known === null ? p.kernel : (p.stride as Given<Pair>);
  const isKernel = p.stride.known === null || (p.kernel.known !== undefined && String(p.kernel.known) === String(p.stride.known));
  const found = kerasPadding({ kernel: p.kernel, stride, pad: p.pad, dilation }, place);
  // What rounds up reads as far as its last windows.
  const padding: KerasPadding = p.ceil.known === false ? found : beyond(overhang(p, place));
  return { kernel: p.kernel, stride, dilation, padding, args: [bothOf(p.kernel), ...(isKernel ? [] : [kw('strides', bothOf(stride))])] };
}
/** The padding that is written, in numbers. */
function written(p: GivenPool, place: KerasPlace): Pads {
  const { known } = p.pad;
  if (Array.isArray(known)) return known as unknown as Pads;
  const [kernel, dilation] = [p.kernel.known, p.dilation ? p.dilation.known : ([1, 1] as const)];
  if (known !== 'same' || !kernel || !dilation) return overhang(p, place, false);
  const [v = 0, h = 0] = kernel.map((k, i) => Math.floor(((k - 1) * (dilation[i] as number)) / 2));
  return [v, h, v, h];
}
const beyond = (pads: Pads): KerasPadding => (pads.every((n) => n === 0) ? { k: 'valid' } : { k: 'pads', pads });

/** Both sides of each axis by what is written, which may be one number or a pair. */
function sidesWritten(py: Py, pairs: boolean): Py {
  const [v, h] = py.k === 'tuple' ? py.items : pairs ? [index(py, pyNum(0)), index(py, pyNum(1))] : [py, py];
  const none = tuple(pyNum(0), pyNum(0));
  return tuple(none, tuple(v as Py, v as Py), tuple(h as Py, h as Py), none);
}

const DILATED: KerasHelper = {
  name: 'dilated_max_pool',
  source: `def dilated_max_pool(x, kernel, strides, dilation):
    """The maxima of windows with gaps."""
    (kh, kw), (sh, sw), (dh, dw) = kernel, strides, dilation
    h, w = x.shape[1] - dh * (kh - 1), x.shape[2] - dw * (kw - 1)
    places = [(i * dh, j * dw) for i in range(kh) for j in range(kw)]
    parts = [x[:, top : top + h : sh, left : left + w : sw] for top, left in places]
    return ops.max(ops.stack(parts), axis=0)`,
};

/** Maxima: nothing beyond the edge counts. */
export function maxKeras(p: GivenPool, place: KerasPlace): KerasForm {
  const w = windowOf(p, place);
  const isDilated = w.dilation.known === undefined || w.dilation.known.some((n) => n !== 1);
  // Keras leaves out what lies beyond as well.
  if (!isDilated && (w.padding.k === 'same' || w.padding.k === 'valid'))
    return { steps: [{ k: 'layer', make: layer('MaxPooling2D', ...w.args, ...sameArgument(w.padding)) }] };
  let { padding } = w;
  if (isDilated && padding.k === 'same') padding = beyond(written(p, place));
  const low = kw('constant_values', call('float', name('"-inf"')));
  const sides = padding.k === 'pads' ? allSides(padding.pads) : padding.k === 'written' ? sidesWritten(padding.py, place.pairs) : undefined;
  const before = sides ? [{ k: 'of' as const, of: (x: Py) => keras('ops.pad', x, sides, low) }] : [];
  if (!isDilated) return { steps: [...before, { k: 'layer', make: layer('MaxPooling2D', ...w.args) }] };
  const pair = (g: Given<Pair>): Py => tuple(...knownOf(g, 'a dilated pool').map(pyNum));
  return {
    steps: [...before, { k: 'of', of: (x) => call('dilated_max_pool', x, pair(w.kernel), pair(w.stride), pair(w.dilation)) }],
    helpers: [DILATED],
  };
}

const AVERAGE: KerasHelper = {
  name: 'average_pool',
  source: `def average_pool(x, kernel, strides, pads, beyond):
    """The mean of each window over the map with \`pads\` around it, not over what is \`beyond\`."""
    ones = ops.pad(ops.pad(ops.ones_like(x), pads, constant_values=1.0), beyond)
    x = ops.pad(ops.pad(x, pads), beyond)
    inside = ops.average_pool(ones, kernel, strides)
    return ops.average_pool(x, kernel, strides) / inside`,
};

/** A mean, with or without the padding; what hangs over never counts. */
export function averageKeras(p: GivenPool, place: KerasPlace, counted: boolean): KerasForm {
  const w = windowOf(p, place);
  const make = (more: readonly PyArg[]): Py => layer('AveragePooling2D', ...w.args, ...more);
  const rounds = p.ceil.known !== false;
  if (w.padding.k === 'valid') return { steps: [{ k: 'layer', make: make([]) }] };
  // Keras's own padding is not counted.
  if (w.padding.k === 'same' && !counted) return { steps: [{ k: 'layer', make: make(sameArgument(w.padding)) }] };
  if (counted && !rounds) {
    const pads = w.padding.k === 'same' ? beyond(written(p, place)) : w.padding;
    return { steps: [...zerosBefore(pads), { k: 'layer', make: make([]) }] };
  }
  const all = overhang(p, place);
  const own = counted ? written(p, place) : ([0, 0, 0, 0] as const);
  const rest = all.map((n, i) => n - (own[i] ?? 0)) as unknown as Pads;
  const pair = (g: Given<Pair>): Py => both(knownOf(g, 'avgpool'));
  return of((x) => call('average_pool', x, pair(w.kernel), pair(w.stride), allSides(own), allSides(rest)), AVERAGE);
}

const POWER: KerasHelper = {
  name: 'power_pool',
  source: `def power_pool(x, p, kernel, strides, pads):
    """The p-norm of each window."""
    means = ops.average_pool(ops.pad(ops.abs(x) ** p, pads), kernel, strides)
    return (means * math.prod(kernel)) ** (1 / p)`,
};

/** A p-norm. */
export function powerKeras(p: GivenPool & { readonly p: Given<number> }, place: KerasPlace): KerasForm {
  const w = windowOf(p, place);
  const pads: Pads = w.padding.k === 'valid' ? [0, 0, 0, 0] : w.padding.k === 'pads' ? w.padding.pads : overhang(p, place);
  const pair = (g: Given<Pair>): Py => tuple(...knownOf(g, 'lppool').map(pyNum));
  return of((x) => call('power_pool', x, p.p.py, pair(w.kernel), pair(w.stride), allSides(pads)), POWER);
}
