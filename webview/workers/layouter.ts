/** Diagrams from the layout worker, as a hook: the last good picture stays until the next is there. */
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Arrangement, Folds, Placed, Room, Scale } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Costs } from '../../src/graph/metrics.ts';
import type { Init } from '../../src/protocol/page.ts';
import type { FromLayout, LayeredPort, LayoutRequest, SvgRequest } from './layout-protocol.ts';
import { startWorker } from './workers.ts';

/** The addresses of the scripts. */
type Scripts = Pick<Init['assets'], 'layoutWorker' | 'layeredWorker'>;

type Answered = Exclude<FromLayout, LayeredPort>;
type Answer = (message: Answered) => void;

type Request = Omit<LayoutRequest, 'id'> | Omit<SvgRequest, 'id'>;

/**
 * The one layout worker of the page; started when first needed, and again should it die. It has one request at a time: what nobody waits for any
 * more when its turn comes is not laid out.
 */
class Layouter {
  #worker: Promise<Worker> | undefined;
  /** With ELK: several times as large, and started where branches are to be laid out. */
  #layered: Promise<Worker> | undefined;
  #layeredScript = '';
  /** In the order in which they were asked. */
  readonly #waiting = new Map<number, { readonly request: Request; readonly answer: Answer }>();
  /** What the worker is at. */
  #given: number | undefined;
  #next = 0;

  ask({ layoutWorker, layeredWorker }: Scripts, request: Request, answer: Answer): () => void {
    const id = this.#next++;
    this.#layeredScript = layeredWorker;
    this.#waiting.set(id, { request, answer });
    this.warm(layoutWorker).then(
      (worker) => this.#give(worker),
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

  warmLayered(address: string): Promise<Worker> {
    this.#layered ??= startWorker(address).then((worker) => {
      worker.onerror = (e) => this.#fail(`The worker that lays out branches died: ${e.message}`);
      return worker;
    });
    return this.#layered;
  }

  /** Gives the worker a way to the one with ELK. */
  #connect(worker: Worker): void {
    this.warmLayered(this.#layeredScript).then(
      (layered) => {
        const { port1, port2 } = new MessageChannel();
        layered.postMessage(undefined, [port1]);
        worker.postMessage({ type: 'layered' } satisfies LayeredPort, [port2]);
      },
      (e: unknown) => this.#fail(`The worker that lays out branches could not be started: ${e instanceof Error ? e.message : String(e)}`),
    );
  }

  async #start(address: string): Promise<Worker> {
    const worker = await startWorker(address);
    worker.onmessage = ({ data }: MessageEvent<FromLayout>) => {
      if (data.type === 'layered') {
        this.#connect(worker);
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      this.#given = undefined;
      this.#give(worker);
      waiting?.answer(data);
    };
    worker.onerror = (e) => this.#fail(`The worker that lays out the diagram died: ${e.message}`);
    return worker;
  }

  /** Gives the worker what has waited longest, if it has nothing to do. */
  #give(worker: Worker): void {
    const [next] = this.#waiting;
    if (this.#given !== undefined || !next) return;
    const [id, { request }] = next;
    this.#given = id;
    worker.postMessage({ id, ...request } satisfies LayoutRequest | SvgRequest);
  }

  #fail(message: string): void {
    // What still waits in either is of no use to the next.
    for (const ended of [this.#worker, this.#layered])
      ended?.then(
        (w) => w.terminate(),
        () => undefined,
      );
    this.#worker = undefined;
    this.#layered = undefined;
    this.#given = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, { answer }] of waiting) answer({ id, type: 'failed', message });
  }
}
const layouter = new Layouter();

/** Starts the worker before there is anything to lay out: it reads its script while the first view is on its way. */
export function warmLayouter(address: string): void {
  // Who asks for a picture is told that there is no worker.
  layouter.warm(address).catch(() => undefined);
}

/** And the one with ELK, where the first view has branches. */
export function warmLayered(address: string): void {
  layouter.warmLayered(address).catch(() => undefined);
}

/** A picture as a file that needs nothing else. */
export const svgOf = (scripts: Scripts, placed: Placed): Promise<string> =>
  new Promise((resolve, reject) => {
    layouter.ask(scripts, { svg: placed }, (m) => {
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
  scripts: Scripts | undefined,
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
  // Before the next frame, which would come later than the answer.
  useLayoutEffect(() => {
    if (!scripts || !graph || !facts) return;
    return layouter.ask(scripts, { graph, facts, folds: folds ?? {}, scale, arrangement, room, costs, heaviest }, (m) =>
      setLayout((old) =>
        m.type === 'placed' ? { placed: m.placed, graph, failed: undefined } : m.type === 'failed' ? { ...old, failed: m.message } : old,
      ),
    );
  }, [scripts?.layoutWorker, graph, facts, folds, scaleKey, arrangement, roomKey, costs, heaviest]);
  return layout;
}
