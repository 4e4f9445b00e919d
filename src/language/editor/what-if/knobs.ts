/** What of a target one may try other values for, and how each is chosen: a slider whose range and steps suit what the value is for. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../../../layers/index.ts';
import type { Shape } from '../../../layers/shape.ts';
import type { Control, Knob, NumbersForm, Slider } from '../../../protocol/server.ts';
import { keyOfConstant, keyOfInput, valuesIn, writtenIn } from '../../analysis/trial.ts';
import type { Trial } from '../../elaborate/elaborate.ts';
import type { Target } from '../../elaborate/targets.ts';
import { isLayer, isList, isSize, isUnknown, type LayerVal, type Val } from '../../elaborate/values.ts';
import { Meanings } from '../../names/means.ts';
import type { Model } from '../../syntax/generated/ast.ts';
import { placeOf } from './place.ts';
import { type Role, roleOf } from './roles.ts';

/** Elements of a list beyond which it is a text: so many sliders are no help. */
const MOST_SLIDERS = 8;

/** The knobs of a target, as its text stands: parameters in their order, then the input, then constants of the file. */
export function knobsOf(text: Trial, document: LangiumDocument, shared: LangiumSharedServices): readonly Knob[] {
  const { target, resolved } = text;
  if (!resolved) return [];
  const meanings = new Meanings(shared);
  const [written, values] = [writtenIn(text), valuesIn(text)];
  const said = (key: string) => ({ key, written: written.get(key) ?? '', value: values.get(key) ?? '' });
  const model = document.parseResult.value as Model;
  const parameters = resolved.declaration.params.flatMap((p): readonly Knob[] => {
    const value = text.parameters.get(p.name);
    if (value === undefined) return [];
    const where = placeOf(target, resolved, p.name).says;
    return [{ ...said(p.name), of: 'parameter', name: p.name, where, control: controlOf(value, roleOf(p, meanings), target, model) }];
  });
  const { previews } = target.declaration;
  const on = text.inputs.map(
    (shape, i): Knob => ({
      ...said(keyOfInput(i)),
      of: 'input',
      name: resolved.declaration.takes[i]?.name ?? 'input',
      where: previews.length > 0 ? `\`on\` of \`${target.name}\`` : `\`on\` behind \`${target.name}\`, which has none of its own`,
      control: { kind: 'numbers', form: shape.length === 3 ? 'size' : 'number', sliders: shapeSliders(shape) },
    }),
  );
  const constants = [...text.constants].map(([c, value]): Knob => {
    const key = keyOfConstant(c.name);
    const where = `the constant \`${c.name}\`, for all that reads it`;
    return { ...said(key), of: 'constant', name: key, where, control: controlOf(value, roleOf(c, meanings), target, model) };
  });
  return [...parameters, ...on, ...constants];
}

function controlOf(v: Val, role: Role | undefined, target: Target, model: Model): Control {
  if (typeof v === 'number') return numbers('number', [v], role);
  if (typeof v === 'boolean') return { kind: 'flag' };
  if (typeof v === 'string') {
    const choices = role !== undefined && role !== 'count' ? (role.spec.choices ?? []) : [];
    return choices.length > 0 ? { kind: 'choice', choices } : { kind: 'text' };
  }
  if (isList(v)) {
    const all = v.filter((x) => typeof x === 'number');
    return all.length === v.length && all.length > 0 && all.length <= MOST_SLIDERS ? numbers('list', all, undefined) : { kind: 'text' };
  }
  if (isUnknown(v)) return { kind: 'text' };
  if (isSize(v)) {
    const [h, w] = v.dims;
    return v.dims.length === 2 && typeof h === 'number' && h === w ? numbers('square', [h], role) : { kind: 'text' };
  }
  if (isLayer(v)) return { kind: 'choice', choices: likeLayers(v, target, model) };
  return { kind: 'text' };
}

const numbers = (form: NumbersForm, values: readonly number[], role: Role | undefined): Control => ({
  kind: 'numbers',
  form,
  sliders: values.map((v, i) => ({ name: form === 'list' ? `[${i}]` : '', ...rangeOf(v, role) })),
});

type Range = Omit<Slider, 'name'>;

/** The largest of some steps that a number is made of, at least twice. */
const stepOf = (v: number, steps: readonly number[]): number => steps.find((s) => v % s === 0 && v >= 2 * s) ?? 1;

const channels = (v: number): Range => {
  const step = stepOf(v, [16, 8, 4, 2]);
  return { min: step, max: Math.max(4 * v, 16 * step), step };
};

/** From how far to how far one slides, and in which steps: channels by multiples, kernels by odd numbers, shares by twentieths. */
function rangeOf(v: number, role: Role | undefined): Range {
  if (!Number.isInteger(v))
    return v > 0 && v < 1 ? { min: 0, max: 1, step: Math.abs(20 * v - Math.round(20 * v)) < 1e-9 ? 0.05 : 0.01 } : around(v);
  if (v < 0) return around(v);
  if (role === 'count') return { min: 1, max: Math.max(12, 3 * v), step: 1 };
  const upTo = (least: number): number => Math.max(least, 2 * v);
  switch (role?.name) {
    case 'kernel':
      return v % 2 === 1 ? { min: 1, max: Math.max(11, v + 4), step: 2 } : { min: 1, max: Math.max(8, v + 4), step: 1 };
    case 'stride':
    case 'dilation':
    case 'scale':
      return { min: 1, max: upTo(8), step: 1 };
    case 'groups':
    case 'multiplier':
      return { min: 1, max: upTo(32), step: 1 };
    case 'pad':
    case 'output_pad':
      return { min: 0, max: upTo(8), step: 1 };
    case 'p':
    case 'slope':
    case 'momentum':
      return { min: 0, max: 1, step: 0.05 };
    default:
      // A few of what becomes channels is a factor of theirs.
      if (v >= 32 && v % 8 === 0) return channels(v);
      if (v >= 8 && (role?.name === 'channels' || role?.name === 'features')) return channels(v);
      return { min: v === 0 ? 0 : 1, max: Math.max(12, 4 * v), step: 1 };
  }
}

/** From nothing to four times as much, in steps of about a twentieth. */
function around(v: number): Range {
  const step = 10 ** Math.round(Math.log10(Math.max(Math.abs(v), 1e-9) / 20));
  const far = Number((4 * v).toPrecision(2));
  return { min: Math.min(0, far), max: Math.max(0, far), step };
}

function shapeSliders([c, h, w]: Shape): readonly Slider[] {
  const few = c < 16 ? { min: 1, max: Math.max(8, 4 * c), step: 1 } : channels(c);
  if (h === undefined || w === undefined) return [{ name: '', ...few }];
  const side = (n: number): Range => {
    const step = stepOf(n, [32, 16, 8, 4, 2]);
    return { min: step, max: Math.max(4 * n, 8 * step), step };
  };
  return [
    { name: 'channels', ...few },
    { name: 'height', ...side(h) },
    { name: 'width', ...side(w) },
  ];
}

/** What may stand in the place of a layer: those that are for the same; of a block: those of the file that can be called as it is. */
function likeLayers({ callee }: LayerVal, target: Target, model: Model): readonly string[] {
  if ('builtin' in callee) {
    const own = layers.get(callee.builtin);
    const needs = Object.values(own?.params ?? {}).filter((p) => p.default === undefined).length;
    // `identity` does nothing, so it may stand for any.
    const fits = [...layers.values()].filter(
      (l) =>
        l.merge === own?.merge &&
        (l.role === own?.role ||
          (own?.role === 'activation' && l.kind === 'identity') ||
          (own?.kind === 'identity' && l.role === 'activation')) &&
        Object.values(l.params).filter((p) => p.default === undefined).length === needs,
    );
    return fits.map((l) => l.kind);
  }
  const own = callee.block;
  const names = own.params.map((p) => p.name);
  const others = model.declarations.filter(
    (d) =>
      (d.$type === 'Block' || (d.$type === 'Network' && !d.alias)) &&
      d !== target.declaration &&
      d.takes.length === own.takes.length &&
      names.every((n) => d.params.some((p) => p.name === n)),
  );
  return [...new Set([own.name, ...others.map((d) => d.name)])];
}
