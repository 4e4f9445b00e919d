/** The worker that turns graphs into placed diagrams. */
import { layoutWithin } from '../../src/diagram/index.ts';
import { createElk } from './elk.ts';
import type { FromLayout, LayoutRequest } from './layout-protocol.ts';

const elk = createElk();
const post = (message: FromLayout): void => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<LayoutRequest>): Promise<void> => {
  const start = performance.now();
  try {
    const { graph, facts, folds, scale, arrangement, room, costs, heaviest } = data;
    const ink = costs ? { costs, ...(heaviest === undefined ? {} : { heaviest }) } : {};
    const placed = await layoutWithin(
      graph,
      facts,
      { folds, ...(scale ? { scale } : {}), ...(arrangement ? { arrangement } : {}), ...ink },
      room,
      elk,
    );
    post({ id: data.id, type: 'placed', placed, ms: performance.now() - start });
  } catch (error) {
    post({ id: data.id, type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};
