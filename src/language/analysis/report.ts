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
  private readonly entrances = new Map<Instance, ReadonlyMap<string, Location>>();
  constructor(e: Elaboration, uri: string, calls: CallSites) {
    this.e = e;
    this.uri = uri;
    this.calls = calls;
  }

  all(): readonly Problem[] {
    const found = new Map<string, Problem>();
    /** By what is wrong in another file: where that is said here. */
    const elsewhere = new Map<string, Elsewhere>();
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
        if (said.location.uri === this.uri) keep(said);
        else note(elsewhere, said, instance, this.entrancesTo(instance));
      }
    for (const e of elsewhere.values()) keep(this.here(e));
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

  /** A problem in another file's text is shown once, at the first call in this file that leads to it. */
  private here({ problem, instance, calls }: Elsewhere): Problem {
    const [first, ...more] = [...calls.values()].sort(byStart);
    const uses = more.length > 0 ? `, to which ${more.length + 1} calls of this file lead` : '';
    return {
      ...problem,
      message: `In \`${instance.name}\`${uses}: ${problem.message}`,
      location: first ?? problem.location,
      related: [{ message: 'The problem is here.', location: problem.location }, ...problem.related],
      // It is fixed where it arises.
      fixes: [],
    };
  }

  /** The calls of this file's own text that lead to an instance of another's, each once. */
  private entrancesTo(instance: Instance): ReadonlyMap<string, Location> {
    const known = this.entrances.get(instance);
    if (known) return known;
    const found = new Map<string, Location>();
    const seen = new Set([instance]);
    for (const i of seen)
      for (const site of this.calls(i)) {
        if (site.caller.uri !== this.uri) seen.add(site.caller);
        else {
          const at = this.locationOf(site);
          found.set(`${at.range.start.line}:${at.range.start.character}`, at);
        }
      }
    this.entrances.set(instance, found);
    return found;
  }
}

/** Something wrong in another file, the first instance in which it is, and the calls here that lead to it. */
interface Elsewhere {
  readonly problem: Problem;
  readonly instance: Instance;
  readonly calls: Map<string, Location>;
}

function note(all: Map<string, Elsewhere>, problem: Problem, instance: Instance, calls: ReadonlyMap<string, Location>): void {
  if (calls.size === 0) return;
  const place = placeOf(problem);
  const known = all.get(place) ?? { problem, instance, calls: new Map<string, Location>() };
  for (const [at, location] of calls) known.calls.set(at, location);
  all.set(place, known);
}

const byStart = (a: Location, b: Location): number =>
  a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;

/** All problems of a file, in the order of its text; each place and code once. */
export const collectProblems = (e: Elaboration, uri: string, calls: CallSites): readonly Problem[] => new Report(e, uri, calls).all();
