/** The analysis of one file, from its document: what can stand alone, every instance, all problems; figures and comparisons on demand. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { compareVariants } from '../../graph/compare.ts';
import type { Comparison, Facts } from '../../graph/facts.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Outline } from '../../graph/outline.ts';
import { hasVariant } from '../../graph/variants/units.ts';
import { type Elaboration, elaborate } from '../elaborate/elaborate.ts';
import { flatten } from '../elaborate/flatten.ts';
import type { Instance } from '../elaborate/instance.ts';
import { Kept } from '../elaborate/kept.ts';
import { outlineOf } from '../elaborate/outline.ts';
import { DEFAULT_LIMITS, type Limits } from '../elaborate/session.ts';
import type { Target } from '../elaborate/targets.ts';
import type { Model } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';
import type { DeclarationId } from '../syntax/spot.ts';
import { callSites } from './call-sites.ts';
import { factsOf, graphOf, isWorthwhile } from './figures.ts';
import { fileScopes } from './file-scopes.ts';
import { collectProblems } from './report.ts';
import { sizesRow, withSizes } from './sizes.ts';
import { type TrialResult, type TriedTexts, tryTexts, untried } from './trial.ts';
import { type Use, Uses } from './uses.ts';

/** A graph with what analysis finds of it. */
export interface Analysed {
  readonly graph: Graph;
  readonly facts: Facts;
}

export interface FileAnalysis extends Elaboration {
  readonly uri: string;
  readonly version: number;
  readonly model: Model;
  readonly all: readonly Problem[];
  readonly ms: number;
  /** The ways in which a block or network is used; found once. */
  uses(declaration: DeclarationId): readonly Use[];
  /** The graph of a target, under its own name; made once. */
  target(target: Target): Analysed | undefined;
  /** Which heights and widths a target takes; undefined where all. */
  takes(target: Target): string | undefined;
  /** What a target is made of, as it was written. */
  outline(target: Target): Outline | undefined;
  /** The same with the networks of the file that share a block with it. */
  family(target: Target): Outline | undefined;
  /** Whether there is something to compare a target with; a fraction of the work of comparing. With an error behind which it is very large it has nothing. */
  isComparable(target: Target): boolean;
  /** A target with values tried in place of those of the text, which it leaves alone. What came of the last is remembered. */
  trial(target: Target, tried: TriedTexts): TrialResult;
  /** A target against what `versus` names, else against the first of its variants; undefined where it is not comparable. Made once. */
  comparison(target: Target): Comparison | undefined;
}

/** A function of targets that is computed once for each, as long as there is one. */
function once<T>(find: (t: Target) => T): (t: Target) => T {
  const known = new WeakMap<Target, { readonly value: T }>();
  return (t) => {
    const found = known.get(t) ?? { value: find(t) };
    known.set(t, found);
    return found.value;
  };
}

/** A function of what is tried on a target that remembers what it gave last: a view is asked for, then its comparison. */
function lastOnly<T>(find: (t: Target, tried: TriedTexts) => T): (t: Target, tried: TriedTexts) => T {
  let last: { readonly target: Target; readonly key: string; readonly value: T } | undefined;
  return (target, tried) => {
    const key = JSON.stringify(tried);
    if (last?.target !== target || last.key !== key) last = { target, key, value: find(target, tried) };
    return last.value;
  };
}

/** The blocks and networks that a target is made of. */
function declarationsOf(t: Target): ReadonlySet<DeclarationId> {
  const [found, seen] = [new Set<DeclarationId>(), new Set<Instance>()];
  const add = (i: Instance): void => {
    if (seen.has(i)) return;
    seen.add(i);
    found.add(i.declaration);
    for (const item of i.items) if (item.type === 'call') add(item.instance);
  };
  if (t.instance) add(t.instance);
  return found;
}

/** The other networks among targets that share a block with one. */
function familyOf(t: Target, targets: readonly Target[]): readonly Target[] {
  const own = declarationsOf(t);
  return targets.filter((o) => o !== t && o.kind === 'network' && o.instance && [...declarationsOf(o)].some((d) => own.has(d)));
}

/** Whether an instance has a variant, which depends on nothing but itself. */
const varied = new WeakMap<Instance, boolean>();

function isVaried(instance: Instance): boolean {
  const known = varied.get(instance) ?? hasVariant(graphOf(instance));
  varied.set(instance, known);
  return known;
}

/** Analyses a document whose imports are loaded; `kept` is what its last analysis left. Never throws on its text. */
export function analyseDocument(
  document: LangiumDocument,
  shared: LangiumSharedServices,
  limits: Limits = DEFAULT_LIMITS,
  kept = new Kept(),
): FileAnalysis {
  const start = performance.now();
  const model = document.parseResult.value as Model;
  const files = fileScopes(shared);
  const elaboration = elaborate(model, files, limits, kept);
  const { targets, instances, probes, grounds } = elaboration;
  const uri = document.uri.toString();
  const calls = callSites(instances);
  const uses = new Uses(
    instances.filter((i) => !probes.has(i)),
    targets,
    calls,
  );
  const target = once(
    (t): Analysed | undefined => t.instance && { graph: flatten(t.instance, grounds, t.name), facts: factsOf(t.instance) },
  );
  const file = { model, uri, targets, target };
  const all = withSizes(collectProblems(elaboration, uri, calls), file, shared);
  const elaborated = { model, limits, kept: new Kept(kept) };
  const subject = { ...elaborated, uri, all, untried: once((t) => untried(elaborated, shared, t)) };
  return {
    ...elaboration,
    uri,
    version: document.textDocument.version,
    model,
    all,
    ms: performance.now() - start,
    uses: (declaration) => uses.of(declaration),
    target,
    takes: (t) => sizesRow(file, shared, t),
    outline: (t) => outlineOf([t], files),
    family: (t) => outlineOf([t, ...familyOf(t, targets)], files),
    trial: lastOnly((t, tried) => tryTexts(subject, shared, t, tried)),
    isComparable: (t) => t.instance !== undefined && isWorthwhile(t.instance) && (t.versus !== undefined || isVaried(t.instance)),
    comparison: once((t) => {
      const graph = t.instance && isWorthwhile(t.instance) ? target(t)?.graph : undefined;
      return graph && compareVariants(graph, { versus: t.versus && { graph: flatten(t.versus.instance, grounds), name: t.versus.name } });
    }),
  };
}
