/** Placed → Mermaid: the boxes of a picture as a flowchart, for a README or a wiki that draws such text itself. */
import { type BoxKind, type Placed, type PlacedBox, type Theme, waysOf } from '../../diagram/index.ts';
import { paletteOf } from './palette.ts';

/** Text inside quotes, where Mermaid reads HTML's entities. */
const quoted = (s: string): string =>
  `"${s.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"`;

/** By what colour a box is told from others; what has none is as Mermaid draws it. */
const CLASSES = ['conv', 'pointwise', 'pool', 'activation', 'norm'] as const satisfies readonly BoxKind[];

const holds = (outer: PlacedBox, b: PlacedBox): boolean =>
  outer !== b && b.x >= outer.x && b.y >= outer.y && b.x + b.width <= outer.x + outer.width && b.y + b.height <= outer.y + outer.height;

/** The open block that a box stands in: the smallest around it. */
const aroundOf = (b: PlacedBox, frames: readonly PlacedBox[]): PlacedBox | undefined =>
  frames.filter((f) => holds(f, b)).sort((a, c) => a.width * a.height - c.width * c.height)[0];

function labelOf({ box }: PlacedBox): string {
  const times = box.times > 1 && !box.title.includes('×') ? ` ×${box.times}` : '';
  return [...new Set([`${box.title || 'output'}${times}`, box.shape, ...box.figures])]
    .filter(Boolean)
    .map((line) => quoted(line).slice(1, -1))
    .join('<br/>');
}

/** A box by its kind: what enters and leaves is round, what joins is a small circle. */
function nodeOf(id: string, b: PlacedBox): string {
  const label = `"${labelOf(b)}"`;
  switch (b.box.kind) {
    case 'input':
    case 'output':
      return `${id}([${label}])`;
    case 'add':
    case 'mul':
      return `${id}((${label}))`;
    case 'block':
      return `${id}[[${label}]]`;
    default:
      return `${id}[${label}]`;
  }
}

/** A picture as a Mermaid flowchart. */
export function toMermaid(p: Placed, theme: Theme | undefined): string {
  const { boxes } = p;
  const frames = boxes.filter((b) => b.box.kind === 'frame');
  const ids = new Map(boxes.map((b, i) => [b.box.key, `n${i}`]));
  const around = new Map(boxes.map((b) => [b.box.key, aroundOf(b, frames)]));
  const lines: string[] = [];
  const write = (frame: PlacedBox | undefined, indent: string): void => {
    for (const b of boxes) {
      if (around.get(b.box.key) !== frame) continue;
      const id = ids.get(b.box.key) as string;
      if (b.box.kind !== 'frame') {
        lines.push(`${indent}${nodeOf(id, b)}`);
        continue;
      }
      lines.push(`${indent}subgraph ${id} [${quoted(b.box.title)}]`);
      write(b, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  write(undefined, '  ');

  // An arrow goes through the edges of open blocks, to the layers inside.
  const ways = waysOf(p);
  for (const { box } of boxes) {
    if (box.kind === 'frame') continue;
    for (const to of ways.after(box.key)) lines.push(`  ${ids.get(box.key)} -->|${box.channels[1].toLocaleString('en')}| ${ids.get(to)}`);
  }
  const palette = paletteOf(theme);
  for (const kind of CLASSES) {
    const of = boxes.filter((b) => b.box.kind === kind).map((b) => ids.get(b.box.key));
    if (of.length > 0) lines.push(`  classDef ${kind} fill:${palette[kind]}33,stroke:${palette[kind]}`, `  class ${of.join(',')} ${kind}`);
  }
  return [`---`, `title: ${JSON.stringify(p.name)}`, `---`, 'flowchart TB', ...lines, ''].join('\n');
}
