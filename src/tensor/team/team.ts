/** A team of workers as its first member sees it, in whose worker the plans are made. The others are started when a plan first wants them. */

import type { Exports } from '../kernels/instance.ts';
import { Pace } from '../threads/pace.ts';
import type { StepDone } from './player.ts';
import { Player } from './player.ts';
import type { FromMember, MemberWorker, Parcel, PlanForMember } from './protocol.ts';
import type { Shared } from './script.ts';
import type { Choose } from './split.ts';

/** How long to wait for workers to load a plan before it is run without them. */
const PATIENCE_MS = 20_000;

/** A plan that the team shares. */
export class TeamPlan {
  readonly #team: Team;
  readonly #id: number;
  readonly player: Player;
  /** Whether the next run should be shared. */
  readonly pace = new Pace();
  readonly #part: number;
  #left: number;
  #failed: string | undefined;
  #settle: () => void = () => {};
  readonly #settled: Promise<void>;
  #run = 0;

  constructor(team: Team, id: number, { scripts, part }: Shared, exports: Exports, memory: WebAssembly.Memory) {
    this.#team = team;
    this.#id = id;
    this.#part = part;
    this.#left = team.workers - 1;
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.player = new Player(scripts[0] ?? [], exports, memory, (to, run, message, numbers) =>
      team.send(to, { plan: id, run, message, numbers }),
    );
  }

  /** Resolves when all workers have loaded the plan, or one cannot; says whether it can be run together. */
  async ready(): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.#settled, late]);
    clearTimeout(timer);
    return this.#left === 0 && this.#failed === undefined;
  }

  /** Whether runs are shared even where that is slower. */
  get always(): boolean {
    return this.#team.choose !== undefined;
  }

  get workers(): number {
    return this.#team.workers;
  }

  loaded(): void {
    if (--this.#left === 0) this.#settle();
  }

  /** A worker cannot go on. */
  fail(message: string): void {
    this.#failed = message;
    this.#settle();
    this.player.end(new Error(message));
  }

  /** Runs the plan once, with everyone. Rejects where a worker fails. */
  async run(done?: StepDone): Promise<void> {
    if (this.#failed !== undefined) throw new Error(this.#failed);
    const run = ++this.#run;
    this.#team.callAll({ plan: this.#id, run, message: -1 });
    const start = performance.now();
    await this.player.play(run, done);
    this.pace.learn(performance.now() - start, this.player.waited, this.#part);
  }

  drop(): void {
    this.#team.drop(this.#id);
  }
}

export class Team {
  readonly workers: number;
  /** Shares every plan, in ways that this chooses. */
  readonly choose: Choose | undefined;
  readonly #start: () => MemberWorker;
  #members: readonly MemberWorker[] = [];
  /** To the others, by number. */
  #ports: readonly (MessagePort | undefined)[] = [];
  readonly #plans = new Map<number, TeamPlan>();
  #last = 0;

  constructor(workers: number, start: () => MemberWorker, choose?: Choose) {
    this.workers = workers;
    this.choose = choose;
    this.#start = start;
  }

  /** Gives the others their parts of a plan, whose memory is filled. */
  load(shared: Shared, plan: Omit<PlanForMember, 'script' | 'image'>, exports: Exports, memory: WebAssembly.Memory): TeamPlan {
    if (this.#members.length === 0) this.#begin();
    const id = ++this.#last;
    const made = new TeamPlan(this, id, shared, exports, memory);
    this.#plans.set(id, made);
    this.#members.forEach((m, i) => {
      const image = memory.buffer.slice(plan.imageAt, plan.bytes) as ArrayBuffer;
      m.post({ type: 'learn', plan: id, script: shared.scripts[i + 1] ?? [], image, ...plan }, [image]);
    });
    return made;
  }

  send(to: number, parcel: Parcel): void {
    this.#ports[to]?.postMessage(parcel, parcel.numbers ? [parcel.numbers] : []);
  }

  callAll(parcel: Parcel): void {
    for (const port of this.#ports) port?.postMessage(parcel);
  }

  drop(id: number): void {
    this.#plans.delete(id);
    for (const m of this.#members) m.post({ type: 'forget', plan: id }, []);
  }

  /** Ends the workers. */
  dismiss(): void {
    for (const m of this.#members) m.end();
    for (const port of this.#ports) port?.close();
    this.#members = [];
  }

  #begin(): void {
    const ports = Array.from({ length: this.workers }, () => new Array<MessagePort | undefined>(this.workers).fill(undefined));
    for (let a = 0; a < this.workers; a++) {
      for (let b = a + 1; b < this.workers; b++) {
        const { port1, port2 } = new MessageChannel();
        (ports[a] as (MessagePort | undefined)[])[b] = port1;
        (ports[b] as (MessagePort | undefined)[])[a] = port2;
      }
    }
    this.#ports = ports[0] ?? [];
    for (const port of this.#ports) {
      if (port) port.onmessage = ({ data }: MessageEvent<Parcel>) => this.#take(data);
    }
    this.#members = Array.from({ length: this.workers - 1 }, (_, i) => {
      const m = this.#start();
      m.listen(
        (message) => this.#hear(message),
        (why) => {
          for (const plan of this.#plans.values()) plan.fail(`A worker that shares the run died${why}`);
        },
      );
      const own = ports[i + 1] ?? [];
      m.post(
        { type: 'meet', ports: own },
        own.filter((p) => p !== undefined),
      );
      return m;
    });
  }

  #take({ plan, run, message, numbers }: Parcel): void {
    if (numbers) this.#plans.get(plan)?.player.come(run, message, numbers);
  }

  #hear(message: FromMember): void {
    const plan = this.#plans.get(message.plan);
    switch (message.type) {
      case 'loaded':
        plan?.loaded();
        break;
      case 'failed':
        plan?.fail(message.message);
        break;
      default:
        message satisfies never;
    }
  }
}
