/** Fixes of unknown names: the one that was probably meant. */
import type { Location } from '../../../graph/graph.ts';
import { layers } from '../../../layers/index.ts';
import { before, possible, preferred, write } from '../../syntax/edits.ts';
import { type Invocation, isArgument, isInvocation, isLabelledStage, type Reference } from '../../syntax/generated/ast.ts';
import type { Fix } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty, textOf } from '../../syntax/source.ts';
import { isSlip, nearest } from '../../syntax/suggest.ts';
import { dropArgument } from './argument.ts';
import { rewritten } from './elsewhere.ts';
import { asBranches, branchesFix } from './merges.ts';

/** Replaces a name with the nearest of some others. */
export function renamed(name: string, candidates: readonly string[], at: Location): readonly Fix[] {
  const near = nearest(name, candidates);
  if (near === undefined) return [];
  const fix = isSlip(name, near) ? preferred : possible;
  return [fix(`Write ${near}`, [write(at, near)])];
}

/** Replaces a text by the one of a parameter's that was probably meant. */
export function quoted(text: string, near: string, at: Location): readonly Fix[] {
  const fix = isSlip(text, near) ? preferred : possible;
  return [fix(`Write "${near}"`, [write(at, `"${near}"`)])];
}

/** A text without its quotes, where a layer takes one: `mode=bilinear`. */
export function textMeant(at: Reference): { readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  const argument = at.$container;
  if (!isArgument(argument) || argument.value !== at || !isInvocation(argument.$container)) return undefined;
  const { callee } = argument.$container;
  const text = `"${at.name}"`;
  const [param] = Object.entries(layers.get(callee)?.params ?? {}).find(([, spec]) => spec.choices?.includes(text)) ?? [];
  if (param === undefined) return undefined;
  return {
    message: `\`${param}\` of \`${callee}\` is a text, in quotes: write \`${text}\`.`,
    fixes: [preferred(`Write ${text}`, [write(locationOf(at), text)])],
  };
}

/** A value that is given as an argument: to a layer, into which it flows, or for a size, which it has. */
export function valueGiven(at: Reference): { readonly text: string; readonly fixes: readonly Fix[] } | undefined {
  const argument = at.$container;
  if (!isArgument(argument) || argument.value !== at || argument.out) return undefined;
  const call = argument.$container;
  const kind = isInvocation(call) && !call.branches ? layers.get(call.callee) : undefined;
  if (!isInvocation(call) || !kind || kind.merge) return undefined;
  if (argument.name !== undefined && kind.params[argument.name]?.type === 'size') {
    const text = `size(${at.name}.h, ${at.name}.w)`;
    return { text: `${argument.name}=${text}`, fixes: [preferred(`Write ${text}`, [write(locationOf(at), text)])] };
  }
  const stage = call.$container;
  if (
    argument.name !== undefined ||
    call.args[0] !== argument ||
    !isLabelledStage(stage) ||
    stage.$container.stages[0] !== stage ||
    stage.label !== undefined
  )
    return undefined;
  const rest = call.args
    .slice(1)
    .map((a) => textOf(a))
    .join(', ');
  const text = `${at.name} -> ${call.callee}${rest === '' ? '' : `(${rest})`}`;
  return { text, fixes: [preferred(`Write ${text}`, [before(locationOf(call), `${at.name} -> `), dropArgument(argument)])] };
}

/** Of a stage that is unknown, with its arguments where it is a layer by its name elsewhere. */
export function unknownStageFixes(at: Invocation, candidates: readonly string[]): readonly Fix[] {
  // `x.view(-1)` makes a vector.
  if (at.callee === 'view' && at.args.some((a) => textOf(a) === '-1'))
    return [preferred('Write flatten', [write(locationOf(at), 'flatten')])];
  const near = nearest(at.callee, candidates);
  const anew = near === undefined ? undefined : rewritten(at, near);
  // `cat([x, y], dim=1)`: of a merge the arguments are branches.
  const isJoin = near !== undefined && layers.get(near)?.merge === true && !at.branches;
  const joined = isJoin ? asBranches(at, () => false, near) : undefined;
  if (joined !== undefined) return branchesFix(at, joined);
  return anew ? [anew] : renamed(at.callee, candidates, locationOfProperty(at, 'callee'));
}
