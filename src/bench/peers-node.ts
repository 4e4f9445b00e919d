/** Finds the engines of others among a folder's packages, in Node. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Peers } from './bench.ts';
import type { Ort } from './engine.ts';
import type { Tfjs } from './tfjs.ts';

/** Peer → the packages that it takes. */
export const PEER_PACKAGES = {
  'onnxruntime-web': ['onnxruntime-web@1.30'],
  'tfjs-wasm': ['@tensorflow/tfjs-core@4.22', '@tensorflow/tfjs-backend-wasm@4.22'],
  'onnxruntime-node': ['onnxruntime-node@1.30'],
} as const satisfies Record<keyof Peers, readonly string[]>;

export type PeerName = keyof typeof PEER_PACKAGES;

export const isPeer = (name: string): name is PeerName => Object.hasOwn(PEER_PACKAGES, name);

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(n: number): void;
}

/** TensorFlow.js once its WASM backend is there; greets on its own streams, which are kept quiet. */
async function loadTfjs(require: NodeJS.Require): Promise<Tfjs> {
  const { warn } = console;
  console.warn = () => {};
  try {
    const tf = require('@tensorflow/tfjs-core') as Tfjs & { setBackend(name: string): Promise<boolean>; ready(): Promise<void> };
    const backend = require('@tensorflow/tfjs-backend-wasm') as WasmBackend;
    backend.setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '..', 'wasm-out')}/`);
    backend.setThreadsCount(1);
    await tf.setBackend('wasm');
    await tf.ready();
    return tf;
  } finally {
    console.warn = warn;
  }
}

/** Loads peers from the packages that `folder` (or a folder above it) holds; `missing` are those that are not there. */
export async function loadPeers(
  folder: string,
  names: readonly PeerName[],
): Promise<{ readonly peers: Peers; readonly missing: readonly PeerName[] }> {
  const require = createRequire(join(folder, 'package.json'));
  let peers: Peers = {};
  const missing: PeerName[] = [];
  for (const name of names) {
    try {
      if (name === 'tfjs-wasm') peers = { ...peers, [name]: await loadTfjs(require) };
      else {
        const ort = require(name) as Ort;
        if (name === 'onnxruntime-web') ort.env.wasm.numThreads = 1;
        peers = { ...peers, [name]: ort };
      }
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw e;
      missing.push(name);
    }
  }
  return { peers, missing };
}
