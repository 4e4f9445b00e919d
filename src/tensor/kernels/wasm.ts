/** The WASM SIMD kernels behind `Kernels`. Needs the bytes of the modules that `scripts/build-kernel.ts` makes; nothing of Node or the DOM. */
import type { Call, KernelName } from '../plan/call.ts';
import { makePlan, type Planned, SCRATCH } from '../plan/plan.ts';
import { type Dims, entries, type Program, type ValueId, type WeightId } from '../program.ts';
import { type EngineInfo, type Kernels, type Observer, type Plan, type PlanOptions, PlanTooLarge } from './kernels.ts';
import { probeTile } from './probe.ts';

/** The two modules; pass what the machine may load, `strict` at least. */
export interface WasmBytes {
  readonly relaxed?: BufferSource | undefined;
  readonly strict?: BufferSource | undefined;
}

type Kernel = (...args: number[]) => void;
export type Exports = Readonly<Record<KernelName | 'setScratch' | 'setTile', Kernel>>;

/** What a memory of 32-bit addresses holds. */
const MOST_BYTES = 65536 * 65536 - 65536;
const PAGE = 65536;

/** Compiles the fastest module that this engine takes, and measures which tile suits it. */
export async function loadWasm(bytes: WasmBytes): Promise<Kernels> {
  const relaxed = bytes.relaxed !== undefined && WebAssembly.validate(bytes.relaxed);
  const chosen = relaxed ? bytes.relaxed : bytes.strict;
  if (!chosen || !WebAssembly.validate(chosen)) throw new Error('This engine runs no WebAssembly SIMD');
  const module = await WebAssembly.compile(chosen);
  const tile = probeTile(instantiate(module, new WebAssembly.Memory({ initial: 16, maximum: 65536 })));
  return {
    name: 'wasm',
    plan: (program, weights, options = {}) => new WasmPlan(module, relaxed, tile, program, weights, options),
  };
}

function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): { readonly exports: Exports; readonly memory: WebAssembly.Memory } {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { exports: exports as unknown as Exports, memory };
}

class WasmPlan implements Plan {
  readonly engine: EngineInfo;
  readonly bytes: number;
  readonly steps: Plan['steps'];
  readonly #program: Program;
  #planned: Planned | undefined;
  #memory: WebAssembly.Memory | undefined;
  #inputs: Float32Array[] = [];
  #outputs: Float32Array[] = [];
  #before: (() => void)[] = [];
  #calls: (() => void)[][] = [];
  #after: (() => void)[] = [];

  constructor(
    module: WebAssembly.Module,
    relaxed: boolean,
    tile: number,
    program: Program,
    weights: readonly Float32Array[],
    options: PlanOptions,
  ) {
    const { exact = false, observe = false } = options;
    const weight = (id: WeightId): Float32Array => weights[id] as Float32Array;
    const planned = makePlan(program, weight, { exact, observe, threads: 1 });
    const limit = Math.min(options.maxBytes ?? MOST_BYTES, MOST_BYTES);
    if (planned.bytes > limit) throw new PlanTooLarge(planned.bytes, limit);
    this.#program = program;
    this.#planned = planned;
    this.engine = { name: 'wasm', simd: true, relaxed, threads: 1, exact };
    this.bytes = planned.bytes;
    this.steps = planned.steps.map(({ ops, technique, macs }) => ({ ops, technique, macs }));

    const memory = allocate(planned.bytes, limit);
    this.#memory = memory;
    const { exports } = instantiate(module, memory);
    exports.setScratch(SCRATCH);
    exports.setTile(tile);
    fill(planned, exports, memory);
    const bind = (c: Call): (() => void) => {
      const kernel = exports[c.kernel];
      const args = [...c.args, 0, c.n];
      return () => kernel(...args);
    };
    this.#before = planned.before.map(bind);
    this.#calls = planned.steps.map((s) => s.calls.map(bind));
    this.#after = planned.after.map(bind);
    const view = (e: { readonly address: number; readonly length: number }): Float32Array =>
      new Float32Array(memory.buffer, e.address, e.length);
    this.#inputs = planned.inputs.map(view);
    this.#outputs = planned.outputs.map(view);
  }

  run(inputs: readonly Float32Array[], observer?: Observer): readonly Float32Array[] {
    if (!this.#planned) throw new Error('This plan was disposed of');
    this.#inputs.forEach((view, i) => {
      const input = inputs[i];
      if (input?.length !== view.length)
        throw new RangeError(`Input ${i} has ${input?.length ?? 0} numbers; the program takes ${view.length}`);
      view.set(input);
    });
    for (const c of this.#before) c();
    for (let i = 0; i < this.#calls.length; i++) {
      const start = observer ? performance.now() : 0;
      for (const c of this.#calls[i] ?? []) c();
      if (!observer) continue;
      const ms = performance.now() - start;
      observer({ index: i, of: this.#calls.length, ops: this.steps[i]?.ops ?? [], ms, read: (v) => this.#read(v) });
    }
    for (const c of this.#after) c();
    return this.#outputs;
  }

  dispose(): void {
    this.#planned = undefined;
    this.#memory = undefined;
    this.#before = [];
    this.#calls = [];
    this.#after = [];
    this.#inputs = [];
    this.#outputs = [];
  }

  #read(v: ValueId): Float32Array {
    if (!this.#planned || !this.#memory || !this.#planned.layout.kept(v))
      throw new RangeError(`The plan does not hold value ${v}; plan with observe`);
    const [C, H, W] = this.#program.values[v] as Dims;
    const p = this.#planned.layout.place(v);
    const floats = new Float32Array(this.#memory.buffer);
    const out = new Float32Array(entries([C, H, W]));
    const [base, pixel, row] = [p.base / 4, p.pixel / 4, p.row / 4];
    for (let c = 0, i = 0; c < C; c++) {
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) out[i++] = floats[base + h * row + w * pixel + c] as number;
      }
    }
    return out;
  }
}

function allocate(bytes: number, limit: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: 65536 });
  } catch (error) {
    if (error instanceof RangeError) throw new PlanTooLarge(bytes, limit);
    throw error;
  }
}

/** Writes the constants; packs the weights, which pass through the arena, and leaves the arena zero as the halos want it. */
function fill(planned: Planned, exports: Exports, memory: WebAssembly.Memory): void {
  const bytes = new Uint8Array(memory.buffer);
  const put = (address: number, numbers: Float32Array | Uint32Array): void =>
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), address);
  const after = (address: number, numbers: Float32Array): number => Math.ceil((address + numbers.byteLength) / 64) * 64;
  for (const c of planned.constants) put(c.address, c.numbers());
  const start = Math.ceil(planned.arena.base / 64) * 64;
  for (const p of planned.packings) {
    const raw = p.raw();
    const scale = after(start, raw);
    put(start, raw);
    put(scale, p.scale);
    for (const c of p.calls(start, scale, after(scale, p.scale))) exports[c.kernel](...c.args, 0, c.n);
  }
  bytes.fill(0, planned.arena.base, planned.arena.base + planned.arena.bytes);
}
