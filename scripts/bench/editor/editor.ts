/** An editor with a file open and a diagram beside it: makes edits, asks what VS Code and the extension ask after each, and times the answers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeLensRequest,
  CompletionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  HoverRequest,
  InlayHintRequest,
  PublishDiagnosticsNotification,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  CHANGED,
  type ChangedParams,
  TARGETS,
  type TargetsParams,
  VIEW,
  type ViewParams,
  type ViewResult,
} from '../../../src/protocol/server.ts';
import { type Edit, edits, find } from './edits.ts';
import { type Memory, startServer } from './server.ts';
import type { Subject } from './subjects.ts';

/** Milliseconds from an edit to each answer. */
export interface Latencies {
  readonly kind: Edit['kind'];
  readonly problems: number;
  readonly hints: number;
  readonly lenses: number;
  readonly view: number;
  /** What is typed is completed; asked with the edit. */
  readonly completion: number | undefined;
  /** Asked when all else is answered, behind an undo: milliseconds from the question. */
  readonly hover: number | undefined;
}

export interface Editor {
  /** Milliseconds from opening the file to its first problems. */
  readonly openMs: number;
  /** Layers of the diagram beside it. */
  readonly layers: number;
  /** Makes the next edit, and waits for all answers. */
  edit(): Promise<Latencies>;
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

/** Lines that VS Code asks hints for around those that are seen. */
const NEAR = 75;

/** Resolves with the time of the next call. */
function signal(): { readonly next: () => Promise<number>; readonly ring: () => void } {
  let wake: (time: number) => void = () => {};
  return {
    next: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    ring: () => wake(performance.now()),
  };
}

/** Opens a subject in an editor with a server of its own. */
export async function openEditor(subject: Subject): Promise<Editor> {
  const folder = mkdtempSync(join(tmpdir(), 'pointwise-bench-'));
  for (const [name, text] of Object.entries(subject.files)) writeFileSync(join(folder, name), text);
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const [uri, viewed] = [uriOf(subject.edited), uriOf(subject.viewed)];
  const { connection, memory, stop } = await startServer(pathToFileURL(folder).href);
  const published = signal();
  const checked = signal();
  connection.onNotification(PublishDiagnosticsNotification.type, (d) => {
    if (d.uri === uri) published.ring();
  });
  connection.onNotification(CHANGED, (d: ChangedParams) => {
    if (d.uri === viewed) checked.ring();
  });

  const since = async (start: number, what: Promise<unknown>): Promise<number> => {
    await what;
    return performance.now() - start;
  };
  /** What changed in the view since the last. */
  let have: number | undefined;
  const view = async (): Promise<ViewResult> => {
    const params: ViewParams = { uri: viewed, target: undefined, ...(have === undefined ? {} : { have }) };
    const result: ViewResult = await connection.sendRequest(VIEW, params);
    have = result.status === 'missing' ? undefined : result.sent?.id;
    return result;
  };
  let document = TextDocument.create(uri, 'cnn', 1, subject.files[subject.edited] ?? '');
  const start = performance.now();
  const first = [published.next(), checked.next()] as const;
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'cnn', version: 1, text: document.getText() },
  });
  const openMs = (await first[0]) - start;
  await first[1];
  const shown = await view();
  if (shown.status !== 'ok') throw new Error(`${subject.name} has no view: ${shown.reason}`);

  const coming = edits(document.getText(), subject.places);
  return {
    openMs,
    layers: shown.sent.nodes.length - 1,
    async edit() {
      const { kind, offset, deleted, inserted, text } = coming.next().value;
      const range = { start: document.positionAt(offset), end: document.positionAt(offset + deleted) };
      document = TextDocument.create(uri, 'cnn', document.version + 1, text);
      const textDocument = { uri };
      const { line } = range.start;
      const near = {
        start: { line: Math.max(0, line - NEAR), character: 0 },
        end: { line: Math.min(document.lineCount, line + NEAR), character: 0 },
      };
      const changed = checked.next();
      const problems = published.next();
      const start = performance.now();
      const sent = connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version: document.version },
        contentChanges: [{ range, text: inserted }],
      });
      const cursor = document.positionAt(offset + inserted.length);
      const [problemsAt, hintsMs, lensesMs, viewMs, completionMs] = await Promise.all([
        problems,
        since(start, connection.sendRequest(InlayHintRequest.type, { textDocument, range: near })),
        since(start, connection.sendRequest(CodeLensRequest.type, { textDocument })),
        // The extension asks when it hears that the file was analysed: for the view, and for the targets that its commands stand on.
        since(
          start,
          changed.then(() => Promise.all([view(), connection.sendRequest(TARGETS, { uri } satisfies TargetsParams)])),
        ),
        kind === 'type' ? since(start, connection.sendRequest(CompletionRequest.type, { textDocument, position: cursor })) : undefined,
        sent,
      ]);
      const position = document.positionAt(find(text, subject.places, subject.places.stage));
      const asked = performance.now();
      const hover = kind === 'undo' ? since(asked, connection.sendRequest(HoverRequest.type, { textDocument, position })) : undefined;
      return {
        kind,
        problems: problemsAt - start,
        hints: hintsMs,
        lenses: lensesMs,
        view: viewMs,
        completion: completionMs,
        hover: await hover,
      };
    },
    memory,
    async close() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}
