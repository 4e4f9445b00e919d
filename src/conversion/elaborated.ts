/** The graph that a text means, and the text in the canonical layout. */
import { EmptyFileSystem, URI } from 'langium';
import type { Graph } from '../graph/graph.ts';
import { problemsOf } from '../language/analysis/problems.ts';
import { formatText } from '../language/editor/formatter.ts';
import { createCnnServices } from '../language/services.ts';

/** What is wrong with a text. */
export interface ElaborationError {
  readonly message: string;
  /** The lines on which it is and on which what led to it is, from 0. */
  readonly lines: readonly number[];
}

/** Undefined where there is no such target. */
export async function elaborated(
  text: string,
  name: string,
): Promise<{ readonly graph: Graph; readonly text: string; readonly errors: readonly ElaborationError[] } | undefined> {
  const { shared, cnn } = createCnnServices(EmptyFileSystem);
  const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse('file:///imported.cnn'));
  shared.workspace.LangiumDocuments.addDocument(document);
  await shared.workspace.DocumentBuilder.build([document]);
  const analysis = cnn.analyses.of(document);
  const target = analysis.targets.find((t) => t.name === name);
  const graph = target && analysis.target(target)?.graph;
  if (!graph) return undefined;
  const errors = (await problemsOf(document, cnn))
    .filter((p) => p.severity === 'error')
    .map(
      (p): ElaborationError => ({
        message: p.message,
        lines: [p.location, ...p.related.map((r) => r.location)].map((l) => l.range.start.line),
      }),
    );
  return { graph, text: formatText(text, cnn) ?? text, errors };
}
