/** What `diff` prints for people: the answer in a line, and a table of what differs; for a terminal, or in Markdown for a pull request. */

import { writeArgument, writeLayer } from '../../export/cnn/arguments.ts';
import type { Edit, GraphDiff, Measured } from '../../graph/diff/data.ts';
import type { Entry, Side, Status } from '../../graph/diff/entries.ts';
import { type Row, rowsOf } from '../../graph/diff/rows.ts';
import type { Totals } from '../../graph/facts.ts';
import { brief, bytes, count } from '../../graph/figures.ts';
import { type Head, markdown } from '../../graph/tree/written.ts';
import { layerOf } from '../../layers/index.ts';
import { showShape } from '../../layers/shape.ts';
import { colours as pc } from '../colours.ts';
import { textTable } from '../table.ts';
import type { FileDiff, TargetDiff } from './targets.ts';

const COLUMNS: readonly Head[] = [
  { head: '' },
  { head: 'layer' },
  { head: 'kind' },
  { head: 'change' },
  { head: 'output', right: true },
  { head: 'params', right: true },
  { head: 'MACs', right: true },
  { head: 'memory', right: true },
];

const MARKS: Readonly<Record<Status, string>> = { added: '+', gone: '−', changed: '~', moved: '~', follows: ' ', equal: ' ' };

const signed = (n: number, show: (n: number) => string): string => `${n < 0 ? '−' : '+'}${show(Math.abs(n))}`;
const layers = (n: number): string => `${count(n)} layer${n === 1 ? '' : 's'}`;

/** ` (−0.2 %)`, with the difference before it where that says more; nothing where it would be zero. */
function relative(before: number, after: number, difference = ''): string {
  const percent = before > 0 ? Math.abs((100 * (after - before)) / before) : 0;
  const shown = percent >= 0.05 ? `${signed(after - before, () => percent.toFixed(1))} %` : '';
  const both = [difference, shown].filter((s) => s !== '').join(', ');
  return both === '' ? '' : ` (${both})`;
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `4.089 → 4.12 GMACs`: as many digits as tell them apart. */
function macsText(before: number, after: number): string {
  const [unit, letter] = UNITS.find(([u]) => Math.max(before, after) >= u) ?? [1, ''];
  const show = (n: number, digits: number): string => String(Number((n / unit).toPrecision(digits)));
  if (before === after) return `${show(after, 4)} ${letter}MACs`;
  let digits = 4;
  while (show(before, digits) === show(after, digits)) digits++;
  return `${show(before, digits)} → ${show(after, digits)} ${letter}MACs${relative(before, after)}`;
}

const paramsText = (before: number, after: number): string =>
  before === after
    ? `${count(after)} params`
    : `${count(before)} → ${count(after)} params${relative(before, after, signed(after - before, count))}`;

/** `25,557,032 params, 4.089 GMACs`. */
const totalsText = (t: Totals): string => `${paramsText(t.params, t.params)}, ${macsText(t.macs, t.macs)}`;

/** `ResNet50: 25,557,032 → 25,502,912 params (−54,120, −0.2 %), 4.089 → 4.12 GMACs (+0.8 %)`, without the name. */
function answer({ totals: { before, after }, outputs, equal }: GraphDiff): string {
  const memory = before.memory === after.memory ? [] : [`peak memory ${bytes(before.memory)} → ${bytes(after.memory)}`];
  const changed = outputs
    .filter((o) => o.changed)
    .map((o) => {
      if (!o.before) return `new output ${o.name} ${showShape(o.after ?? [0])}`;
      if (!o.after) return `output ${o.name} is gone`;
      const [x, y] = [showShape(o.before), showShape(o.after)];
      return `output${o.name === 'output' ? '' : ` ${o.name}`} ${x === y ? 'is of another layer' : `${x} → ${y}`}`;
    });
  return [
    ...(equal ? ['no difference'] : []),
    paramsText(before.params, after.params),
    macsText(before.macs, after.macs),
    ...memory,
    ...changed,
  ].join(', ');
}

const nameOf = ({ before, after }: GraphDiff): string => (before === after ? after : `${before} → ${after}`);

/** Two texts where they differ. */
const arrow = (a: string | undefined, b: string | undefined): string =>
  a === undefined || b === undefined || a === b ? (b ?? a ?? '') : `${a} → ${b}`;

/** A layer as it is written; what joins branches has no arguments. */
const written = (s: Side): string => (s.kind === 'input' || layerOf(s.kind).merge ? s.kind : writeLayer(s));

function kindOf({ type, before, after }: Entry): string {
  if (type === 'scope' || (before && after && before.kind === after.kind)) return arrow(before?.kind, after?.kind);
  return arrow(before && written(before), after && written(after));
}

function editText(edit: Edit, { type, before, after }: Entry): string {
  switch (edit.what) {
    case 'kind':
      // Both kinds stand beside it.
      return '';
    case 'params':
      if (!before || !after || before.kind !== after.kind) return '';
      return edit.names
        .map((n) => {
          const value = ({ kind, params }: Side): string => (params[n] === undefined ? 'none' : writeArgument(kind, n, params[n]));
          return `${n} ${value(before)} → ${value(after)}`;
        })
        .join(', ');
    case 'inputs':
      return 'reads other values';
    case 'label':
      return before ? `was ${before.segment}` : '';
    case 'place':
      return before?.path === after?.path ? `moved${type === 'scope' ? ', whole' : ''}` : `moved from ${before?.path}`;
    default:
      return edit satisfies never;
  }
}

/** The cells of a row, without what it is called. */
function cells({ delta, entry, status, times, layers: n }: Row): readonly string[] {
  const figures = [
    delta.params === 0 ? '' : signed(delta.params, count),
    delta.macs === 0 ? '' : signed(delta.macs, brief),
    delta.memory === 0 ? '' : signed(delta.memory, bytes),
  ];
  if (!entry) return ['', '', '', ...figures];
  const { before, after, type, edits } = entry;
  const changes = [
    ...(times > 1 ? [`×${times}`] : []),
    ...(type === 'scope' && (!before || !after || status === 'follows') ? [layers(n)] : []),
    ...edits.map((e) => editText(e, entry)).filter((t) => t !== ''),
  ];
  return [kindOf(entry), changes.join(', '), arrow(before && showShape(before.shape), after && showShape(after.shape)), ...figures];
}

/** What only counts layers that came from elsewhere. */
const moved = (r: Row): string => `… ${layers(r.layers)} moved here`;

const PAINT: Readonly<Record<Status, (s: string) => string>> = {
  added: pc.green,
  gone: pc.red,
  changed: pc.yellow,
  moved: pc.yellow,
  follows: (s) => s,
  equal: pc.dim,
};

/** The rows that tell of something. */
const told = ({ entries }: TargetDiff, all: boolean): readonly Row[] => rowsOf(entries, all).filter((r) => all || r.status !== 'equal');

const equalLayers = (entries: readonly Entry[]): number =>
  entries.reduce((n, e) => n + (e.type === 'scope' ? equalLayers(e.children) : e.status === 'equal' ? e.layers : 0), 0);

function tableOf(t: TargetDiff, all: boolean): string {
  const rows = told(t, all);
  const equal = all ? 0 : equalLayers(t.entries);
  const table = rows.map((r) => [MARKS[r.status], '  '.repeat(r.depth) + (r.entry ? r.name : moved(r)), ...cells(r)]);
  const [head = '', ...lines] = rows.length > 0 ? textTable(COLUMNS, table).split('\n') : [];
  return [
    ...(rows.length > 0 ? [head] : []),
    ...lines.map((line, i) => PAINT[rows[i]?.status ?? 'equal'](line)),
    ...(equal > 0 ? [pc.dim(`   … ${layers(equal)} equal`)] : []),
  ].join('\n');
}

const lone = ({ graph, facts }: Measured): string => `${graph.name}: ${totalsText(facts.totals)}`;

const nothing = ({ before, after }: FileDiff): string =>
  `Nothing in ${before} and ${after} can stand alone, so there is nothing to compare.`;

/** Says of a table that is the same as one before it whose that is: `network ResNet50 = ResNet()`. */
function once(): (table: string, name: string) => string {
  const met = new Map<string, string>();
  return (table, name) => {
    const known = met.get(table);
    if (known === undefined) met.set(table, name);
    return known === undefined ? table : `the same as ${known}`;
  };
}

/** For a terminal. */
export function diffText(d: FileDiff, all: boolean): string {
  const table = once();
  const sections = d.targets.map((t) => {
    const head = `${pc.bold(nameOf(t.diff))}: ${answer(t.diff)}`;
    return t.diff.equal && !all ? head : `${head}\n${table(tableOf(t, all), nameOf(t.diff))}`;
  });
  // What differs comes first, and what is equal in lines together.
  const equal = sections.filter((_, i) => d.targets[i]?.diff.equal);
  const lines = [...d.added.map((t) => pc.green(`+ ${lone(t)}`)), ...d.gone.map((t) => pc.red(`− ${lone(t)}`)), ...(all ? [] : equal)];
  const tables = all ? sections : sections.filter((s) => !equal.includes(s));
  const parts = [...tables, ...(lines.length > 0 ? [lines.join('\n')] : [])];
  return parts.length > 0 ? parts.join('\n\n') : nothing(d);
}

/** For a pull request. */
export function diffMarkdown(d: FileDiff, all: boolean): string {
  const columns = COLUMNS.map((c, i) => (i < COLUMNS.length - 3 ? c : { ...c, head: `Δ ${c.head}` }));
  const table = once();
  const parts = d.targets.flatMap((t) => {
    if (t.diff.equal && !all) return [];
    const rows = told(t, all);
    const cellsOf = rows.map((r) => [MARKS[r.status], r.entry ? `\`${r.path}\`` : moved(r), ...cells(r)]);
    return [`**${nameOf(t.diff)}**: ${answer(t.diff)}`, ...(rows.length > 0 ? [table(markdown(columns, cellsOf), nameOf(t.diff))] : [])];
  });
  const equal = all ? [] : d.targets.filter((t) => t.diff.equal).map((t) => t.diff.after);
  const list = [
    ...d.added.map((t) => `- added **${t.graph.name}**: ${totalsText(t.facts.totals)}`),
    ...d.gone.map((t) => `- gone **${t.graph.name}**: ${totalsText(t.facts.totals)}`),
    ...(equal.length > 0 ? [`- no difference in ${equal.join(', ')}`] : []),
  ];
  return [...parts, ...(list.length > 0 ? [list.join('\n')] : [])].join('\n\n') || nothing(d);
}
