/** The editor features, one line each. */
import type { Module } from 'langium';
import type { PartialLangiumServices } from 'langium/lsp';
import type { CnnServices } from '../analysis/services.ts';
import { CnnCallHierarchy } from './call-hierarchy.ts';
import { CnnCodeActions } from './code-actions.ts';
import { CnnCodeLens } from './code-lens.ts';
import { CnnCompletion } from './completion/completion.ts';
import { CnnDefinition } from './definition.ts';
import { CnnFolding } from './folding.ts';
import { CnnFormatter } from './formatter.ts';
import { CnnHover } from './hover.ts';
import { CnnInlayHints } from './inlay-hints.ts';
import { CnnLinks } from './links.ts';
import { CnnHighlight, CnnReferences } from './references.ts';
import { CnnRename } from './rename.ts';
import { CnnSemanticTokens } from './semantic-tokens.ts';
import { CnnSignatureHelp } from './signature-help.ts';
import { CnnSymbols } from './symbols.ts';

export const features: NonNullable<Module<CnnServices, PartialLangiumServices>['lsp']> = {
  HoverProvider: (s) => new CnnHover(s),
  InlayHintProvider: (s) => new CnnInlayHints(s),
  CodeActionProvider: (s) => new CnnCodeActions(s),
  CodeLensProvider: (s) => new CnnCodeLens(s),
  CompletionProvider: (s) => new CnnCompletion(s),
  SemanticTokenProvider: (s) => new CnnSemanticTokens(s),
  SignatureHelp: (s) => new CnnSignatureHelp(s),
  DocumentSymbolProvider: () => new CnnSymbols(),
  DefinitionProvider: (s) => new CnnDefinition(s),
  ReferencesProvider: (s) => new CnnReferences(s),
  DocumentHighlightProvider: (s) => new CnnHighlight(s),
  RenameProvider: (s) => new CnnRename(s),
  Formatter: (s) => new CnnFormatter(s),
  FoldingRangeProvider: () => new CnnFolding(),
  DocumentLinkProvider: () => new CnnLinks(),
  CallHierarchyProvider: (s) => new CnnCallHierarchy(s),
};
