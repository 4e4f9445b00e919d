/** The workbench page's entry. It knows three functions of VS Code. */
import { render } from 'preact';
import type { ToPage } from '../src/protocol/page.ts';
import { App, type Host } from './app.tsx';
import { warmLayouter } from './workers/layouter.ts';
import './style.css';

declare function acquireVsCodeApi(): Host;

// The page has begun to load it; the worker is there before the first view is.
const layoutWorker = document.querySelector<HTMLLinkElement>('#layout-worker');
if (layoutWorker) warmLayouter(layoutWorker.href);

// What it would ask for at once has come with it.
const first = JSON.parse(document.getElementById('first')?.textContent ?? '[]') as readonly ToPage[];

render(<App host={acquireVsCodeApi()} first={first} />, document.getElementById('root') ?? document.body);
