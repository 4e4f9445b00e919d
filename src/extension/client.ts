/** The extension's end of the language server: starts it in a process of its own, starts it again when it dies, and asks it what the workbench needs. */
import * as vscode from 'vscode';
import { CloseAction, CodeLensRequest, ErrorAction, type ErrorHandler, LanguageClient, TransportKind } from 'vscode-languageclient/node';
import {
  APPLY,
  type ApplyParams,
  type ApplyResult,
  CHANGED,
  type ChangedParams,
  CODE,
  COMPARISON,
  type CodeParams,
  type CodeResult,
  type ComparisonParams,
  type ComparisonResult,
  EXPORT,
  EXPORTERS,
  type ExporterInfo,
  type ExportParams,
  type ExportResult,
  HEAD,
  HEAT,
  type HeadParams,
  type HeadResult,
  type HeatParams,
  type HeatResult,
  SPACE,
  type SpaceParams,
  type SpaceResult,
  STATUS,
  type StatusParams,
  type StatusResult,
  TARGETS,
  type TargetsParams,
  type TargetsResult,
  VIEW,
  type ViewParams,
  type ViewResult,
} from '../protocol/server.ts';

/** More deaths than this within the window, and the server stays down until the user asks. */
const maxRestarts = 4;
const restartWindow = 3 * 60_000;

/** Decides what happens when the connection breaks: start again, unless that keeps failing. */
function errorHandler(): ErrorHandler {
  let deaths: readonly number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue }),
    closed: () => {
      const now = Date.now();
      deaths = [...deaths.filter((time) => now - time < restartWindow), now];
      if (deaths.length <= maxRestarts) {
        vscode.window.showWarningMessage('The Pointwise language server ended unexpectedly and was started again.');
        return { action: CloseAction.Restart, handled: true };
      }
      deaths = [];
      offerRestart(`The Pointwise language server ended ${maxRestarts + 1} times within three minutes, so it was not started again.`);
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

/** Says what happened and offers what helps. */
async function offerRestart(message: string): Promise<void> {
  const choice = await vscode.window.showErrorMessage(message, 'Restart', 'Show Log');
  if (choice === 'Restart') await vscode.commands.executeCommand('pointwise.restartServer');
  if (choice === 'Show Log') await vscode.commands.executeCommand('pointwise.showLog');
}

const missing = (reason: string) => ({ status: 'missing', reason }) as const;

/** The language server, as the rest of the extension sees it. */
export class Server implements vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #changed = new vscode.EventEmitter<ChangedParams>();
  readonly #left: vscode.Disposable;
  /** A file was analysed again. */
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext) {
    const module = context.asAbsolutePath('dist/server.cjs');
    this.#client = new LanguageClient(
      'pointwise',
      'Pointwise',
      {
        run: { module, transport: TransportKind.ipc },
        debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
      },
      {
        documentSelector: [
          { language: 'cnn', scheme: 'file' },
          { language: 'cnn', scheme: 'untitled' },
        ],
        synchronize: { configurationSection: 'pointwise', fileEvents: vscode.workspace.createFileSystemWatcher('**/*.cnn') },
        errorHandler: errorHandler(),
        initializationFailedHandler: (error) => {
          offerRestart(`The Pointwise language server could not start: ${error.message ?? error}`);
          return false;
        },
      },
    );
    this.#client.onNotification(CHANGED, (params: ChangedParams) => this.#changed.fire(params));
    this.#left = vscode.window.onDidChangeActiveTextEditor((editor) => editor ?? this.#renewLenses());
  }

  /**
   * Has VS Code ask for the lenses in sight again. Where a text loses the focus, to a panel say, VS Code gives up
   * asking, and goes on showing lenses that it remembers, which lead nowhere.
   */
  #renewLenses(): void {
    const lenses = this.#client.getFeature(CodeLensRequest.method);
    for (const { document } of vscode.window.visibleTextEditors) lenses.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }

  /** Starts the server; where that fails, a message has said so. */
  async start(): Promise<void> {
    try {
      await this.#client.start();
    } catch (error) {
      this.#client.error('The language server could not start.', error, false);
    }
  }

  async restart(): Promise<void> {
    try {
      if (this.#client.needsStop()) await this.#client.stop();
    } catch {
      // A server that is dead already cannot be asked to stop.
    }
    await this.start();
  }

  showLog(): void {
    this.#client.outputChannel.show(true);
  }

  /** What can stand alone in a file; nothing while the server is down. */
  async targets(uri: vscode.Uri): Promise<TargetsResult> {
    return (await this.#request<TargetsParams, TargetsResult>(TARGETS, { uri: uri.toString() })) ?? [];
  }

  /** What a target is, by default the file's last; or why there is none now. */
  async head(uri: vscode.Uri, target: string | undefined): Promise<HeadResult> {
    return this.#ask<HeadParams, HeadResult>(HEAD, { uri: uri.toString(), target }, missing);
  }

  /** What the workbench shows of a target, as far as it changed since the view that it has. Undefined where the asking was given up. */
  async view(params: ViewParams, token: vscode.CancellationToken): Promise<ViewResult | undefined> {
    return this.#ask<ViewParams, ViewResult | undefined>(
      VIEW,
      params,
      (why) => (token.isCancellationRequested ? undefined : missing(why)),
      token,
    );
  }

  /** A target against what it is compared with. */
  comparison(params: ComparisonParams): Promise<ComparisonResult | undefined> {
    return this.#request<ComparisonParams, ComparisonResult>(COMPARISON, params);
  }

  /** Writes values that are tried into the text, or tells why not. */
  async apply(params: ApplyParams): Promise<ApplyResult> {
    return this.#ask<ApplyParams, ApplyResult>(APPLY, params, (refused) => ({ refused }));
  }

  /** The targets of a file and the variants of one. */
  space(params: SpaceParams): Promise<SpaceResult | undefined> {
    return this.#request<SpaceParams, SpaceResult>(SPACE, params);
  }

  /** A target as code, line by line. */
  code(params: CodeParams): Promise<CodeResult | undefined> {
    return this.#request<CodeParams, CodeResult>(CODE, params);
  }

  /** The figures of a target in a few words; nothing where there are none, or where the asking was given up. */
  async status(params: StatusParams, token: vscode.CancellationToken): Promise<StatusResult> {
    return (await this.#request<StatusParams, StatusResult>(STATUS, params, token)) ?? undefined;
  }

  /** What each line of a file costs in a target; nothing where nobody knows, or where the asking was given up. */
  async heat(params: HeatParams, token: vscode.CancellationToken): Promise<HeatResult> {
    return (await this.#request<HeatParams, HeatResult>(HEAT, params, token)) ?? undefined;
  }

  /** What a target can be written as. */
  async exporters(): Promise<readonly ExporterInfo[]> {
    return (await this.#request<undefined, readonly ExporterInfo[]>(EXPORTERS, undefined)) ?? [];
  }

  /** A target as a file. */
  async export(params: ExportParams): Promise<ExportResult> {
    return this.#ask<ExportParams, ExportResult>(EXPORT, params, (refused) => ({ refused }));
  }

  #request<Params, Result>(method: string, params: Params, token?: vscode.CancellationToken): Promise<Result | undefined> {
    return this.#ask<Params, Result | undefined>(method, params, () => undefined, token);
  }

  /** The server's answer; what `failed` makes of the reason where there is none. */
  async #ask<Params, Result>(
    method: string,
    params: Params,
    failed: (why: string) => Result,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    try {
      // Anything behind the parameters that is no token would be taken for a parameter too.
      return await (token ? this.#client.sendRequest<Result>(method, params, token) : this.#client.sendRequest<Result>(method, params));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (!token?.isCancellationRequested) this.#client.warn(`${method}: ${said}`);
      return failed(
        this.#client.isRunning() ? `The Pointwise language server failed: ${said}` : 'The Pointwise language server is not running.',
      );
    }
  }

  async dispose(): Promise<void> {
    this.#left.dispose();
    this.#changed.dispose();
    await this.#client.dispose();
  }
}
