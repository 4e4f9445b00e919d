/** Which targets of two versions are compared, and with what outcome. */
import type { GraphDiff, Measured } from '../../graph/diff/data.ts';
import { diffGraphs } from '../../graph/diff/diff.ts';
import { type Entry, entriesOf } from '../../graph/diff/entries.ts';
import { defaultTarget } from '../../language/editor/view.ts';
import { Failure } from '../errors.ts';
import { type OpenFile, targetIn } from '../open.ts';
import { withInput } from '../with-input.ts';
import type { Version } from './version.ts';

/** Two targets, compared. */
export interface TargetDiff {
  readonly diff: GraphDiff;
  readonly entries: readonly Entry[];
}
export interface FileDiff {
  /** What was compared, as the user wrote it. */
  readonly before: string;
  readonly after: string;
  readonly targets: readonly TargetDiff[];
  /** Targets that only one side has. */
  readonly added: readonly Measured[];
  readonly gone: readonly Measured[];
  readonly equal: boolean;
}

const measured = async (file: OpenFile, name: string | undefined): Promise<Measured> =>
  withInput(file, await targetIn(file, name), undefined);

const namesIn = (file: OpenFile | undefined): readonly string[] =>
  (file?.analysis.targets ?? []).filter((t) => t.instance).map((t) => t.name);

/** Compares the targets of two versions. What is wrong with some of them is said beside, and they are left out. */
export async function compareVersions(
  before: Version,
  after: Version,
  option: string | undefined,
): Promise<{ readonly found: FileDiff; readonly failures: readonly string[] }> {
  const { pairs, added, gone } = targetsOf(before, after, option);
  const failures = new Set<string>();
  /** Leaves out what fails: an error in one target is no reason not to tell of the others. */
  const each = async <T, U>(of: readonly T[], make: (t: T) => Promise<U>): Promise<readonly U[]> => {
    const made: U[] = [];
    for (const t of of)
      try {
        made.push(await make(t));
      } catch (e) {
        if (!(e instanceof Failure) || e.status === 2) throw e;
        failures.add(e.message);
      }
    return made;
  };
  const targets = await each(pairs, async ([x, y]): Promise<TargetDiff> => {
    const [p, q] = [await measured(before.file as OpenFile, x), await measured(after.file as OpenFile, y)];
    const diff = diffGraphs(p, q);
    return { diff, entries: entriesOf(diff, p, q) };
  });
  /** Targets of one side. One that the other side declares too is none of them if an error is all that keeps it from standing alone. */
  const lone = async (file: OpenFile | undefined, names: readonly string[], other: OpenFile | undefined): Promise<readonly Measured[]> => {
    const all = await each(names, async (name): Promise<readonly Measured[]> => {
      if (file && other && declares(other, name)) await standing(other, name);
      return file ? [await measured(file, name)] : [];
    });
    return all.flat();
  };
  const found = {
    targets,
    added: await lone(after.file, added, before.file),
    gone: await lone(before.file, gone, after.file),
  };
  const equal = found.added.length + found.gone.length === 0 && targets.every((t) => t.diff.equal);
  return { found: { before: before.name, after: after.name, ...found, equal }, failures: [...failures] };
}

/** Throws `Failure` where errors are why a target does not stand alone; that it does not is none. */
async function standing(file: OpenFile, name: string): Promise<void> {
  try {
    await targetIn(file, name);
  } catch (e) {
    if (!(e instanceof Failure) || e.status === 1) throw e;
  }
}

interface Targets {
  readonly pairs: readonly (readonly [string | undefined, string | undefined])[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** Which targets are compared: those that are named, else all that both have, else what each file is about. */
function targetsOf(before: Version, after: Version, option: string | undefined): Targets {
  const x = before.target ?? option ?? after.target;
  const y = after.target ?? option ?? before.target;
  const [a, b] = [namesIn(before.file), namesIn(after.file)];
  if (x !== undefined && y !== undefined) {
    if (before.file && after.file) {
      // A target that is new, or that was taken out, is no mistake, unless it was asked for on the side that does not have it.
      const lacks = ({ file, target }: Version, name: string): boolean =>
        target === undefined && file !== undefined && !namesIn(file).includes(name) && !declares(file, name);
      if (a.includes(x) && lacks(after, y)) return { pairs: [], added: [], gone: [x] };
      if (b.includes(y) && lacks(before, x)) return { pairs: [], added: [y], gone: [] };
      return { pairs: [[x, y]], added: [], gone: [] };
    }
    return { pairs: [], added: after.file ? [y] : [], gone: before.file ? [x] : [] };
  }
  const both = b.filter((n) => a.includes(n));
  // Two files that have nothing in common by name: each is about one network. One of blocks for others to use is about none, unless errors are why.
  const isAbout = ({ file }: Version): boolean => file !== undefined && (namesIn(file).length > 0 || hasErrors(file));
  if (both.length === 0 && before.file && after.file && isAbout(before) && isAbout(after))
    return { pairs: [[mainOf(before.file), mainOf(after.file)]], added: [], gone: [] };
  return { pairs: both.map((n) => [n, n]), added: b.filter((n) => !a.includes(n)), gone: a.filter((n) => !b.includes(n)) };
}

const declares = (file: OpenFile, name: string): boolean => file.analysis.model.declarations.some((d) => d.name === name);
const hasErrors = (file: OpenFile): boolean => file.problems.some((p) => p.severity === 'error');
/** Undefined where there is none, of which whoever opens it tells. */
const mainOf = (file: OpenFile): string | undefined => defaultTarget(file.analysis.targets)?.name;
