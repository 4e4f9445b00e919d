/** Where a class keeps its modules: an attribute for each; in a loop one for all rounds, a list, or by the numbers of rounds where loops are nested. */
import { attr, call, index, method, name, type Py, pyNum } from '../../../layers/python.ts';
import { flat } from '../python/print.ts';
import { assign, expression, type PyStatement } from '../python/statement.ts';
import { namesOf, type Place, plural, SELF, type Slot } from './forms.ts';

export interface Held {
  /** What it is called in `__init__` where it stands in a list of its own. */
  readonly attribute: string;
  /** The module in `__init__`, where it was just made; and in `forward`. */
  readonly made: Py;
  readonly module: Py;
  readonly store: (make: Py, init: PyStatement[]) => void;
  /** Where its weights are: in itself, or in the part of this number. */
  readonly slot: (within?: number) => Slot;
  /** Where those are that the list holds of which it is made. */
  readonly listed: (modules: number, offset: number) => Slot;
}

/** A place for a module. Its name is taken. */
export function heldAt(place: Place, wanted: string): Held {
  const { loops, before } = place;
  const [loop, ...more] = loops;
  const attribute = place.attributes.take(loop && !/s$/.test(wanted) ? plural(wanted) : wanted);
  if (loop) place.singulars.set(attribute, wanted);
  const slot = (within?: number): Slot => ({ k: 'fixed', key: attribute, loops, ...(within === undefined ? {} : { within }) });
  const listed = (modules: number, offset: number): Slot => ({ k: 'listed', list: attribute, modules, offset, loops });
  const all = attr(SELF, attribute);
  const common = { attribute: loop ? wanted : attribute, slot, listed };
  if (!loop || !before) return { ...common, made: all, module: all, store: (make, init) => void init.push(assign(all, make)) };
  for (const l of loops) l.used = true;
  // A list is as long as the loop only where each round adds to it.
  if (more.length === 0 && !place.conditional) {
    before.push(assign(all, call('nn.ModuleList')));
    return {
      ...common,
      made: index(all, pyNum(-1)),
      module: index(all, loop.index),
      store: (make, init) => void init.push(expression(method(all, 'append', make))),
    };
  }
  before.push(assign(all, call('nn.ModuleDict')));
  const module = index(all, name(`f"${loops.map((l) => `{${flat(l.index)}}`).join('_')}"`));
  return { ...common, made: module, module, store: (make, init) => void init.push(assign(module, make)) };
}

/** A place for what has no weights: where no round makes it otherwise, before the loops, once. */
export function heldOnce(place: Place, wanted: string, make: Py, params: ReadonlySet<string>): Held {
  const { before } = place;
  const isSame = [...namesOf(make)].every((n) => params.has(n) || !/^[a-z_]/.test(n) || ['nn', 'partial', 'in_channels'].includes(n));
  if (!before || !isSame || place.conditional) return heldAt(place, wanted);
  const outside = heldAt({ ...place, loops: [], before: undefined }, wanted);
  return { ...outside, store: (m) => outside.store(m, before) };
}
