/** What passes between the page and its worker beside what every runner is asked. */
import type { FromRunner, ToRunner } from '../../src/run/protocol.ts';

export interface StartWorker {
  readonly type: 'start';
  /** The kernel's modules; undefined where they could not be fetched. */
  readonly relaxed: ArrayBuffer | undefined;
  readonly strict: ArrayBuffer | undefined;
  /** The script of the kernel's helpers, be they threads, where this page may share memory with them, or workers that it sends messages. */
  readonly helper: string | undefined;
  /** The name of a lock which the worker holds for as long as it lives. */
  readonly lifeline: string;
}
export type ToWorker = StartWorker | ToRunner;
/** Alive: the worker holds its lifeline; whoever gets it after this knows that the worker is dead. */
export type FromWorker = { readonly type: 'alive' } | FromRunner;
