/** The columns of a table of layers: what each says, what it is sorted by, and how it is written. */
import { showShape } from '../../layers/shape.ts';
import { bytes, count, milliseconds, percent, short } from '../figures.ts';
import type { Row, RunFigures, Shared } from './row.ts';

interface ColumnSpec {
  /** In a file. */
  readonly head: string;
  /** Over the column, where that is shorter. */
  readonly label?: string;
  /** What it is, in a sentence or two. */
  readonly says: string;
  /** Names stand on the left, figures on the right. */
  readonly left?: true;
  /** Known only after a run. */
  readonly ofRun?: true;
  /** A share of this, which a bar may show. */
  readonly bar?: Shared;
  /** What it is sorted by and what a file of figures holds; undefined where nobody knows. */
  value(r: Row, total: Row): string | number | undefined;
  /** As one compares it at a glance; nothing where it costs nothing. */
  text(r: Row, total: Row): string;
  /** To the last digit, where that is more. */
  exact?(r: Row): string;
}

const written = (n: number): string => (n > 0 ? count(n) : '');

const share = (bar: Shared, noun: string): Pick<ColumnSpec, 'bar' | 'value' | 'text' | 'head' | 'label'> => ({
  bar,
  head: `share of ${noun}`,
  label: `% ${noun}`,
  value: ({ figures }, total) => {
    const [part, whole = 0] = [figures[bar], total.figures[bar]];
    return part === undefined ? undefined : whole > 0 ? Number((part / whole).toPrecision(6)) : 0;
  },
  text: ({ figures }, total) => ((figures[bar] ?? 0) > 0 ? percent(figures[bar] ?? 0, total.figures[bar] ?? 0) : ''),
});

/** Four significant digits of a value that a run gave. */
export function valueText(v: number): string {
  if (Number.isNaN(v)) return '–';
  if (!Number.isFinite(v)) return v > 0 ? '∞' : '−∞';
  if (v === 0) return '0';
  const size = Math.abs(v);
  return size >= 1e5 || size < 1e-3 ? v.toExponential(2) : String(Number(v.toPrecision(4)));
}

const found = (name: keyof RunFigures, says: string): ColumnSpec => ({
  head: name,
  says,
  ofRun: true,
  value: (r) => (Number.isNaN(r.figures[name]) ? undefined : r.figures[name]),
  text: ({ figures }) => (figures[name] === undefined ? '' : valueText(figures[name])),
});

const SUM = 'Of a block, the sum of all that is in it';

/** In the order in which they stand. */
export const COLUMNS = {
  layer: {
    head: 'layer',
    says: 'The path of a layer, block or branch: its labels, or else what is called. ×n: as many rounds of a loop.',
    left: true,
    value: (r) => r.path,
    text: (r) => r.path,
  },
  kind: {
    head: 'kind',
    says: 'The kind of a layer, the name of a block.',
    left: true,
    value: (r) => r.kind || 'block',
    text: (r) => r.kind,
    exact: (r) => r.kind || 'block',
  },
  output: {
    head: 'output',
    says: 'The shape of the output, channels × height × width. Sorted by its number of entries.',
    value: (r) => r.shape.reduce((a, b) => a * b, 1),
    text: (r) => showShape(r.shape),
  },
  kernel: {
    head: 'kernel',
    says: 'The entries of the kernel as papers write them: height × width × input channels × output channels.',
    value: (r) => r.formula || undefined,
    text: (r) => r.formula,
  },
  params: {
    head: 'params',
    says: `All that training would change: kernels, biases, scales and shifts. ${SUM}. What is shared counts with its first use.`,
    value: (r) => r.figures.params,
    text: (r) => written(r.figures.params),
  },
  weights: {
    head: 'weights',
    says: `Entries of the kernels of convolutions and linear layers. ${SUM}. What is shared counts with its first use.`,
    value: (r) => r.figures.weights,
    text: (r) => written(r.figures.weights),
  },
  weightsShare: {
    ...share('weights', 'weights'),
    says: 'Its part of all weights. The bar’s colours: 1×1 and linear, larger kernels, the rest.',
  },
  macs: {
    head: 'MACs',
    says: `Multiply–accumulates of convolutions and linear layers, for one input. ${SUM}.`,
    value: (r) => r.figures.macs,
    text: (r) => (r.figures.macs > 0 ? short(r.figures.macs) : ''),
    exact: (r) => written(r.figures.macs),
  },
  macsShare: {
    ...share('macs', 'MACs'),
    says: 'Its part of the multiply–accumulates of all outputs. The bar’s colours: 1×1 and linear, larger kernels, the rest.',
  },
  memory: {
    head: 'activations',
    says: `Memory of the output in float32. ${SUM}, which is more than a run needs at once.`,
    value: (r) => r.figures.memory,
    text: (r) => (r.figures.memory > 0 ? bytes(r.figures.memory) : ''),
    exact: (r) => (r.figures.memory > 0 ? `${count(r.figures.memory)} B` : ''),
  },
  field: {
    head: 'field',
    says: 'The receptive field: how many pixels of the input, height × width, one pixel of the output can see. Of a block, the most.',
    value: (r) => r.figures.field[0] * r.figures.field[1],
    text: (r) => r.figures.field.join('×'),
  },
  ms: {
    head: 'ms',
    says: `Milliseconds in the last run. Empty where a layer was computed in one pass with the one before it. ${SUM}.`,
    ofRun: true,
    value: ({ figures: { ms } }) => ms && Number(ms.toPrecision(6)),
    text: ({ figures: { ms, clock } }) => (ms === undefined ? '' : milliseconds(ms, clock)),
  },
  msShare: { ...share('ms', 'time'), says: 'Its part of the time of all layers in the last run.', ofRun: true },
  zeros: {
    head: 'zeros',
    says: 'The part of the output that was zero in the last run. Of a block, the most of any layer.',
    ofRun: true,
    value: (r) => r.figures.zeros,
    text: ({ figures: { zeros } }) => (zeros === undefined ? '' : percent(zeros, 1)),
  },
  min: found('min', 'The least value of the output in the last run.'),
  max: found('max', 'The greatest value of the output in the last run.'),
  mean: found('mean', 'The mean of the output’s values in the last run.'),
  std: found('std', 'The standard deviation of the output’s values in the last run.'),
} as const satisfies Readonly<Record<string, ColumnSpec>>;

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[];
export const isColumnName = (name: unknown): name is ColumnName => typeof name === 'string' && Object.hasOwn(COLUMNS, name);
/** The columns of a table that is printed or written to a file, without a run. */
export const WRITTEN_COLUMNS = [
  'layer',
  'kind',
  'output',
  'params',
  'weights',
  'macs',
  'weightsShare',
  'field',
] as const satisfies readonly ColumnName[];
/** What there is to know of a column. */
export const columnOf = (name: ColumnName): ColumnSpec => COLUMNS[name];
