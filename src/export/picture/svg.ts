/** The diagram as a picture: an SVG that needs nothing else, in light or dark as its reader has it. */
import { costsOf, DiagramTooLarge, type Drawing, draw, type Figure, layoutWithin, type Mark } from '../../diagram/index.ts';
import { CannotExport, type Exporter } from '../exporter.ts';

/** The colours of the page in Light Modern and Dark Modern, for what the picture is made of. */
const STYLE = `
  svg { --bg: #ffffff; --fg: #1f2328; --conv: #3b7ddd; --pointwise: #c77a10; --pool: #8250df; --activation: #2f9e44; --norm: #a07d00;
    --error: #cf222e; background: var(--bg); font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
  @media (prefers-color-scheme: dark) {
    svg { --bg: #1f1f1f; --fg: #cccccc; --conv: #59a4f9; --pointwise: #d18616; --pool: #b180d7; --activation: #89d185; --norm: #cca700;
      --error: #f85149; }
  }
  text { fill: var(--fg); font-size: 12px; font-variant-numeric: tabular-nums; }
  .name { font-weight: 600; }
  .figure { font-size: 11px; opacity: 0.76; }
  .figure.strong { opacity: 1; }
  .inside { fill: var(--bg); opacity: 1; }
  .band { fill: var(--fg); opacity: 0.2; }
  .band.identity { opacity: 0.12; }
  .band.failed { fill: var(--error); opacity: 0.45; }
  .lane { stroke: var(--fg); stroke-opacity: 0.16; stroke-dasharray: 3 4; fill: none; }
  .step { stroke: var(--fg); fill: none; }
  .fill { fill: var(--fg); }
  .conv .fill { fill: var(--conv); }
  .pointwise .fill { fill: var(--pointwise); }
  .pool .fill { fill: var(--pool); }
  .activation .fill { fill: var(--activation); }
  .norm .fill { fill: var(--norm); }
  .fill.conv { fill: var(--conv); }
  .fill.pointwise, .fill.linear { fill: var(--pointwise); }
  .block .fill.other { fill: var(--fg); }
  .noop .fill, .other .fill, .block .fill:not(.conv, .pointwise, .linear) { fill: var(--fg); fill-opacity: 0.4; }
  .failed .fill { fill: var(--error); }
  .inked .fill { fill-opacity: calc(0.2 + 0.8 * var(--ink)); }
  .inked .fill:not(.conv, .pointwise, .linear, .other) { stroke: var(--fg); stroke-opacity: 0.35; }
  .bar { fill: var(--fg); fill-opacity: 0.12; }
  .bar.conv { fill: var(--conv); fill-opacity: 1; }
  .bar.pointwise, .bar.linear { fill: var(--pointwise); fill-opacity: 1; }
  .bar.other { fill: var(--fg); fill-opacity: 0.5; }
  .strands { stroke: var(--bg); stroke-width: 1.5; }
  .strands.each { stroke-width: 1; }
  .card, .frame-area { fill: var(--fg); fill-opacity: 0.04; stroke: var(--fg); stroke-opacity: 0.24; }
  .stack { fill: var(--bg); stroke: var(--fg); stroke-opacity: 0.24; }
`;

const escaped = (s: string): string => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (n: number): number => Math.round(n * 100) / 100;

function markOf(m: Mark): string {
  // Marks that are only there to be clicked have no place on paper.
  if (m.role === 'hit' || m.role === 'mark' || m.role === 'mark-hit') return '';
  switch (m.kind) {
    case 'path':
      return `<path class="${m.role}" d="${m.d}"/>`;
    case 'rect':
      return `<rect class="${m.role}" x="${short(m.x)}" y="${short(m.y)}" width="${short(m.width)}" height="${short(m.height)}"${m.rx ? ` rx="${m.rx}"` : ''}/>`;
    default:
      return m satisfies never;
  }
}

const figureOf = (f: Figure): string =>
  `<g class="${f.placed.box.kind}${f.placed.box.failed ? ' failed' : ''}${f.ink === undefined ? '' : ' inked'}"${f.ink === undefined ? '' : ` style="--ink:${short(f.ink)}"`}><title>${escaped(f.label)}</title>${f.marks.map(markOf).join('')}</g>`;

/** A drawing as an SVG file. */
export function toSvg(d: Drawing): string {
  const words = d.words.map(
    (w) => `<text class="${w.role}" x="${short(w.x)}" y="${short(w.y)}" text-anchor="${w.anchor}">${escaped(w.text)}</text>`,
  );
  const [width, height] = [Math.ceil(d.width), Math.ceil(d.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(d.name)}</title>`,
    `<style>${STYLE}</style>`,
    ...d.ground.map(markOf),
    ...d.frames.map(figureOf),
    ...d.bands.map(markOf),
    ...d.figures.map(figureOf),
    ...d.bars.map(markOf),
    ...words,
    '</svg>',
    '',
  ].join('\n');
}

export const svg: Exporter = {
  name: 'svg',
  title: 'Diagram (SVG)',
  extension: 'svg',
  says: 'The diagram as it opens in the workbench: channels as ribbons, a whole network by the sizes of its maps.',
  hasWeights: false,
  async write({ graph, facts }) {
    // It is large and rarely asked for.
    const { createElk } = await import('./elk.ts');
    try {
      return toSvg(draw(await layoutWithin(graph, facts, { costs: costsOf(graph, facts, 'weights') }, undefined, createElk())));
    } catch (e) {
      throw e instanceof DiagramTooLarge ? new CannotExport(e.message) : e;
    }
  },
};
