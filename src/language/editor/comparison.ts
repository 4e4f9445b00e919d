/** A target against what was asked for: a variant, another target, or itself in another text of its file. */
import { type LangiumDocument, URI } from 'langium';
import { compareVariants } from '../../graph/compare.ts';
import type { VariantName } from '../../graph/facts.ts';
import { failedIn, type Graph } from '../../graph/graph.ts';
import type { Against, ComparisonResult, Tried } from '../../protocol/server.ts';
import { analyseDocument, type FileAnalysis } from '../analysis/analysis.ts';
import type { CnnServices } from '../analysis/services.ts';
import { Kept } from '../elaborate/kept.ts';
import type { Target } from '../elaborate/targets.ts';
import { loadImports } from '../syntax/imports.ts';

/** The comparison of a target of a file; why there is none, where what is asked for cannot be had. */
export async function comparisonOf(
  document: LangiumDocument,
  services: CnnServices,
  name: string,
  against: Against | undefined,
  tried: Tried = {},
): Promise<ComparisonResult> {
  await loadImports(document, services.shared);
  const a = services.analyses.of(document);
  const { version } = a;
  const target = withTried(
    a,
    a.targets.find((t) => t.name === name),
    tried,
  );
  const graph = target && a.target(target)?.graph;
  if (!target || !graph) return { version, comparison: undefined };
  if (!against) return { version, comparison: a.comparison(target) };
  const withGraph = (other: Graph | undefined, otherName: string, why: string): ComparisonResult =>
    other
      ? { version, comparison: compareVariants(graph, { versus: { graph: other, name: otherName } }) }
      : { version, comparison: undefined, refused: why };
  switch (against.kind) {
    case 'variant':
      return withVariant(a, graph, against.name);
    case 'target': {
      const other = await otherFile(services, against.uri);
      return withGraph(
        other && graphIn(other, against.name),
        // What is tried on it stands against itself.
        against.uri === a.uri && against.name === name ? 'the text' : against.name,
        `\`${against.name}\` no longer exists, or it has an error or cannot stand alone.`,
      );
    }
    case 'text': {
      const older = await analysed(against.text, document, services);
      return withGraph(
        graphIn(older, name),
        against.name,
        older.targets.some((t) => t.name === name)
          ? `\`${name}\` has an error in ${against.name}.`
          : `There is no \`${name}\` that can stand alone in ${against.name}.`,
      );
    }
    default:
      return against satisfies never;
  }
}

/** A target with values that are tried, as far as they can be. */
function withTried(a: FileAnalysis, target: Target | undefined, tried: Tried): Target | undefined {
  if (!target || Object.keys(tried).length === 0) return target;
  const { trial, wrong } = a.trial(target, tried);
  return wrong ? target : trial.target;
}

function withVariant({ version }: FileAnalysis, graph: Graph, variant: VariantName): ComparisonResult {
  const comparison = compareVariants(graph, { variant });
  return comparison ? { version, comparison } : { version, comparison, refused: `\`${graph.name}\` no longer has a ${variant} form.` };
}

function graphIn(a: FileAnalysis, name: string): Graph | undefined {
  const target = a.targets.find((t) => t.name === name);
  const graph = target?.instance?.sure ? a.target(target)?.graph : undefined;
  // What is assumed behind an error is no figure to compare with.
  return graph && failedIn(graph).length === 0 ? graph : undefined;
}

async function otherFile(services: CnnServices, uri: string): Promise<FileAnalysis | undefined> {
  try {
    const document = await services.shared.workspace.LangiumDocuments.getOrCreateDocument(URI.parse(uri));
    await loadImports(document, services.shared);
    return services.analyses.of(document);
  } catch {
    return undefined;
  }
}

/** Another text of a file, which is no document of the workspace: it imports what the file would now. */
async function analysed(text: string, document: LangiumDocument, services: CnnServices): Promise<FileAnalysis> {
  const { shared, analyses } = services;
  // Beside the file, so that its imports mean the same.
  const beside = document.uri.with({ path: document.uri.path.replace(/(\.cnn)?$/, '~another-text.cnn') });
  const other = shared.workspace.LangiumDocumentFactory.fromString(text, beside);
  await loadImports(other, shared);
  return analyseDocument(other, shared, analyses.limits, new Kept());
}
