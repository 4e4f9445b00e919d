/** Slips of syntax that people make coming from Python, papers or other languages: what is written there, and how it is written here. */
import { ELSEWHERE } from './elsewhere.ts';
import { KNOWN } from './known.ts';
import type { Repair } from './slip.ts';

export type { Repair } from './slip.ts';

/** The first that fits is said. */
const SLIPS = [...ELSEWHERE, ...KNOWN];

/** A slip that is known: how it is written in this language, and how to put it right, if that can be said. */
export interface Known {
  readonly hint: string;
  readonly repair: Repair | undefined;
}

/** How much of the text before and after a slip is looked at. */
const WINDOW = 2000;

/** The slip at an offset, if it is a known one. */
export function slipAt(whole: string, offset: number): Known | undefined {
  const start = Math.max(0, offset - WINDOW);
  const [text, at] = [whole.slice(start, offset + WINDOW), offset - start];
  const [before, here] = [text.slice(Math.max(0, at - 200), at), text.slice(at, at + 200)];
  for (const s of SLIPS) {
    const [h, b] = [s.here.exec(here), s.before?.exec(before)];
    if (!h || (s.before && !b)) continue;
    const repair = s.repair?.({ text, at, here: h[0], before: b?.[0] ?? '' });
    // A hint that cannot show its repair is left out.
    if (!repair && s.hint.includes('{}')) continue;
    return {
      hint: s.hint.replace('{}', repair?.text.trim() ?? ''),
      repair: repair && { ...repair, from: repair.from + start, to: repair.to + start },
    };
  }
  return undefined;
}
