/**
 * Which labels of a picture are shown at a scale. Labels stay as large as they can be read; as one zooms out they would lie on each other, so
 * detail goes first: figures, then the names of what costs least.
 */
import { FONT_SIZE, type Placed } from '../../../src/diagram/index.ts';

/** Below this scale labels no longer shrink with the picture. */
export const LEGIBLE = 0.92;
/** Below this one figures go. */
const DETAILED = 0.6;
/** Room beside a label, in pixels of the screen, and how far letters reach from their baseline, in parts of their size. */
const APART = 2;
const ASCENT = 0.76;
const DESCENT = 0.14;

interface Shown {
  /** By text: whether it is shown. */
  readonly texts: readonly boolean[];
  /** How many times as large as drawn labels are. */
  readonly factor: number;
}

/** What is shown at a scale; undefined where nothing is in the way. */
export function labelsAt(p: Placed, k: number): Shown | undefined {
  if (k >= LEGIBLE) return undefined;
  const factor = LEGIBLE / k;
  const boxes = new Map(p.boxes.map((b) => [b.box.key, b.box]));
  const isName = (i: number): boolean => p.texts[i]?.style === 'name';
  const weight = (i: number): number => {
    const t = p.texts[i];
    const box = boxes.get(t?.key ?? '');
    // Lanes and what enters and leaves say where one is.
    if (t?.key.startsWith('lane:') || box?.kind === 'input') return 2;
    return (box?.ink?.share ?? 0) + (box?.kind === 'frame' ? 1 : box?.kind === 'block' ? 0.2 : 0);
  };
  const order = p.texts.map((_, i) => i).sort((a, b) => Number(isName(b)) - Number(isName(a)) || weight(b) - weight(a) || a - b);
  const cell = 64 / k;
  const taken = new Map<string, { x: number; y: number; right: number; bottom: number }[]>();
  const texts = p.texts.map(() => false);
  for (const i of order) {
    const t = p.texts[i];
    if (!t || (!isName(i) && k < DETAILED)) continue;
    const width = t.bounds.width * factor;
    const size = FONT_SIZE[t.style] * factor;
    const x = t.x - { start: 0, middle: width / 2, end: width }[t.anchor];
    // Lines may be as close as letters allow.
    const r = { x: x - APART / k, y: t.y - ASCENT * size, right: x + width + APART / k, bottom: t.y + DESCENT * size };
    const cells: string[] = [];
    for (let cx = Math.floor(r.x / cell); cx <= Math.floor(r.right / cell); cx++)
      for (let cy = Math.floor(r.y / cell); cy <= Math.floor(r.bottom / cell); cy++) cells.push(`${cx} ${cy}`);
    const hit = cells.some((c) => taken.get(c)?.some((o) => r.x < o.right && o.x < r.right && r.y < o.bottom && o.y < r.bottom));
    if (hit) continue;
    texts[i] = true;
    for (const c of cells) {
      const list = taken.get(c);
      if (list) list.push(r);
      else taken.set(c, [r]);
    }
  }
  return { texts, factor };
}
