/** This target against its variant: both pictures on one scale, figures, ratios, notes. */

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { codeOf } from '../../src/export/cnn/variant.ts';
import { analyse } from '../../src/graph/analyse.ts';
import type { ComparisonPart } from '../../src/graph/facts.ts';
import { bytes, count, fewer, short } from '../../src/graph/figures.ts';
import { timeText } from '../../src/graph/timing.ts';
import type { CompareAs } from '../kept.ts';
import { duration } from '../parts/figures.ts';
import { Answer, isNoise, type Line } from './answer.tsx';
import { Code } from './code.tsx';
import { type CompareProps, nameOf, WHOLE } from './compare-parts.ts';
import { Sides } from './compare-sides.tsx';

const AS = ['diagram', 'code'] as const satisfies readonly CompareAs[];
const AS_NAMES = { diagram: 'Diagram', code: 'Code' } as const satisfies Record<CompareAs, string>;

/** Both sides as text. */
function CodeSides({ p, part, title }: { readonly p: CompareProps; readonly part: ComparisonPart; readonly title: string }): JSX.Element {
  const { comparison: c, kind } = p;
  const isWhole = part.path === WHOLE || part.path === '';
  const code = useMemo(() => codeOf(c, isWhole ? { ...part, path: '' } : part, isWhole ? kind : 'block'), [c, part, isWhole, kind]);
  return (
    <Code
      assets={p.assets}
      names={{ this: part.path === WHOLE ? c.target : title, other: c.otherName }}
      texts={code}
      file={code.file}
      onOpen={p.onOpen}
    />
  );
}

const times = (a: number, b: number): string => (a > 0 ? `${(b / a).toFixed(1)}×` : '–');

/** One side as a row; its formula is at the end, or in a narrow panel on a row of its own. */
const Side = ({ l }: { readonly l: Line }): JSX.Element => (
  <>
    <tr>
      <th scope="row" title={l.name}>
        {l.name}
      </th>
      <td>{count(l.weights)}</td>
      <td>{count(l.totals.params)}</td>
      <td title={count(l.macs)}>{short(l.macs)}</td>
      <td>{bytes(l.totals.memory)}</td>
      <td title={l.time && timeText(l.time)}>{l.time === undefined ? '—' : duration(l.time.ms, l.time.clock)}</td>
      <td class="left mono" title={l.formula}>
        {l.formula}
      </td>
    </tr>
    <tr class="formula">
      <td class="left mono" colSpan={6} title={l.formula}>
        <span>{l.formula}</span>
      </td>
    </tr>
  </>
);

function Ratio({ a, b }: { readonly a: Line; readonly b: Line }): JSX.Element {
  const [mine, others] = [a.time?.ms, b.time?.ms];
  const faster = !(mine && others)
    ? ''
    : isNoise(a, b)
      ? ' · within the noise here'
      : ` · ${others >= mine ? `${(others / mine).toFixed(1)}× faster` : `${(mine / others).toFixed(1)}× slower`} here`;
  const words = `${fewer(b.weights / Math.max(1, a.weights))} weights${faster}`;
  return (
    <tr class="ratio">
      <th scope="row">ratio</th>
      <td>{times(a.weights, b.weights)}</td>
      <td>{times(a.totals.params, b.totals.params)}</td>
      <td>{times(a.macs, b.macs)}</td>
      <td>{times(a.totals.memory, b.totals.memory)}</td>
      <td>{mine !== undefined && others !== undefined ? times(mine, others) : ''}</td>
      <td class="left dim" title={words}>
        {words}
      </td>
    </tr>
  );
}

/** The figures of one or two comparisons, each of two sides. */
function Figures({
  groups,
}: {
  readonly groups: readonly { readonly title?: string; readonly lines: readonly [Line, Line] }[];
}): JSX.Element {
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">
            <span class="sr">side</span>
          </th>
          <th scope="col">weights</th>
          <th scope="col">params</th>
          <th scope="col">MACs</th>
          <th scope="col">peak memory</th>
          <th scope="col" title="Measured in this window">
            time here
          </th>
          <th scope="col" class="left">
            formula
          </th>
        </tr>
      </thead>
      {groups.map(({ title, lines: [a, b] }) => (
        <tbody key={title ?? ''}>
          {title && (
            <tr class="group">
              <th colSpan={7} scope="rowgroup">
                {title}
              </th>
            </tr>
          )}
          <Side l={a} />
          <Side l={b} />
          <Ratio a={a} b={b} />
        </tbody>
      ))}
    </table>
  );
}

export function Compare(p: CompareProps): JSX.Element {
  const { comparison: c, part } = p;
  const several = p.parts.length > 1;
  const title = part && several ? nameOf(part) : c.target;
  /** Times of the whole are known where the whole is what ran. */
  const onlyPart = part !== undefined && (part.path === WHOLE || c.parts.length === 1);
  const partLines = useMemo(
    () => (several && part && part.path !== WHOLE ? linesOf(part, c.otherName, p.results) : undefined),
    [several, part, c.otherName, p.results.this, p.results.other],
  );
  const whole: readonly [Line, Line] = [
    {
      name: c.target,
      weights: c.this.totals.weights,
      macs: c.this.totals.macs,
      totals: c.this.totals,
      time: onlyPart ? p.results.this : undefined,
      formula: c.this.formula,
    },
    {
      name: c.otherName,
      weights: c.other.totals.weights,
      macs: c.other.totals.macs,
      totals: c.other.totals,
      time: onlyPart ? p.results.other : undefined,
      formula: c.other.formula,
    },
  ];
  return (
    <div class={`comparison${p.stale ? ' stale' : ''}`}>
      <Answer lines={partLines ?? whole} against={p.against} />
      {several && (
        <nav class="parts" aria-label="Blocks that differ">
          <h2>Blocks that differ</h2>
          {p.parts.map((x) => (
            <button type="button" key={x.path} aria-current={x === part} onClick={() => p.onPart(x.path)}>
              <span class="name" title={nameOf(x)}>
                {nameOf(x)}
              </span>
              <span class="dim">
                {count(x.weights.this)} / {count(x.weights.other)}
              </span>
              <span class="ratio">{times(x.weights.this, x.weights.other)}</span>
            </button>
          ))}
        </nav>
      )}
      <div class="stage">
        <fieldset class="switch" aria-label="Compare as">
          {AS.map((as) => (
            <button type="button" key={as} aria-pressed={p.as === as} onClick={() => p.onAs(as)}>
              {AS_NAMES[as]}
            </button>
          ))}
        </fieldset>
        {part && p.as === 'code' ? (
          <CodeSides p={p} part={part} title={title} />
        ) : part ? (
          <Sides key={part.path} p={p} part={part} title={title} />
        ) : undefined}
      </div>
      <div class="compare-figures">
        <div class="figures-box">
          <Figures groups={partLines ? [{ lines: partLines }, { title: `${c.target} as a whole`, lines: whole }] : [{ lines: whole }]} />
        </div>
        {c.notes.length > 0 && (
          <ul class="notes">
            {c.notes.map((n) => (
              <li key={n}>
                <span class="codicon codicon-info" /> {n}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** The two sides of one part. */
function linesOf(part: ComparisonPart, otherName: string, results: CompareProps['results']): readonly [Line, Line] {
  const line = (side: 'this' | 'other'): Line => {
    const f = analyse(part[side]);
    const formula = joined(f.nodes.map((n) => n.formula).filter((t) => t !== ''));
    return {
      name: side === 'this' ? nameOf(part) : otherName,
      weights: part.weights[side],
      macs: part.macs[side],
      totals: f.totals,
      time: results[side],
      formula,
    };
  };
  return [line('this'), line('other')];
}

const joined = (terms: readonly string[]): string =>
  (terms.length > 8 ? [...terms.slice(0, 6), '…', terms[terms.length - 1]] : terms).join(' + ');
