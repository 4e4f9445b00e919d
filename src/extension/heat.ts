/** The heat of the text: how much of the target at the cursor each line costs, as a bar in the gutter and in the overview ruler, and behind the line if one likes. */
import * as vscode from 'vscode';
import { HEAT_METRICS, type HeatLine, type HeatMetric } from '../protocol/server.ts';
import type { ActiveFile } from './active.ts';
import type { Server } from './client.ts';

const SETTING = 'pointwise.heat';
const BEHIND = 'pointwise.heatBehindLines';
/** Bars of so many lengths: each is a decoration type of its own. */
const LEVELS = 8;
/** The blue of a convolution in the workbench, on both grounds readable. */
const COLOUR = '#4c8fe0';

/** The metric that the settings ask for; undefined for none. */
function wanted(): HeatMetric | undefined {
  const value = vscode.workspace.getConfiguration().get(SETTING);
  return HEAT_METRICS.find((m) => m === value);
}

/** A bar of a length from 1 to `LEVELS`, at the edge of the text. */
function barOf(level: number): vscode.TextEditorDecorationType {
  const width = Math.max(2, Math.round((16 * level) / LEVELS));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="${16 - width}" y="6" width="${width}" height="4" rx="1" fill="${COLOUR}"/></svg>`;
  const alpha = Math.round(60 + (195 * level) / LEVELS).toString(16);
  return vscode.window.createTextEditorDecorationType({
    gutterIconPath: vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`),
    gutterIconSize: 'contain',
    overviewRulerColor: `${COLOUR}${alpha}`,
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
}

const isBehind = (): boolean => vscode.workspace.getConfiguration().get(BEHIND) === true;

/** Shows the bars behind lines, or no more: in the folder's settings where they say something about it, else in the user's. */
export async function toggleBehind(): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const isOfWorkspace = settings.inspect(BEHIND)?.workspaceValue !== undefined;
  await settings.update(BEHIND, !isBehind(), isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

/** How long the bar behind the heaviest line is, in characters, and how much of its colour it has, in hexadecimal. */
const LONGEST = 56;
const PALE = '2e';

/**
 * A bar behind a line, as long as its share of the heaviest line. Decorations have no lengths of their own: what comes before a line may be
 * laid out by style, and VS Code passes on what follows in a `text-decoration`.
 */
function behind(line: vscode.Range, level: number): vscode.DecorationOptions {
  const style = `position: absolute; left: 0; top: 1px; bottom: 1px; width: ${(LONGEST * level).toFixed(2)}ch; z-index: -1; pointer-events: none`;
  return {
    range: line,
    renderOptions: { before: { contentText: '\u200b', backgroundColor: `${COLOUR}${PALE}`, textDecoration: `none; ${style}` } },
  };
}

/** The length of a line's bar in the gutter: one that costs anything has one. */
const levelOf = ({ level }: HeatLine): number => Math.max(1, Math.ceil(level * LEVELS));

export class HeatMargin implements vscode.Disposable {
  readonly #server: Server;
  readonly #bars = Array.from({ length: LEVELS }, (_, i) => barOf(i + 1));
  readonly #behind = vscode.window.createTextEditorDecorationType({});
  readonly #subscriptions: readonly vscode.Disposable[];
  #asked: vscode.CancellationTokenSource | undefined;
  #at: { readonly uri: vscode.Uri | undefined; readonly target: string | undefined } = { uri: undefined, target: undefined };
  /** The lines that have bars, with their shares; the extension's own tests read it. */
  lines: readonly HeatLine[] = [];

  constructor(server: Server, active: ActiveFile) {
    this.#server = server;
    this.#subscriptions = [
      active.onDidChangeTarget((at) => {
        this.#at = at;
        void this.#show();
      }),
      vscode.workspace.onDidChangeConfiguration(
        (e) => (e.affectsConfiguration(SETTING) || e.affectsConfiguration(BEHIND)) && void this.#show(),
      ),
    ];
  }

  async #show(): Promise<void> {
    this.#asked?.cancel();
    const asked = new vscode.CancellationTokenSource();
    this.#asked = asked;
    const { uri, target } = this.#at;
    const metric = wanted();
    const heat =
      uri && target !== undefined && metric ? await this.#server.heat({ uri: uri.toString(), target, metric }, asked.token) : undefined;
    if (this.#asked !== asked) return;
    this.lines = heat?.lines ?? [];
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== uri?.toString()) continue;
      // What was counted on an older text may be lines away; the newer is asked for already.
      if (heat && heat.version !== editor.document.version) continue;
      const lines = this.lines.filter((l) => l.line < editor.document.lineCount);
      const rangeOf = ({ line }: HeatLine): vscode.Range => editor.document.lineAt(line).range;
      for (const [i, bar] of this.#bars.entries()) editor.setDecorations(bar, lines.filter((l) => levelOf(l) === i + 1).map(rangeOf));
      editor.setDecorations(this.#behind, isBehind() ? lines.map((l) => behind(rangeOf(l), l.level)) : []);
    }
  }

  dispose(): void {
    this.#asked?.cancel();
    for (const s of [...this.#subscriptions, ...this.#bars, this.#behind]) s.dispose();
  }
}
