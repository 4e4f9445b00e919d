/** Signature help: the parameters of the call that is being typed, the current one marked; of each that it may be. */
import type { AstNode, LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { Position, SignatureHelp } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { type Call, isBuiltin } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { type Argument, isArgument, isBody, isInvocation } from '../syntax/generated/ast.ts';
import { nodeAtCursor, readHalfTyped } from '../syntax/half-typed.ts';
import { loadImports } from '../syntax/imports.ts';
import { outwards } from '../syntax/locate.ts';
import { type Callable, callableDeclaration, callableFunction, layerCallable, signature } from './describe.ts';

/** The argument that is being typed, in brackets of its own or not. */
function argumentAround(node: AstNode): Argument | undefined {
  for (const n of outwards(node)) {
    if (isArgument(n)) return n;
    if (isBody(n)) return undefined;
  }
  return undefined;
}

/** A way to make a call, and how many of its parameters are filled before: by `let narrow = conv(8)`, for `narrow(3x3)`. */
type Way = Callable & { readonly given: number };

/** Which parameter is typed; the last of `max(a, b, …)` stands for all that follow. */
function activeOf({ params, given }: Way, argument: Argument): number {
  const byName = params.findIndex((p) => p.name === argument.name);
  if (byName >= 0) return byName;
  const at = given + argument.$container.args.indexOf(argument);
  return params.at(-1)?.name === '…' ? Math.min(at, params.length - 1) : at;
}

export class CnnSignatureHelp implements SignatureHelpProvider {
  readonly signatureHelpOptions = { triggerCharacters: ['(', ','], retriggerCharacters: ['='] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async provideSignatureHelp(document: LangiumDocument, { position }: { readonly position: Position }): Promise<SignatureHelp | undefined> {
    await loadImports(document, this.services.shared);
    const typed = readHalfTyped(document, document.textDocument.offsetAt(position), this.services);
    const node = typed.inside === 'comment' ? undefined : nodeAtCursor(typed, this.services);
    const argument = node && argumentAround(node);
    if (!argument) return undefined;
    const ways = this.ways(argument.$container);
    if (ways.length === 0) return undefined;
    const signatures = ways.map((way) => ({
      label: signature(way),
      documentation: { kind: 'markdown' as const, value: way.doc },
      parameters: way.params.map((p) => ({ label: p.text, documentation: { kind: 'markdown' as const, value: p.doc } })),
      activeParameter: activeOf(way, argument),
    }));
    // The first way that takes as many arguments as are given.
    const fitting = ways.findIndex((way) => activeOf(way, argument) < way.params.length);
    const active = fitting < 0 ? ways.length - 1 : fitting;
    return { signatures, activeSignature: active, activeParameter: signatures[active]?.activeParameter ?? 0 };
  }

  /** The ways to make a call: of a built-in function, of which some have two, and of each layer or declaration that is called. */
  private ways(call: Call): readonly Way[] {
    const meanings = new Meanings(this.services.shared);
    const called = isInvocation(call) ? call.callee : call.name;
    const found = meanings.resolve(call);
    const functions = found.flatMap((f) => (isBuiltin(f) && f.builtin === 'function' ? [f.name] : []));
    // A declaration goes by the name that an import gives it; what a parameter holds goes by its own.
    const own = found.every((f) => isBuiltin(f) || f.means.kind !== 'declaration');
    return [
      ...functions.flatMap((name) => callableFunction(name).map((way) => ({ ...way, given: 0 }))),
      ...meanings.callees(call).flatMap(({ of, given }) => {
        if (typeof of !== 'string') return [{ ...callableDeclaration(of), given, ...(own ? {} : { name: called }) }];
        const way = layerCallable(of);
        return way ? [{ ...way, given }] : [];
      }),
    ];
  }
}
