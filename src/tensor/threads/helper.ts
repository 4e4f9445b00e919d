/** A helper thread: loads plans by message, and joins their runs by watching a word in shared memory. Runs in Node and in a page's worker. */
import { bind, instantiate } from '../kernels/instance.ts';
import { ASLEEP, HELPERS, LEFT, LOADED, PER_HELPER, PLAN, POSTED, RUN, type ToHelper } from './crew.ts';
import { Share, type Work } from './share.ts';

/** How long a helper watches for the next run before it goes to sleep: the pause between two runs of a loop. */
const WATCH_MS = 0.3;

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

  /** Joins runs as they come, until there was none for a while or a message waits. */
  const watch = (): void => {
    Atomics.store(words, own(ASLEEP), 0);
    let since = performance.now();
    while (performance.now() - since < WATCH_MS && Atomics.load(words, own(POSTED)) === handled) {
      const run = Atomics.load(words, RUN);
      if (run === Atomics.load(words, own(LEFT))) continue;
      const plan = plans.get(Atomics.load(words, PLAN));
      if (plan) join(plan);
      Atomics.store(words, own(LEFT), run);
      since = performance.now();
    }
    Atomics.store(words, own(ASLEEP), 1);
  };

  return (message) => {
    switch (message.type) {
      case 'hello':
        ({ me, threads, words } = message);
        Atomics.store(words, own(ASLEEP), 1);
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
      case 'wake':
        break;
      default:
        message satisfies never;
    }
    // A run that is called while this thread goes to sleep may not see that it must wake it.
    do watch();
    while (Atomics.load(words, RUN) !== Atomics.load(words, own(LEFT)) && Atomics.load(words, own(POSTED)) === handled);
  };
}
