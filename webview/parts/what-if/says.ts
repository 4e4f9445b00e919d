/** What is tried, in words. */
import { count } from '../../../src/graph/figures.ts';
import type { Knob, TargetView, Tried } from '../../../src/protocol/server.ts';
import { shownOf } from '../../state.ts';

const nameOf = (key: string): string => key.replace(/^let /, '');

/** `c1=96, width=8, on 64x14x14`. */
export const triedText = (tried: Tried): string =>
  Object.entries(tried)
    .map(([key, text]) => (/^on( \d+)?$/.test(key) ? `${key} ${text}` : `${nameOf(key)}=${text}`))
    .join(', ');

/** What a view shows, by a name that says so where it is not the text: `Inception with c1=96`. */
export function shownName(view: Pick<TargetView, 'target' | 'trying'>): string {
  const tried = triedText(shownOf(view));
  return tried === '' ? view.target : `${view.target} with ${tried}`;
}

/** The same for the name of a file. */
export const fileNameOf = (view: Pick<TargetView, 'target' | 'trying'>): string =>
  shownName(view)
    .replaceAll(/[^\w=.,-]+/g, '-')
    .slice(0, 80);

/** `+6,176 (+3.8 %)`, of what it was in the text; empty where it is the same. */
export function changeText(before: number, after: number, show: (n: number) => string = count): string {
  if (before === after) return '';
  const sign = after < before ? '−' : '+';
  const percent = (100 * Math.abs(after - before)) / before;
  const share = before > 0 && percent >= 0.05 ? ` (${sign}${percent >= 1000 ? count(Math.round(percent)) : percent.toFixed(1)} %)` : '';
  return `${sign}${show(Math.abs(after - before))}${share}`;
}

/** What stands in the text, and where another value would be written. */
export const saysOf = (k: Knob): string =>
  `The text has ${k.written === k.value ? k.value : `${k.written}, which is ${k.value}`}. Apply writes ${k.where.replaceAll('`', '')}.`;
