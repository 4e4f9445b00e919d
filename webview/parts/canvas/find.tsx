/** Finds boxes by name, kind, path or line: what is typed is looked for in what is drawn, and in what folded blocks hold. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Placed, PlacedBox } from '../../../src/diagram/index.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { selectable } from './steps.ts';

/** The boxes that match, from the beginning of the flow. A number is a line of the text too. */
export function matches(placed: Placed, graph: Graph, query: string): readonly PlacedBox[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  const line = /^\d+$/.test(wanted) ? Number(wanted) - 1 : -1;
  const says = (b: PlacedBox): boolean =>
    [b.box.title, b.box.key, b.box.shape].some((t) => t.toLowerCase().includes(wanted)) ||
    b.box.source.range.start.line === line ||
    b.box.nodes.some((id) => {
      const n = graph.nodes[id];
      return n !== undefined && (n.kind === wanted || n.path.toLowerCase().includes(wanted) || n.source.range.start.line === line);
    });
  // An open block is found by its own name alone: what is in it stands by itself.
  const own = (b: PlacedBox): boolean => b.box.title.toLowerCase().includes(wanted);
  return placed.boxes
    .filter((b) => selectable(b) && (b.box.kind === 'frame' ? own(b) : says(b)))
    .sort((a, b) => (a.box.nodes[0] ?? 0) - (b.box.nodes[0] ?? 0));
}

export interface FindProps {
  readonly placed: Placed;
  readonly graph: Graph;
  onFound(b: PlacedBox): void;
  onClose(): void;
}

export function Find({ placed, graph, onFound, onClose }: FindProps): JSX.Element {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(() => matches(placed, graph, query), [placed, graph, query]);
  useEffect(() => field.current?.focus(), []);
  const go = (to: number): void => {
    const n = found.length;
    if (n === 0) return;
    const i = ((to % n) + n) % n;
    setAt(i);
    onFound(found[i] as PlacedBox);
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    e.stopPropagation();
    if (e.key === 'Escape') onClose();
    else if (e.key === 'Enter') go(at + (e.shiftKey ? -1 : 1));
    else return;
    e.preventDefault();
  };
  return (
    <search class="find">
      <input
        ref={field}
        type="text"
        placeholder="Find a layer, path or line"
        aria-label="Find a layer, path or line"
        value={query}
        onInput={(e) => {
          const text = e.currentTarget.value;
          setQuery(text);
          const [first] = matches(placed, graph, text);
          setAt(0);
          if (first) onFound(first);
        }}
        onKeyDown={onKeyDown}
      />
      <span class="of" role="status">
        {query === '' ? '' : found.length === 0 ? 'No results' : `${at + 1} of ${found.length}`}
      </span>
      <button type="button" title="Previous (Shift+Enter)" aria-label="Previous" disabled={found.length === 0} onClick={() => go(at - 1)}>
        <span class="codicon codicon-arrow-up" />
      </button>
      <button type="button" title="Next (Enter)" aria-label="Next" disabled={found.length === 0} onClick={() => go(at + 1)}>
        <span class="codicon codicon-arrow-down" />
      </button>
      <button type="button" title="Close (Escape)" aria-label="Close" onClick={onClose}>
        <span class="codicon codicon-close" />
      </button>
    </search>
  );
}
