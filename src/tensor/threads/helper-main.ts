/** Entry of a helper thread, in Node's worker_threads and in a page's workers alike. */
import type { ToHelper } from './crew.ts';
import { helper } from './helper.ts';

const handle = helper();
if (typeof process === 'undefined') self.onmessage = ({ data }: MessageEvent<ToHelper>) => handle(data);
else {
  const { parentPort } = await import('node:worker_threads');
  parentPort?.on('message', handle);
}
