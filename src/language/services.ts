/** The language's services: Langium's parser and workspace, with our checks and editor features in their places. */

import type { TokenType } from 'chevrotain';
import {
  createCompletionParser,
  createLangiumParser,
  DefaultIndexManager,
  DefaultLexer,
  DefaultLinker,
  type DefaultSharedCoreModuleContext,
  DefaultTokenBuilder,
  type GrammarAST,
  inject,
  type LangiumCoreServices,
  type LangiumDocument,
  type LocalSymbols,
  type Module,
  MultiMap,
  type ScopeComputation,
} from 'langium';
import {
  createDefaultModule,
  createDefaultSharedModule,
  type DefaultSharedModuleContext,
  type LangiumSharedServices,
  type PartialLangiumServices,
} from 'langium/lsp';
import { Analyses } from './analysis/analyses.ts';
import type { CnnAddedServices, CnnServices } from './analysis/services.ts';
import { features } from './editor/features.ts';
import { CnnLanguageServer } from './editor/language-server.ts';
import { CnnValidator } from './editor/validator.ts';
import { CnnWorkspaceSymbols } from './editor/workspace-symbols.ts';
import { CnnGeneratedModule, CnnGeneratedSharedModule } from './syntax/generated/module.ts';
import { guarded } from './syntax/guard.ts';
import { importsOf } from './syntax/imports.ts';
import { isSoft } from './syntax/keywords.ts';
import { ReparsedDocuments } from './syntax/reparse/documents.ts';
import { reparsing } from './syntax/reparse/reparser.ts';

/**
 * The grammar has no cross references: `names/` says what a name means. So Langium need not walk
 * each tree four times for symbols and links that nobody asks for.
 */
class NoSymbols implements ScopeComputation {
  collectExportedSymbols(): Promise<[]> {
    return Promise.resolve([]);
  }
  collectLocalSymbols(): Promise<LocalSymbols> {
    return Promise.resolve(new MultiMap());
  }
}
class NoLinks extends DefaultLinker {
  override link(): Promise<void> {
    return Promise.resolve();
  }
}

/** A file is checked again when one that it imports changes. */
class ImportIndex extends DefaultIndexManager {
  private readonly all: () => LangiumSharedServices;
  constructor(services: LangiumSharedServices) {
    super(services);
    this.all = () => services;
  }
  override isAffected(document: LangiumDocument, changed: Set<string>): boolean {
    return [...importsOf(document, this.all())].some((uri) => changed.has(uri));
  }
  override updateContent(): Promise<void> {
    return Promise.resolve();
  }
  override updateReferences(): Promise<void> {
    return Promise.resolve();
  }
}

/** Words that are keywords only in their place, and names elsewhere. */
class Tokens extends DefaultTokenBuilder {
  protected override buildKeywordToken(keyword: GrammarAST.Keyword, terminals: TokenType[], caseInsensitive: boolean): TokenType {
    const token = super.buildKeywordToken(keyword, terminals, caseInsensitive);
    const name = terminals.find((t) => t.name === 'ID');
    return name && isSoft(keyword.value) ? { ...token, CATEGORIES: [name] } : token;
  }
}

/** Makes something when it is first asked for, and gives all who ask later the same. */
function once<S, T extends object>(make: (services: S) => T): (services: S) => T {
  let made: T | undefined;
  return (services) => {
    made ??= make(services);
    return made;
  };
}

/**
 * What follows from the grammar alone: to make it takes longer than to parse most texts. So all services of a process share it, those too that
 * are made for a single text.
 */
const parsing = {
  Lexer: once((s: LangiumCoreServices) => new DefaultLexer(s)),
  LangiumParser: once((s: LangiumCoreServices) => guarded(reparsing(createLangiumParser(s), s.Grammar))),
  CompletionParser: once(createCompletionParser),
};

const module: Module<CnnServices, PartialLangiumServices & CnnAddedServices> = {
  analyses: (s) => new Analyses(s.shared),
  references: { ScopeComputation: () => new NoSymbols(), Linker: (s) => new NoLinks(s) },
  parser: { TokenBuilder: () => new Tokens(), ...parsing },
  validation: { DocumentValidator: (s) => new CnnValidator(s) },
  lsp: features,
};

/** Creates the services; `context` brings the file system and, in a server, the connection. */
export function createCnnServices(context: DefaultSharedModuleContext & DefaultSharedCoreModuleContext): {
  readonly shared: LangiumSharedServices;
  readonly cnn: CnnServices;
} {
  const shared = inject(createDefaultSharedModule(context), CnnGeneratedSharedModule, {
    workspace: {
      IndexManager: (s: LangiumSharedServices) => new ImportIndex(s),
      LangiumDocumentFactory: (s: LangiumSharedServices) => new ReparsedDocuments(s),
    },
    lsp: {
      LanguageServer: (s: LangiumSharedServices) => new CnnLanguageServer(s),
      WorkspaceSymbolProvider: (s: LangiumSharedServices) => new CnnWorkspaceSymbols(s),
    },
  });
  const cnn = inject(createDefaultModule({ shared }), CnnGeneratedModule, module);
  shared.ServiceRegistry.register(cnn);
  return { shared, cnn };
}
