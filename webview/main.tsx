/** The workbench page's entry. Of VS Code it knows three functions. */
import { render } from 'preact';
import { App, type Host } from './app.tsx';
import './style.css';

declare function acquireVsCodeApi(): Host;

render(<App host={acquireVsCodeApi()} />, document.getElementById('root') ?? document.body);
