/** A clock for `performance.now` that stands still but for what moves it, and for the moment that looking at it takes. */
export class Clock {
  now = 0;
  /** By so much a look moves it: its smallest step. */
  static readonly step = 0.001;
  readonly #true = performance.now;

  start(): void {
    performance.now = () => {
      this.now += Clock.step;
      return this.now;
    };
  }

  stop(): void {
    performance.now = this.#true;
  }
}
