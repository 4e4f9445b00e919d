/** Painted → SVG: a picture that needs nothing else, in light, in dark, or as its reader has it. */
import type { Theme } from '../../diagram/index.ts';
import type { Painted, PaintedPath, PaintedRect, PaintedText, Piece } from './paint.ts';
import { type Colour, DARK, LIGHT, type Palette, paletteOf } from './palette.ts';

/** The namespace of the `.cnn` text inside a picture. */
export const SOURCE = 'urn:pointwise:source';

const escaped = (s: string): string => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (n: number): number => Math.round(n * 100) / 100;
const variables = (p: Palette): string =>
  Object.entries(p)
    .map(([name, hex]) => `--${name}: ${hex};`)
    .join(' ');

/** Text keeps the room that the layout gave it in the widest of these fonts, DejaVu Sans. */
const FONTS = `font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums;`;
/** Programs that draw an SVG know no variables, as a rule: only a reader's own theme needs them. */
const styleOf = (theme: Theme): string =>
  theme === 'auto'
    ? `svg { ${variables(LIGHT)} background: var(--bg); ${FONTS} }\n  @media (prefers-color-scheme: dark) { svg { ${variables(DARK)} } }`
    : `svg { ${FONTS} }`;

/** Writes pieces with the colours of a theme. */
class Writer {
  readonly theme: Theme;
  constructor(theme: Theme) {
    this.theme = theme;
  }

  colour(c: Colour): string {
    return this.theme === 'auto' ? `var(--${c})` : paletteOf(this.theme)[c];
  }

  style(p: PaintedPath | PaintedRect | PaintedText): string {
    const stroke = 'stroke' in p ? p.stroke : undefined;
    const parts = [
      p.fill ? (p.fill === 'fg' && p.kind === 'text' ? undefined : `fill:${this.colour(p.fill)}`) : 'fill:none',
      p.fillOpacity === undefined ? undefined : `fill-opacity:${short(p.fillOpacity)}`,
      stroke ? `stroke:${this.colour(stroke)}` : undefined,
      'strokeOpacity' in p && p.strokeOpacity !== undefined ? `stroke-opacity:${short(p.strokeOpacity)}` : undefined,
      'strokeWidth' in p && p.strokeWidth !== undefined && p.strokeWidth !== 1 ? `stroke-width:${short(p.strokeWidth)}` : undefined,
      'dash' in p && p.dash ? `stroke-dasharray:${p.dash.join(' ')}` : undefined,
    ].filter((x) => x !== undefined);
    return parts.length > 0 ? ` style="${parts.join(';')}"` : '';
  }

  piece(p: Piece): string {
    switch (p.kind) {
      case 'path':
        return `<path d="${p.d}"${this.style(p)}/>`;
      case 'rect':
        return `<rect x="${short(p.x)}" y="${short(p.y)}" width="${short(p.width)}" height="${short(p.height)}"${p.rx ? ` rx="${p.rx}"` : ''}${this.style(p)}/>`;
      case 'text':
        return `<text x="${short(p.x)}" y="${short(p.y)}" font-size="${p.size}"${p.bold ? ' font-weight="600"' : ''}${p.anchor === 'start' ? '' : ` text-anchor="${p.anchor}"`}${this.style(p)}>${escaped(p.text)}</text>`;
      default:
        return p satisfies never;
    }
  }
}

/** A picture as an SVG file. `source` is the `.cnn` text that it shows, kept in its metadata so that it can be opened again. */
export function toSvg(p: Painted, theme: Theme = 'auto', source?: string): string {
  const w = new Writer(theme);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${p.width}" height="${p.height}" viewBox="0 0 ${p.width} ${p.height}" role="img">`,
    `<title>${escaped(p.name)}</title>`,
    ...(source === undefined ? [] : [`<metadata><source xmlns="${SOURCE}">${escaped(source)}</source></metadata>`]),
    `<style>${styleOf(theme)}</style>`,
    ...(theme === 'auto' ? [] : [`<rect width="100%" height="100%" fill="${w.colour('bg')}"/>`]),
    `<g style="fill:${w.colour('fg')}">`,
    ...p.groups.flatMap((g) => {
      const inside = g.pieces.map((x) => w.piece(x));
      return g.title === undefined ? inside : [`<g><title>${escaped(g.title)}</title>${inside.join('')}</g>`];
    }),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The `.cnn` text inside a picture that Pointwise wrote; undefined where there is none. */
export function sourceIn(svg: string): string | undefined {
  const found = new RegExp(`<source xmlns="${SOURCE}">([^<]*)</source>`).exec(svg);
  return found?.[1]?.replaceAll(/&(?:amp|lt|gt|quot);/g, (e) => ENTITIES[e] ?? e);
}
