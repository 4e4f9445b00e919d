/** What the page says where it has nothing to show, or where what it shows is old. */
import type { JSX } from 'preact';
import { failedIn, type Graph, type Location } from '../../src/graph/graph.ts';
import type { Freshness } from '../state.ts';

/** A message of the language server, whose names are in backticks. */
export const Prose = ({ text }: { readonly text: string }): JSX.Element => (
  <span>{text.split('`').map((piece, i) => (i % 2 === 1 ? <code key={`${i}${piece}`}>{piece}</code> : piece))}</span>
);

export function Empty({ freshness, onBegin }: { readonly freshness: Freshness; onBegin(): void }): JSX.Element {
  switch (freshness.status) {
    case 'missing':
    case 'stale':
      return (
        <p class="empty">
          <span class="codicon codicon-circle-slash" />
          <b>{freshness.status === 'missing' ? 'Nothing to show' : 'No picture yet'}</b>
          <Prose text={freshness.reason} />
          {freshness.status === 'missing' && (
            <button type="button" class="as-link" onClick={onBegin}>
              Begin with a template …
            </button>
          )}
        </p>
      );
    case 'waiting':
    case 'fresh':
      return (
        <p class="empty">
          <span class="codicon codicon-loading codicon-modifier-spin" />
          <span>Waiting for the analysis …</span>
        </p>
      );
    default:
      return freshness satisfies never;
  }
}

/** Leads to a place in the text. */
export const Show = ({ at, onReveal }: { readonly at: Location; onReveal(l: Location): void }): JSX.Element => (
  <button type="button" class="as-link" onClick={() => onReveal(at)}>
    Show
  </button>
);

/** Says that the text has errors, and where the first is. */
export function Banner({ freshness, onReveal }: { readonly freshness: Freshness; onReveal(l: Location): void }): JSX.Element | null {
  if (freshness.status !== 'stale') return null;
  const { reason, at } = freshness;
  return (
    <p class="banner" role="alert">
      <span class="codicon codicon-warning" />
      <span>
        The picture shows the last good state. <Prose text={reason} />
        {at ? ` (line ${at.range.start.line + 1})` : ''}
      </span>
      {at && <Show at={at} onReveal={onReveal} />}
    </p>
  );
}

/** Says which layers have errors while the rest of the picture stands, and leads to them. */
export function Faults({
  graph,
  onReveal,
  onFix,
}: {
  readonly graph: Graph;
  onReveal(l: Location): void;
  onFix(l: Location): void;
}): JSX.Element | null {
  const failed = failedIn(graph);
  const [first] = failed;
  if (!first) return null;
  const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  return (
    <p class="banner" role="alert">
      <span class="codicon codicon-error" />
      <span>
        <code>{first.path}</code>
        {more} {more ? 'have errors' : 'has an error'}: shapes behind it are assumed, and totals are only about right.
      </span>
      <Show at={first.source} onReveal={onReveal} />
      <button type="button" class="as-link" onClick={() => onFix(first.source)}>
        Fix …
      </button>
    </p>
  );
}
