/** Gathers the problems of a file: those of its declarations, and those of every instance, each where it can be seen and fixed. */
import type { Location } from '../../graph/graph.ts';
import { showShape } from '../../layers/shape.ts';
import type { Elaboration } from '../elaborate/elaborate.ts';
import type { Instance } from '../elaborate/instance.ts';
import { byPlace, type Problem, type ProblemAt, type Related, relocated } from '../syntax/problem.ts';
import { type DeclarationId, locate, type Spot } from '../syntax/spot.ts';
import type { CallSite, CallSites } from './call-sites.ts';

const placeOf = ({ code, location: { uri, range } }: Problem): string =>
  `${code} ${uri} ${range.start.line}:${range.start.character} ${range.end.line}:${range.end.character}`;
const spotOf = ({ code, location: { in: d, range } }: ProblemAt<Spot>): string =>
  `${code} ${d} ${range.start.line}:${range.start.character} ${range.end.line}:${range.end.character}`;

/** How many instances of a block there are, and in how many each problem arises. */
interface Tally {
  instances: number;
  readonly failing: Map<string, number>;
}

function tallies({ instances, probes }: Elaboration): ReadonlyMap<DeclarationId, Tally> {
  const found = new Map<DeclarationId, Tally>();
  for (const i of instances) {
    if (probes.has(i)) continue;
    const tally = found.get(i.declaration) ?? { instances: 0, failing: new Map<string, number>() };
    found.set(i.declaration, tally);
    tally.instances++;
    for (const spot of new Set(i.problems.map(spotOf))) tally.failing.set(spot, (tally.failing.get(spot) ?? 0) + 1);
  }
  return found;
}

class Report {
  private readonly e: Elaboration;
  private readonly uri: string;
  private readonly calls: CallSites;
  constructor(e: Elaboration, uri: string, calls: CallSites) {
    this.e = e;
    this.uri = uri;
    this.calls = calls;
  }

  all(): readonly Problem[] {
    const found = new Map<string, Problem>();
    const keep = (p: Problem): void => {
      const place = placeOf(p);
      if (!found.has(place)) found.set(place, p);
    };
    for (const p of this.e.problems.list) if (p.location.uri === this.uri) keep(p);
    const counted = tallies(this.e);
    for (const instance of this.e.instances)
      for (const p of instance.problems) {
        const tally = counted.get(instance.declaration);
        const failing = tally?.failing.get(spotOf(p)) ?? 0;
        const located = relocated(p, (s) => locate(s, this.e.grounds));
        // What fails in every use is a mistake of the block itself, so no call is named.
        const said = tally && failing < tally.instances && tally.instances > 1 ? this.inCall(located, instance, failing) : located;
        const here = this.inFile(said, instance);
        if (here) keep(here);
      }
    return [...found.values()].sort(byPlace);
  }

  private locationOf(site: CallSite): Location {
    return locate(site.item.callee, this.e.grounds);
  }

  /** Says in which call an instance's problem arises, where its block is used in several ways. */
  private inCall(p: Problem, instance: Instance, failing: number): Problem {
    const [site] = this.calls(instance);
    if (!site) return p;
    const call = `\`${site.item.text}\` on ${showShape(instance.input)}`;
    const more = failing > 1 ? ` and ${failing - 1} more` : '';
    const related: Related = { message: `Called here: ${call}, in \`${site.caller.name}\`.`, location: this.locationOf(site) };
    return { ...p, message: `${p.message.replace(/[.?]$/, '')} (in the call ${call}${more}).`, related: [...p.related, related] };
  }

  /** A problem in another file's text is shown at the call in this file that leads to it. */
  private inFile(p: Problem, instance: Instance): Problem | undefined {
    if (p.location.uri === this.uri) return p;
    const site = this.entranceTo(instance);
    return (
      site && {
        ...p,
        message: `In \`${instance.name}\`: ${p.message}`,
        location: this.locationOf(site),
        related: [{ message: 'The problem is here.', location: p.location }, ...p.related],
        // It is fixed where it arises.
        fixes: [],
      }
    );
  }

  /** On the way from a target to an instance: the call of this file's own text that leaves it. */
  private entranceTo(instance: Instance): CallSite | undefined {
    let first: CallSite | undefined;
    for (let i: Instance | undefined = instance, hops = 0; i && hops < 100; hops++) {
      const site: CallSite | undefined = this.calls(i)[0];
      if (!site) break;
      if (site.caller.uri === this.uri) {
        first = site;
        if (i.uri !== this.uri) break;
      }
      i = site.caller;
    }
    return first;
  }
}

/** All problems of a file, in the order of its text; each place and code once. */
export const collectProblems = (e: Elaboration, uri: string, calls: CallSites): readonly Problem[] => new Report(e, uri, calls).all();
