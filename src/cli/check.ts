/** `check`: the problems of files, as frames or JSON; with `--fix` applies the fixes that are sure, with `--diff` shows what that would change. */
import { isAbsolute } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { LangiumDocument } from 'langium';
import { fixesOf, fixesTogether, mended } from '../language/analysis/fixes.ts';
import { problemsWith } from '../language/analysis/problems.ts';
import type { AnyProblem } from '../language/lints/index.ts';
import { write } from './errors.ts';
import { pathOf } from './files.ts';
import { frames } from './frame.ts';
import { type OpenFile, open } from './open.ts';
import { each, print, tell } from './streams.ts';

export interface CheckOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly diff?: boolean;
}

/** One fix may lay open the next; more rounds than this make no sense. */
const MOST_ROUNDS = 20;

interface Mended {
  readonly text: string;
  /** What was done, one line per fix, with its place at the time. */
  readonly done: readonly string[];
}

const place = ({ location: { uri, range } }: AnyProblem): string => `${pathOf(uri)}:${range.start.line + 1}:${range.start.character + 1}`;

/** Makes the preferred fixes of a file until there are none. */
async function mend(file: OpenFile): Promise<Mended> {
  const done: string[] = [];
  let [text, document, problems]: [string, LangiumDocument, readonly AnyProblem[]] = [file.text, file.document, file.problems];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = await fixesTogether(problems, document, file.services);
    if (chosen.length === 0) break;
    for (const { problem, fix } of chosen) done.push(`${place(problem)}: ${fix.title} [${problem.code}]`);
    text = mended(chosen, document);
    ({ document, problems } = await problemsWith(text, file.document, file.services));
  }
  return { text, done };
}

async function problemData(p: AnyProblem, { document, services }: OpenFile): Promise<unknown> {
  const fixes = await fixesOf(p, document, services);
  const at = ({ uri, range }: AnyProblem['location']) => ({ file: pathOf(uri), range });
  return {
    ...at(p.location),
    severity: p.severity,
    code: p.code,
    message: p.message,
    ...(p.related.length > 0 ? { related: p.related.map((r) => ({ ...at(r.location), message: r.message })) } : {}),
    ...(fixes.length > 0
      ? {
          fixes: fixes.map((f) => ({
            title: f.title,
            preferred: f.preferred,
            edits: f.edits.map((e) => ({ ...at(e.location), newText: e.text })),
          })),
        }
      : {}),
  };
}

const say = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** `2 files, 1 error, 0 warnings, 3 hints`. */
function sum(files: number, problems: readonly AnyProblem[]): string {
  const count = (severity: AnyProblem['severity']): number => problems.filter((p) => p.severity === severity).length;
  const hints = count('hint');
  return [say(files, 'file'), say(count('error'), 'error'), say(count('warning'), 'warning'), ...(hints ? [say(hints, 'hint')] : [])].join(
    ', ',
  );
}

/** Checks files; the exit status is 1 where errors are left. */
export async function check(files: readonly string[], o: CheckOptions): Promise<void> {
  const problems: AnyProblem[] = [];
  const data: unknown[] = [];
  let read = 0;
  for (const path of files)
    await each(async () => {
      const file = await open(path);
      read++;
      const left = o.fix || o.diff ? await changed(file, o) : file;
      problems.push(...left.problems);
      if (o.json) for (const p of left.problems) data.push(await problemData(p, left));
    });
  if (o.json) print(JSON.stringify(data, null, 2));
  else if (!o.diff && problems.length > 0) print(await frames(problems));
  if (!o.json && read > 0) tell(sum(read, problems));
  if (problems.some((p) => p.severity === 'error')) process.exitCode ??= 1;
}

/** Mends a file on disk, or prints what that would change; the file as it is then. */
async function changed(file: OpenFile, o: CheckOptions): Promise<OpenFile> {
  const { text, done } = await mend(file);
  if (done.length === 0) return file;
  const name = pathOf(file.document.uri.toString());
  if (o.diff) {
    // A path from the root has its slash already.
    const under = (side: string): string => (isAbsolute(name) ? side + name : `${side}/${name}`);
    print(createTwoFilesPatch(under('a'), under('b'), file.text, text, '', '', { context: 3, headerOptions: FILE_HEADERS_ONLY }));
    return file;
  }
  await write(file.path, text);
  for (const line of done) tell(`fixed ${line}`);
  // What is in memory is the text before.
  file.services.shared.workspace.LangiumDocuments.deleteDocument(file.document.uri);
  return open(file.path);
}
