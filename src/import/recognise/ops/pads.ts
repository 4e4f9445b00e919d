/** Padding: a layer of its own, or part of the convolution behind it. */
import type { Pads } from '../../../tensor/index.ts';
import { numbers, text } from '../../simplify/attributes.ts';
import { axesOf } from '../../simplify/evaluate.ts';
import type { Step } from '../../simplify/simplify.ts';
import { unsayable } from '../builder.ts';
import { type Context, optional, type Recognise } from '../context.ts';
import { scalarOf } from '../patterns.ts';
import { keysOf, type View } from '../view.ts';

/** What a Pad adds before and behind each axis. */
function sidesOf(s: Step, rank: number): readonly (readonly [number, number])[] {
  const pads = optional(s.inputs[1], 'padding')?.numbers() ?? numbers(s.attributes, 'pads');
  if (!pads) return unsayable('its padding is not known');
  const axes = axesOf(new Map(), optional(s.inputs[3], 'axes'), rank) ?? Array.from({ length: rank }, (_, i) => i);
  return Array.from({ length: rank }, (_, i) => {
    const at = axes.indexOf(i);
    return at < 0 ? ([0, 0] as const) : ([pads[at] ?? 0, pads[at + axes.length] ?? 0] as const);
  });
}

/** Which of the value's axes a tensor's axis is; for one of a single pixel, its place in the usual order. */
function placesOf(v: View): readonly number[] | undefined {
  const keys = keysOf(v);
  if (!keys || v.axes.length !== 4) return undefined;
  const places = keys.map(([k], i) => (i === 0 ? -1 : k));
  const free = [0, 1, 2].filter((k) => !places.includes(k));
  return places.map((k) => k ?? free.shift() ?? -1);
}

/** Zeros that were put around a map: the value before them, and how many. What reads it instead pads by itself. */
export function zerosBefore(c: Context, node: number): { readonly node: number; readonly pads: Pads } {
  const { kind, params, inputs } = c.b.at(node);
  const zeros = kind === 'pad' && params.mode === 'constant' && params.value === 0;
  return zeros ? { node: inputs[0] as number, pads: params.size as unknown as Pads } : { node, pads: [0, 0, 0, 0] };
}

export const pad: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const sides = sidesOf(s, v.axes.length);
  if (sides.every(([a, b]) => a === 0 && b === 0)) return [v];
  const mode = text(s.attributes, 'mode', 'constant');
  if (mode === 'wrap') return unsayable('it pads by wrapping around');
  const own = s.attributes.get('value');
  const value = scalarOf(s.inputs[2]) ?? (typeof own === 'number' ? own : 0);
  if (mode === 'constant' && !Number.isFinite(value)) return unsayable('it pads with an infinity');
  const x = c.b.regular(v);
  const places = placesOf(x) ?? unsayable('it pads what is no map');
  const side = (axis: number): readonly [number, number] => sides[places.indexOf(axis)] ?? [0, 0];
  const [front, back] = side(0);
  if (front !== 0 || back !== 0 || sides[0]?.some((n) => n !== 0)) return unsayable('it pads channels');
  const [[top, bottom], [left, right]] = [side(1), side(2)];
  if ([top, bottom, left, right].some((n) => n < 0)) return unsayable('it cuts off by a negative padding');
  const node = c.b.layer('pad', [x.node], { size: [top, bottom, left, right], value, mode });
  const fresh = c.b.fresh(node);
  // The tensor's axes lie as before.
  const axes = x.axes.map((_, i) => (i === 0 ? [] : (fresh.order[places[i] ?? 0] ?? [])));
  return [{ ...fresh, axes }];
};
