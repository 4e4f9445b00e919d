/** Painted → PNG, by resvg: the SVG in a fixed theme, with the font in which its text was measured. */

import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Theme } from '../../diagram/index.ts';
import type { Assets } from '../exporter.ts';
import type { Painted } from './paint.ts';
import { toSvg } from './svg.ts';

/** Pixels a pixel of the drawing: sharp on paper of a column's width. */
const SCALE = 3;
/** More pixels on a side than this no program opens gladly; a larger picture is made with fewer. */
const MOST = 16_000;

let ready: Promise<void> | undefined;
/** The module is started once; after a failure it may be tried again. */
const start = (assets: Assets): Promise<void> => {
  ready ??= assets.read('resvg.wasm').then(initWasm);
  ready.catch(() => {
    ready = undefined;
  });
  return ready;
};

/** A picture as a PNG file, three pixels to one of the drawing. */
export async function toPng(p: Painted, theme: Theme | undefined, assets: Assets): Promise<Uint8Array> {
  const [regular, bold] = await Promise.all([assets.read('DejaVuSans.ttf'), assets.read('DejaVuSans-Bold.ttf'), start(assets)]);
  const scale = Math.min(SCALE, MOST / Math.max(p.width, p.height));
  const svg = toSvg(p, theme === 'dark' ? 'dark' : 'light').replaceAll('system-ui, "Segoe UI", ', '');
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [regular, bold], defaultFontFamily: 'DejaVu Sans' },
  });
  try {
    const rendered = image.render();
    try {
      return rendered.asPng();
    } finally {
      rendered.free();
    }
  } finally {
    image.free();
  }
}
