/** Teams of workers that are all in this thread: the same messages, through real channels. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildKernel } from '../../scripts/build-kernel.ts';
import { type Kernels, loadWasm } from '../../src/tensor/index.ts';
import { member } from '../../src/tensor/team/member.ts';
import type { FromMember, MemberWorker } from '../../src/tensor/team/protocol.ts';

const folder = join(import.meta.dirname, '../../dist/kernel');

function here(): MemberWorker {
  let take: (message: FromMember) => void = () => {};
  const handle = member((message) => take(message));
  let ports: readonly (MessagePort | undefined)[] = [];
  return {
    post(message) {
      if (message.type === 'meet') ports = message.ports;
      handle(message);
    },
    listen(to) {
      take = to;
    },
    end() {
      for (const p of ports) p?.close();
    },
  };
}

/** Numbers that look random, the same from a seed. */
let state = 1;
const choose = (ways: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % ways;
};

const loaded = new Map<string, Promise<Kernels>>();

/** Kernels whose plans are shared by so many workers: from a seed on all of them, in any ways; else those that it pays for, in the best way. */
export function teamKernels(workers: number, seed?: number): Promise<Kernels> {
  state = seed ?? state;
  const key = `${workers} ${seed === undefined}`;
  const made =
    loaded.get(key) ??
    buildKernel(folder).then(async () => {
      const [relaxed, strict] = await Promise.all(['relaxed.wasm', 'strict.wasm'].map((name) => readFile(join(folder, name))));
      return loadWasm({ relaxed, strict }, undefined, { workers, start: here, ...(seed === undefined ? {} : { choose }) });
    });
  loaded.set(key, made);
  return made;
}

/** Ends the channels of all teams, which would keep the tests from ending. */
export async function dismissTeams(): Promise<void> {
  for (const kernels of loaded.values()) (await kernels).dispose();
  loaded.clear();
}
