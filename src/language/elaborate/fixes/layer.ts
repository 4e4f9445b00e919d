/** Fixes of a layer's fault: what the layer suggests, and the channels that it is declared for, as edits of its call. */
import type { Fault, Suggestion } from '../../../layers/fault.ts';
import { before, dropUpTo, possible, preferred, write } from '../../syntax/edits.ts';
import { type Argument, type Invocation, isLabelledStage } from '../../syntax/generated/ast.ts';
import type { Fix } from '../../syntax/problem.ts';
import { locationOf, textOf } from '../../syntax/source.ts';
import type { Bound } from '../values.ts';
import { writeArgument } from './argument.ts';

/** What the site of the fault knows. */
export interface LayerSite {
  readonly at: Invocation;
  /** The arguments by parameter. */
  readonly bound: ReadonlyMap<string, Bound>;
  /** The channels that arrive: as who made them has them written, else as a number. */
  readonly channels: () => string;
}

/** The fixes of a fault, the likeliest first. */
export function layerFixes(fault: Fault, site: LayerSite): readonly Fix[] {
  const argument = fault.param === undefined ? undefined : site.bound.get(fault.param)?.node;
  return [
    ...(fault.arrives === undefined || !argument ? [] : declared(argument, site.channels())),
    ...(fault.suggest ?? []).map((s) => suggested(s, site)),
  ];
}

/** Channels that are declared, as `192->64`, where others arrive. */
function declared(argument: Argument, arrives: string): readonly Fix[] {
  const { value, out } = argument;
  if (!value || !out) return [];
  return [
    preferred(`Write what arrives: ${arrives}->${textOf(out)}`, [write(locationOf(value), arrives)]),
    possible(`Leave the check out: ${textOf(out)}`, [dropUpTo(value, out)]),
  ];
}

function suggested(s: Suggestion, { at, bound }: LayerSite): Fix {
  const edit =
    'before' in s
      ? before(locationOf(at.$container && isLabelledStage(at.$container) ? at.$container : at), `${s.before} -> `)
      : writeArgument(at, bound.get(s.param)?.node, s.param, s.value);
  return { title: s.title, edits: [edit], preferred: s.sure };
}
