/** A runner behind messages: a run, then questions about its numbers. What it stands in (a worker, a thread) gives it kernels and a way to speak. */
import { type Kernels, PlanTooLarge } from '../tensor/index.ts';
import { SpecFault } from './inputs.ts';
import type { FromRunner, ToRunner } from './protocol.ts';
import { type Ran, runGraph } from './run-graph.ts';

/** Progress is for people: no more often than they can see. */
const PROGRESS_MS = 40;

/** What went wrong, for people. */
function explain(error: unknown): string {
  if (error instanceof RangeError) return `The run ran out of memory (${error.message}). Use a smaller input.`;
  if (error instanceof WebAssembly.RuntimeError)
    return `The kernel stopped during the run (${error.message}). That is a bug in Pointwise: please report it.`;
  return error instanceof Error ? error.message : String(error);
}

/** What takes messages, one after another. */
export function serve(kernels: () => Promise<Kernels>, post: (message: FromRunner) => void): (message: ToRunner) => Promise<void> {
  let ran: Ran | undefined;
  let told = Number.NEGATIVE_INFINITY;
  return async (message) => {
    switch (message.type) {
      case 'run':
        // What is kept of the run before makes room.
        ran = undefined;
        try {
          ran = await runGraph(message, await kernels(), (stage, layer, of) => {
            const now = performance.now();
            if (now - told < PROGRESS_MS && layer < of) return;
            told = now;
            post({ type: 'progress', stage, layer, of });
          });
          return post({ type: 'done', results: ran.results });
        } catch (error) {
          return post({ type: 'failed', message: explain(error), refused: error instanceof PlanTooLarge || error instanceof SpecFault });
        }
      case 'ask':
        return post({ type: 'answer', id: message.id, answer: ran?.answer(message.question) });
      default:
        return message satisfies never;
    }
  };
}
