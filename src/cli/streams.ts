/** The two streams of a command: data goes to standard output, everything else to standard error. */
import { Failure } from './errors.ts';

/** Prints data. */
export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
};
/** Says something about the work. */
export const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One of several files. If it cannot be read, that is reported, and the others are still done. */
export async function each(what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    tell(e.message);
    process.exitCode = Math.max(Number(process.exitCode ?? 0), e.status);
  }
}
