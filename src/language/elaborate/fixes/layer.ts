/** Fixes of a layer's fault: what the layer suggests, and the channels that it is declared for, as edits of its call. */
import type { Fault, Suggestion } from '../../../layers/fault.ts';
import { before, between, dropUpTo, possible, preferred, write } from '../../syntax/edits.ts';
import { type Argument, type Invocation, isLabelledStage } from '../../syntax/generated/ast.ts';
import type { Edit, Fix } from '../../syntax/problem.ts';
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
export function layerFixes(fault: Pick<Fault, 'param' | 'arrives' | 'suggest'>, site: LayerSite): readonly Fix[] {
  const argument = fault.param === undefined ? undefined : site.bound.get(fault.param)?.node;
  return [
    ...(fault.arrives === undefined || !argument ? [] : declared(argument, site.channels())),
    ...(fault.suggest ?? []).flatMap((s) => suggested(s, site)),
  ];
}

/** Channels that are declared, as `192->64`, where others arrive. */
function declared(argument: Argument, arrives: string): readonly Fix[] {
  const { value, out } = argument;
  if (!value || !out) return [];
  return [
    preferred(`Write what arrives: ${arrives}->${textOf(out)}`, [write(locationOf(value), arrives)]),
    possible(`Remove the check: ${textOf(out)}`, [dropUpTo(value, out)]),
  ];
}

/** What a layer suggests, as an edit of its call. */
function suggested(s: Suggestion, { at, bound }: LayerSite): readonly Fix[] {
  const edit = editOf(s, at, bound);
  return edit ? [{ title: s.title, edits: [edit], preferred: s.sure }] : [];
}

function editOf(s: Suggestion, at: Invocation, bound: LayerSite['bound']): Edit | undefined {
  if ('before' in s) return before(locationOf(isLabelledStage(at.$container) ? at.$container : at), `${s.before} -> `);
  if ('joined' in s || 'second' in s) {
    const [first, second] = at.args;
    if (!first?.value || !second?.value || first.name || second.name || first.out || second.out) return undefined;
    return 'joined' in s ? between(locationOf(first), locationOf(second), '->') : dropUpTo(first, second);
  }
  return writeArgument(at, bound.get(s.param)?.node, s.param, s.value);
}
