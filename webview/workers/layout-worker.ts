/** The worker that turns graphs into placed diagrams, and those into pictures for elsewhere. */
import { draw, layoutWithin, type Scale } from '../../src/diagram/index.ts';
import { paint } from '../../src/export/picture/paint.ts';
import { toSvg } from '../../src/export/picture/svg.ts';
import { Elsewhere } from './layered.ts';
import type { FromLayout, LayeredPort, LayoutRequest, SvgRequest } from './layout-protocol.ts';

/** The scale of the last picture of a target in a room; an edit should not change it for a few pixels. */
let last: { readonly of: string; readonly scale: Scale } | undefined;

/** Milliseconds after the first picture, when it has been painted. */
const SOON = 500;

const post = (message: FromLayout): void => self.postMessage(message);

const elsewhere = new Elsewhere(() => post({ type: 'layered' }));

self.onmessage = async ({ data, ports: [port] }: MessageEvent<LayoutRequest | SvgRequest | LayeredPort>): Promise<void> => {
  if ('type' in data) {
    if (port) elsewhere.take(port);
    return;
  }
  const start = performance.now();
  try {
    if ('svg' in data) {
      post({ id: data.id, type: 'svg', svg: toSvg(paint(draw(data.svg))) });
      return;
    }
    const { graph, facts, folds, scale, arrangement, room, costs, heaviest } = data;
    const ink = costs ? { costs, ...(heaviest === undefined ? {} : { heaviest }) } : {};
    const of = JSON.stringify([graph.name, room, arrangement, folds]);
    const before = last?.of === of ? { before: last.scale } : {};
    const placed = await layoutWithin(
      graph,
      facts,
      { folds, ...(scale ? { scale } : before), ...(arrangement ? { arrangement } : {}), ...ink },
      room,
      elsewhere.layered,
    );
    if (!scale && !placed.lanes) last = { of, scale: placed.scale };
    post({ id: data.id, type: 'placed', placed, ms: performance.now() - start });
    // The first picture may have needed nothing of it; what is opened next would wait.
    setTimeout(() => elsewhere.warm(), SOON);
  } catch (error) {
    post({ id: data.id, type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};
