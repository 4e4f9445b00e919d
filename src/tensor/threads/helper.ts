/** A helper thread: loads plans by message, and joins their runs by watching a word in shared memory. Runs in Node and in a page's worker. */
import { bind, instantiate } from '../kernels/instance.ts';
import { HELPERS, LEFT, LOADED, PER_HELPER, PLAN, POSTED, RUN, SIGNAL, type ToHelper } from './crew.ts';
import { Share, type Work } from './share.ts';

/** How long a helper watches for the next run before it goes to sleep: the pause between two runs of a loop. Sleep is cut into pieces. */
const WATCH_MS = 0.3;
const NAP_MS = 1000;

interface Loaded {
  readonly share: Share;
  readonly calls: readonly { readonly n: number; readonly work: Work }[];
}

/** Handles the messages of a crew. */
export function helper(): (message: ToHelper) => void {
  const plans = new Map<number, Loaded>();
  let words: Int32Array = new Int32Array(0);
  let me = 0;
  let threads = 1;
  let handled = 0;
  const own = (word: number): number => HELPERS + (me - 1) * PER_HELPER + word;

  /** Joins a run; returns when it is over. */
  const join = (plan: Loaded): void => {
    for (let i = 0; i < plan.calls.length && plan.share.enter(i); i++) {
      const { n, work } = plan.calls[i] as Loaded['calls'][number];
      plan.share.work(i, me, n, work);
      plan.share.finish(i);
    }
  };

  /** Joins runs as they come, until a message waits. It sleeps in here, not among its events: a page's busy thread sends no message to wake it. */
  const watch = (): void => {
    let since = performance.now();
    for (;;) {
      const signal = Atomics.load(words, SIGNAL);
      if (Atomics.load(words, own(POSTED)) !== handled) return;
      const run = Atomics.load(words, RUN);
      if (run !== Atomics.load(words, own(LEFT))) {
        const plan = plans.get(Atomics.load(words, PLAN));
        if (plan) join(plan);
        Atomics.store(words, own(LEFT), run);
        since = performance.now();
      } else if (performance.now() - since > WATCH_MS) Atomics.wait(words, SIGNAL, signal, NAP_MS);
    }
  };

  return (message) => {
    switch (message.type) {
      case 'hello':
        ({ me, threads, words } = message);
        return;
      case 'load': {
        const { exports } = instantiate(message.module, message.memory, message.scratch[me] as number, message.tile);
        const calls = message.calls.map((c) => ({ n: c.n, work: bind(exports, c) }));
        plans.set(message.id, { share: new Share(threads, calls.length, message.share), calls });
        handled++;
        Atomics.store(words, own(LOADED), message.id);
        break;
      }
      case 'drop':
        plans.delete(message.id);
        handled++;
        break;
      default:
        message satisfies never;
    }
    watch();
  };
}
