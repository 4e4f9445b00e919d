/** Fixes of unknown names: the one that was probably meant. */
import type { Location } from '../../../graph/graph.ts';
import { possible, preferred, write } from '../../syntax/edits.ts';
import type { Invocation } from '../../syntax/generated/ast.ts';
import type { Fix } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty, textOf } from '../../syntax/source.ts';
import { isSlip, nearest } from '../../syntax/suggest.ts';
import { rewritten } from './elsewhere.ts';

/** Replaces a name with the nearest of some others. */
export function renamed(name: string, candidates: readonly string[], at: Location): readonly Fix[] {
  const near = nearest(name, candidates);
  if (near === undefined) return [];
  const fix = isSlip(name, near) ? preferred : possible;
  return [fix(`Write ${near}`, [write(at, near)])];
}

/** Of a stage that is unknown, with its arguments where it is a layer by its name elsewhere. */
export function unknownStageFixes(at: Invocation, candidates: readonly string[]): readonly Fix[] {
  // `x.view(-1)` makes a vector.
  if (at.callee === 'view' && at.args.some((a) => textOf(a) === '-1'))
    return [preferred('Write flatten', [write(locationOf(at), 'flatten')])];
  const near = nearest(at.callee, candidates);
  const anew = near === undefined ? undefined : rewritten(at, near);
  return anew ? [anew] : renamed(at.callee, candidates, locationOfProperty(at, 'callee'));
}
