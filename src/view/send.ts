/** Views on their way to a page: whole, or what changed since the last that was sent. */
import type { Facts } from '../graph/facts.ts';
import type { Graph, Location } from '../graph/graph.ts';
import type { SentNode, SentPlace, SentScope, SentView, ViewHead } from '../protocol/server.ts';
import { changed } from './changed.ts';

/**
 * A view of which to send. The places of its graph are told by declarations: each `uri` names one, and lines count from its first. An edit
 * above a declaration then changes nothing but its ground.
 */
export interface Outgoing {
  readonly head: ViewHead;
  readonly graph: Graph;
  readonly facts: Facts;
  grounds(declaration: string): { readonly uri: string; readonly line: number };
}

/** What was sent last of a target. */
export interface Posted {
  readonly id: number;
  readonly declarations: readonly string[];
  readonly nodes: readonly SentNode[];
  readonly scopes: readonly SentScope[];
  readonly facts: Facts['nodes'];
}
const NOTHING: Omit<Posted, 'id'> = { declarations: [], nodes: [], scopes: [], facts: [] };

/** What to send of a view under a new `id` to one who has `before`; and what that one has then. */
export function send(view: Outgoing, id: number, before: Posted | undefined): { readonly sent: SentView; readonly posted: Posted } {
  const had = before ?? NOTHING;
  const declarations = [...had.declarations];
  const place = ({ uri, range: { start, end } }: Location): SentPlace => {
    let index = declarations.indexOf(uri);
    if (index < 0) index = declarations.push(uri) - 1;
    return [index, start.line, start.character, end.line, end.character];
  };
  const nodes = view.graph.nodes.map(({ id: _, source, ...n }): SentNode => ({ ...n, at: place(source) }));
  const scopes = view.graph.scopes.map(({ id: _, source, ...s }): SentScope => ({ ...s, at: place(source) }));
  const { totals } = view.facts;
  const sent: SentView = {
    id,
    since: before?.id,
    head: view.head,
    grounds: declarations.map((d) => view.grounds(d)),
    nodes: changed(had.nodes, nodes),
    scopes: changed(had.scopes, scopes),
    facts: changed(had.facts, view.facts.nodes),
    totals,
    outputs: view.graph.outputs,
  };
  return { sent, posted: { id, declarations, nodes, scopes, facts: view.facts.nodes } };
}
