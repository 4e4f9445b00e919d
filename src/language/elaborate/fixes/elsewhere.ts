/** Fixes of calls that are written as in PyTorch or Keras: `Conv2d(3, 64, kernel_size=3)` is `conv(3->64, 3)` here. */
import { layers } from '../../../layers/index.ts';
import { after, preferred, write } from '../../syntax/edits.ts';
import { isForeignCall, ourParameter } from '../../syntax/foreign.ts';
import { type Argument, type Invocation, isInvocation, isLabelledStage } from '../../syntax/generated/ast.ts';
import type { Fix } from '../../syntax/problem.ts';
import { locationOf, textOf } from '../../syntax/source.ts';
import { dropArgument } from './argument.ts';

/** Values that are written otherwise here. */
const VALUES: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'none', '"same"': 'same', '"valid"': '0' };
const writtenHere = (a: Argument): string => {
  const text = textOf(a.value ?? a);
  return VALUES[text] ?? text;
};

/** The activation that an argument names, as `relu` or `"relu"`. */
function activationOf(a: Argument): string | undefined {
  const name = textOf(a.value ?? a).replace(/^"(.*)"$/, '$1');
  return layers.get(name)?.role === 'activation' ? name : undefined;
}

/** A call of a layer by its name elsewhere, written anew as a call of `kind`; undefined where it has something that is not known here. */
export function rewritten(at: Invocation, kind: string): Fix | undefined {
  const params = Object.keys(layers.get(kind)?.params ?? {});
  if (!isForeignCall(at.callee) || at.args.length === 0) return undefined;
  const given = new Map<string, string>();
  let [into, activation]: [string | undefined, string | undefined] = [undefined, undefined];
  for (const [i, a] of at.args.entries()) {
    const ours = ourParameter(at.callee, i, a.name);
    if (ours === null) continue;
    if (ours === 'activation') activation = activationOf(a);
    else if (ours === 'in') into = writtenHere(a);
    else if (ours !== undefined && params.includes(ours) && !a.out) given.set(ours, writtenHere(a));
    else return undefined;
  }
  // Elsewhere nothing is padded unless one says so; here what keeps the size is.
  const isPoint = /^(1|1x1|\(1, 1\))$/.test(given.get('kernel') ?? '');
  if (defaultOf(kind, 'pad') === 'same' && !given.has('pad') && !isPoint) given.set('pad', '0');
  // By position as long as none before it is left out; what says only what is so anyway is no argument.
  const args: string[] = [];
  for (const [i, param] of params.entries()) {
    const value = given.get(param);
    if (value === undefined || value === defaultOf(kind, param)) continue;
    const arrow = i === 0 && into !== undefined ? `${into}->${value}` : value;
    args.push(args.length === i && i < 2 ? arrow : `${param}=${arrow}`);
  }
  const call = `${kind}${args.length > 0 ? `(${args.join(', ')})` : ''}${activation === undefined ? '' : ` -> ${activation}`}`;
  return preferred(`Write ${call}`, [write(locationOf(at), call)]);
}

/** The default of a parameter, as it is written. */
function defaultOf(kind: string, param: string): string | undefined {
  const spec = layers.get(kind)?.params[param];
  return spec?.default === undefined ? undefined : (spec.defaultText ?? String(spec.default));
}

/** An activation as an argument, which is a stage of its own here. */
export function asStage(argument: Argument): readonly Fix[] {
  const activation = activationOf(argument);
  const at = argument.$container;
  if (activation === undefined || !isInvocation(at) || !isLabelledStage(at.$container)) return [];
  return [preferred(`Make it a stage: -> ${activation}`, [dropArgument(argument), after(locationOf(at), ` -> ${activation}`)])];
}
