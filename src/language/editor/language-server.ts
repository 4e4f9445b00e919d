/** Langium's language server, which says of itself what we do besides: selections grow. */
import { DefaultLanguageServer } from 'langium/lsp';
import type { InitializeParams, InitializeResult } from 'vscode-languageserver';

export class CnnLanguageServer extends DefaultLanguageServer {
  protected override buildInitializeResult(params: InitializeParams): InitializeResult {
    const result = super.buildInitializeResult(params);
    return { ...result, capabilities: { ...result.capabilities, selectionRangeProvider: true } };
  }
}
