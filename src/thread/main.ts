/**
 * A runner as a thread of Node: the kernels with all cores, which share memory here. It is started with the folder of the kernel's files and
 * how many threads it may have, speaks as every runner does, and is ended to cancel.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { ToRunner } from '../run/protocol.ts';
import { serve } from '../run/serve.ts';
import { loadKernels } from '../tensor/kernels/load-node.ts';

const { folder, threads } = workerData as { readonly folder: string; readonly threads: number };
const take = serve(
  () => loadKernels(folder, { threads }),
  (message) => parentPort?.postMessage(message),
);
parentPort?.on('message', (message: ToRunner) => void take(message));
