/** Signature help: the parameters of the call that is being typed, the current one marked. */
import type { LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { Position, SignatureHelp } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { meaning } from '../names/at.ts';
import { loadImports } from '../syntax/imports.ts';
import { functionDoc } from '../syntax/vocabulary.ts';
import { callAt } from './completion/call-context.ts';
import type { Call } from './completion/states.ts';
import { type Callable, callableDeclaration, callableFunction, layerCallable, signature } from './describe.ts';

/** Which parameter is typed; the last of `max(a, b, …)` stands for all that follow. */
function activeOf({ params }: Callable, call: Call): number {
  const byName = params.findIndex((p) => p.name === call.name);
  if (byName >= 0) return byName;
  return params.at(-1)?.name === '…' ? Math.min(call.argument, params.length - 1) : call.argument;
}

export class CnnSignatureHelp implements SignatureHelpProvider {
  readonly signatureHelpOptions = { triggerCharacters: ['(', ','], retriggerCharacters: ['='] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async provideSignatureHelp(document: LangiumDocument, { position }: { readonly position: Position }): Promise<SignatureHelp | undefined> {
    await loadImports(document, this.services.shared);
    const call = callAt(document.textDocument.getText(), document.textDocument.offsetAt(position));
    if (!call) return undefined;
    const ways = this.ways(call.callee, document);
    if (ways.length === 0) return undefined;
    const signatures = ways.map((way) => ({
      label: signature(way),
      documentation: { kind: 'markdown' as const, value: way.doc },
      parameters: way.params.map((p) => ({ label: p.text, documentation: { kind: 'markdown' as const, value: p.doc } })),
      activeParameter: activeOf(way, call),
    }));
    // The first way that takes as many arguments as are given.
    const fitting = ways.findIndex((way) => activeOf(way, call) < way.params.length);
    const active = fitting < 0 ? ways.length - 1 : fitting;
    return { signatures, activeSignature: active, activeParameter: signatures[active]?.activeParameter ?? call.argument };
  }

  /** The ways to call a name: a declaration of the file, a layer, or a built-in function, of which some have two. */
  private ways(name: string, document: LangiumDocument): readonly Callable[] {
    const found = meaning(name, document.parseResult.value, document, this.services.shared);
    if (found?.kind === 'declaration' && found.node.$type !== 'Let') return [{ ...callableDeclaration(found.node), name }];
    const layer = layerCallable(name);
    if (layer) return [layer];
    const f = functionDoc(name);
    return f ? callableFunction(name, f) : [];
  }
}
