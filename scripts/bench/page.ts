/** Runs the benchmark in headless Chromium, in a page that may share memory among its workers (cross-origin isolated). */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { startBrowser } from '../host/browser.ts';
import { root } from '../host/install.ts';
import type { FromPageWorker } from './page-worker.ts';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

async function bundle(options: esbuild.BuildOptions): Promise<Uint8Array> {
  const shared = { bundle: true, write: false, format: 'esm', platform: 'browser', target: 'chrome120', logLevel: 'error' } as const;
  const { outputFiles } = await esbuild.build({ ...options, ...shared });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/**
 * Measures in a worker of the page, `entry` in this folder. `peers`: a folder with onnxruntime-web and TensorFlow.js in its node_modules, where these are
 * measured too. Returns the browser's version when all is measured.
 */
export async function inChromium<Request extends object, Result>(
  entry: string,
  peers: string | undefined,
  request: Request,
  report: (r: Result) => void,
): Promise<string> {
  const modules = join(peers ?? '', 'node_modules');
  const worker = await bundle({ entryPoints: [join(root, 'scripts', 'bench', entry)] });
  const tfjs = "export * from '@tensorflow/tfjs-core'; export { setWasmPaths, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';";
  const made = new Map<string, string | Uint8Array>([
    ['/', '<!DOCTYPE html><title>Kernel benchmark</title>'],
    ['/worker.js', worker],
  ]);
  if (peers) made.set('/tfjs.js', await bundle({ stdin: { contents: tfjs, resolveDir: peers } }));
  const fileOf = (path: string): string => {
    const [top, rest] = [path.slice(1, path.indexOf('/', 1)), path.slice(path.indexOf('/', 1) + 1)];
    return top === 'peers' ? join(modules, rest) : join(root, 'dist', top, rest);
  };
  const server = createServer(async (incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.setHeader('content-type', TYPES[extname(pathname)] ?? 'text/html');
    try {
      response.end(made.get(pathname) ?? (await readFile(fileOf(pathname))));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.exposeFunction('report', report);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(async (asked) => {
      const tell = (globalThis as unknown as { report: (r: unknown) => Promise<void> }).report;
      const running = new Worker('/worker.js', { type: 'module' });
      await new Promise<void>((resolve, reject) => {
        running.onerror = (e) => reject(new Error(e.message));
        running.onmessage = ({ data }: MessageEvent<FromPageWorker<unknown>>) => {
          if (data.type === 'result') tell(data.result);
          else if (data.type === 'done') resolve();
          else reject(new Error(data.message));
        };
        running.postMessage(asked);
      });
    }, request as object);
    return browser.version();
  } finally {
    await browser.close();
    server.close();
  }
}
