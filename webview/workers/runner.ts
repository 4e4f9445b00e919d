/** Runs graphs, one after another, from the page, and asks for numbers of the last run. */
import type { Init } from '../../src/protocol/page.ts';
import type { Answer, Question, RunRequest, RunResult, RunStage } from '../../src/run/protocol.ts';
import { openPlace, type Place, type Post } from './places.ts';

/** Why there is no result. `died`: the runner itself failed, which VS Code should tell too. `refused`: it would not fit in memory. */
export class RunFailed extends Error {
  readonly died: boolean;
  readonly refused: boolean;
  constructor(message: string, died: boolean, refused = false) {
    super(message);
    this.died = died;
    this.refused = refused;
  }
}
/** The user stopped it. */
export class RunCancelled extends Error {}

export type OnProgress = (stage: RunStage, layer: number, of: number) => void;

export class Runner {
  #stop: (() => void) | undefined;
  #place: Place | undefined;
  readonly #post: Post;
  readonly #asked = new Map<number, (answer: never) => void>();
  #lastAsked = 0;

  constructor(post: Post) {
    this.#post = post;
  }

  /** Runs a graph, or two in turns, and tells of progress. Rejects with `RunFailed` or `RunCancelled`. */
  async run(init: Init, request: Omit<RunRequest, 'maxBytes'>, progress: OnProgress): Promise<readonly RunResult[]> {
    this.forget();
    let cancelled = false;
    this.#stop = () => {
      cancelled = true;
    };
    try {
      const place = await openPlace(init, this.#post).catch((e: unknown) => {
        throw new RunFailed(`The worker that runs the layers could not be started: ${e instanceof Error ? e.message : String(e)}`, true);
      });
      this.#place = place;
      if (cancelled) throw new RunCancelled();
      const results = await this.#ran(place, { ...request, maxBytes: init.settings.maxRunBytes }, progress);
      if (!results.some((r) => r.kept)) this.forget();
      return results;
    } catch (e) {
      this.forget();
      throw e;
    } finally {
      this.#stop = undefined;
    }
  }

  #ran(place: Place, request: RunRequest, progress: OnProgress): Promise<readonly RunResult[]> {
    return new Promise((resolve, reject) => {
      this.#stop = () => reject(new RunCancelled());
      // After the run there is nobody to reject for: its numbers are gone.
      place.listen(
        (message) => {
          switch (message.type) {
            case 'progress':
              return progress(message.stage, message.layer, message.of);
            case 'done':
              return resolve(message.results);
            case 'failed':
              return reject(new RunFailed(message.message, false, message.refused));
            case 'answer':
              this.#asked.get(message.id)?.(message.answer as never);
              this.#asked.delete(message.id);
              return;
            default:
              return message satisfies never;
          }
        },
        (why) => {
          reject(new RunFailed(`The worker that runs the layers died during the run${why}`, true));
          if (this.#place === place) this.forget();
        },
      );
      place.send({ type: 'run', ...request });
    });
  }

  /** Asks for numbers of the last run; undefined where they are gone. */
  ask<Q extends Question>(question: Q): Promise<Answer<Q> | undefined> {
    const place = this.#place;
    if (!place) return Promise.resolve(undefined);
    const id = ++this.#lastAsked;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve as (answer: never) => void);
      place.send({ type: 'ask', id, question });
    });
  }

  /** Lets go of the last run's numbers, and of what holds them. */
  forget(): void {
    this.#place?.end();
    this.#place = undefined;
    for (const resolve of this.#asked.values()) resolve(undefined as never);
    this.#asked.clear();
  }

  /** Ends the run at once. */
  cancel(): void {
    this.#stop?.();
  }
}
