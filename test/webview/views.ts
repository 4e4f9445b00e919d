/** Views and comparisons as the server would send them, of fixture graphs. */
import { TextDocument } from 'langium';
import { analyse } from '../../src/graph/analyse.ts';
import { compareVariants } from '../../src/graph/compare.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { spaceOf } from '../../src/graph/space.ts';
import { hasVariant } from '../../src/graph/variants/units.ts';
import { codeOf } from '../../src/language/editor/code.ts';
import { comparisonOf } from '../../src/language/editor/comparison.ts';
import { designSpaceOf } from '../../src/language/editor/space.ts';
import { Views } from '../../src/language/editor/view.ts';
import { applied } from '../../src/language/editor/what-if/apply.ts';
import type { FromPage, ToPage } from '../../src/protocol/page.ts';
import type { SentView, TargetView, Tried, ViewResult } from '../../src/protocol/server.ts';
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
    targets: (o.targets ?? [graph.name]).map((name) => ({ name, kind: 'block', range: nowhere, nameRange: nowhere })),
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

/** A server for a page that tries values on a target of a text: views, comparisons, and texts with what was applied, as the extension would pass them on. */
export class Trier {
  #made: Awaited<ReturnType<typeof analyseText>>;
  #views: Views;
  readonly #target: string;
  #tried: Tried = {};
  #version = 1;

  private constructor(made: Awaited<ReturnType<typeof analyseText>>, target: string) {
    this.#made = made;
    this.#views = new Views(made.services);
    this.#target = target;
  }

  static async on(text: string, target: string): Promise<Trier> {
    return new Trier(await analyseText(text), target);
  }

  get text(): string {
    return this.#made.document.textDocument.getText();
  }

  /** What is sent first, and after an edit. */
  async view(): Promise<ToPage> {
    const trying = { on: this.#target, tried: this.#tried };
    const result = await this.#views.view(this.#made.document, this.#target, undefined, trying);
    const sent = result.status === 'missing' ? undefined : result.sent;
    const numbered = sent && { ...sent, head: { ...sent.head, version: this.#version } };
    return { type: 'view', result: { ...result, ...(numbered ? { sent: numbered } : {}) } as ViewResult, fileName: 'a.cnn' };
  }

  async write(text: string): Promise<ToPage> {
    this.#made = await analyseText(text);
    this.#views = new Views(this.#made.services);
    this.#version++;
    return this.view();
  }

  /** The answer to what the page says; undefined where there is none. */
  async answer(m: FromPage): Promise<ToPage | undefined> {
    const { document, services } = this.#made;
    switch (m.type) {
      case 'try':
        this.#tried = m.tried;
        return this.view();
      case 'compare': {
        const against = m.asked?.kind === 'target' || m.asked?.kind === 'variant' ? m.asked : undefined;
        const result = await comparisonOf(document, services, this.#target, against, m.tried);
        const { uri, target, asked, tried } = m;
        return {
          type: 'comparison',
          uri,
          target,
          ...(asked ? { asked } : {}),
          ...(tried ? { tried } : {}),
          ...result,
          version: this.#version,
        };
      }
      case 'apply': {
        const made = await applied(document, services, this.#target, m.tried);
        if ('refused' in made) throw new Error(made.refused);
        const edits = made.edits.map((e) => ({ range: e.location.range, newText: e.text }));
        return this.write(TextDocument.applyEdits(document.textDocument, edits));
      }
      default:
        return undefined;
    }
  }
}
