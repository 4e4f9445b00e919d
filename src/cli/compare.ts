/** `pointwise compare`: a target against its variants, another target, or a target of another file; as figures, or as code. */

import { otherCode } from '../export/cnn/variant.ts';
import { compareGraphs, compareVariants } from '../graph/compare.ts';
import type { Comparison, Ratio, Side, Totals, Variant, VariantName } from '../graph/facts.ts';
import { bytes, count, fewer } from '../graph/figures.ts';
import type { Head } from '../graph/tree/written.ts';
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
  /** Which variant, of those that are derived. */
  readonly variant?: VariantName;
  readonly input?: string | Inputs<Shape>;
  readonly json?: boolean;
  /** Print what it is compared with, as `.cnn`. */
  readonly code?: boolean;
  /** What else to do where there is no variant. */
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
  if (o.variant !== undefined) {
    const comparison = compareVariants(graph, { variant: o.variant });
    if (comparison) return { comparison, otherKind: target.kind };
    throw new Failure(`${target.name} has no ${o.variant} variant: there is no place in it where its rules apply.`);
  }
  if (target.versus && o.input !== undefined)
    throw new Failure(
      `${target.name} is compared with ${target.versus.name} on the input in the file: name a --variant, or another target by --against, to compare on --input.`,
      2,
    );
  const comparison = o.input === undefined ? file.analysis.comparison(target) : compareVariants(graph);
  if (comparison) return { comparison, otherKind: target.versus?.instance.kind ?? target.kind };
  const naive = 'a 1×1 convolution that narrows before larger, ungrouped convolutions, a bottleneck, or a pool’s projection';
  throw new Failure(
    `${target.name} has no variant to compare with: none of its 1×1 convolutions is one that could be left out (${naive}), none follows a depthwise convolution, and none of its convolutions has groups.${o.hint ?? ''}`,
  );
}

const sideData = (s: Side): Readonly<Record<string, unknown>> => ({
  weights: s.totals.weights,
  params: s.totals.params,
  macs: s.totals.macs,
  totalMacs: s.totals.totalMacs,
  memory: s.totals.memory,
  receptiveField: s.receptiveField,
  output: s.output,
});
const notesData = (notes: readonly string[]): { readonly notes?: readonly string[] } => (notes.length > 0 ? { notes } : {});

/** What `compare --json` prints. */
const comparisonData = (c: Comparison): unknown => ({
  target: c.target,
  this: sideData(c.this),
  other: sideData(c.other),
  otherName: c.otherName,
  ratio: c.ratio,
  formula: { this: c.this.formula, other: c.other.formula },
  ...notesData(c.notes),
  variants: c.variants.map((v) => ({ name: v.name, ...sideData(v), ratio: v.ratio, formula: v.formula, ...notesData(v.notes) })),
});

/** One figure of each side, and how many times fewer the target has. */
interface Figure {
  readonly head: string;
  show(s: Side): string;
  of?(t: Totals): number;
}
const FIGURES: readonly Figure[] = [
  { head: 'weights', show: (s) => count(s.totals.weights), of: (t) => t.weights },
  { head: 'params', show: (s) => count(s.totals.params), of: (t) => t.params },
  { head: 'MACs', show: (s) => count(s.totals.macs), of: (t) => t.macs },
  { head: 'with all outputs', show: (s) => count(s.totals.totalMacs), of: (t) => t.totalMacs },
  { head: 'peak memory', show: (s) => bytes(s.totals.memory), of: (t) => t.memory },
  { head: 'field', show: (s) => s.receptiveField.join('×') },
  { head: 'output', show: (s) => s.output.join('×') },
];

/** The target on a row, and on two each variant and how the target compares with it. */
function figuresTable(c: Comparison): string {
  // A column of its own where further outputs cost something.
  const isFurthered = [c.this, ...c.variants].some((s) => s.totals.totalMacs > s.totals.macs);
  const figures = FIGURES.filter((f) => isFurthered || f.head !== 'with all outputs');
  const ratio = (f: Figure, v: Variant): string => {
    const [a, b] = [f.of?.(c.this.totals) ?? 0, f.of?.(v.totals) ?? 0];
    return a > 0 ? fewer(b / a) : '';
  };
  const columns: readonly Head[] = [{ head: '' }, ...figures.map(({ head }) => ({ head, right: true }))];
  return textTable(columns, [
    [c.target, ...figures.map((f) => f.show(c.this))],
    ...c.variants.flatMap((v) => [
      [v.name, ...figures.map((f) => f.show(v))],
      [`  ${c.target}`, ...figures.map((f) => ratio(f, v))],
    ]),
  ]);
}

/** The blocks that differ from the variant that is shown first. */
function partsTable({ parts, otherName }: Comparison): string {
  const times = ({ this: a, other: b }: { readonly this: number; readonly other: number }): Ratio['weights'] => (a > 0 ? b / a : 1);
  return textTable(
    [{ head: 'block' }, { head: 'weights', right: true }, { head: otherName, right: true }, { head: '', right: true }],
    parts.map((p) => [p.path || p.name, count(p.weights.this), count(p.weights.other), fewer(times(p.weights))]),
  );
}

/** Prints it. */
export async function compare(path: string, o: CompareOptions): Promise<string> {
  const { comparison: c, otherKind } = await comparisonOf(path, { hint: ' Compare it with --against or --against-file.', ...o });
  if (o.code) return otherCode(c, otherKind);
  if (o.json) return JSON.stringify(comparisonData(c), null, 2);
  const formulas = [`${c.target}: ${c.this.formula}`, ...c.variants.map((v) => `${v.name}: ${v.formula}`)];
  // Of several variants may be said the same.
  const notes = [...new Set(c.variants.flatMap((v) => v.notes))];
  const sections = [
    figuresTable(c),
    formulas.join('\n'),
    ...(c.parts.length > 1 ? [partsTable(c)] : []),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ];
  return sections.join('\n\n');
}
