/** The analysis of one file, from its document: targets with graphs and facts, every instance, all problems. Cached by document version. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { analyse } from '../../graph/analyse.ts';
import { compareGraphs, compareNaive } from '../../graph/compare.ts';
import type { Comparison, Facts } from '../../graph/facts.ts';
import type { Graph } from '../../graph/graph.ts';
import { type Elaboration, elaborate, type Target } from '../elaborate/elaborate.ts';
import { flatten } from '../elaborate/flatten.ts';
import type { Instance } from '../elaborate/instance.ts';
import { DEFAULT_LIMITS, type Limits } from '../elaborate/session.ts';
import type { Model } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';
import { fileScopes } from './file-scopes.ts';
import { collectProblems } from './report.ts';

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
  /** The graph of an instance by itself; computed once. */
  of(instance: Instance): Analysed;
  /** The graph of a target, under its own name. */
  target(target: Target): Analysed | undefined;
  /** A target against what `versus` names, else against its naive form, if it has one; computed once. */
  comparison(target: Target): Comparison | undefined;
}

/** Analyses a document whose imports are loaded. Never throws on its text. */
export function analyseDocument(document: LangiumDocument, shared: LangiumSharedServices, limits: Limits = DEFAULT_LIMITS): FileAnalysis {
  const start = performance.now();
  const model = document.parseResult.value as Model;
  const elaboration = elaborate(model, fileScopes(shared), limits);
  const uri = document.uri.toString();
  const all = collectProblems(elaboration, uri);
  const byInstance = new WeakMap<Instance, Analysed>();
  const byTarget = new Map<Target, Analysed>();
  const comparisons = new Map<Target, Comparison | undefined>();
  const analysed = (graph: Graph): Analysed => ({ graph, facts: analyse(graph) });
  const of = (instance: Instance): Analysed => {
    const known = byInstance.get(instance) ?? analysed(flatten(instance));
    byInstance.set(instance, known);
    return known;
  };
  return {
    ...elaboration,
    uri,
    version: document.textDocument.version,
    model,
    all,
    ms: performance.now() - start,
    of,
    target(t) {
      if (!t.instance) return undefined;
      const known = byTarget.get(t) ?? (t.name === t.instance.name ? of(t.instance) : analysed(flatten(t.instance, t.name)));
      byTarget.set(t, known);
      return known;
    },
    comparison(t) {
      if (comparisons.has(t)) return comparisons.get(t);
      const graph = this.target(t)?.graph;
      const made = graph && (t.versus ? compareGraphs(graph, of(t.versus.instance).graph, t.versus.name) : compareNaive(graph));
      comparisons.set(t, made);
      return made;
    },
  };
}
