/** How a command ends when it cannot do what was asked: with a message on standard error and an exit status. Reading and writing files end so too. */
import { readFile, stat, writeFile } from 'node:fs/promises';

/** 1: the input has errors. 2: wrong usage. */
export class Failure extends Error {
  readonly status: 1 | 2;
  constructor(message: string, status: 1 | 2 = 1) {
    super(message);
    this.status = status;
  }
}

/** What the system says of a file, without its code and the path again: `permission denied`. */
function reason(e: unknown): string {
  if (!(e instanceof Error)) return String(e);
  return /^[A-Z]+: ([^,]+)/.exec(e.message)?.[1] ?? e.message;
}

/** Reads a file that the user named. Throws `Failure`. */
export async function read(path: string): Promise<Buffer> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new Failure(`There is no file ${path}.`, 2);
  if (!info.isFile()) throw new Failure(`${path} is not a file.`, 2);
  return readFile(path).catch((e: unknown) => {
    throw new Failure(`${path} cannot be read: ${reason(e)}.`, 2);
  });
}

/** Writes a file that the user named. Throws `Failure`. */
export async function write(path: string, data: string | Uint8Array): Promise<void> {
  await writeFile(path, data).catch((e: unknown) => {
    throw new Failure(`${path} cannot be written: ${reason(e)}.`, 2);
  });
}

/** The number that `--seed` asks for; 1 where it does not. Throws `Failure`. */
export function parseSeed(text: string | undefined): number {
  const seed = Number(text ?? 1);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new Failure(`--seed takes a whole number from 0 to 4,294,967,295, not ${text}.`, 2);
}
