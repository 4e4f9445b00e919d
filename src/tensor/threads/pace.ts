/** Decides, run by run, whether sharing a plan with helpers, or with a team, pays: on a busy machine it may not. */

/** Runs on one thread after sharing was found not to pay; doubled each time that it is found again. */
const FIRST_PAUSE = 8;
const LONGEST_PAUSE = 256;
/** Runs in a row that must have been slower. */
const STRIKES = 2;

export class Pace {
  #pause = 0;
  #next = FIRST_PAUSE;
  #strikes = 0;

  /** Whether the next run should be shared. */
  shares(): boolean {
    if (this.#pause === 0) return true;
    this.#pause--;
    return false;
  }

  /** Told of a shared run: how long it took, how much of that the main thread waited, and the share of the work that it did itself. */
  learn(ms: number, waited: number, share: number): void {
    const alone = (ms - waited) / share;
    if (ms <= alone) {
      this.#strikes = 0;
      this.#next = FIRST_PAUSE;
      return;
    }
    if (++this.#strikes < STRIKES) return;
    this.#strikes = 0;
    this.#pause = this.#next;
    this.#next = Math.min(LONGEST_PAUSE, this.#next * 2);
  }
}
