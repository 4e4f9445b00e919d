/** Where runs are made: a worker of the page, or a thread beside it, where threads may share memory. */
import type { FromPage, Init, RunnerFromPage, ToPage } from '../../src/protocol/page.ts';
import type { FromRunner, ToRunner } from '../../src/run/protocol.ts';
import type { FromWorker, StartWorker } from './worker-protocol.ts';
import { fetchBytes, startWorker } from './workers.ts';

/** A place that one can speak to, and end. */
export interface Place {
  send(message: ToRunner): void;
  /** `onDeath` is told why, as the end of a sentence. */
  listen(onMessage: (message: FromRunner) => void, onDeath: (why: string) => void): void;
  end(): void;
}

/** A worker of the page. Rejects where it cannot be started. */
async function openWorker({ assets }: Init): Promise<Place> {
  const [relaxed, strict, helper, worker] = await Promise.all([
    fetchBytes(assets.kernelRelaxed),
    fetchBytes(assets.kernelStrict),
    fetchBytes(assets.kernelHelper),
    startWorker(assets.runWorker),
  ]);
  const lifeline = `pointwise-run-${crypto.randomUUID()}`;
  worker.postMessage({
    type: 'start',
    relaxed,
    strict,
    helper: helper && new TextDecoder().decode(helper),
    lifeline,
  } satisfies StartWorker);
  return {
    send: (message) => worker.postMessage(message),
    end: () => worker.terminate(),
    listen(onMessage, onDeath) {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === 'alive') navigator.locks.request(lifeline, () => onDeath('.')).catch(() => {});
        else onMessage(data);
      };
      worker.onerror = (e) => onDeath(e.message ? `: ${e.message}` : '.');
    },
  };
}

/** What speaks to the host for the page. */
export type Post = (message: FromPage) => void;

/** A thread of the extension's host. */
function openHost(post: Post): Place {
  const to = (message: RunnerFromPage): void => post({ type: 'runner', message });
  let hear: ((e: MessageEvent<ToPage>) => void) | undefined;
  const close = (): void => {
    if (hear) window.removeEventListener('message', hear);
  };
  to({ type: 'open' });
  return {
    send: to,
    end() {
      close();
      to({ type: 'end' });
    },
    listen(onMessage, onDeath) {
      hear = ({ data }) => {
        if (data?.type !== 'runner') return;
        const { message } = data;
        if (message.type === 'died') {
          close();
          onDeath(message.why);
        } else onMessage(message);
      };
      window.addEventListener('message', hear);
    },
  };
}

/** Opens a place for a run: beside the page where there are several cores, of which the page alone may use one. */
export const openPlace = async (init: Init, post: Post): Promise<Place> =>
  init.settings.hostThreads > 1 && !self.crossOriginIsolated ? openHost(post) : openWorker(init);
