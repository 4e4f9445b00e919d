/** What the last run found, in the editor: in hovers, and as problems where numbers are lost or channels dead; until the text changes. */
import * as vscode from 'vscode';
import type { FromPage, RanLayer } from '../protocol/page.ts';
import type { Location } from '../protocol/server.ts';
import { toLocation, toRange } from './convert.ts';

/** A place that several layers share (a block called often) tells of so many. */
const MOST = 4;

const keyOf = ({ range: { start, end } }: Location): string => `${start.line}:${start.character}-${end.line}:${end.character}`;

/** The layers of one file by their places. */
interface Found {
  readonly target: string;
  readonly byPlace: ReadonlyMap<string, readonly RanLayer[]>;
}

export class LastRun implements vscode.HoverProvider, vscode.Disposable {
  /** By file. */
  #found = new Map<string, Found>();
  readonly #problems = vscode.languages.createDiagnosticCollection('pointwise run');
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(received: vscode.Event<FromPage>) {
    this.#subscriptions = [
      this.#problems,
      received((m) => m.type === 'ran' && m.found.length > 0 && this.#take(m)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.#found.has(document.uri.toString())) this.#forget();
      }),
      vscode.languages.registerHoverProvider({ language: 'cnn' }, this),
    ];
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const found = this.#found.get(document.uri.toString());
    if (!found) return undefined;
    const at = [...found.byPlace.values()]
      .flatMap((layers) => (layers[0] ? [{ layers, range: toRange(layers[0].source.range) }] : []))
      .filter(({ range }) => range.contains(position))
      // The innermost.
      .sort((a, b) => (a.range.contains(b.range) ? 1 : -1))[0];
    if (!at) return undefined;
    const { layers, range } = at;
    const lines = layers.slice(0, MOST).map((l) => (layers.length > 1 ? `\`${l.path}\` ${l.says}` : l.says));
    const more = layers.length > MOST ? [`and ${layers.length - MOST} more`] : [];
    return new vscode.Hover(new vscode.MarkdownString([`Last run of ${found.target}:`, ...lines, ...more].join('  \n')), range);
  }

  dispose(): void {
    for (const s of this.#subscriptions) s.dispose();
  }

  #take({ target, found, version }: Extract<FromPage, { type: 'ran' }>): void {
    this.#forget();
    const files = Map.groupBy(found, (l) => l.source.uri);
    for (const [uri, layers] of files) {
      const document = vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri);
      // The text may have changed while it ran; an imported file has a version of its own.
      if (document && files.size === 1 && document.version !== version) continue;
      this.#found.set(uri, { target, byPlace: Map.groupBy(layers, (l) => keyOf(l.source)) });
      this.#problems.set(toLocation({ uri, range: layers[0]?.source.range ?? ZERO }).uri, problemsOf(layers, document));
    }
  }

  #forget(): void {
    this.#found = new Map();
    this.#problems.clear();
  }
}

const ZERO = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } as const;

/** Of a merge over several lines the first, as far as it is of the merge: its branches are not at fault. */
const headOf = (range: vscode.Range, document: vscode.TextDocument | undefined): vscode.Range =>
  range.isSingleLine || !document ? range : range.with({ end: document.lineAt(range.start.line).range.end });

/** One problem for each place. Numbers that are lost warn; dead channels are worth knowing, and may be a seed's chance. */
const problemsOf = (layers: readonly RanLayer[], document: vscode.TextDocument | undefined): readonly vscode.Diagnostic[] =>
  [...Map.groupBy(layers, (l) => keyOf(l.source)).values()].flatMap((here) => {
    const faulty = here.filter((l) => l.fault);
    const first = faulty.find((l) => l.fault?.isLost) ?? faulty[0];
    if (!first?.fault) return [];
    const more = faulty.length > 1 ? `, as have ${faulty.length - 1} more of this place` : '';
    const severity = first.fault.isLost ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
    const problem = new vscode.Diagnostic(
      headOf(toRange(first.source.range), document),
      `\`${first.path}\` ${first.fault.says}${more}.`,
      severity,
    );
    problem.source = 'pointwise run';
    return [problem];
  });
