/** Draws media/icon.svg as media/icon.png with the headless browser, for the marketplace takes no SVG. Run after changing the drawing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from './host/browser.ts';
import { root } from './host/install.ts';

const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  await page.setContent(
    `<style>body { margin: 0; background: none } svg { display: block }</style>${await readFile(join(root, 'media', 'icon.svg'), 'utf8')}`,
  );
  await page.screenshot({ path: join(root, 'media', 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
