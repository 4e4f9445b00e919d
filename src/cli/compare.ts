/** `pointwise compare`: a target against its naive form, another target, or a target of another file; as figures, or as code. */
import { otherCode } from '../export/cnn/variant.ts';
import { compareGraphs, compareNaive } from '../graph/compare.ts';
import type { Comparison, Side } from '../graph/facts.ts';
import { bytes, count, fewer } from '../graph/figures.ts';
import type { Target } from '../language/elaborate/targets.ts';
import type { Inputs, Shape } from '../layers/shape.ts';
import { Failure } from './errors.ts';
import { openTarget } from './open.ts';
import { textTable } from './table.ts';
import { withInput } from './with-input.ts';

export interface CompareOptions {
  readonly target?: string;
  readonly against?: string;
  readonly againstFile?: string;
  readonly input?: string | Inputs<Shape>;
  readonly json?: boolean;
  /** Print what it is compared with, as `.cnn`. */
  readonly code?: boolean;
  /** What else to do where there is no naive form. */
  readonly hint?: string;
}

/** A comparison, and what the other side is. */
export interface Compared {
  readonly comparison: Comparison;
  readonly otherKind: Target['kind'];
}

/** Makes the comparison that the options mean. */
export async function comparisonOf(path: string, o: CompareOptions): Promise<Compared> {
  const { file, target } = await openTarget(path, o.target);
  const { graph } = withInput(file, target, o.input);
  if (o.against !== undefined || o.againstFile !== undefined) {
    const name = o.against ?? (o.againstFile === undefined ? undefined : o.target);
    const { file: other, target: against } = await openTarget(o.againstFile ?? path, name);
    return { comparison: compareGraphs(graph, withInput(other, against, o.input).graph, against.name), otherKind: against.kind };
  }
  if (target.versus && o.input !== undefined)
    throw new Failure(
      `${target.name} is compared with ${target.versus.name} on the input in the file: name another target by --against to compare on --input.`,
      2,
    );
  const comparison = target.versus ? file.analysis.comparison(target) : compareNaive(graph);
  if (comparison) return { comparison, otherKind: target.versus?.instance.kind ?? target.kind };
  const naive = 'a 1×1 convolution that narrows before one larger, ungrouped convolution, a bottleneck, or a pool’s projection';
  throw new Failure(
    `${target.name} has no naive form: none of its 1×1 convolutions is one that could be left out (${naive}).${o.hint ?? ''}`,
  );
}

const sideData = (s: Side): unknown => ({
  weights: s.totals.weights,
  params: s.totals.params,
  macs: s.totals.macs,
  totalMacs: s.totals.totalMacs,
  memory: s.totals.memory,
  output: s.output,
});

/** What `compare --json` prints. */
export const comparisonData = (c: Comparison): unknown => ({
  target: c.target,
  this: sideData(c.this),
  other: sideData(c.other),
  otherName: c.otherName,
  ratio: c.ratio,
  formula: { this: c.this.formula, other: c.other.formula },
  ...(c.notes.length > 0 ? { notes: c.notes } : {}),
});

/** Prints it. */
export async function compare(path: string, o: CompareOptions): Promise<string> {
  const { comparison: c, otherKind } = await comparisonOf(path, { hint: ' Compare it with --against or --against-file.', ...o });
  if (o.code) return otherCode(c, otherKind);
  if (o.json) return JSON.stringify(comparisonData(c), null, 2);
  // A column of its own where further outputs cost something.
  const furthered = [c.this, c.other].some((s) => s.totals.totalMacs > s.totals.macs);
  const row = (name: string, { totals: t, output }: Side): string[] => [
    name,
    count(t.weights),
    count(t.params),
    count(t.macs),
    ...(furthered ? [count(t.totalMacs)] : []),
    bytes(t.memory),
    output.join('×'),
  ];
  const ratio = (a: number, b: number): string => (a > 0 ? fewer(b / a) : '');
  const [a, b] = [c.this.totals, c.other.totals];
  const table = textTable(
    [
      { head: '' },
      ...['weights', 'params', 'MACs', ...(furthered ? ['with all outputs'] : []), 'peak memory', 'output'].map((head) => ({
        head,
        right: true,
      })),
    ],
    [
      row(c.target, c.this),
      row(c.otherName, c.other),
      [
        c.target,
        ratio(a.weights, b.weights),
        ratio(a.params, b.params),
        ratio(a.macs, b.macs),
        ...(furthered ? [ratio(a.totalMacs, b.totalMacs)] : []),
        ratio(a.memory, b.memory),
        '',
      ],
    ],
  );
  const parts =
    c.parts.length > 1
      ? `\n\n${textTable(
          [{ head: 'block' }, { head: 'weights', right: true }, { head: c.otherName, right: true }, { head: '', right: true }],
          c.parts.map((p) => [p.path || p.name, count(p.weights.this), count(p.weights.other), fewer(p.weights.other / p.weights.this)]),
        )}`
      : '';
  const notes = c.notes.map((n) => `\n${n}`).join('');
  return `${table}\n\n${c.target}: ${c.this.formula}\n${c.otherName}: ${c.other.formula}${parts}${notes && `\n${notes}`}`;
}
