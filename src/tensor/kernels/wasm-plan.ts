/** A plan on the WASM kernels: its memory, its calls, and its runs, on one thread shared with helpers, or with a team. */

import type { Weights } from '../plan/call.ts';
import { pieces } from '../plan/packing.ts';
import { makePlan, type Planned, type PlanRequest, SCRATCH } from '../plan/plan.ts';
import { type Dims, entries, type Program, type ValueId, type WeightId } from '../program.ts';
import type { Shared } from '../team/script.ts';
import { shareOut } from '../team/split.ts';
import type { Team, TeamPlan } from '../team/team.ts';
import type { Crew } from '../threads/crew.ts';
import { Pace } from '../threads/pace.ts';
import { cut, type Share, type Work } from '../threads/share.ts';
import { bind, type Exports, instantiate } from './instance.ts';
import { type EngineInfo, type Observer, type Plan, type PlanOptions, PlanTooLarge } from './kernels.ts';
import type { Memories } from './memories.ts';

/** What `loadWasm` found out once, for all plans. */
export interface Engine {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
  readonly tile: number;
  readonly crew: Crew | undefined;
  readonly team: Team | undefined;
  readonly memories: Memories;
}

/** What a memory of 32-bit addresses holds. */
const MOST_BYTES = 65536 * 65536 - 65536;

interface BoundCall {
  readonly n: number;
  readonly quantum: number;
  readonly work: Work;
  /** The least that it took on one thread. */
  ms: number;
}

export class WasmPlan implements Plan {
  readonly bytes: number;
  readonly steps: Plan['steps'];
  readonly #program: Program;
  readonly #crew: Crew | undefined;
  readonly #pace = new Pace();
  #planned: Planned | undefined;
  #memory: WebAssembly.Memory | undefined;
  readonly #memories: Memories;
  #inputs: readonly Float32Array[] = [];
  #outputs: readonly Float32Array[] = [];
  #calls: readonly BoundCall[] = [];
  /** For each step, the call after its last; before the first step come those that take the inputs in. */
  #ends: readonly number[] = [];
  #first = 0;
  readonly #engine: EngineInfo;
  /** The plan as the team shares it, and whether the others have it. */
  #together: TeamPlan | undefined;
  #isTogether = false;
  #known: { readonly id: number; readonly share: Share } | undefined;

  constructor(engine: Engine, program: Program, weights: readonly Float32Array[], options: PlanOptions) {
    const { module, relaxed, tile, crew, team, memories } = engine;
    const { exact = false, observe = false } = options;
    const threads = crew?.threads ?? 1;
    const weight = (id: WeightId): Float32Array => weights[id] as Float32Array;
    const limit = Math.min(options.maxBytes ?? MOST_BYTES, MOST_BYTES);
    const request = { exact, observe, threads };
    const divided = team && !observe ? divide(program, weight, request, team, limit) : undefined;
    const planned = divided?.planned ?? makePlan(program, weight, { ...request, parts: 1 });
    if (planned.bytes > limit) throw new PlanTooLarge(planned.bytes, limit);
    this.#program = program;
    this.#planned = planned;
    this.#crew = crew;
    this.#engine = { name: 'wasm', simd: true, relaxed, threads, exact };
    this.bytes = planned.bytes * (divided && team ? team.workers : 1);
    this.steps = planned.steps.map(({ ops, technique, macs, multiplies }) => ({ ops, technique, macs, multiplies }));

    const { memory, used } = memories.take(planned.bytes, limit);
    blank(planned, memory, used);
    this.#memory = memory;
    this.#memories = memories;
    const { exports } = instantiate(module, memory, SCRATCH, tile);
    fill(planned, exports, memory);
    const calls = [...planned.before, ...planned.steps.flatMap((s) => s.calls), ...planned.after];
    this.#calls = calls.map((c) => ({ n: c.n, quantum: c.quantum, work: bind(exports, c), ms: Number.POSITIVE_INFINITY }));
    let end = planned.before.length;
    this.#first = end;
    this.#ends = planned.steps.map((s) => {
      end += s.calls.length;
      return end;
    });
    const view = (e: { readonly address: number; readonly length: number }): Float32Array =>
      new Float32Array(memory.buffer, e.address, e.length);
    this.#inputs = planned.inputs.map(view);
    this.#outputs = planned.outputs.map(view);
    const scratch = Array.from({ length: threads }, (_, t) => SCRATCH + t * planned.scratch);
    this.#known = crew?.load({ module, memory, calls, tile, scratch });
    if (divided && team)
      this.#together = team.load(divided.shared, { module, tile, bytes: planned.bytes, imageAt: planned.arenaEnd }, exports, memory);
  }

  get engine(): EngineInfo {
    const workers = this.#together?.workers;
    return this.#isTogether && workers ? { ...this.#engine, workers } : this.#engine;
  }

  get inputs(): readonly Float32Array[] {
    return this.#inputs;
  }

  async ready(): Promise<void> {
    if (this.#known) await this.#crew?.ready(this.#known.id);
    if (this.#together) this.#isTogether = await this.#together.ready();
  }

  get share(): Plan['share'] {
    return this.#isTogether ? (inputs, observer) => this.#runTogether(inputs, observer) : undefined;
  }

  run(inputs: readonly Float32Array[], observer?: Observer): readonly Float32Array[] {
    this.#take(inputs);
    const timed = this.#calls[0]?.ms !== Number.POSITIVE_INFINITY;
    const known = this.#known && timed && this.#crew?.isReady(this.#known.id) && this.#pace.shares() ? this.#known : undefined;
    if (known) this.#runShared(known, observer);
    else this.#runAlone(observer);
    return this.#outputs;
  }

  #take(inputs: readonly Float32Array[]): void {
    if (!this.#planned) throw new Error('This plan was disposed of');
    this.#inputs.forEach((view, i) => {
      const input = inputs[i];
      if (input?.length !== view.length)
        throw new RangeError(`Input ${i} has ${input?.length ?? 0} numbers; the program takes ${view.length}`);
      if (input !== view) view.set(input);
    });
  }

  async #runTogether(inputs: readonly Float32Array[], observer: Observer | undefined): Promise<readonly Float32Array[]> {
    this.#take(inputs);
    const together = this.#together;
    if (together && !together.pace.shares() && !together.always) {
      this.#runAlone(observer);
      return this.#outputs;
    }
    const read = (): never => {
      throw new RangeError('A plan that workers share holds no whole values; plan with observe');
    };
    const tell = (index: number, ms: number): void => {
      const ops = this.steps[index]?.ops;
      if (ops) observer?.({ index, of: this.steps.length, ops, ms, read });
    };
    await together?.run(observer ? tell : undefined);
    return this.#outputs;
  }

  dispose(): void {
    // A helper may still be at work where a run was broken off; then the memory goes with it.
    const unused = !this.#known || this.#crew?.isReady(this.#known.id);
    if (this.#memory && unused) this.#memories.give(this.#memory);
    if (this.#known) this.#crew?.drop(this.#known.id);
    this.#together?.drop();
    this.#together = undefined;
    this.#isTogether = false;
    this.#planned = undefined;
    this.#memory = undefined;
    this.#known = undefined;
    this.#calls = [];
    this.#inputs = [];
    this.#outputs = [];
  }

  #runAlone(observer: Observer | undefined): void {
    this.#walk(observer, (from, to) => {
      for (let i = from; i < to; i++) {
        const c = this.#calls[i] as BoundCall;
        if (!this.#known) c.work(0, c.n);
        else {
          const start = performance.now();
          c.work(0, c.n);
          c.ms = Math.min(c.ms, performance.now() - start);
        }
      }
    });
  }

  #runShared({ id, share }: { readonly id: number; readonly share: Share }, observer: Observer | undefined): void {
    const begun = performance.now();
    this.#calls.forEach((c, i) => {
      share.deal(i, cut(c.n, c.quantum, c.ms));
    });
    share.open(observer ? 0 : this.#calls.length);
    this.#crew?.call(id);
    let [waited, mine, all] = [0, 0, 0];
    try {
      this.#walk(observer, (from, to) => {
        if (observer) share.open(to);
        for (let i = from; i < to; i++) {
          const c = this.#calls[i] as BoundCall;
          const { did, units } = share.work(i, 0, c.n, c.work);
          waited += share.finish(i);
          mine += (c.ms * did) / units;
          all += c.ms;
        }
      });
    } catch (e) {
      share.open(-1);
      throw e;
    }
    if (!observer) this.#pace.learn(performance.now() - begun, waited, mine / all);
  }

  /** Does all calls in order by `calls(from, to)`, and tells of each step. */
  #walk(observer: Observer | undefined, calls: (from: number, to: number) => void): void {
    if (!observer) {
      calls(0, this.#calls.length);
      return;
    }
    let at = this.#first;
    calls(0, at);
    this.#ends.forEach((end, index) => {
      const start = performance.now();
      calls(at, end);
      const ms = performance.now() - start;
      at = end;
      observer({ index, of: this.#ends.length, ops: this.steps[index]?.ops ?? [], ms, read: (v) => this.#read(v) });
    });
    calls(at, this.#calls.length);
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

/**
 * The least that a run must take one worker for others to be worth their messages, and how much less it must take with them. Runs of a single
 * block, 3 to 9 ms, were seen to take a quarter longer with two workers than with one: each waits for the other a few times in a millisecond.
 */
const LEAST_MS = 12;
const LEAST_GAIN = 1.15;

/** A plan and how a team shares it; undefined where that would not pay, or not fit. */
function divide(
  program: Program,
  weight: Weights,
  request: Omit<PlanRequest, 'parts'>,
  { workers, choose }: Team,
  limit: number,
): { readonly planned: Planned; readonly shared: Shared } | undefined {
  const planned = makePlan(program, weight, { ...request, parts: workers });
  if (planned.bytes * workers > limit) return undefined;
  const shared = shareOut(program, planned, workers, choose);
  if (choose) return { planned, shared };
  return shared.alone >= LEAST_MS && shared.alone >= LEAST_GAIN * shared.ms ? { planned, shared } : undefined;
}

/** Zeroes what the plan takes to be zero of memory whose first `used` bytes served another plan: all but the weights that it will pack. */
function blank(planned: Planned, memory: WebAssembly.Memory, used: number): void {
  if (used === 0) return;
  const bytes = new Uint8Array(memory.buffer, 0, Math.min(used, memory.buffer.byteLength));
  let at = 0;
  for (const { whole } of planned.packings) {
    if (!whole) continue;
    bytes.fill(0, at, whole.address);
    at = whole.address + whole.bytes;
  }
  bytes.fill(0, at, planned.bytes);
}

/** Writes the constants and packs the weights. */
function fill(planned: Planned, exports: Exports, memory: WebAssembly.Memory): void {
  const bytes = new Uint8Array(memory.buffer);
  const put = (address: number, numbers: Float32Array | Uint32Array): void =>
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), address);
  for (const c of planned.constants) put(c.address, c.numbers());
  const { staging } = planned;
  for (const p of planned.packings) {
    for (const { raw, rawAt, scale, scaleAt, calls } of pieces(p, staging.address)) {
      put(rawAt, raw);
      put(scaleAt, scale);
      for (const c of calls) exports[c.kernel](...c.args, 0, c.n);
    }
  }
  bytes.fill(0, staging.address, staging.address + staging.bytes);
}
