/** Views as a page gets them: what was sent, put together with what it had. */
import type { NodeFacts } from '../graph/facts.ts';
import type { Location } from '../graph/graph.ts';
import type { SentNode, SentPlace, SentScope, SentView, TargetView } from '../protocol/server.ts';
import { applied } from './changed.ts';

/** What a page has of the view that it was sent last. */
export interface Received {
  readonly id: number;
  readonly nodes: readonly SentNode[];
  readonly scopes: readonly SentScope[];
  readonly facts: readonly NodeFacts[];
  readonly view: TargetView;
}

/** The view that was sent; undefined where it builds on one that the page does not have. */
export function receive(sent: SentView, had: Received | undefined): Received | undefined {
  if (sent.since !== undefined && sent.since !== had?.id) return undefined;
  const before = sent.since === undefined ? undefined : had;
  const nodes = applied(before?.nodes ?? [], sent.nodes);
  const scopes = applied(before?.scopes ?? [], sent.scopes);
  const facts = applied(before?.facts ?? [], sent.facts);
  const place = ([declaration, line, character, endLine, endCharacter]: SentPlace): Location => {
    const ground = sent.grounds[declaration] ?? { uri: sent.head.uri, line: 0 };
    const [start, end] = [
      { line: ground.line + line, character },
      { line: ground.line + endLine, character: endCharacter },
    ];
    return { uri: ground.uri, range: { start, end } };
  };
  const graph = {
    name: sent.head.target,
    nodes: nodes.map(({ at, ...n }, id) => ({ ...n, id, source: place(at) })),
    scopes: scopes.map(({ at, ...s }, id) => ({ ...s, id, source: place(at) })),
    outputs: sent.outputs,
  };
  return { id: sent.id, nodes, scopes, facts, view: { ...sent.head, graph, facts: { nodes: facts, totals: sent.totals } } };
}
