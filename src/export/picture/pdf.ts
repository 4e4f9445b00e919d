/** Painted → PDF, by PDFKit: a page as large as the picture, shapes as shapes and text as text, the font inside. */
import type { Theme } from '../../diagram/index.ts';
import type { Assets } from '../exporter.ts';
import type { Painted, Piece } from './paint.ts';
import { paletteOf } from './palette.ts';

/** Points a pixel of the drawing, of which 96 make an inch. */
const POINTS = 0.75;

/** A picture as a PDF file. `source` is the `.cnn` text that it shows, attached so that it can be had again. */
export async function toPdf(p: Painted, theme: Theme | undefined, assets: Assets, source?: string): Promise<Uint8Array> {
  const [regular, bold, { default: PDFDocument }] = await Promise.all([
    assets.read('DejaVuSans.ttf'),
    assets.read('DejaVuSans-Bold.ttf'),
    import('pdfkit'),
  ]);
  const palette = paletteOf(theme);
  const doc = new PDFDocument({
    size: [p.width * POINTS, p.height * POINTS],
    margin: 0,
    // The standard fonts would be read from PDFKit's own folder, and lack signs that a diagram has.
    font: Buffer.from(regular) as unknown as string,
    info: { Title: p.name, Creator: 'Pointwise' },
  });
  const chunks: Uint8Array[] = [];
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject));
  doc.registerFont('regular', Buffer.from(regular)).registerFont('bold', Buffer.from(bold));
  if (source !== undefined) doc.file(Buffer.from(source), { name: `${p.name}.cnn`, type: 'text/plain' });
  doc.scale(POINTS);
  if (theme === 'dark') doc.rect(0, 0, p.width, p.height).fill(palette.bg);

  const draw = (x: Piece): void => {
    if (x.kind === 'text') {
      doc.font(x.bold ? 'bold' : 'regular').fontSize(x.size);
      const left = x.x - { start: 0, middle: 0.5, end: 1 }[x.anchor] * doc.widthOfString(x.text);
      doc.fillColor(palette[x.fill], x.fillOpacity ?? 1).text(x.text, left, x.y, { lineBreak: false, baseline: 'alphabetic' });
      return;
    }
    if (x.fill) doc.fillColor(palette[x.fill], x.fillOpacity ?? 1);
    if (x.stroke) doc.strokeColor(palette[x.stroke], x.strokeOpacity ?? 1).lineWidth(x.strokeWidth ?? 1);
    if (x.dash) doc.dash(x.dash[0], { space: x.dash[1] });
    if (x.kind === 'path') doc.path(x.d);
    else if (x.rx > 0) doc.roundedRect(x.x, x.y, x.width, x.height, Math.min(x.rx, x.width / 2, x.height / 2));
    else doc.rect(x.x, x.y, x.width, x.height);
    if (x.fill && x.stroke) doc.fillAndStroke();
    else if (x.fill) doc.fill();
    else if (x.stroke) doc.stroke();
    if (x.dash) doc.undash();
  };
  for (const g of p.groups) for (const x of g.pieces) draw(x);
  doc.end();
  await ended;
  const file = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
  let at = 0;
  for (const c of chunks) {
    file.set(c, at);
    at += c.length;
  }
  return file;
}
