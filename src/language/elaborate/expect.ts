/** `expect`: a shape that must arrive, a condition, or a budget on the enclosing block up to here. */

import { totalsIn } from '../../graph/analyse.ts';
import type { Totals } from '../../graph/facts.ts';
import { type Shape, showShape } from '../../layers/shape.ts';
import { type Compare, type Expect, type Expression, isReference } from '../syntax/generated/ast.ts';
import type { Related } from '../syntax/problem.ts';
import { textOf } from '../syntax/source.ts';
import { isMetric, METRICS, type Metric } from '../syntax/vocabulary.ts';
import { nodesOf } from '../syntax/walk.ts';
import type { Context } from './context.ts';
import { evaluate, truth } from './evaluate.ts';
import { expectShape, raiseBudget } from './fixes/expect.ts';
import { flattenAll } from './flatten.ts';
import type { Expected } from './instance.ts';
import type { Flow } from './instance-builder.ts';
import { COST, Problems } from './session.ts';
import type { SoFar } from './so-far.ts';
import { describe, isSize, isUnknown, show, type Val } from './values.ts';

/** True where the expectation is a shape that what arrives has; `?` and null match anything. */
function matches(wanted: readonly (number | null)[], shape: Shape): boolean {
  return wanted.length === shape.length && wanted.every((n, i) => n === null || n === shape[i]);
}

function wantedShape(v: Val): readonly (number | null)[] | undefined {
  if (typeof v === 'number') return [v];
  if (isSize(v)) return v.dims;
  return typeof v === 'object' && 'type' in v && v.type === 'shape' ? v.shape : undefined;
}

/** Every metric that a condition names, with its value, for the message. */
function named(e: Expression, metric: (name: string) => number | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const n of nodesOf(e)) {
    const value = isReference(n) && !n.call ? metric(n.name) : undefined;
    if (isReference(n) && value !== undefined) found.set(n.name, value);
  }
  return found;
}

const SIGNS: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '==': '=', '!=': '≠' };

/** A condition with its values in place: `6,998,552 ≤ 7,000,000`. */
function said(e: Expression | undefined, evaluated: (e: Expression) => Val): string {
  if (!e) return '';
  switch (e.$type) {
    case 'Group':
      return said(e.inner, evaluated);
    case 'Unary':
      return e.op === 'not' ? `not ${said(e.value, evaluated)}` : valueText(e, evaluated);
    case 'Logic':
      return `${said(e.left, evaluated)} ${e.op} ${said(e.right, evaluated)}`;
    case 'Compare': {
      const rest = e.rest.map((r) => `${r.not ? 'not ' : ''}${SIGNS[r.op] ?? r.op} ${said(r.value, evaluated)}`);
      return [said(e.first, evaluated), ...rest].join(' ');
    }
    default:
      return valueText(e, evaluated);
  }
}

function valueText(e: Expression, evaluated: (e: Expression) => Val): string {
  const value = evaluated(e);
  return typeof value === 'number' ? value.toLocaleString('en') : textOf(e);
}

/** `in.c = 3`: what the sides of a comparison are, where that is not what they say. */
function sidesOf(c: Compare, value: (e: Expression) => Val): readonly string[] {
  const all = [c.first, ...c.rest.map((r) => r.value)].filter((e) => e !== undefined);
  return all.flatMap((e) => {
    const [text, is] = [textOf(e), show(value(e))];
    return text === is ? [] : [`${text} = ${is}`];
  });
}

/** A figure of the block up to here that its sums tell, as most do; undefined for one for which it has to be unrolled. */
function summed(name: Metric, { sums, value }: SoFar): number | undefined {
  switch (name) {
    case 'params':
    case 'weights':
    case 'layers':
      return sums.all[name];
    case 'total_macs':
      return sums.all.macs;
    case 'macs':
      return sums.needsAll(value) ? sums.all.macs : undefined;
    case 'memory':
    case 'depth':
      return undefined;
    default:
      return name satisfies never;
  }
}

/** Checks an `expect` and reports where it is broken; gives what it found of figures. */
export function checkExpectation(e: Expect, flow: Flow, context: Context, block: SoFar, cause: readonly Related[]): Expected | undefined {
  let totals: Totals | undefined;
  const metric = (name: string): number | undefined => {
    if (!isMetric(name)) return undefined;
    const sum = summed(name, block);
    if (sum !== undefined) return sum;
    if (!totals) {
      const made = block.snapshot();
      context.session.step(COST.counted * made.nodeCount);
      // What is written up to here counts, be it read only further down.
      totals = totalsIn(flattenAll(made));
    }
    return totals[name === 'total_macs' ? 'totalMacs' : name];
  };
  const inside: Context = { ...context, metric, metrics: METRICS };
  const value = evaluate(e.condition, inside);
  if (isUnknown(value) || !e.condition) return undefined;
  const text = textOf(e.condition);
  const wanted = wantedShape(value);
  if (wanted) {
    if (flow.sure && !matches(wanted, flow.shape))
      context.problems.report(
        'expectation-broken',
        `\`expect ${text}\` is broken: ${showShape(flow.shape)} arrives here, not ${wanted.map((n) => n ?? '?').join('×')}.`,
        e.condition,
        cause,
        expectShape(e.condition, wanted, flow.shape),
      );
    return undefined;
  }
  if (typeof value !== 'boolean') {
    context.problems.report('bad-expectation', `\`expect\` takes a shape or a condition, not ${describe(value)}.`, e.condition);
    return undefined;
  }
  const asked = named(e.condition, metric);
  // After an error the figures are not sure; that error says enough.
  if (asked.size > 0 && !flow.sure) return undefined;
  const again = (part: Expression): Val => evaluate(part, { ...inside, problems: new Problems() });
  const holds = truth(value);
  const expected = asked.size > 0 ? { said: said(e.condition, again), holds, figures: asked } : undefined;
  if (holds) return expected;
  const figures = [...asked].map(([name, n]) => `${name} = ${n.toLocaleString('en')}`);
  const sides = figures.length === 0 && e.condition.$type === 'Compare' ? sidesOf(e.condition, again) : [];
  const why =
    figures.length > 0 ? `: ${figures.join(', ')} in \`${block.name}\` up to here` : sides.length > 0 ? `: ${sides.join(', ')}` : '';
  const code = figures.length > 0 ? 'budget-exceeded' : 'expectation-broken';
  context.problems.report(code, `\`expect ${text}\` is broken${why}.`, e.condition, [], raiseBudget(e.condition, again));
  return expected;
}
