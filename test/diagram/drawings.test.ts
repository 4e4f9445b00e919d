/**
 * Every fixture in `drawings/`: below the text stands its picture, box by box, with all that is drawn of it. `UPDATE=1` accepts what is drawn
 * now: look at it before, with `pointwise export --to svg`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Drawing, draw, type Figure, type Folds, layoutWithin, type Mark, type Room } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { analyse } from '../support/cnn.ts';

const folder = new URL('./drawings/', import.meta.url);
const MARK = '#|';

/** What the reader of a drawing set: blocks that are open or folded, and the room that there is. */
const SET: Readonly<Record<string, { readonly folds?: Folds; readonly room?: Room }>> = {
  'open-network': { folds: { Unit: true, 'Unit_2[0]': true, 'Unit_4[0]': true, 'Unit/branch1/ConvBN': true } },
  nested: { folds: { 'second/Inner': false } },
  'narrow-inception': { room: { width: 560, height: 2000 } },
  'low-residual': { room: { width: 900, height: 700 } },
};

/** Numbers with one decimal: what is less nobody sees. */
const round = (text: string): string => text.replaceAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g, (n) => String(Math.round(Number(n) * 10) / 10 + 0));

const markOf = (m: Mark): string =>
  m.kind === 'path'
    ? `${m.role} ${round(m.d)}`
    : `${m.role} ${round(`${m.x},${m.y}`)} ${round(String(m.width))}×${round(String(m.height))}${m.rx ? ` rounded ${m.rx}` : ''}`;

function figureOf({ placed: { box }, label, open, marks, outline }: Figure): readonly string[] {
  const fold = open === undefined ? '' : open ? ', open' : ', folded';
  const head = `${box.kind} ${box.key}: ${box.channels.join('→')} channels, nodes ${box.nodes.join(' ') || 'none'}${fold}${box.failed ? ', failed' : ''}`;
  return [head, `  “${label}”`, ...[...marks, outline].map((m) => `  ${markOf(m)}`)];
}

/** A drawing in words, from the ground up. */
const written = (d: Drawing): readonly string[] => [
  `${d.name} ${round(String(d.width))}×${round(String(d.height))}`,
  ...d.frames.flatMap(figureOf),
  ...d.bands.map(markOf),
  ...d.figures.flatMap(figureOf),
  ...d.words.map((w) => `“${w.text}” ${w.role} ${w.anchor} ${round(`${w.x},${w.y}`)} of ${w.key}`),
];

describe('drawings', () => {
  for (const file of readdirSync(folder)) {
    const name = file.replace('.cnn', '');
    it(name.replaceAll('-', ' '), async () => {
      const fixture = readFileSync(new URL(file, folder), 'utf8');
      const text = fixture
        .split('\n')
        .filter((l) => !l.startsWith(MARK))
        .join('\n');
      const { analysis } = await analyse(text);
      const target = analysis.targets.at(-1);
      const made = target && analysis.target(target);
      assert.ok(made, name);
      const { folds = {}, room } = SET[name] ?? {};
      const placed = await layoutWithin(made.graph, made.facts, { folds, arrangement: 'column' }, room, createLayered());
      for (const { text: words, anchor, x, y, bounds } of placed.texts) {
        assert.equal(bounds.x, anchor === 'start' ? x : x - bounds.width / 2, words);
        assert.ok(bounds.y < y && y < bounds.y + bounds.height, words);
      }
      const actual = `${text}${written(draw(placed))
        .map((l) => `${MARK} ${l}\n`)
        .join('')}`;
      if (process.env.UPDATE) writeFileSync(new URL(file, folder), actual);
      else assert.equal(actual, fixture);
    });
  }
});
