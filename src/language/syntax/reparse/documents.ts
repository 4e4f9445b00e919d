/** Documents that take over the trees of what an edit left as it was. */
import { type AstNode, type Cancellation, DefaultLangiumDocumentFactory, type LangiumDocument, type ParseResult, type URI } from 'langium';
import type { ReparseOptions } from './reparser.ts';

/**
 * Only the update of a document uses up its tree, as nobody asks for that any more; all other parsing of texts, be they of the same
 * address, leaves the documents that there are alone.
 */
export class ReparsedDocuments extends DefaultLangiumDocumentFactory {
  private readonly updating = new Map<string, AstNode>();

  override async update<T extends AstNode = AstNode>(
    document: LangiumDocument<T>,
    token: Cancellation.CancellationToken,
  ): Promise<LangiumDocument<T>> {
    const uri = document.uri.toString();
    this.updating.set(uri, document.parseResult.value);
    try {
      return await super.update(document, token);
    } finally {
      this.updating.delete(uri);
    }
  }

  protected override parseAsync<T extends AstNode>(uri: URI, text: string, token: Cancellation.CancellationToken): Promise<ParseResult<T>> {
    const before = this.updating.get(uri.toString());
    if (!before) return super.parseAsync(uri, text, token);
    const options: ReparseOptions = { before };
    return Promise.resolve(this.serviceRegistry.getServices(uri).parser.LangiumParser.parse<T>(text, options));
  }
}
