/** Where the selected box stands: the blocks around it, each of which can be selected. */
import type { JSX } from 'preact';
import type { Graph } from '../../../src/graph/graph.ts';

export interface CrumbsProps {
  readonly graph: Graph;
  readonly path: string | undefined;
  onSelect(path: string | undefined): void;
}

/** The paths of the calls around a path, from the outside in, and itself. */
export function crumbsOf(graph: Graph, path: string): readonly string[] {
  const inner = graph.nodes.find((n) => n.path === path)?.scope ?? graph.scopes.find((s) => s.path === path)?.parent;
  const around: string[] = [];
  for (let s = graph.scopes[inner ?? -1]; s && s.parent !== undefined; s = graph.scopes[s.parent]) around.unshift(s.path);
  return [...around, path];
}

export function Crumbs({ graph, path, onSelect }: CrumbsProps): JSX.Element | null {
  if (path === undefined) return null;
  const crumbs = crumbsOf(graph, path);
  const short = (p: string, i: number): string =>
    i > 0 && p.startsWith(`${crumbs[i - 1]}/`) ? p.slice((crumbs[i - 1] ?? '').length + 1) : p;
  return (
    <nav class="crumbs" aria-label="Around the selected layer">
      <button type="button" onClick={() => onSelect(undefined)}>
        {graph.name}
      </button>
      {crumbs.map((p, i) => (
        <>
          <span class="codicon codicon-chevron-right" aria-hidden="true" />
          <button key={p} type="button" aria-current={i === crumbs.length - 1 ? 'true' : 'false'} title={p} onClick={() => onSelect(p)}>
            {short(p, i)}
          </button>
        </>
      ))}
    </nav>
  );
}
