/** A piece of the panel of figures: a heading by which it folds, and what is under it. */
import type { ComponentChildren, JSX } from 'preact';
import type { Piece } from '../kept.ts';

/** What all pieces are told. */
export interface Folding {
  readonly folded: Readonly<Partial<Record<Piece, boolean>>>;
  onFold(piece: Piece, folded: boolean): void;
}

export interface PieceProps extends Folding {
  readonly piece: Piece;
  readonly title: ComponentChildren;
  /** The heading of the whole panel. */
  readonly first?: boolean;
  /** Of a text before the last edit. */
  readonly old?: boolean;
  readonly children: ComponentChildren;
}

export function PanelPiece({ piece, title, first, old, folded, onFold, children }: PieceProps): JSX.Element {
  const isFolded = folded[piece] === true;
  const Heading = first ? 'h2' : 'h3';
  return (
    <section class={`piece${old ? ' old' : ''}`}>
      <Heading>
        <button type="button" aria-expanded={!isFolded} onClick={() => onFold(piece, !isFolded)}>
          <span class={`codicon codicon-chevron-${isFolded ? 'right' : 'down'}`} aria-hidden="true" />
          <span>{title}</span>
        </button>
      </Heading>
      {!isFolded && children}
    </section>
  );
}

/** A row of figures. */
export const Row = ({
  name,
  mono,
  children,
}: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <>
    <dt>{name}</dt>
    <dd class={mono ? 'mono' : ''}>{children}</dd>
  </>
);
