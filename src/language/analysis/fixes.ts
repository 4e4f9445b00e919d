/**
 * Fixes, tried before anyone is offered them: each is made on a copy of the text, and kept if the copy no longer has the problem.
 *
 * What made the fix saw one use of a block and one round of a loop; the trial sees them all, so a fix that is right for one call of a block
 * and wrong for another is not offered.
 */
import { type LangiumDocument, TextDocument } from 'langium';
import { type AnyProblem, type Levels, LINTS } from '../lints/index.ts';
import type { Fix } from '../syntax/problem.ts';
import { type Change, changesOf, clash, inside, keepComments, moved, spanOf, touch, written } from './changes.ts';
import { Neighbours } from './import-fixes.ts';
import { problemsWith } from './problems.ts';
import type { CnnServices } from './services.ts';

/** A problem with the fix that is to be made of it. */
export interface Chosen {
  readonly problem: AnyProblem;
  readonly fix: Fix;
}

/** The text of a document with fixes made, whose edits do not overlap. */
export function mended(chosen: readonly Chosen[], { textDocument }: LangiumDocument): string {
  const edits = chosen.flatMap((c) => c.fix.edits).map(({ location: { range }, text }) => ({ range, newText: text }));
  return TextDocument.applyEdits(textDocument, edits);
}

/** Of the lints, those whose findings are to be fixed: the others would only take time. */
function only(chosen: readonly Chosen[], { analyses }: CnnServices): Levels {
  const codes = new Set<string>(chosen.map((c) => c.problem.code));
  return { ...analyses.lints, ...Object.fromEntries(LINTS.filter((l) => !codes.has(l.code)).map((l) => [l.code, 'off'])) };
}

/** Those of some fixes that, made together, do what they should: their problems are gone, and there is no error in what they wrote. */
async function working(chosen: readonly Chosen[], document: LangiumDocument, services: CnnServices): Promise<readonly Chosen[]> {
  const changes = new Map(chosen.map((c) => [c, changesOf(c.fix.edits, document)]));
  const all = [...changes.values()].flat();
  const after = await problemsWith(mended(chosen, document), document, services, only(chosen, services));
  const left = after.problems.map((p) => ({ ...p, span: spanOf(p.location, after.document) }));
  return chosen.filter((c) => {
    const place = moved(spanOf(c.problem.location, document), all);
    const texts = changes.get(c)?.map((change) => written(change, all)) ?? [];
    const stays = left.some((p) => p.code === c.problem.code && touch(p.span, place));
    return !stays && !left.some((p) => p.severity === 'error' && texts.some((t) => inside(p.span, t)));
  });
}

/** The fixes that a problem carries, and those that are made when asked for. */
async function fixesFor(p: AnyProblem, neighbours: Neighbours): Promise<readonly Fix[]> {
  const imports = p.code === 'unknown-name' ? await neighbours.importing(p.location) : [];
  // What has exactly that name is what was meant, not something that is nearly called so.
  return [...imports, ...p.fixes.map((f) => (imports.length > 0 ? { ...f, preferred: false } : f))];
}

/** The fixes of a problem that really solve it. */
export async function fixesOf(problem: AnyProblem, document: LangiumDocument, services: CnnServices): Promise<readonly Fix[]> {
  const sound: Fix[] = [];
  for (const fix of await fixesFor(problem, new Neighbours(document, services.shared))) {
    if (!keepComments(changesOf(fix.edits, document), document.textDocument.getText())) continue;
    if ((await working([{ problem, fix }], document, services)).length > 0) sound.push(fix);
  }
  return sound;
}

/** Which fix is meant when someone just asks for a problem to be fixed. */
type Pick = (fixes: readonly Fix[]) => Fix | undefined;
/** The one that is surely what was meant. */
export const sureFix: Pick = (fixes) => fixes.find((f) => f.preferred);
/** The one that is sure, or the only one. */
export const onlyFix: Pick = (fixes) => sureFix(fixes) ?? (fixes.length === 1 ? fixes[0] : undefined);

/** Of the fixes picked for several problems, those that can be made together and each solve their own. */
export async function fixesTogether(
  problems: readonly AnyProblem[],
  document: LangiumDocument,
  services: CnnServices,
  pick = sureFix,
): Promise<readonly Chosen[]> {
  const neighbours = new Neighbours(document, services.shared);
  const picked: Chosen[] = [];
  for (const problem of problems) {
    const fix = pick(await fixesFor(problem, neighbours));
    if (fix) picked.push({ problem, fix });
  }
  let chosen = apart(picked, document);
  // What does not work is left out, and what is left tried again: one fix may have worked only because of another.
  for (let before = chosen.length + 1; chosen.length > 0 && chosen.length < before; ) {
    before = chosen.length;
    chosen = await working(chosen, document, services);
  }
  return chosen;
}

/** Those that keep all comments, and whose edits do not clash with those of the ones before. */
function apart(chosen: readonly Chosen[], document: LangiumDocument): readonly Chosen[] {
  const taken: Change[] = [];
  return chosen.filter(({ fix }) => {
    const changes = changesOf(fix.edits, document);
    if (changes.some((c) => taken.some((t) => clash(c, t))) || !keepComments(changes, document.textDocument.getText())) return false;
    taken.push(...changes);
    return true;
  });
}
