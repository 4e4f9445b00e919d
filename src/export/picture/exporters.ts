/** Pictures as exporters: the diagram of a target as it opens in the workbench, or as it is shown there. */
import { costsOf, DiagramTooLarge, draw, layoutWithin, type Placed } from '../../diagram/index.ts';
import { outlineToCnn } from '../cnn/outline.ts';
import { type Assets, CannotExport, type Exporter, type Subject } from '../exporter.ts';
import { toMermaid } from './mermaid.ts';
import { type Painted, paint } from './paint.ts';
import { toSvg } from './svg.ts';
import { toTikz } from './tikz.ts';

/** The picture that is shown, else the one that would be. */
async function placedOf({ graph, facts, picture }: Subject): Promise<Placed> {
  if (picture?.placed) return picture.placed;
  // It is large and rarely asked for.
  const { createLayered } = await import('./elk.ts');
  try {
    return await layoutWithin(graph, facts, { costs: costsOf(graph, facts, 'weights') }, undefined, createLayered());
  } catch (e) {
    throw e instanceof DiagramTooLarge ? new CannotExport(e.message) : e;
  }
}
const paintedOf = async (s: Subject): Promise<Painted> => paint(draw(await placedOf(s)));

/** The text of a picture's target, to be kept inside it; undefined where the target has none in one file. */
function sourceOf(s: Subject): string | undefined {
  const outline = s.outline();
  return outline && outlineToCnn(outline);
}

function assetsOf({ assets }: Subject): Assets {
  if (!assets) throw new CannotExport('The fonts for such a picture are not at hand here: export it as SVG.');
  return assets;
}

const base = { hasWeights: false, isPicture: true } as const;

export const svg: Exporter = {
  ...base,
  name: 'svg',
  title: 'Diagram (SVG)',
  extension: 'svg',
  says: 'The diagram as it opens in the workbench, with its text inside: it can be opened as .cnn again. Light or dark as its reader has it.',
  write: async (s) => toSvg(await paintedOf(s), s.picture?.theme, sourceOf(s)),
};

export const png: Exporter = {
  ...base,
  name: 'png',
  title: 'Diagram (PNG)',
  extension: 'png',
  says: 'The same as pixels, three to one of the screen.',
  async write(s) {
    const { toPng } = await import('./png.ts');
    return toPng(await paintedOf(s), s.picture?.theme, assetsOf(s));
  },
};

export const pdf: Exporter = {
  ...base,
  name: 'pdf',
  title: 'Diagram (PDF)',
  extension: 'pdf',
  says: 'The same as shapes and text on a page of its size, with the .cnn text attached.',
  async write(s) {
    const { toPdf } = await import('./pdf.ts');
    return toPdf(await paintedOf(s), s.picture?.theme, assetsOf(s), sourceOf(s));
  },
};

export const tikz: Exporter = {
  ...base,
  name: 'tikz',
  title: 'Diagram (TikZ)',
  extension: 'tex',
  says: 'The same as a LaTeX document of one figure, to be compiled or taken into a paper.',
  write: async (s) => toTikz(await paintedOf(s), s.picture?.theme),
};

export const mermaid: Exporter = {
  ...base,
  name: 'mermaid',
  title: 'Flowchart (Mermaid)',
  extension: 'mmd',
  says: 'The boxes of the diagram and what joins them, for pages that draw Mermaid.',
  write: async (s) => toMermaid(await placedOf(s), s.picture?.theme),
};
