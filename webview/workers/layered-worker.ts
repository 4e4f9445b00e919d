/**
 * ELK in a worker of its own. Its script is several times that of all else that a picture needs, and a network in lanes whose blocks are folded
 * needs none of it.
 *
 * ELK's bundle takes any worker for one of its own and would answer our messages; it looks for `document` to tell, so that it is shown one
 * while it loads.
 */
import './pretend-document.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import type { FromLayered, LayeredRequest } from './layout-protocol.ts';

const layered = createLayered();

/** Compiles what the first block would wait for. */
const children = ['a', 'b', 'c'].map((id) => ({ id, width: 10, height: 10 }));
const edges = children.slice(1).map(({ id }) => ({ id: `to ${id}`, sources: ['a'], targets: [id] }));
const warm = layered({ id: 'warm', layoutOptions: { 'elk.algorithm': 'layered' }, children, edges });

self.onmessage = ({ ports: [port] }: MessageEvent): void => {
  if (!port) return;
  port.onmessage = async ({ data: { id, graph } }: MessageEvent<LayeredRequest>): Promise<void> => {
    const post = (message: FromLayered): void => port.postMessage(message);
    try {
      await warm;
      post({ id, placed: await layered(graph) });
    } catch (error) {
      post({ id, failed: error instanceof Error ? error.message : String(error) });
    }
  };
};
