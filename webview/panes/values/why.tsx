/** Why a number is what it is: what its operation read, with which weights, and what that comes to. A source is a way back along the flow. */
import type { ComponentChildren, JSX } from 'preact';
import { count } from '../../../src/graph/figures.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import type { Why } from '../../../src/run/protocol.ts';
import type { Entry, Patch, Reason, Source } from '../../../src/tensor/index.ts';
import { measured } from '../../parts/figures.ts';

export interface WhyProps {
  readonly graph: Graph;
  readonly why: Why;
  /** Goes to a number: of a node's output, or of a value between its operations. */
  onGo(value: number, node: number, at: Entry): void;
}

/** Terms of a sum that are told one by one. */
const MOST_TERMS = 12;

const place = ([c, y, x]: Entry): string => `channel ${c}, row ${y}, column ${x}`;
/** Numbers with a sign that stands apart: `+ 0.3`, `− 0.3`. */
const signed = (n: number): string => `${n < 0 ? '−' : '+'} ${measured(Math.abs(n))}`;

interface Told extends WhyProps {
  readonly children?: ComponentChildren;
}

/** A number that one can go to. */
function Go({
  p,
  value,
  at,
  number,
}: {
  readonly p: WhyProps;
  readonly value: number;
  readonly at: Entry;
  readonly number: number;
}): JSX.Element {
  const maker = p.why.makers[value];
  const name = maker && p.graph.nodes[maker.node]?.path;
  return (
    <button
      type="button"
      class="as-link mono"
      title={`${name ?? 'value'}, ${place(at)}`}
      onClick={() => maker && p.onGo(value, maker.node, at)}
    >
      {measured(number)}
    </button>
  );
}

const makerName = ({ graph, why }: WhyProps, value: number): string => graph.nodes[why.makers[value]?.node ?? -1]?.path ?? 'the input';

interface Term {
  readonly at: Entry;
  readonly number: number;
  readonly weight: number;
  readonly product: number;
}

/** The terms of a sum of products; those in the padding are nothing. */
function termsOf({ patch, weights }: Extract<Reason, { how: 'products' }>): readonly Term[] {
  const terms: Term[] = [];
  let i = 0;
  for (const c of patch.channels)
    for (const y of patch.rows)
      for (const x of patch.columns) {
        const [number, weight] = [patch.numbers[i] as number, weights[i] as number];
        terms.push({ at: [c, y, x], number, weight, product: number * weight });
        i++;
      }
  return terms;
}

/** A window of one channel as a small table; `chosen` is marked. */
const Window = ({
  rows,
  numbers,
  chosen,
  title,
}: {
  readonly rows: number;
  readonly numbers: readonly number[];
  readonly chosen?: number;
  readonly title: string;
}): JSX.Element => {
  const columns = numbers.length / rows;
  return (
    <figure class="window">
      <table>
        <tbody>
          {Array.from({ length: rows }, (_, y) => (
            <tr key={y}>
              {Array.from({ length: columns }, (_x, x) => (
                <td key={x} class={y * columns + x === chosen ? 'mono most' : 'mono'}>
                  {measured(numbers[y * columns + x] as number)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption class="dim small">{title}</figcaption>
    </figure>
  );
};

/** A sum over a window larger than a pixel: channel by channel, the heaviest with its window, its kernel and its products. */
function Kernels({ reason, p }: { readonly reason: Extract<Reason, { how: 'products' }>; readonly p: WhyProps }): JSX.Element {
  const { patch, weights } = reason;
  const size = patch.rows.length * patch.columns.length;
  const sums = patch.channels
    .map((channel, i) => {
      const part = patch.numbers.subarray(i * size, (i + 1) * size);
      const kernel = weights.subarray(i * size, (i + 1) * size);
      const products = [...part].map((v, k) => v * (kernel[k] as number));
      return { channel, part: [...part], kernel: [...kernel], products, sum: products.reduce((a, b) => a + b, 0) };
    })
    .sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const [first] = sums;
  const shown = sums.slice(0, MOST_TERMS);
  const rest = sums.slice(MOST_TERMS).reduce((a, s) => a + s.sum, 0);
  const middle = [patch.rows[patch.rows.length >> 1] ?? 0, patch.columns[patch.columns.length >> 1] ?? 0] as const;
  return (
    <>
      {first && size <= 49 && (
        <div class="windows">
          <Window rows={patch.rows.length} numbers={first.part} title={`channel ${first.channel}, its window`} />
          <span class="sign">×</span>
          <Window rows={patch.rows.length} numbers={first.kernel} title="its kernel" />
          <span class="sign">=</span>
          <Window rows={patch.rows.length} numbers={first.products} title={`products, sum ${measured(first.sum)}`} />
        </div>
      )}
      <Terms
        head={['channel', 'sum of its products']}
        rows={shown.map((s) => [
          <button key={s.channel} type="button" class="as-link" onClick={() => goTo(p, patch.value, [s.channel, ...middle])}>
            {s.channel}
          </button>,
          measured(s.sum),
        ])}
        rest={sums.length > MOST_TERMS ? [`${count(sums.length - MOST_TERMS)} more`, measured(rest)] : undefined}
      />
    </>
  );
}

function goTo(p: WhyProps, value: number, at: Entry): void {
  const maker = p.why.makers[value];
  if (maker) p.onGo(value, maker.node, at);
}

const Terms = ({
  head,
  rows,
  rest,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  readonly rest: readonly string[] | undefined;
}): JSX.Element => (
  <table class="terms">
    <thead>
      <tr>
        {head.map((h) => (
          <th key={h} scope="col">
            {h}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((cells, i) => (
        <tr key={i}>
          {cells.map((c, k) => (
            <td key={k} class="mono">
              {c}
            </td>
          ))}
        </tr>
      ))}
      {rest && (
        <tr class="dim">
          {rest.map((c, k) => (
            <td key={k} class="mono">
              {c}
            </td>
          ))}
        </tr>
      )}
    </tbody>
  </table>
);

/** A sum of products at one pixel: a dot product, as figure 1 of the lesson draws it. */
function Dot({ reason, p }: { readonly reason: Extract<Reason, { how: 'products' }>; readonly p: WhyProps }): JSX.Element {
  const terms = [...termsOf(reason)].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = terms.length > MOST_TERMS ? terms.slice(0, MOST_TERMS) : [...termsOf(reason)];
  const rest = terms.slice(MOST_TERMS).reduce((a, t) => a + t.product, 0);
  return (
    <Terms
      head={['channel', 'value', '× weight', '= product']}
      rows={shown.map((t) => [
        t.at[0],
        <Go key="v" p={p} value={reason.patch.value} at={t.at} number={t.number} />,
        measured(t.weight),
        measured(t.product),
      ])}
      rest={terms.length > MOST_TERMS ? [`${count(terms.length - MOST_TERMS)} more`, '', '', measured(rest)] : undefined}
    />
  );
}

function Products({ reason, p }: { readonly reason: Extract<Reason, { how: 'products' }>; readonly p: WhyProps }): JSX.Element {
  const { patch, bias } = reason;
  const { number } = p.why.explanation;
  const [c, h, w] = [patch.channels.length, patch.rows.length, patch.columns.length];
  const isDot = h * w === 1;
  return (
    <>
      <p>
        {isDot
          ? `A dot product: ${count(c)} ${c === 1 ? 'channel' : 'channels'} of `
          : `${count(c)} × ${h}×${w} = ${count(c * h * w)} products with `}
        <b>{makerName(p, patch.value)}</b>
        {isDot ? ' at this pixel, each times its weight' : ', summed'}
        {bias === undefined ? '' : `, ${signed(bias)} bias`} = <b class="mono">{measured(number)}</b>
      </p>
      {isDot ? <Dot reason={reason} p={p} /> : <Kernels reason={reason} p={p} />}
    </>
  );
}

function Pool({ reason, p }: { readonly reason: Extract<Reason, { how: 'pool' }>; readonly p: WhyProps }): JSX.Element {
  const { patch, kind, area } = reason;
  const numbers = [...patch.numbers];
  const most = kind === 'max' ? numbers.indexOf(Math.max(...numbers)) : -1;
  const at = (i: number): Entry => entryOf(patch, i);
  const word = { max: 'The largest', avg: `The mean (sum ÷ ${count(area)})`, lp: 'The norm' }[kind];
  return (
    <>
      <p>
        {word} of {count(numbers.length)} numbers of <b>{makerName(p, patch.value)}</b>
        {most >= 0 && (
          <>
            : <Go p={p} value={patch.value} at={at(most)} number={numbers[most] as number} />
          </>
        )}
      </p>
      {numbers.length <= 49 && <Window rows={patch.rows.length} numbers={numbers} chosen={most} title={`channel ${patch.channels[0]}`} />}
    </>
  );
}

/** Where an entry of a patch stands. */
function entryOf({ channels, rows, columns }: Patch, i: number): Entry {
  const size = rows.length * columns.length;
  return [channels[Math.floor(i / size)] ?? 0, rows[Math.floor((i % size) / columns.length)] ?? 0, columns[i % columns.length] ?? 0];
}

const From = ({ p, of }: { readonly p: WhyProps; readonly of: Source }): JSX.Element => (
  <>
    <Go p={p} value={of.value} at={of.at} number={of.number} /> <span class="dim">of {makerName(p, of.value)}</span>
  </>
);

const SIGNS = { add: '+', mul: '×', sub: '−', div: '÷', max: 'max', min: 'min' } as const;

function Because({ reason, p }: { readonly reason: Reason; readonly p: Told }): JSX.Element {
  const result = <b class="mono">{measured(p.why.explanation.number)}</b>;
  switch (reason.how) {
    case 'products':
      return <Products reason={reason} p={p} />;
    case 'pool':
      return <Pool reason={reason} p={p} />;
    case 'pairs':
      return (
        <>
          <p>
            {count(reason.pairs.length)} products, summed = {result}
          </p>
          <Terms
            head={['value', '×', 'product']}
            rows={reason.pairs.slice(0, MOST_TERMS).map(([a, b]) => {
              const other = typeof b === 'number' ? b : b.number;
              return [
                <Go key="a" p={p} value={a.value} at={a.at} number={a.number} />,
                typeof b === 'number' ? measured(b) : <Go key="b" p={p} value={b.value} at={b.at} number={b.number} />,
                measured(a.number * other),
              ];
            })}
            rest={reason.pairs.length > MOST_TERMS ? [`${count(reason.pairs.length - MOST_TERMS)} more`, '', ''] : undefined}
          />
        </>
      );
    case 'function':
      return (
        <>
          <p>
            {reason.name}(<From p={p} of={reason.of} />) = {result}
          </p>
          {reason.constants.length > 0 && (
            <dl>
              {reason.constants.map(({ name, number }) => (
                <>
                  <dt>{name}</dt>
                  <dd class="mono">{measured(number)}</dd>
                </>
              ))}
            </dl>
          )}
        </>
      );
    case 'moved':
      return reason.from ? (
        <p>
          The same number as <From p={p} of={reason.from} />, from {place(reason.from.at)}
        </p>
      ) : (
        <p>Padding: {result}</p>
      );
    case 'merge':
      return (
        <p>
          {reason.of.map((s, i) => (
            <span key={s.value}>
              {i > 0 && ` ${SIGNS[reason.name]} `}
              <From p={p} of={s} />
            </span>
          ))}{' '}
          = {result}
        </p>
      );
    default:
      return reason satisfies never;
  }
}

export function WhyThis(p: WhyProps): JSX.Element {
  const { explanation, node } = p.why;
  const name = p.graph.nodes[node]?.path ?? '';
  return (
    <section class="why" aria-label="Why this value">
      <h3>
        Why {measured(explanation.number)}?{' '}
        <span class="dim">
          {name}, {place(explanation.at)}
        </span>
      </h3>
      {explanation.reason ? <Because reason={explanation.reason} p={p} /> : <p>It is a number of the input.</p>}
    </section>
  );
}
