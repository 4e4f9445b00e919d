/** Analyses texts in memory, for tests: one main file, and others that it may import. */

import type { LangiumDocument } from 'langium';
import { EmptyFileSystem, URI } from 'langium';
import type { FileAnalysis } from '../../src/language/analysis/analysis.ts';
import { problemsOf } from '../../src/language/analysis/problems.ts';
import type { CnnServices } from '../../src/language/analysis/services.ts';
import type { AnyProblem } from '../../src/language/lints/index.ts';
import { createCnnServices } from '../../src/language/services.ts';

export interface Analysed {
  readonly services: CnnServices;
  readonly document: LangiumDocument;
  readonly problems: readonly AnyProblem[];
  readonly analysis: FileAnalysis;
}

/** Files by name, side by side, each of which can be analysed. */
export function workspace(files: Readonly<Record<string, string>>): (name: string) => Promise<Analysed> {
  const { shared, cnn } = createCnnServices(EmptyFileSystem);
  const documents = new Map(
    Object.entries(files).map(([file, text]) => {
      const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse(`file:///test/${file}`));
      shared.workspace.LangiumDocuments.addDocument(document);
      return [file, document];
    }),
  );
  return async (name) => {
    const document = documents.get(name);
    if (!document) throw new Error(`no file ${name}`);
    return { services: cnn, document, problems: await problemsOf(document, cnn), analysis: cnn.analyses.of(document) };
  };
}

/** Analyses `main`; `others` are files beside it by name. */
export const analyse = (main: string, others: Readonly<Record<string, string>> = {}, name = 'main.cnn'): Promise<Analysed> =>
  workspace({ ...others, [name]: main })(name);

/** The graph and facts of a target of a text that has no errors. */
export async function targetOf(text: string, name: string, others: Readonly<Record<string, string>> = {}) {
  const { analysis, problems } = await analyse(text, others);
  const errors = problems.filter((p) => p.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((p) => p.message).join('\n'));
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  if (!made) throw new Error(`no target ${name}`);
  return { ...made, comparison: analysis.comparison(target), outline: analysis.outline(target) };
}

/** A text with the place of `$0` cut out. */
export function cursor(text: string): { readonly text: string; readonly position: { readonly line: number; readonly character: number } } {
  const at = text.indexOf('$0');
  const before = text.slice(0, at).split('\n');
  return { text: text.slice(0, at) + text.slice(at + 2), position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}
