/** The workbench page's entry. It knows three functions of VS Code. */
import { render } from 'preact';
import { App, type Host } from './app.tsx';
import { warmLayouter } from './workers/layouter.ts';
import './style.css';

declare function acquireVsCodeApi(): Host;

// The page has begun to load it; the worker is there before the first view is.
const layoutWorker = document.querySelector<HTMLLinkElement>('#layout-worker');
if (layoutWorker) warmLayouter(layoutWorker.href);

render(<App host={acquireVsCodeApi()} />, document.getElementById('root') ?? document.body);
