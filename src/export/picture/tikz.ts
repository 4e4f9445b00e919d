/**
 * Painted → TikZ: a LaTeX document by itself (`standalone`), whose `tikzpicture` can be taken into a paper. Lengths are the drawing's
 * pixels at 96 a inch, 0.75 pt each; outlines stay SVG paths, which TikZ reads by its library `svg.path`. These are in points whatever x and y are, so the picture is scaled instead.
 */
import type { Theme } from '../../diagram/index.ts';
import type { Painted, PaintedText, Piece } from './paint.ts';
import { type Colour, paletteOf } from './palette.ts';

/** Signs that pdfLaTeX's text fonts lack, and those that mean something to TeX. */
const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\(<\\)',
  '>': '\\(>\\)',
  '|': '\\(|\\)',
  '"': '\\textquotedbl{}',
  '×': '\\(\\times\\)',
  '÷': '\\(\\div\\)',
  '→': '\\(\\to\\)',
  '↑': '\\(\\uparrow\\)',
  '↓': '\\(\\downarrow\\)',
  '≈': '\\(\\approx\\)',
  '·': '\\(\\cdot\\)',
  '−': '\\(-\\)',
  '√': '\\(\\surd\\)',
  '…': '\\dots{}',
  '–': '--',
  '²': '\\(^2\\)',
  '³': '\\(^3\\)',
};

/** Text as TeX has it. What its fonts cannot have been told of is a question mark, so that the document compiles. */
export const tex = (s: string): string => {
  const written = [...s].map((c) => SIGNS[c] ?? (c >= ' ' && c <= '~' ? c : /\p{Letter}/u.test(c) && c < 'ƀ' ? c : '?')).join('');
  return written.replaceAll(' ', '~');
};

const short = (n: number): string => String(Math.round(n * 100) / 100);
const ANCHOR = { start: 'base west', middle: 'base', end: 'base east' } as const satisfies Record<PaintedText['anchor'], string>;

function optionsOf(p: Exclude<Piece, PaintedText>): string {
  const parts = [
    p.fill ? `fill=${p.fill}` : undefined,
    p.fillOpacity === undefined ? undefined : `fill opacity=${short(p.fillOpacity)}`,
    p.stroke ? `draw=${p.stroke}` : undefined,
    p.stroke ? `line width=${short((p.strokeWidth ?? 1) * 0.75)}pt` : undefined,
    p.strokeOpacity === undefined ? undefined : `draw opacity=${short(p.strokeOpacity)}`,
    p.dash ? `dash pattern=on ${p.dash[0] * 0.75}pt off ${p.dash[1] * 0.75}pt` : undefined,
  ];
  return parts.filter((x) => x !== undefined).join(', ');
}

function pieceOf(p: Piece): string {
  switch (p.kind) {
    case 'path':
      return `\\path[${optionsOf(p)}] svg {${p.d}};`;
    case 'rect': {
      const corners = p.rx ? `, rounded corners=${short(Math.min(p.rx, p.width / 2, p.height / 2) * 0.75)}pt` : '';
      return `\\path[${optionsOf(p)}${corners}] (${short(p.x)},${short(p.y)}) rectangle (${short(p.x + p.width)},${short(p.y + p.height)});`;
    }
    case 'text': {
      const style = p.bold ? 'title' : 'detail';
      const faint = p.fillOpacity === undefined ? '' : `, text opacity=${short(p.fillOpacity)}`;
      return `\\node[${style}, anchor=${ANCHOR[p.anchor]}, text=${p.fill}${faint}] at (${short(p.x)},${short(p.y)}) {${tex(p.text)}};`;
    }
    default:
      return p satisfies never;
  }
}

/** A picture as a LaTeX document. */
export function toTikz(p: Painted, theme: Theme | undefined): string {
  const palette = paletteOf(theme);
  const used = new Set<Colour>(['bg']);
  for (const g of p.groups) for (const x of g.pieces) for (const c of [x.fill, 'stroke' in x ? x.stroke : undefined]) if (c) used.add(c);
  return [
    `% ${p.name.replaceAll(/\s+/g, ' ')}, drawn by Pointwise. Compile with pdflatex, or take the tikzpicture and what stands above it into a paper.`,
    '\\documentclass[tikz, border=4pt]{standalone}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage[utf8]{inputenc}',
    '\\usepackage{lmodern}',
    '\\usetikzlibrary{svg.path}',
    ...[...used].map((c) => `\\definecolor{${c}}{HTML}{${palette[c].slice(1).toUpperCase()}}`),
    ...(theme === 'dark' ? ['\\pagecolor{bg}'] : []),
    '\\begin{document}',
    '\\begin{tikzpicture}[x=1pt, y=1pt, xscale=0.75, yscale=-0.75,',
    '  title/.style={inner sep=0pt, font=\\sffamily\\bfseries\\fontsize{9}{11}\\selectfont},',
    '  detail/.style={inner sep=0pt, font=\\sffamily\\fontsize{8.25}{10}\\selectfont}]',
    ...p.groups.flatMap((g) => {
      const pieces = g.pieces.map(pieceOf);
      return g.title === undefined || pieces.length === 0 ? pieces : [`% ${g.title.replaceAll(/\s+/g, ' ')}`, ...pieces];
    }),
    '\\end{tikzpicture}',
    '\\end{document}',
    '',
  ].join('\n');
}
