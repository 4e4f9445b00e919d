/** All problems of a document, for the editor and the command line alike: of its syntax, of its analysis, and what the lints find. */
import type { LangiumDocument } from 'langium';
import { ALL_CODES, type AnyProblem, type Levels, LINTS, lint } from '../lints/index.ts';
import { CODES } from '../syntax/codes/index.ts';
import { write } from '../syntax/edits.ts';
import { type Ignore, ignoresIn } from '../syntax/ignores.ts';
import { loadImports } from '../syntax/imports.ts';
import { byPlace, type Problem } from '../syntax/problem.ts';
import { nearest, suggestion } from '../syntax/suggest.ts';
import { isBroken, syntaxProblems } from '../syntax/syntax-problems.ts';
import { analyseDocument, type FileAnalysis } from './analysis.ts';
import { followers } from './followers.ts';
import type { CnnServices } from './services.ts';

/** All problems of a document: syntax first. Loads what the document imports. */
export async function problemsOf(document: LangiumDocument, services: CnnServices): Promise<readonly AnyProblem[]> {
  await loadImports(document, services.shared);
  return gather(document, services.analyses.of(document), services, services.analyses.lints);
}

/** The problems that a document would have with another text; the document and its analysis stay as they are. */
export async function problemsWith(
  text: string,
  document: LangiumDocument,
  services: CnnServices,
  levels = services.analyses.lints,
): Promise<{ readonly document: LangiumDocument; readonly problems: readonly AnyProblem[] }> {
  const trial = services.shared.workspace.LangiumDocumentFactory.fromString(text, document.uri);
  await loadImports(trial, services.shared);
  const analysis = analyseDocument(trial, services.shared, services.analyses.limits);
  return { document: trial, problems: gather(trial, analysis, services, levels) };
}

/** Nothing else is reported for a line whose syntax is wrong, nor what only follows from it: the parser's guess is not what its author means. */
function gather(document: LangiumDocument, analysis: FileAnalysis, { shared }: CnnServices, levels: Levels): readonly AnyProblem[] {
  const { all, uri } = analysis;
  const syntax = syntaxProblems(document);
  const guessed = new Set(syntax.map((p) => p.location.range.start.line));
  const follows = followers(document, syntax);
  const found = isBroken(document) ? [] : lint({ document, elaboration: analysis, shared }, levels);
  const ignores = ignoresIn(document);
  const said = [...all, ...found].filter(
    (p) => p.location.uri !== uri || !(guessed.has(p.location.range.start.line) || follows(p) || isIgnored(p, ignores)),
  );
  return [...syntax, ...[...said, ...badIgnores(ignores, uri)].sort(byPlace)];
}

/** An error cannot be ignored, unless only a setting makes it one. */
function isIgnored(p: AnyProblem, ignores: readonly Ignore[]): boolean {
  return canBeIgnored(p.code) && ignores.some((i) => i.code === p.code && i.line === p.location.range.start.line);
}
const canBeIgnored = (code: string): boolean => ALL_CODES.has(code) && ALL_CODES.get(code)?.severity !== 'error';

/** Comments that ask to ignore what does not exist, or cannot be ignored. */
function badIgnores(ignores: readonly Ignore[], uri: string): readonly Problem[] {
  const codes = [...ALL_CODES.keys()].filter(canBeIgnored);
  return ignores.flatMap(({ code, range }): readonly Problem[] => {
    if (code !== undefined && canBeIgnored(code)) return [];
    const near = code === undefined ? undefined : nearest(code, codes);
    const message =
      code === undefined
        ? `Name what to ignore: \`# pointwise-ignore ${LINTS[0].code}\`.`
        : ALL_CODES.has(code)
          ? `\`${code}\` is an error, and errors cannot be ignored.`
          : `There is no code \`${code}\`.${suggestion(code, codes)}`;
    const location = { uri, range };
    const fixes = near === undefined ? [] : [{ title: `Write ${near}`, edits: [write(location, near)], preferred: true }];
    return [{ severity: CODES['bad-ignore'].severity, code: 'bad-ignore', message, location, related: [], fixes }];
  });
}
