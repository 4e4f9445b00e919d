/** The WASM SIMD kernels behind `Kernels`. Needs the bytes of the modules that `scripts/build-kernel.ts` makes; nothing of Node or the DOM. */
import type { MemberWorker } from '../team/protocol.ts';
import type { Choose } from '../team/split.ts';
import { Team } from '../team/team.ts';
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

/** Workers to share runs among by messages, where memory cannot be shared, and how to start all but the first. */
export interface TeamOptions {
  readonly workers: number;
  readonly start: () => MemberWorker;
  /** Shares every plan, in ways that this chooses: for tests, as all ways must give the same. */
  readonly choose?: Choose;
}

/** Compiles the fastest module that this engine takes, measures which tile suits it, and starts the helper threads that are asked for; a team's workers start when a plan wants them. */
export async function loadWasm(bytes: WasmBytes, threading?: ThreadOptions, teaming?: TeamOptions): Promise<Kernels> {
  const relaxed = bytes.relaxed !== undefined && WebAssembly.validate(bytes.relaxed);
  const chosen = relaxed ? bytes.relaxed : bytes.strict;
  if (!chosen || !WebAssembly.validate(chosen)) throw new Error('This engine runs no WebAssembly SIMD');
  const crew = threading && threading.threads > 1 ? new Crew(threading.threads, threading.start) : undefined;
  const module = await WebAssembly.compile(crew ? withSharedMemory(chosen) : chosen);
  const tile = probeTile((memory) => instantiate(module, memory, 0, 6).exports, crew !== undefined);
  const team = !crew && teaming && teaming.workers > 1 ? new Team(teaming.workers, teaming.start, teaming.choose) : undefined;
  const engine: Engine = { module, relaxed, tile, crew, team, memories: new Memories(crew !== undefined) };
  return {
    name: 'wasm',
    plan: (program, weights, options = {}) => new WasmPlan(engine, program, weights, options),
    dispose: () => {
      crew?.dismiss();
      team?.dismiss();
    },
  };
}
