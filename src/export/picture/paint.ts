/**
 * Drawing → Painted: every mark and word with the paint it gets on paper, back to front, as plain data. SVG, PDF and TikZ write the same
 * pieces, so that one picture looks the same in each.
 */
import type { Drawing, Figure, Mark } from '../../diagram/index.ts';
import { FONT_SIZE } from '../../diagram/index.ts';
import type { Colour } from './palette.ts';

/** How a piece is filled and drawn around; what is left out is not there. */
export interface Paint {
  readonly fill?: Colour;
  /** From 0 to 1; 1 where it is left out. */
  readonly fillOpacity?: number;
  readonly stroke?: Colour;
  readonly strokeOpacity?: number;
  /** In pixels of the drawing; 1 where it is left out. */
  readonly strokeWidth?: number;
  /** Lengths of dash and gap. */
  readonly dash?: readonly [on: number, off: number];
}

export interface PaintedPath extends Paint {
  readonly kind: 'path';
  /** As in SVG. */
  readonly d: string;
}
export interface PaintedRect extends Paint {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The radius of its corners. */
  readonly rx: number;
}
export interface PaintedText {
  readonly kind: 'text';
  readonly text: string;
  /** Where the anchor stands, on the baseline. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly size: number;
  readonly bold: boolean;
  readonly fill: Colour;
  readonly fillOpacity?: number;
}
export type Piece = PaintedPath | PaintedRect | PaintedText;

/** Pieces that belong together, and what they are, in words. */
export interface Group {
  readonly title?: string;
  readonly pieces: readonly Piece[];
}
export interface Painted {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly groups: readonly Group[];
}

/** What the first words of roles are called, with the colour of what has weights. */
const TONE: Readonly<Record<string, Colour>> = { conv: 'conv', pointwise: 'pointwise', linear: 'pointwise' };
const KIND: Readonly<Partial<Record<Figure['placed']['box']['kind'], Colour>>> = {
  conv: 'conv',
  pointwise: 'pointwise',
  pool: 'pool',
  activation: 'activation',
  norm: 'norm',
};
/** Boxes without a colour of their own. */
const FAINT: ReadonlySet<string> = new Set(['noop', 'other', 'block']);

/** The fill of a box, or of a part of a card: the fuller, the more it costs. */
function fillOf(f: Figure, tone: string | undefined): Paint {
  const { kind, failed } = f.placed.box;
  const fill: Colour = failed ? 'error' : ((tone === undefined ? KIND[kind] : TONE[tone]) ?? 'fg');
  if (f.ink !== undefined)
    return { fill, fillOpacity: 0.2 + 0.8 * f.ink, ...(tone === undefined ? { stroke: 'fg', strokeOpacity: 0.35 } : {}) };
  return { fill, ...(tone === undefined && !failed && FAINT.has(kind) ? { fillOpacity: 0.4 } : {}) };
}

/** The paint of a mark; undefined for one that is only there to be clicked. `of` is the figure it belongs to. */
function paintOf(m: Mark, of?: Figure): Paint | undefined {
  const [role, second] = m.role.split(' ') as [string, string | undefined];
  switch (role) {
    case 'fill':
      return of && fillOf(of, second);
    case 'strands':
      return { stroke: 'bg', strokeWidth: second === 'each' ? 1 : 1.5 };
    case 'card':
    case 'frame-area':
      return { fill: 'fg', fillOpacity: 0.04, stroke: 'fg', strokeOpacity: 0.24 };
    case 'stack':
      return { fill: 'bg', stroke: 'fg', strokeOpacity: 0.24 };
    case 'band':
      return second === 'failed' ? { fill: 'error', fillOpacity: 0.45 } : { fill: 'fg', fillOpacity: second === 'identity' ? 0.12 : 0.2 };
    case 'step':
      return { stroke: 'fg' };
    case 'lane':
      return { stroke: 'fg', strokeOpacity: 0.16, dash: [3, 4] };
    case 'bar':
      if (second === undefined) return { fill: 'fg', fillOpacity: 0.12 };
      return second in TONE ? { fill: TONE[second] as Colour } : { fill: 'fg', fillOpacity: 0.5 };
    default:
      return undefined;
  }
}

function pieceOf(m: Mark, of?: Figure): readonly Piece[] {
  const paint = paintOf(m, of);
  if (!paint) return [];
  if (m.kind === 'path') return [{ kind: 'path', d: m.d, ...paint }];
  const { x, y, width, height, rx } = m;
  return [{ kind: 'rect', x, y, width, height, rx, ...paint }];
}

const figureOf = (f: Figure): Group => ({ title: f.label, pieces: f.marks.flatMap((m) => pieceOf(m, f)) });

/** A drawing as it is painted. */
export function paint(d: Drawing): Painted {
  const plain = (marks: readonly Mark[]): Group => ({ pieces: marks.flatMap((m) => pieceOf(m)) });
  const words = d.words.map((w): PaintedText => {
    const roles = new Set(w.role.split(' '));
    const bold = roles.has('name');
    const inside = roles.has('inside');
    const { text, x, y, anchor } = w;
    return {
      ...{ kind: 'text', text, x, y, anchor, size: bold ? FONT_SIZE.name : FONT_SIZE.figure, bold, fill: inside ? 'bg' : 'fg' },
      ...(bold || inside || roles.has('strong') ? {} : { fillOpacity: 0.76 }),
    };
  });
  const groups = [plain(d.ground), ...d.frames.map(figureOf), plain(d.bands), ...d.figures.map(figureOf), plain(d.bars), { pieces: words }];
  return {
    name: d.name,
    width: Math.ceil(d.width),
    height: Math.ceil(d.height),
    groups: groups.filter((g) => g.pieces.length > 0 || g.title),
  };
}
