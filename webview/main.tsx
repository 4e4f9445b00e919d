/** The workbench page's entry. It knows three functions of VS Code. */
import { render } from 'preact';
import { App, type Host } from './app.tsx';
import './style.css';

declare function acquireVsCodeApi(): Host;

render(<App host={acquireVsCodeApi()} />, document.getElementById('root') ?? document.body);
