/** The workbench page's entry. It knows three functions of VS Code. */
import { render } from 'preact';
import type { ToPage } from '../src/protocol/page.ts';
import { App, type Host } from './app.tsx';
import { warmLayered, warmLayouter } from './workers/layouter.ts';
import './style.css';

declare function acquireVsCodeApi(): Host;

// The page has begun to load them; the workers are there before the first view is.
for (const [id, warm] of [
  ['layout-worker', warmLayouter],
  ['layered-worker', warmLayered],
] as const) {
  const link = document.querySelector<HTMLLinkElement>(`#${id}`);
  if (link) warm(link.href);
}

// What it would ask for at once has come with it.
const first = JSON.parse(document.getElementById('first')?.textContent ?? '[]') as readonly ToPage[];

render(<App host={acquireVsCodeApi()} first={first} />, document.getElementById('root') ?? document.body);
