/** Signature help: the parameters of the call that is being typed, the current one marked. */
import type { LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { Position, SignatureHelp } from 'vscode-languageserver-types';
import { typingContext } from './call-context.ts';
import { callableOf } from './completion.ts';
import { signature } from './describe.ts';
import { nodeAt } from './locate.ts';
import type { CnnServices } from './services.ts';
import { loadImports } from './workspace.ts';

export class CnnSignatureHelp implements SignatureHelpProvider {
  readonly signatureHelpOptions = { triggerCharacters: ['(', ','], retriggerCharacters: ['='] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async provideSignatureHelp(document: LangiumDocument, { position }: { readonly position: Position }): Promise<SignatureHelp | undefined> {
    await loadImports(document, this.services.shared);
    const offset = document.textDocument.offsetAt(position);
    const context = typingContext(document.textDocument.getText(), offset);
    if (context?.in !== 'call') return undefined;
    const callable = callableOf(context.callee, nodeAt(document, offset)?.node ?? document.parseResult.value, document, this.services);
    if (!callable) return undefined;
    const byName = callable.params.findIndex((p) => p.name === context.name);
    const active = byName >= 0 ? byName : context.argument;
    const parameters = callable.params.map((p) => ({ label: p.text, documentation: { kind: 'markdown' as const, value: p.doc } }));
    return {
      signatures: [
        { label: signature(callable), documentation: { kind: 'markdown', value: callable.doc }, parameters, activeParameter: active },
      ],
      activeSignature: 0,
      activeParameter: active,
    };
  }
}
