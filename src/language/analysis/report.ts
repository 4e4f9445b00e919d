/** Gathers the problems of a file: those of its declarations, and those of every instance, each where it can be seen and mended. */

import type { Location } from '../../graph/graph.ts';
import { showShape } from '../../layers/shape.ts';
import type { Elaboration } from '../elaborate/elaborate.ts';
import type { CallSite, Instance } from '../elaborate/instance.ts';
import { byPlace, type Problem, type Related } from '../syntax/problem.ts';

const sameLocation = (a: Location, b: Location): boolean => JSON.stringify(a) === JSON.stringify(b);
const place = (p: Problem): string => `${p.code} ${JSON.stringify(p.location)}`;

/** The calls that lead from a file's own text to an instance, the outermost first. */
function wayTo(instance: Instance, uri: string): readonly CallSite[] {
  const way: CallSite[] = [];
  for (let i: Instance | undefined = instance, hops = 0; i && hops < 100; hops++) {
    const site: CallSite | undefined = i.calls[0];
    if (!site) break;
    way.unshift(site);
    if (site.location.uri === uri && i.uri !== uri) break;
    i = site.caller;
  }
  return way;
}

const shown = (i: Instance, site: CallSite): string => `\`${site.text}\` on ${showShape(i.input)}`;

/** Says in which call an instance's problem arises, where its block is used in several ways. */
function inCall(p: Problem, instance: Instance, uses: readonly Instance[], failing: number): Problem {
  const site = instance.calls[0];
  if (!site || uses.length < 2) return p;
  const more = failing > 1 ? ` and ${failing - 1} more` : '';
  const related: Related = { message: `Called here: ${shown(instance, site)}, in \`${site.caller.name}\`.`, location: site.location };
  return {
    ...p,
    message: `${p.message.replace(/[.?]$/, '')} (in the call ${shown(instance, site)}${more}).`,
    related: [...p.related, related],
  };
}

/** A problem in another file's text is shown at the call in this file that leads to it. */
function inFile(p: Problem, instance: Instance, uri: string): Problem | undefined {
  if (p.location.uri === uri) return p;
  const site = wayTo(instance, uri).find((s) => s.location.uri === uri);
  return (
    site && {
      ...p,
      message: `In \`${instance.name}\`: ${p.message}`,
      location: site.location,
      related: [{ message: 'It arises here.', location: p.location }, ...p.related],
      // It is mended where it arises.
      fixes: [],
    }
  );
}

/** All problems of a file, in the order of its text; each place and code once. */
export function collectProblems(e: Elaboration, uri: string): readonly Problem[] {
  const found = new Map<string, Problem>();
  const keep = (p: Problem): void => {
    if (!found.has(place(p))) found.set(place(p), p);
  };
  for (const p of e.problems.list) if (p.location.uri === uri) keep(p);
  for (const instance of e.instances) {
    const uses = e.instances.filter((i) => i.declaration === instance.declaration && !e.probes.has(i));
    for (const p of instance.problems) {
      const failing = uses.filter((i) => i.problems.some((q) => q.code === p.code && sameLocation(q.location, p.location)));
      // What fails in every use is a mistake of the block itself, and is said of none of its calls.
      const said = failing.length < uses.length ? inCall(p, instance, uses, failing.length) : p;
      const here = inFile(said, instance, uri);
      if (here) keep(here);
    }
  }
  return [...found.values()].sort(byPlace);
}
