/** `pointwise diff`: two versions of a file, or two targets, layer by layer. */
import { Failure } from '../errors.ts';
import { print, tell } from '../streams.ts';
import { diffData } from './data.ts';
import { compareVersions } from './targets.ts';
import { diffMarkdown, diffText } from './text.ts';
import { versions } from './version.ts';

export interface DiffOptions {
  readonly target?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** What is equal too, a row each. */
  readonly all?: boolean;
  /** Ends with status 1 where there is a difference, as `git diff` does. */
  readonly exitCode?: boolean;
}

/** What is printed, whether the sides are equal, and what was wrong with targets that are left out. */
interface Answer {
  readonly text: string;
  readonly equal: boolean;
  readonly failures: readonly string[];
}

/** Compares two versions. Throws `Failure` where there is nothing to compare. */
export async function diffAnswer(a: string, b: string, o: DiffOptions): Promise<Answer> {
  const [before, after] = await versions(a, b);
  const { found, failures } = await compareVersions(before, after, o.target);
  if (found.targets.length + found.added.length + found.gone.length === 0 && failures.length > 0) throw new Failure(failures.join('\n\n'));
  const text = o.json
    ? JSON.stringify(diffData(found, o.all ?? false), null, 2)
    : o.markdown
      ? diffMarkdown(found, o.all ?? false)
      : diffText(found, o.all ?? false);
  return { text, equal: found.equal, failures };
}

/** Prints the difference. */
export async function diff(a: string, b: string, o: DiffOptions): Promise<void> {
  const { text, equal, failures } = await diffAnswer(a, b, o);
  print(text);
  failures.forEach(tell);
  if (failures.length > 0 || (o.exitCode && !equal)) process.exitCode = 1;
}
