/** Views and comparisons as the server would send them, of fixture graphs. */
import { analyse } from '../../src/graph/analyse.ts';
import { compareVariants } from '../../src/graph/compare.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { spaceOf } from '../../src/graph/space.ts';
import { hasVariant } from '../../src/graph/variants/units.ts';
import { codeOf } from '../../src/language/editor/code.ts';
import { designSpaceOf } from '../../src/language/editor/space.ts';
import type { SentView, TargetView, ToPage } from '../../src/protocol.ts';
import { type Posted, send } from '../../src/view/send.ts';
import { URI } from '../diagram/fixtures.ts';
import { analyse as analyseText } from '../support/cnn.ts';

/** What the page shows once it has been sent a graph. */
export function viewOf(graph: Graph, o: { version?: number; targets?: readonly string[]; compare?: boolean } = {}): TargetView {
  const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  return {
    uri: URI,
    version: o.version ?? 1,
    target: graph.name,
    kind: 'block',
    targets: (o.targets ?? [graph.name]).map((name) => ({ name, kind: 'block', range: nowhere, nameRange: nowhere, comparable: true })),
    comparable: o.compare !== false && hasVariant(graph),
    graph,
    facts: analyse(graph),
    analysisMs: 1.8,
    knobs: [],
  };
}

let count = 0;

/** A view as it is sent to one who has `before`, or nothing. */
export function sending(view: TargetView, before?: Posted): { readonly sent: SentView; readonly posted: Posted } {
  const { graph, facts, ...head } = view;
  return send({ head, graph, facts, grounds: (uri) => ({ uri, line: 0 }) }, ++count, before);
}
export const sent = (view: TargetView): SentView => sending(view).sent;

/** The answer to a page that asks what a view is compared with. */
export const comparisonFor = ({ uri, target, version, graph }: TargetView): ToPage => ({
  type: 'comparison',
  uri,
  target,
  version,
  comparison: compareVariants(graph),
});

/** The answer to a page that asks for the design space around a target that is alone in its file. */
export const spaceFor = ({ uri, target, version, graph, facts }: TargetView): ToPage => ({
  type: 'space',
  uri,
  target,
  version,
  ...spaceOf([{ name: target, graph, totals: facts.totals, sure: true }], target),
});

/** The answer to a page that asks for a target of a text as code. */
export async function codeIn(text: string, uri: string, target: string, to: string, version = 1): Promise<ToPage> {
  const { document, services } = await analyseText(text);
  return { type: 'code', uri, target, to, ...(await codeOf(document, services, target, to)), version };
}

/** The answer to a page that asks for the design space around a target of a text, and the view of that target. */
export async function spaceIn(text: string, target: string, version = 1): Promise<{ readonly view: TargetView; readonly space: ToPage }> {
  const { document, services, analysis } = await analyseText(text);
  const found = analysis.targets.find((t) => t.name === target);
  const made = found && analysis.target(found);
  if (!made) throw new Error(`no target ${target}`);
  const view = { ...viewOf(made.graph, { version, targets: analysis.targets.map((t) => t.name) }), facts: made.facts };
  const space = { ...(await designSpaceOf(document, services, target)), version };
  return { view, space: { type: 'space', uri: view.uri, target, ...space } };
}
