/** The HTML of the workbench page, and the addresses of the files that it loads. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ToPage } from '../protocol/page.ts';

type Assets = Extract<ToPage, { readonly type: 'init' }>['assets'];

/** What a page may load from the extension's folder. */
export const pageRoots = (extensionUri: vscode.Uri): readonly vscode.Uri[] => [vscode.Uri.joinPath(extensionUri, 'dist')];

const address = (webview: vscode.Webview, extensionUri: vscode.Uri, ...path: readonly string[]): string =>
  webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', ...path)).toString();

/** What the page fetches and hands to its workers. */
export const pageAssets = (webview: vscode.Webview, extensionUri: vscode.Uri): Assets => ({
  runWorker: address(webview, extensionUri, 'webview', 'run-worker.js'),
  layoutWorker: address(webview, extensionUri, 'webview', 'layout-worker.js'),
  layeredWorker: address(webview, extensionUri, 'webview', 'layered-worker.js'),
  kernelRelaxed: address(webview, extensionUri, 'kernel', 'relaxed.wasm'),
  kernelStrict: address(webview, extensionUri, 'kernel', 'strict.wasm'),
  kernelHelper: address(webview, extensionUri, 'kernel', 'helper.mjs'),
  codeEditor: address(webview, extensionUri, 'webview', 'code-editor.js'),
  codeStyle: address(webview, extensionUri, 'webview', 'code-editor.css'),
  codeWorker: address(webview, extensionUri, 'webview', 'code-worker.js'),
});

/** The scripts that the page's own imports, as the build wrote them down. */
const importsOf = (extensionUri: vscode.Uri): readonly string[] =>
  JSON.parse(readFileSync(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', 'imports.json').fsPath, 'utf8')) as readonly string[];

/** Whether what is shown first is a block, which is drawn with its branches. Networks are drawn by their lanes. */
const hasBranches = (first: readonly ToPage[]): boolean =>
  first.some((m) => m.type === 'view' && m.result.status === 'ok' && m.result.sent.head.kind === 'block');

/** The page: one script with a nonce; workers only from blobs; nothing from the network. `first` is what it is told before it asks. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, first: readonly ToPage[] = []): string {
  const nonce = randomBytes(16).toString('base64');
  const source = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${source} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `connect-src ${source}`,
    // Monaco and Preact set styles in scripts.
    `style-src ${source} 'unsafe-inline'`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join('; ');
  const css = (file: string, id = ''): string => `<link rel="stylesheet" ${id} href="${address(webview, extensionUri, 'webview', file)}">`;
  const imports = importsOf(extensionUri).map(
    (file) => `<link rel="modulepreload" nonce="${nonce}" href="${address(webview, extensionUri, 'webview', file)}">`,
  );
  const { layoutWorker, layeredWorker } = pageAssets(webview, extensionUri);
  const worker = (id: string, href: string): string => `<link rel="preload" as="fetch" crossorigin="anonymous" id="${id}" href="${href}">`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pointwise</title>
    ${css('codicon.css', 'id="vscode-codicon-stylesheet"')}
    ${css('main.css')}
    ${imports.join('\n    ')}
    ${worker('layout-worker', layoutWorker)}
    ${hasBranches(first) ? worker('layered-worker', layeredWorker) : ''}
  </head>
  <body>
    <div id="root"></div>
    <script type="application/json" id="first">${JSON.stringify(first).replaceAll('<', '\\u003c')}</script>
    <script type="module" nonce="${nonce}" src="${address(webview, extensionUri, 'webview', 'main.js')}"></script>
  </body>
</html>`;
}
