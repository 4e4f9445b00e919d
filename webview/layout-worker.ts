/** The worker that turns graphs into placed diagrams. */
import { buildDiagram, layoutDiagram } from '../src/diagram/index.ts';
import { createElk } from './elk.ts';
import type { FromLayout, LayoutRequest } from './layout-protocol.ts';

const elk = createElk();
const post = (message: FromLayout): void => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<LayoutRequest>): Promise<void> => {
  const start = performance.now();
  try {
    const diagram = buildDiagram(data.graph, data.facts, { folds: data.folds, ...(data.scale ? { scale: data.scale } : {}) });
    post({ id: data.id, type: 'placed', placed: await layoutDiagram(diagram, elk), ms: performance.now() - start });
  } catch (error) {
    post({ id: data.id, type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};
