/** The language server on a connection: Langium's features, our requests, settings. Shared by every entry point. */
import { DocumentState, type FileSystemProvider, interruptAndCheck, type LangiumDocument, URI } from 'langium';
import { startLanguageServer } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import type { Assets } from '../export/exporter.ts';
import { codeOf } from '../language/editor/code.ts';
import { CnnCodeLens } from '../language/editor/code-lens.ts';
import { comparisonOf } from '../language/editor/comparison.ts';
import { exporters, exportTarget } from '../language/editor/exports.ts';
import { heatOf } from '../language/editor/heat.ts';
import { DEFAULT_HINTS, type HintSettings } from '../language/editor/hint-lines.ts';
import { CnnInlayHints } from '../language/editor/inlay-hints.ts';
import { selectionRanges } from '../language/editor/selection-ranges.ts';
import { designSpaceOf } from '../language/editor/space.ts';
import { statusOf } from '../language/editor/status.ts';
import { CnnValidator, type Explain } from '../language/editor/validator.ts';
import { Views } from '../language/editor/view.ts';
import { DEFAULT_LIMITS, type Limits } from '../language/elaborate/session.ts';
import { levelsOf } from '../language/lints/index.ts';
import { createCnnServices } from '../language/services.ts';
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
  type ExportParams,
  type ExportResult,
  HEAD,
  HEAT,
  HEAT_METRICS,
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

import { applyTried } from './apply.ts';

interface FileSystem {
  readonly fileSystemProvider: () => FileSystemProvider;
}

/** What the client's `pointwise` section holds; all optional, for editors that have none. */
interface Settings {
  readonly inlayHints?: Partial<HintSettings>;
  readonly codeLens?: { readonly enabled?: boolean };
  readonly limits?: Partial<Limits>;
  readonly lint?: Readonly<Record<string, unknown>>;
}

/** Starts the server on a connection. `explain` says where the page about a code is, `assets` what pictures need. */
export function startServer(connection: Connection, fileSystem: FileSystem, explain: Explain, assets?: Assets): void {
  const { shared, cnn } = createCnnServices({ connection, ...fileSystem });
  if (cnn.validation.DocumentValidator instanceof CnnValidator) cnn.validation.DocumentValidator.explain = explain;
  const views = new Views(cnn);

  /** A document that is as new as the last edit; undefined where there is none. */
  const ready = async (uri: string): Promise<LangiumDocument | undefined> => {
    try {
      const parsed = URI.parse(uri);
      await shared.workspace.WorkspaceManager.ready;
      await shared.workspace.DocumentBuilder.waitUntil(DocumentState.Validated, parsed).catch(() => undefined);
      return await shared.workspace.LangiumDocuments.getOrCreateDocument(parsed);
    } catch {
      return undefined;
    }
  };

  connection.onRequest<TargetsResult, void>(TARGETS, async ({ uri }: TargetsParams): Promise<TargetsResult> => {
    const document = await ready(uri);
    return document ? views.targets(document) : [];
  });
  connection.onRequest<ViewResult, void>(VIEW, async ({ uri, target, have, trying }: ViewParams, token): Promise<ViewResult> => {
    const document = await ready(uri);
    await interruptAndCheck(token);
    return document ? views.view(document, target, have, trying) : { status: 'missing', reason: 'The file cannot be read.' };
  });
  connection.onRequest<HeadResult, void>(HEAD, async ({ uri, target }: HeadParams): Promise<HeadResult> => {
    const document = await ready(uri);
    return document ? views.head(document, target) : { status: 'missing', reason: 'The file cannot be read.' };
  });
  connection.onRequest(EXPORTERS, exporters);
  connection.onRequest<ExportResult, void>(EXPORT, async ({ uri, ...asked }: ExportParams): Promise<ExportResult> => {
    const document = await ready(uri);
    return document ? exportTarget(document, cnn, asked, assets) : { refused: 'The file cannot be read.' };
  });
  connection.onRequest<ComparisonResult, void>(
    COMPARISON,
    async ({ uri, target, against, tried }: ComparisonParams, token): Promise<ComparisonResult> => {
      const document = await ready(uri);
      await interruptAndCheck(token);
      return document ? comparisonOf(document, cnn, target, against, tried) : { version: 0, comparison: undefined };
    },
  );
  connection.onRequest<ApplyResult, void>(APPLY, async (params: ApplyParams): Promise<ApplyResult> => {
    const document = await ready(params.uri);
    return document ? applyTried(connection, document, cnn, params) : { refused: 'The file cannot be read.' };
  });
  connection.onRequest<SpaceResult, void>(SPACE, async ({ uri, target }: SpaceParams, token): Promise<SpaceResult> => {
    const document = await ready(uri);
    await interruptAndCheck(token);
    return document ? designSpaceOf(document, cnn, target) : { version: 0, points: [], unknown: [] };
  });
  connection.onRequest<CodeResult, void>(CODE, async ({ uri, target, to }: CodeParams, token): Promise<CodeResult> => {
    const document = await ready(uri);
    await interruptAndCheck(token);
    return document ? codeOf(document, cnn, target, to) : { version: 0, refused: 'The file cannot be read.' };
  });
  connection.onRequest<StatusResult | null, void>(STATUS, async ({ uri, target }: StatusParams, token) => {
    const document = await ready(uri);
    await interruptAndCheck(token);
    return (document && (await statusOf(document, cnn, target))) ?? null;
  });
  connection.onRequest<HeatResult | null, void>(HEAT, async ({ uri, target, metric }: HeatParams, token) => {
    const document = await ready(uri);
    await interruptAndCheck(token);
    return (document && HEAT_METRICS.includes(metric) && (await heatOf(document, cnn, target, metric))) || null;
  });
  connection.onSelectionRanges(async ({ textDocument, positions }) => {
    const document = await ready(textDocument.uri);
    return document ? selectionRanges(document, positions) : [];
  });
  shared.workspace.DocumentBuilder.onUpdate((_changed, deleted) => {
    for (const uri of deleted) {
      cnn.analyses.forget(uri.toString());
      views.forget(uri.toString());
    }
  });
  shared.workspace.DocumentBuilder.onBuildPhase(DocumentState.Validated, (documents) => {
    for (const d of documents)
      void connection.sendNotification(CHANGED, { uri: d.uri.toString(), version: d.textDocument.version } satisfies ChangedParams);
  });

  const configure = async (): Promise<void> => {
    const answer: unknown = await connection.workspace.getConfiguration('pointwise').catch(() => undefined);
    const s: Settings = typeof answer === 'object' && answer !== null ? answer : {};
    const limits = { ...DEFAULT_LIMITS, ...s.limits };
    const lints = levelsOf(s.lint ?? {});
    const changed = JSON.stringify([limits, lints]) !== JSON.stringify([cnn.analyses.limits, cnn.analyses.lints]);
    cnn.analyses.limits = limits;
    cnn.analyses.lints = lints;
    if (cnn.lsp.InlayHintProvider instanceof CnnInlayHints) cnn.lsp.InlayHintProvider.settings = { ...DEFAULT_HINTS, ...s.inlayHints };
    if (cnn.lsp.CodeLensProvider instanceof CnnCodeLens) cnn.lsp.CodeLensProvider.enabled = s.codeLens?.enabled ?? true;
    // What is open was checked with the old limits and levels.
    if (changed)
      await shared.workspace.WorkspaceLock.write((token) =>
        shared.workspace.DocumentBuilder.update(shared.workspace.LangiumDocuments.all.map((d) => d.uri).toArray(), [], token),
      );
    await Promise.allSettled([connection.languages.inlayHint.refresh(), connection.sendRequest('workspace/codeLens/refresh')]);
  };

  // Only an editor knew that an untitled text, or a file of another name, is of this language. Once closed, it is no longer a document.
  shared.workspace.TextDocuments.onDidClose(({ document }) => {
    const uri = URI.parse(document.uri);
    if (!shared.ServiceRegistry.hasServices(uri))
      void shared.workspace.WorkspaceLock.write((token) => shared.workspace.DocumentBuilder.update([], [uri], token));
  });

  startLanguageServer(shared);
  shared.lsp.LanguageServer.onInitialized(() => void configure());
  connection.onDidChangeConfiguration(() => void configure());
}
