/** The WASM SIMD kernels behind `Kernels`. Needs the bytes of the modules that `scripts/build-kernel.ts` makes; nothing of Node or the DOM. */
import { Crew, type HelperThread } from '../threads/crew.ts';
import { instantiate, withSharedMemory } from './instance.ts';
import type { Kernels } from './kernels.ts';
import { Memories } from './memories.ts';
import { probeTile } from './probe.ts';
import { type Engine, WasmPlan } from './wasm-plan.ts';

/** The two modules; pass what the machine may load, `strict` at least. */
export interface WasmBytes {
  readonly relaxed?: BufferSource | undefined;
  readonly strict?: BufferSource | undefined;
}

/** Threads to share runs among, and how to start all but the first. Needs SharedArrayBuffer. */
export interface ThreadOptions {
  readonly threads: number;
  readonly start: () => HelperThread;
}

/** Compiles the fastest module that this engine takes, measures which tile suits it, and starts the helper threads that are asked for. */
export async function loadWasm(bytes: WasmBytes, threading?: ThreadOptions): Promise<Kernels> {
  const relaxed = bytes.relaxed !== undefined && WebAssembly.validate(bytes.relaxed);
  const chosen = relaxed ? bytes.relaxed : bytes.strict;
  if (!chosen || !WebAssembly.validate(chosen)) throw new Error('This engine runs no WebAssembly SIMD');
  const crew = threading && threading.threads > 1 ? new Crew(threading.threads, threading.start) : undefined;
  const module = await WebAssembly.compile(crew ? withSharedMemory(chosen) : chosen);
  const tile = probeTile((memory) => instantiate(module, memory, 0, 6).exports, crew !== undefined);
  const engine: Engine = { module, relaxed, tile, crew, memories: new Memories(crew !== undefined) };
  return {
    name: 'wasm',
    plan: (program, weights, options = {}) => new WasmPlan(engine, program, weights, options),
    dispose: () => crew?.dismiss(),
  };
}
