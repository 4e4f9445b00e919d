/**
 * Shares a plan out among workers that have no memory in common: each has a plan of its own, the same to the last address, and makes some rows
 * or some channels of every step's output. What a step reads and its worker did not make comes by message from who made it. All is decided here,
 * from the plan alone, so that everyone knows what to send and what to wait for.
 *
 * The steps are gone through in order with a few of the best ways to share out those before (a beam search). A way is judged by a clock for
 * each worker, which its own work and the messages that it waits for move on.
 */
import type { Call } from '../plan/call.ts';
import type { Step } from '../plan/fuse.ts';
import { channelBounds, PANEL } from '../plan/panel.ts';
import type { Planned } from '../plan/plan.ts';
import type { Technique } from '../plan/technique.ts';
import type { Program, ValueId } from '../program.ts';
import { BYTES_PER_MS, HANDLE_MS, LATENCY_MS, PIECES_PER_MS, stepMs } from './cost.ts';
import { cutCall, type Piece, type Share } from './cut.ts';
import { gridOf, needsOf } from './needs.ts';
import { isEmpty, meet, type Rect, without, withoutAll } from './region.ts';
import { type Action, type Block, bytesOf, type Shared } from './script.ts';
import { type Space, Spaces, type Spot } from './spaces.ts';

/** Ways that are followed at once. */
const WAYS = 8;

/** A part of a space that a worker has: made by the part of a task, at a time of its clock. */
interface Held {
  readonly rect: Rect;
  readonly made: boolean;
  readonly task: number;
  readonly at: number;
}
/** By worker. */
type Holding = readonly (readonly Held[])[];

/** Something to be done in order: a step, or what is before and after the steps. */
interface Task {
  readonly step: number;
  readonly calls: readonly Call[];
  /** What everyone does before. */
  readonly zeroing: readonly Call[];
  readonly ways: readonly Way[];
  /** What a share reads and writes. */
  readonly reads: (share: Share) => readonly Part[];
  readonly writes: Spot | undefined;
  readonly rows: number;
  readonly channels: number;
  readonly ms: (share: Share) => number;
}
interface Part {
  readonly space: Space;
  readonly rect: Rect;
}
/** By worker: its share, undefined where it has none. */
type Way = readonly (Share | undefined)[];

interface Transfer {
  readonly from: number;
  readonly to: number;
  /** The task that made it. */
  readonly after: number;
  readonly space: Space;
  readonly rect: Rect;
}

interface State {
  readonly before: State | undefined;
  readonly way: Way;
  /** Of the way among those of the task. */
  readonly number: number;
  readonly transfers: readonly Transfer[];
  readonly held: Map<string, Holding>;
  readonly clocks: readonly number[];
}

const ALL: Share = { of: 'all' };

/** Says by number which of so many ways a task is shared out. */
export type Choose = (ways: number) => number;

/** Shares a plan out in the best way that is found, or, of each task, in the way that is chosen. */
export function shareOut(program: Program, planned: Planned, workers: number, choose?: Choose): Shared {
  const tasks = tasksOf(program, planned, workers);
  const start = startOf(program, planned, workers);
  const chosen = (state: State, task: Task, i: number): State => {
    const number = choose?.(task.ways.length) ?? 0;
    return advance(state, task, i, partsOf(task, task.ways[number] ?? []), number, workers);
  };
  const best = choose ? tasks.reduce(chosen, start) : search(tasks, start, workers);
  const alone = tasks.reduce((ms, t) => ms + t.ms(ALL), 0);
  const states = pathTo(best);
  const mine = states.reduce((ms, { way: [share] }, i) => ms + (share ? (tasks[i]?.ms(share) ?? 0) : 0), 0);
  return { scripts: scriptsOf(tasks, states, workers), ms: Math.max(...best.clocks), alone, part: mine / Math.max(alone, 1e-9) };
}

/** The first worker has the inputs. */
function startOf(program: Program, planned: Planned, workers: number): State {
  const spaces = new Spaces(program, planned);
  const held = new Map<string, Holding>();
  for (const v of program.inputs) {
    const { id, dims } = spaces.input(v);
    const all: Held = { rect: { r0: 0, r1: dims[1], c0: 0, c1: dims[0] }, made: true, task: -1, at: 0 };
    held.set(
      id,
      Array.from({ length: workers }, (_, w) => (w === 0 ? [all] : [])),
    );
  }
  return { before: undefined, way: [], number: 0, transfers: [], held, clocks: new Array<number>(workers).fill(0) };
}

function search(tasks: readonly Task[], start: State, workers: number): State {
  let states: readonly State[] = [start];
  const ends = lastReads(tasks);
  tasks.forEach((task, i) => {
    // Of those that share this task and the one before in the same ways, the best is followed.
    const next = new Map<string, State>();
    const ways = task.ways.map((way) => partsOf(task, way));
    for (const state of states) {
      for (const [number, way] of ways.entries()) {
        const made = advance(state, task, i, way, number, workers);
        const key = `${number} ${state.number}`;
        const rival = next.get(key);
        if (!rival || cost(made) < cost(rival)) next.set(key, made);
      }
    }
    states = [...next.values()].sort((a, b) => cost(a) - cost(b)).slice(0, WAYS);
    // What nobody reads any longer need not be known of.
    for (const { held } of states) for (const id of ends.get(i) ?? []) held.delete(id);
  });
  return states[0] as State;
}

/** By task: the spaces that are read in it for the last time. */
function lastReads(tasks: readonly Task[]): ReadonlyMap<number, readonly string[]> {
  const last = new Map<string, number>();
  tasks.forEach((t, i) => {
    for (const { space } of t.reads(ALL)) last.set(space.id, i);
  });
  return Map.groupBy(last.keys(), (id) => last.get(id) ?? -1);
}

/** The last clock counts; of equal ones, the sum. */
const cost = ({ clocks }: State): number => Math.max(...clocks) + 0.01 * clocks.reduce((a, b) => a + b, 0);

/** A worker's share of a task with what it reads and takes. */
interface ShareOf {
  readonly share: Share;
  readonly reads: readonly Part[];
  readonly ms: number;
}

const partsOf = (task: Task, way: Way): readonly (ShareOf | undefined)[] =>
  way.map((share) => share && { share, reads: task.reads(share), ms: task.ms(share) });

/** The state after a task that is shared out in a way. */
function advance(state: State, task: Task, index: number, parts: readonly (ShareOf | undefined)[], number: number, workers: number): State {
  const held = new Map(state.held);
  const clocks = [...state.clocks];
  const transfers: Transfer[] = [];
  parts.forEach((part, to) => {
    if (!part) return;
    const senders = new Map<number, number>();
    for (const { space, rect } of part.reads) {
      const holding = held.get(space.id) ?? [];
      const mine = (holding[to] ?? []).map((h) => h.rect);
      let missing = withoutAll(rect, mine);
      for (let from = 0; from < workers && missing.length > 0; from++) {
        for (const h of from === to ? [] : (holding[from] ?? [])) {
          if (!h.made) continue;
          const got = missing.map((m) => meet(m, h.rect)).filter((m) => !isEmpty(m));
          missing = missing.flatMap((m) => without(m, h.rect));
          for (const piece of got) {
            transfers.push({ from, to, after: h.task, space, rect: piece });
            const blocks = space.blocks(piece);
            const ms = bytesOf(blocks) / BYTES_PER_MS + blocks.reduce((n, b) => n + b.xs * b.ys, 0) / PIECES_PER_MS;
            const first = !senders.has(from);
            clocks[from] = (clocks[from] as number) + ms + (first ? HANDLE_MS : 0);
            clocks[to] = (clocks[to] as number) + ms + (first ? HANDLE_MS : 0);
            senders.set(from, Math.max(senders.get(from) ?? 0, h.at + ms + LATENCY_MS));
          }
        }
      }
      if (missing.length > 0) throw new Error(`nobody has what a part of step ${task.step} reads of ${space.id}`);
      const got = transfers.filter((t) => t.to === to && t.space === space && !mine.includes(t.rect));
      if (got.length > 0) {
        const list = got.map((t): Held => ({ rect: t.rect, made: false, task: index, at: 0 }));
        held.set(
          space.id,
          holding.map((h, w) => (w === to ? [...h, ...list.filter((l) => !h.some((o) => o.rect === l.rect))] : h)),
        );
      }
    }
    clocks[to] = Math.max(clocks[to] as number, ...senders.values()) + part.ms;
  });
  const way = parts.map((p) => p?.share);
  if (task.writes) write(held, task, task.writes, index, way, clocks);
  return { before: state, way, number, transfers, held, clocks };
}

/** What was in the memory that a task writes is gone, and its parts are there. */
function write(
  held: Map<string, Holding>,
  task: Task,
  { space, channel, row }: Spot,
  index: number,
  way: Way,
  clocks: readonly number[],
): void {
  const whole: Rect = { r0: row, r1: row + task.rows, c0: channel, c1: channel + task.channels };
  const before = held.get(space.id) ?? way.map(() => []);
  held.set(
    space.id,
    before.map((list, w) => {
      const left = list.flatMap((h) => without(h.rect, whole).map((rect) => (rect === h.rect ? h : { ...h, rect })));
      const share = way[w];
      return share ? [...left, { rect: partOf(whole, share), made: true, task: index, at: clocks[w] as number }] : left;
    }),
  );
}

function partOf(whole: Rect, share: Share): Rect {
  if (share.of === 'rows') return { ...whole, r0: whole.r0 + share.from, r1: whole.r0 + share.to };
  if (share.of === 'channels') return { ...whole, c0: whole.c0 + share.from, c1: whole.c0 + share.to };
  return whole;
}

/** Inputs turned round, the steps that compute something, outputs turned round, outputs at home. */
function tasksOf(program: Program, planned: Planned, workers: number): readonly Task[] {
  const spaces = new Spaces(program, planned);
  const lead: Way = Array.from({ length: workers }, (_, w) => (w === 0 ? ALL : undefined));
  const everyone: Way = lead.map(() => ALL);
  const nothing = { writes: undefined, rows: 0, channels: 0, zeroing: [] };
  const isZeroing = (c: Call): boolean => c.kernel === 'zeroHalo';
  const first: Task = {
    ...nothing,
    step: -1,
    calls: [],
    zeroing: planned.before.filter(isZeroing),
    ways: [everyone],
    reads: () => [],
    ms: () => 0,
  };

  const loaded = program.inputs.filter((v) => !planned.planes.inputs.has(v));
  const loads = planned.before.filter((c) => c.kernel === 'loadChw');
  const before = loads.map((call, i): Task => {
    const v = loaded[i] as ValueId;
    const [channels, rows, W] = program.values[v] ?? [0, 0, 0];
    const input = spaces.input(v);
    const bandOf = (share: Share) => (share.of === 'rows' ? share : { from: 0, to: rows });
    const ms = (share: Share): number => (channels * (bandOf(share).to - bandOf(share).from) * W * 2) / 1e6;
    const read = (share: Share): readonly Part[] => [
      { space: input, rect: { r0: bandOf(share).from, r1: bandOf(share).to, c0: 0, c1: channels } },
    ];
    return {
      ...nothing,
      step: -1,
      calls: [call],
      ways: [...bands(rows, 1, workers), lead, everyone],
      reads: read,
      writes: spaces.of(v),
      rows,
      channels,
      ms,
    };
  });
  const steps = planned.steps.flatMap((lowered, i): Task[] => {
    const calls = lowered.calls.filter((c) => !isZeroing(c));
    const zeroing = lowered.calls.filter(isZeroing);
    const [step, technique] = [planned.fused[i] as Step, planned.techniques[i]];
    if (calls.length === 0)
      return zeroing.length === 0 ? [] : [{ ...nothing, step: i, calls, zeroing, ways: [everyone], reads: () => [], ms: () => 0 }];
    const [channels, rows] = program.values[step.y] ?? [0, 0];
    return [
      {
        ...{ step: i, calls, zeroing, rows, channels, writes: spaces.of(step.y) },
        ways: [...rowWays(program, planned, i, calls, workers), ...channelWays(calls, channels, workers), lead, everyone],
        reads: (share) => partsRead(program, planned, spaces, step, technique, share, rows),
        ms: (share) => stepMs(program, step, technique, share),
      },
    ];
  });
  const end = planned.steps.length;
  const stores = [...planned.after];
  const after = program.outputs.flatMap((v): Task[] => {
    const { space, channel, row } = spaces.of(v);
    const [, H] = program.values[v] ?? [0, 0];
    const { turned, left } = spaces.ends(v);
    const calls = stores.splice(0, turned.length);
    const pixels = turned.map(({ from, to }) => ({ space, rect: { r0: row, r1: row + H, c0: channel + from, c1: channel + to } }));
    const planes = left.map((x): Part => {
      const spot = spaces.of(x);
      const [c, h] = program.values[x] ?? [0, 0];
      return { space: spot.space, rect: { r0: 0, r1: h, c0: spot.channel, c1: spot.channel + c } };
    });
    return [{ ...nothing, step: end, calls, ways: [lead], reads: () => [...pixels, ...planes], ms: () => 0 }];
  });
  return [first, ...before, ...steps, ...after];
}

/** What a share of a step reads, all channels of it. */
function partsRead(
  program: Program,
  planned: Planned,
  spaces: Spaces,
  step: Step,
  technique: Technique | undefined,
  share: Share,
  rows: number,
): readonly Part[] {
  const band = share.of === 'rows' ? share : { from: 0, to: rows };
  const needs = needsOf(program, step, technique, band);
  const asPlanes = planned.planes.outputs.has(step.y);
  return needs.flatMap(({ value, band: { from, to } }, i): Part[] => {
    // Branches that stand as planes of the output are not joined.
    if (step.op.op === 'concat' && planned.planes.outputs.has(value)) return [];
    const isResidual = step.residual !== undefined && i === needs.length - 1;
    const spot = isResidual && asPlanes && technique === 'direct' ? { space: spaces.input(value), channel: 0, row: 0 } : spaces.of(value);
    const [C] = program.values[value] ?? [0];
    const rect = { r0: spot.row + from, r1: spot.row + to, c0: spot.channel, c1: spot.channel + C };
    return isEmpty(rect) ? [] : [{ space: spot.space, rect }];
  });
}

/** Bands of rows, on the grid of the step's tiles. */
function rowWays(program: Program, planned: Planned, index: number, calls: readonly Call[], workers: number): readonly Way[] {
  const [, H] = program.values[(planned.fused[index] as Step).y] ?? [0, 0];
  return calls.every((c) => c.rows) ? bands(H, gridOf(planned.techniques[index]), workers) : [];
}

/** Bands of about equal height that end on a grid: where that is of single rows, also on the grids of tiles that come before or after. */
function bands(H: number, grid: number, workers: number): readonly Way[] {
  if (H < 2) return [];
  const bounds = new Map<string, readonly number[]>();
  for (const g of new Set([grid, ...(grid === 1 ? [4, 6] : [])])) {
    const units = Math.ceil(H / g);
    for (const round of [Math.floor, Math.ceil]) {
      const list = Array.from({ length: workers + 1 }, (_, w) => Math.min(H, g * round((units * w) / workers)));
      bounds.set(list.join(), list);
    }
  }
  return [...bounds.values()].map((b) =>
    Array.from({ length: workers }, (_, w): Share | undefined => {
      const [from, to] = [b[w] as number, b[w + 1] as number];
      return from < to ? { of: 'rows', from, to } : undefined;
    }),
  );
}

function channelWays(calls: readonly Call[], channels: number, workers: number): readonly Way[] {
  const bounds = channelBounds(channels, workers);
  const fits = ({ kernel, channels: c }: Call): boolean => {
    if (!c || c.first % PANEL !== 0) return false;
    const inside = bounds.every((b) => b <= c.first || b >= c.first + c.count);
    return inside || !/^(gemmPoints|winogradOutput)/.test(kernel);
  };
  if (channels < 2 * PANEL || !calls.every(fits)) return [];
  return [
    Array.from({ length: workers }, (_, w): Share | undefined => {
      const [from, to] = [bounds[w] as number, bounds[w + 1] as number];
      return from < to ? { of: 'channels', from, to } : undefined;
    }),
  ];
}

/** The states after each task that lead to one. */
function pathTo(last: State): readonly State[] {
  const states: State[] = [];
  for (let s: State | undefined = last; s?.before; s = s.before) states.unshift(s);
  return states;
}

/** What everyone does, in order: parts of tasks, and messages sent as soon as what they carry is made. */
function scriptsOf(tasks: readonly Task[], states: readonly State[], workers: number): readonly (readonly Action[])[] {
  const takes = new Map<string, Action[]>();
  const sends = new Map<string, Action[]>();
  const add = (map: Map<string, Action[]>, key: string, action: Action): void => {
    map.set(key, [...(map.get(key) ?? []), action]);
  };
  let message = 0;
  states.forEach(({ transfers }, i) => {
    const step = tasks[i]?.step ?? -1;
    const groups = Map.groupBy(transfers, (t) => `${t.from} ${t.to} ${t.after}`);
    for (const group of groups.values()) {
      const { from, to, after } = group[0] as Transfer;
      const blocks: readonly Block[] = group.flatMap((t) => t.space.blocks(t.rect));
      add(sends, `${from} ${after}`, { do: 'send', to, message, blocks });
      add(takes, `${to} ${i}`, { do: 'take', step, message, blocks });
      message++;
    }
  });
  return Array.from({ length: workers }, (_, w) => {
    const before = sends.get(`${w} -1`) ?? [];
    return [
      ...before,
      ...states.flatMap(({ way }, i) => {
        const task = tasks[i] as Task;
        const share = way[w];
        const zeroing = task.zeroing.map((c) => cutCall(c, ALL));
        const own = share ? task.calls.map((c) => cutCall(c, share)) : [];
        const pieces = [...zeroing, ...own].filter((p): p is Piece => p !== undefined);
        const work: Action[] = pieces.length > 0 ? [{ do: 'calls', step: task.step, pieces }] : [];
        return [...(takes.get(`${w} ${i}`) ?? []), ...work, ...(sends.get(`${w} ${i}`) ?? [])];
      }),
    ];
  });
}
