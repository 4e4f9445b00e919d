/** Edits as people make them: a number changes, a stage is typed character by character, what was typed is undone. */

/** Where in a text its edits are made: the first places that hold these parts from a mark on. */
export interface Places {
  readonly from: string;
  /** What stands there, and what it becomes: the same but for a number. */
  readonly number: readonly [string, string];
  /** The stage behind which another one is typed. Hover asks about it. */
  readonly stage: string;
}

export interface Edit {
  readonly kind: 'number' | 'type' | 'undo';
  readonly offset: number;
  /** How many characters go, and what comes in their place. */
  readonly deleted: number;
  readonly inserted: string;
  /** The whole text after it. */
  readonly text: string;
}

/** What is typed, a character more each round. */
const TYPED = ' -> relu';

/** Where a part of the places stands. */
export function find(text: string, { from }: Places, part: string): number {
  const at = text.indexOf(part, text.indexOf(from));
  if (at < 0) throw new Error(`There is no ${part} behind ${from}.`);
  return at;
}

/** Edits without end, in rounds of three: a number there or back, a part of a new stage, and that undone. */
export function* edits(start: string, places: Places): Generator<Edit, never> {
  let text = start;
  const edit = (kind: Edit['kind'], offset: number, deleted: number, inserted: string): Edit => {
    text = text.slice(0, offset) + inserted + text.slice(offset + deleted);
    return { kind, offset, deleted, inserted, text };
  };
  for (let round = 0; ; round++) {
    const [now, next] = round % 2 === 0 ? places.number : [places.number[1], places.number[0]];
    yield edit('number', find(text, places, now), now.length, next);
    const typed = TYPED.slice(0, 1 + (round % TYPED.length));
    const end = find(text, places, places.stage) + places.stage.length;
    yield edit('type', end, 0, typed);
    yield edit('undo', end, typed.length, '');
  }
}
