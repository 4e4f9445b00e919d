/**
 * Placed → Drawing: every mark of the picture as plain data, with the role that decides its look. The page draws it, and so does a file
 * exporter: neither knows how a convolution is shaped.
 */
import type { Tone } from '../graph/tone.ts';
import { bandPath, type Placed, type PlacedBox } from './placed.ts';

/** What a mark is; style sheets know it by these words. */
export type Role =
  | 'fill'
  | `fill ${Tone}`
  | 'strands'
  | 'strands each'
  | 'stack'
  | 'card'
  | 'mark'
  | 'mark-hit'
  | 'hit'
  | 'frame-area'
  | 'outline'
  | 'band'
  | 'band identity'
  | 'band failed'
  | 'step'
  | 'lane'
  | 'bar'
  | `bar ${Tone}`;

interface Told {
  /** The box that it tells of, where it stands by itself. */
  readonly key?: string;
  /** The boxes that a band joins. */
  readonly joins?: readonly [from: string, to: string];
}
export type Mark =
  | (Told & { readonly kind: 'path'; readonly role: Role; readonly d: string })
  | (Told & {
      readonly kind: 'rect';
      readonly role: Role;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** The radius of its corners. */
      readonly rx: number;
    });

/** A box with its marks, those below first. */
export interface Figure {
  readonly placed: PlacedBox;
  /** Its index among the boxes of the picture. */
  readonly index: number;
  /** In words, for those who cannot see it. */
  readonly label: string;
  /** For a block: whether it is open. */
  readonly open: boolean | undefined;
  readonly marks: readonly Mark[];
  /** What is drawn around it while it is selected. */
  readonly outline: Mark;
  /** How full its fill is, from 0 to 1: the root of its share, so that what is small stays to be seen. */
  readonly ink: number | undefined;
}

export interface Words {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** `name`, `figure`, with `inside`, `strong` or `on-card` behind it. */
  readonly role: string;
  /** The box that they tell of. */
  readonly key: string;
}

export interface Drawing {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** From the ground up: open blocks, then bands, then boxes, then words. */
  /** What lies under everything. */
  readonly ground: readonly Mark[];
  readonly frames: readonly Figure[];
  readonly bands: readonly Mark[];
  /** How much each box costs; those of one box stand together. */
  readonly bars: readonly Mark[];
  readonly figures: readonly Figure[];
  readonly words: readonly Words[];
}

const path = (role: Role, d: string): Mark => ({ kind: 'path', role, d });
type Area = Pick<PlacedBox, 'x' | 'y' | 'width' | 'height'>;
/** A rectangle, `out` pixels larger on each side. */
const rect = (role: Role, { x, y, width, height }: Area, rx = 0, out = 0): Mark => ({
  kind: 'rect',
  role,
  x: x - out,
  y: y - out,
  width: width + 2 * out,
  height: height + 2 * out,
  rx,
});

const trapezoid = (x: number, y: number, height: number, top: number, bottom: number): string =>
  `M${x - top / 2},${y}L${x + top / 2},${y}L${x + bottom / 2},${y + height}L${x - bottom / 2},${y + height}Z`;

/** A card without the widths of what enters and leaves: ribbons say them. */
const isFlat = (b: PlacedBox): boolean => b.top === 0 && b.bottom === 0;

/** A card's way from its input's to its output's width, side by side in the colours of what is inside. */
function silhouette(b: PlacedBox): readonly Mark[] {
  const whole = trapezoid(b.axis[0], b.y, b.height, b.top, b.bottom);
  if (!b.box.ink) return [path('fill', whole)];
  let from = -0.5;
  return b.box.ink.parts.map(({ tone, share }) => {
    const [left, right] = [from, from + share];
    from = right;
    const x = (at: number, width: number): number => b.axis[0] + at * width;
    const d = `M${x(left, b.top)},${b.y}L${x(right, b.top)},${b.y}L${x(right, b.bottom)},${b.y + b.height}L${x(left, b.bottom)},${b.y + b.height}Z`;
    return path(`fill ${tone}`, d);
  });
}

/** Lines that part the strands of a grouped convolution; a depthwise one gets as many as one can still see. */
function strandLines(b: PlacedBox): string {
  const { strands } = b.box;
  if (!strands) return '';
  const narrow = Math.min(b.top, b.bottom);
  const most = Math.max(2, Math.floor(narrow / 5));
  const n = strands === 'each' ? Math.min(most, 24) : Math.min(strands, most, 8);
  return Array.from({ length: n - 1 }, (_, i) => (i + 1) / n - 0.5)
    .map((f) => `M${b.axis[0] + f * b.top},${b.y}L${b.axis[0] + f * b.bottom},${b.y + b.height}`)
    .join('');
}

/** The cards behind one that stands for several. */
const stack = (b: PlacedBox, rx: number): readonly Mark[] =>
  [8, 4]
    .slice(b.box.times > 2 ? 0 : b.box.times > 1 ? 1 : 2)
    .map((by) => rect('stack', { x: b.x + by, y: b.y + by, width: b.width, height: b.height }, rx));

function marksOf(b: PlacedBox): readonly Mark[] {
  const { kind } = b.box;
  switch (kind) {
    case 'conv':
    case 'pointwise':
    case 'pool':
    case 'other': {
      const lines = strandLines(b);
      const body = path('fill', trapezoid(b.axis[0], b.y, b.height, b.top, b.bottom));
      return lines ? [body, path(b.box.strands === 'each' ? 'strands each' : 'strands', lines)] : [body];
    }
    case 'norm':
    case 'activation':
    case 'noop':
    case 'input':
      return [rect('fill', b, 2)];
    case 'add':
    case 'mul':
      return [rect('fill', b)];
    case 'concat':
      return (b.parts ?? []).map(([x, width]) => rect('fill', { x: x + 0.5, y: b.y, width: Math.max(1, width - 1), height: b.height }));
    case 'block': {
      // In a lane a card has its share where the mark would be; the smallest have no room for one.
      const middle = isFlat(b) ? b.y + 27 : b.y + b.height / 2 - 2;
      const isSmall = b.height < 40;
      return [
        ...stack(b, 4),
        rect('card', b, 4),
        ...(isFlat(b) ? [] : silhouette(b)),
        ...(isSmall ? [] : foldMark(b.x + b.width - 20, middle, 4.5)),
      ];
    }
    case 'output':
      return [rect('hit', b)];
    case 'frame':
      return [...stack(b, 6), rect('frame-area', b, 6)];
    case 'entry':
    case 'exit':
      return [];
    default:
      return kind satisfies never;
  }
}

function outlineOf(b: PlacedBox): Mark {
  const { kind } = b.box;
  if (kind === 'frame') return rect('outline', b, 6);
  if (kind === 'conv' || kind === 'pointwise' || kind === 'pool' || kind === 'other')
    return path('outline', trapezoid(b.axis[0], b.y - 1, b.height + 2, b.top + 3, b.bottom + 3));
  return rect('outline', b, 4, 3);
}

/** A box in words; where its figures are its shape, that is said once. */
const labelOf = ({ box }: PlacedBox): string =>
  [
    ...new Set([
      box.title || 'output',
      box.times > 1 ? `${box.times} times` : '',
      box.shape,
      ...box.figures,
      box.failed ? 'has an error' : '',
    ]),
  ]
    .filter(Boolean)
    .join(', ');

/** The mark by which a block opens and folds, with room to hit it. */
const foldMark = (x: number, y: number, down: number): readonly Mark[] => [
  rect('mark-hit', { x: x - 5, y: y + Math.min(0, down) - 5, width: 19, height: 15 }, 3),
  path('mark', `M${x},${y}l4.5,${down}l4.5,${-down}`),
];

/** The mark left of an open block's title. */
function frameMark(p: Placed, b: PlacedBox): readonly Mark[] {
  const t = p.texts.find((x) => x.key === b.box.key && x.style === 'name');
  return t ? foldMark(t.x - 15, t.y - 1.5, -4.5) : [];
}

/** Lines between lanes. */
function lanesOf({ lanes = [] }: Placed): readonly Mark[] {
  const [first, second] = lanes;
  const down = first !== undefined && second !== undefined && second.x > first.x;
  return lanes.slice(1).map((l) => path('lane', down ? `M${l.x},${l.y}v${l.height}` : `M${l.x},${l.y}h${l.width}`));
}

/** Everything that a placed diagram shows. */
export function draw(p: Placed): Drawing {
  const cards = new Set(p.boxes.filter((b) => b.box.kind === 'block').map((b) => b.box.key));
  const figures = p.boxes.flatMap((placed, index): Figure[] => {
    const { kind } = placed.box;
    if (kind === 'entry' || kind === 'exit') return [];
    const isFrame = kind === 'frame';
    // Stripes are thin: more room to hit them.
    const thin = !isFrame && placed.height < 12 ? [rect('hit', placed, 0, 2)] : [];
    return [
      {
        placed,
        index,
        label: labelOf(placed),
        open: isFrame ? true : kind === 'block' ? false : undefined,
        marks: [...thin, ...marksOf(placed), ...(isFrame ? frameMark(p, placed) : [])],
        outline: outlineOf(placed),
        ink: placed.box.ink && Math.sqrt(placed.box.ink.share),
      },
    ];
  });
  return {
    name: p.name,
    width: p.width,
    height: p.height,
    ground: lanesOf(p),
    frames: figures.filter((f) => f.placed.box.kind === 'frame'),
    bands: [
      ...p.bands.map((b) => ({
        ...path(b.failed ? 'band failed' : b.identity ? 'band identity' : 'band', bandPath(b)),
        ...(b.joins ? { joins: b.joins } : {}),
      })),
      ...p.steps.map((s) => path('step', `M${s.x - s.width / 2},${s.y - 1.5}h${s.width}m0,3h${-s.width}`)),
    ],
    bars: p.bars.flatMap((b) =>
      [rect('bar', b, 2), ...b.parts.map(({ tone, x, width }) => rect(`bar ${tone}`, { ...b, x, width }, 2))].map((m) => ({
        ...m,
        key: b.key,
      })),
    ),
    figures: figures.filter((f) => f.placed.box.kind !== 'frame'),
    words: p.texts.map((t) => ({
      text: t.text,
      x: t.x,
      y: t.y,
      anchor: t.anchor,
      role: [t.style, t.inside ? 'inside' : '', t.strong ? 'strong' : '', cards.has(t.key) ? 'on-card' : ''].filter(Boolean).join(' '),
      key: t.key,
    })),
  };
}
