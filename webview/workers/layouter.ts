/** Diagrams from the layout worker, as a hook: the last good picture stays until the next is there. */
import { useEffect, useState } from 'preact/hooks';
import type { Arrangement, Folds, Placed, Room, Scale } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Costs } from '../../src/graph/metrics.ts';
import type { FromLayout, LayoutRequest, SvgRequest } from './layout-protocol.ts';
import { startWorker } from './workers.ts';

type Answer = (message: FromLayout) => void;

/** The one layout worker of the page; started when first needed, and again should it die. */
class Layouter {
  #worker: Promise<Worker> | undefined;
  #waiting = new Map<number, Answer>();
  #next = 0;

  ask(address: string, request: Omit<LayoutRequest, 'id'> | Omit<SvgRequest, 'id'>, answer: Answer): () => void {
    const id = this.#next++;
    this.#waiting.set(id, answer);
    this.warm(address).then(
      (w) => w.postMessage({ id, ...request } satisfies LayoutRequest | SvgRequest),
      (e: unknown) =>
        this.#fail(`The worker that lays out the diagram could not be started: ${e instanceof Error ? e.message : String(e)}`),
    );
    return () => {
      this.#waiting.delete(id);
    };
  }

  warm(address: string): Promise<Worker> {
    this.#worker ??= this.#start(address);
    return this.#worker;
  }

  async #start(address: string): Promise<Worker> {
    const worker = await startWorker(address);
    worker.onmessage = ({ data }: MessageEvent<FromLayout>) => {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    };
    worker.onerror = (e) => this.#fail(`The worker that lays out the diagram died: ${e.message}`);
    return worker;
  }

  #fail(message: string): void {
    this.#worker = undefined;
    for (const [id, answer] of this.#waiting) answer({ id, type: 'failed', message });
    this.#waiting.clear();
  }
}
const layouter = new Layouter();

/** Starts the worker before there is anything to lay out: it reads its script while the first view is on its way. */
export function warmLayouter(address: string): void {
  // Who asks for a picture is told that there is no worker.
  layouter.warm(address).catch(() => undefined);
}

/** A picture as a file that needs nothing else. */
export const svgOf = (address: string, placed: Placed): Promise<string> =>
  new Promise((resolve, reject) => {
    layouter.ask(address, { svg: placed }, (m) => {
      if (m.type === 'svg') resolve(m.svg);
      else if (m.type === 'failed') reject(new Error(m.message));
    });
  });

export interface Layout {
  readonly placed: Placed | undefined;
  /** The graph that `placed` shows; the newest one a moment later. */
  readonly graph: Graph | undefined;
  readonly failed: string | undefined;
}

/** The placed diagram of a graph. */
export function useLayout(
  address: string | undefined,
  graph: Graph | undefined,
  facts: Facts | undefined,
  folds: Folds | undefined,
  {
    scale,
    arrangement,
    room,
    costs,
    heaviest,
  }: {
    readonly scale?: Scale;
    readonly arrangement?: Arrangement | undefined;
    readonly room?: Room | undefined;
    readonly costs?: Costs | undefined;
    readonly heaviest?: number | undefined;
  } = {},
): Layout {
  const [layout, setLayout] = useState<Layout>({ placed: undefined, graph: undefined, failed: undefined });
  const roomKey = room ? `${room.width}×${room.height}` : '';
  const scaleKey = scale ? `${scale.kind}${scale.factor}` : '';
  useEffect(() => {
    if (!address || !graph || !facts) return;
    return layouter.ask(address, { graph, facts, folds: folds ?? {}, scale, arrangement, room, costs, heaviest }, (m) =>
      setLayout((old) =>
        m.type === 'placed' ? { placed: m.placed, graph, failed: undefined } : m.type === 'failed' ? { ...old, failed: m.message } : old,
      ),
    );
  }, [address, graph, facts, folds, scaleKey, arrangement, roomKey, costs, heaviest]);
  return layout;
}
