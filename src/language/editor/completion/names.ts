/** The names that can be offered at a cursor: what the resolver says of each, save of the declaration that is being written. */
import type { AstNode } from 'langium';
import type { Sees } from '../../names/fits.ts';
import type { Offer } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';

export class NamesAtCursor {
  readonly meanings: Meanings;
  /** Whether `in` and `here` are known. */
  readonly body: boolean;
  private readonly node: AstNode;
  private readonly enclosing: string;

  constructor(meanings: Meanings, node: AstNode, enclosing: string, body: boolean) {
    this.meanings = meanings;
    this.node = node;
    this.enclosing = enclosing;
    this.body = body;
  }

  /** The names that fit what a place looks for. */
  that(sees: Sees): readonly Offer[] {
    return this.meanings
      .offers(this.node, sees)
      .filter(({ name, is }) => is.means.kind !== 'missing' && !(is.means.kind === 'declaration' && name === this.enclosing));
  }

  /** The declaration that is being written, where a name may be it. */
  itself(sees: Sees): readonly Offer[] {
    return this.meanings.offers(this.node, sees).filter(({ name, is }) => is.means.kind === 'declaration' && name === this.enclosing);
  }
}
