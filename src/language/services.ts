/** The language's services: Langium's parser and workspace, with our checks and editor features in their places. */

import {
  createLangiumParser,
  DefaultIndexManager,
  type DefaultSharedCoreModuleContext,
  inject,
  type LangiumDocument,
  type Module,
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
import { CnnGeneratedModule, CnnGeneratedSharedModule } from './syntax/generated/module.ts';
import { guarded } from './syntax/guard.ts';
import { importsOf } from './syntax/imports.ts';

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
}

const module: Module<CnnServices, PartialLangiumServices & CnnAddedServices> = {
  analyses: (s) => new Analyses(s.shared),
  parser: { LangiumParser: (s) => guarded(createLangiumParser(s)) },
  validation: { DocumentValidator: (s) => new CnnValidator(s) },
  lsp: features,
};

/** Creates the services; `context` brings the file system and, in a server, the connection. */
export function createCnnServices(context: DefaultSharedModuleContext & DefaultSharedCoreModuleContext): {
  readonly shared: LangiumSharedServices;
  readonly cnn: CnnServices;
} {
  const shared = inject(createDefaultSharedModule(context), CnnGeneratedSharedModule, {
    workspace: { IndexManager: (s: LangiumSharedServices) => new ImportIndex(s) },
    lsp: { LanguageServer: (s: LangiumSharedServices) => new CnnLanguageServer(s) },
  });
  const cnn = inject(createDefaultModule({ shared }), CnnGeneratedModule, module);
  shared.ServiceRegistry.register(cnn);
  return { shared, cnn };
}
