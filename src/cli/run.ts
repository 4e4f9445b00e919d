/** `pointwise run`: runs a target on random or given input, and reports every layer. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { execute, timeGraphs } from '../graph/execute.ts';
import type { Comparison } from '../graph/facts.ts';
import { type Graph, inputsOf } from '../graph/graph.ts';
import type { Time } from '../graph/timing.ts';
import { type Shape, shapeSize, showShapes } from '../layers/shape.ts';
import { type NpyArray, writeNpy, writeNpz } from '../run/npy.ts';
import { type Kernels, PlanTooLarge, type Statistics, statistics } from '../tensor/index.ts';
import { comparisonOf } from './compare.ts';
import { askedInput, kernelsHere, maxBytes, parseThreads } from './engine.ts';
import { Failure, parseSeed, write } from './errors.ts';
import { openTarget } from './open.ts';
import { notFinite, type Ran, ranData, ranText } from './run-report.ts';
import { inOrder, torchKeys, weightsFor } from './weights.ts';
import { withInput } from './with-input.ts';

export interface RunOptions {
  readonly target?: string;
  readonly seed?: string;
  readonly input?: string;
  readonly output?: string;
  readonly exact?: boolean;
  readonly weights?: string;
  /** True for the input that it runs on, else an .npy file. */
  readonly calibrate?: boolean | string;
  readonly threads?: string;
  readonly versus?: boolean;
  readonly json?: boolean;
}

/** Writes outputs: the main one as a file, or all under their names, into an archive or a folder. Gives what there is to say of it. */
async function writeOutputs(to: string, graph: Graph, data: readonly Float32Array[]): Promise<string | undefined> {
  const shapes = graph.outputs.map((o) => graph.nodes[o.node]?.shape ?? [1]) as readonly Shape[];
  const array = (i: number): NpyArray => {
    const shape = shapes[i] ?? [1];
    return { shape, data: (data[i] as Float32Array).subarray(0, shapeSize(shape)) };
  };
  if (to.endsWith('.npy')) {
    await write(to, writeNpy(array(0)));
    const others = graph.outputs.slice(1).map((o) => o.name);
    return others.length === 0
      ? undefined
      : `${to} has the main output only, not ${others.join(', ')}: write all into an archive, --output ${to.slice(0, -4)}.npz, or a folder.`;
  }
  const names = graph.outputs.map((o) => o.name.replaceAll('/', '.'));
  if (to.endsWith('.npz')) {
    await write(to, writeNpz(Object.fromEntries(names.map((name, i) => [name, array(i)]))));
    return `wrote ${names.join(', ')} into ${to}`;
  }
  await mkdir(to, { recursive: true });
  for (const [i, name] of names.entries()) await write(join(to, `${name}.npy`), writeNpy(array(i)));
  return `wrote ${names.map((name) => `${name}.npy`).join(', ')} into ${to}`;
}

/** Runs a graph with a progress bar on a terminal. Throws `Failure` where it does not fit in memory. */
async function runGraph(
  graph: Graph,
  kernels: Kernels,
  o: {
    readonly seed: number;
    readonly inputs?: readonly Float32Array[];
    readonly weights?: readonly Float32Array[];
    readonly exact: boolean;
    readonly look: boolean;
  },
): Promise<Pick<Ran, 'execution' | 'numbers'>> {
  const numbers: (Statistics | undefined)[] = graph.nodes.map(() => undefined);
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: ` {bar} ${graph.name} {stage} {value}/{total}`,
        clearOnComplete: true,
        // Ctrl-C ends the process at once, in the middle of a layer: nothing may be left to put back in the terminal.
        hideCursor: false,
        linewrap: true,
        stream: process.stderr,
      })
    : undefined;
  bar?.start(1, 0, { stage: 'preparing' });
  try {
    const execution = await execute(graph, kernels, {
      seed: o.seed,
      ...(o.inputs ? { inputs: o.inputs } : {}),
      ...(o.weights ? { weights: o.weights } : {}),
      exact: o.exact,
      maxBytes: maxBytes(),
      progress: (stage, step, of) => {
        bar?.setTotal(of);
        bar?.update(step, { stage });
      },
      ...(o.look
        ? {
            look: (nodes: readonly number[], data: Float32Array) => {
              const s = statistics(data);
              for (const n of nodes) numbers[n] = s;
            },
          }
        : {}),
    });
    return { execution, numbers };
  } catch (e) {
    if (e instanceof PlanTooLarge) throw new Failure(e.message);
    // The engine's own refusal: the memory was free when asked, but not when taken.
    if (e instanceof RangeError && /memory|allocat|array length/i.test(e.message))
      throw new Failure(`There is not enough memory to run ${graph.name}: ${e.message}. Use a smaller input.`);
    throw e;
  } finally {
    bar?.stop();
  }
}

/** Sums of times of which each is measured by itself. */
const together = (times: readonly Time[]): Time => ({
  ms: times.reduce((all, t) => all + t.ms, 0),
  spread: [times.reduce((all, t) => all + t.spread[0], 0), times.reduce((all, t) => all + t.spread[1], 0)],
  runs: Math.min(...times.map((t) => t.runs)),
  clock: times[0]?.clock ?? 0,
});

/** Both sides in turns: the whole where the other side runs as one, else the blocks that differ. Throws `Failure` where they do not fit in memory. */
async function timeBoth(c: Comparison, kernels: Kernels, seed: number, exact: boolean): Promise<NonNullable<Ran['versus']>> {
  const pairs = c.graphs ? [c.graphs] : c.parts;
  const [mine, others]: [Time[], Time[]] = [[], []];
  try {
    for (const p of pairs) {
      const both = await timeGraphs([p.this, p.other], kernels, { seed, exact, maxBytes: maxBytes(), progress: () => undefined });
      mine.push(...both.slice(0, 1));
      others.push(...both.slice(1));
    }
  } catch (e) {
    throw e instanceof PlanTooLarge ? new Failure(e.message) : e;
  }
  return { name: c.otherName, this: together(mine), other: together(others), of: c.graphs ? 'whole' : 'blocks that differ' };
}

/** The other side's time, or why there is none: the target's own results are valid either way. */
async function against(...args: Parameters<typeof timeBoth>): Promise<Pick<Ran, 'versus' | 'refused'>> {
  try {
    return { versus: await timeBoth(...args) };
  } catch (e) {
    if (e instanceof Failure) return { refused: e.message };
    throw e;
  }
}

/** Runs; gives what to print, and what to say beside it. */
export async function run(
  path: string,
  o: RunOptions,
): Promise<{ readonly text: string; readonly remarks: readonly string[]; readonly refused: boolean }> {
  const seed = parseSeed(o.seed);
  const threadCount = parseThreads(o.threads);
  const { file, target } = await openTarget(path, o.target);
  const asked = await askedInput(o.input, seed);
  const { given } = asked;
  const own = file.analysis.target(target)?.graph;
  // The inputs in the file need no second elaboration.
  const other = given && own && showShapes(given.shapes) !== showShapes(inputsOf(own).map((n) => n.shape)) ? given.shapes : undefined;
  const { graph, facts } = withInput(file, target, other);
  // Before a long run, not after it: there may be nothing to compare with.
  const comparison = o.versus
    ? (await comparisonOf(path, { target: target.name, ...(other ? { input: other } : {}) })).comparison
    : undefined;
  const kernels = await kernelsHere(threadCount);
  const exact = o.exact ?? false;
  const inputs = given?.data ?? (await asked.made?.(graph));
  const outline = { outline: () => file.analysis.outline(target), family: () => file.analysis.family(target) };
  const keys = (): ReadonlyMap<string, string> => torchKeys({ graph, facts, kind: target.kind, ...outline });
  const weights = await weightsFor(graph, { ...o, seed, keys, ...(inputs ? { inputs } : {}) }, kernels);
  const { execution, numbers } = await runGraph(graph, kernels, {
    seed,
    exact,
    look: true,
    ...(inputs ? { inputs } : {}),
    ...(weights ? { weights: inOrder(graph, weights) } : {}),
  });
  const second = comparison ? await against(comparison, kernels, seed, exact) : {};
  const written = o.output === undefined ? undefined : await writeOutputs(o.output, graph, execution.outputs);
  const ran: Ran = { graph, seed, execution, numbers, ...second };
  const remarks = [written, notFinite(ran), ran.refused === undefined ? undefined : `The other side was not run: ${ran.refused}`];
  return {
    text: o.json ? JSON.stringify(ranData(ran), null, 2) : ranText(ran),
    remarks: remarks.filter((r) => r !== undefined),
    refused: ran.refused !== undefined,
  };
}
