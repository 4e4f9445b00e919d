/**
 * Makes a plan: fuses the program into steps, chooses techniques, lays values out, and lowers every step to kernel calls. Nothing is
 * allocated here, so a plan that does not fit can be refused by its figure.
 *
 * Addresses: [0, SCRATCH) the module's own data; then each thread's scratch memory; the arena; constants (tables, packed weights, edges).
 */
import { convolutionMacs } from '../geometry/cost.ts';
import type { Dims, Program, ValueId } from '../program.ts';
import { asFunction } from './activations.ts';
import { Builder, call, callRows, type Edge } from './builder.ts';
import type { Call, Constant, Lowered, Weights } from './call.ts';
import { fuse, type Step } from './fuse.ts';
import { type Layout, layOut, type ScratchRequest } from './layout.ts';
import { activation, lowerStep, maxPoolLine } from './lower.ts';
import { lowerConv } from './lower-conv.ts';
import { winogradScratch } from './lower-winograd.ts';
import { type Packing, stagingBytes } from './packing.ts';
import { branches, findPlanes, NO_PLANES, type Planes } from './planes.ts';
import { isWinograd, kernelOf, type Technique, techniqueOf } from './technique.ts';
import { winogradMultiplies } from './winograd-forms.ts';

/** First address of the threads' scratch memory. */
export const SCRATCH = 65536;

export interface Planned {
  readonly layout: Layout;
  readonly steps: readonly Lowered[];
  /** Copies inputs in, before the steps; outputs out, after them. */
  readonly before: readonly Call[];
  readonly after: readonly Call[];
  readonly constants: readonly Constant[];
  readonly packings: readonly Packing[];
  /** Where the caller puts each input and finds each output, C×H×W. */
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  /** Where weights pass through while the plan is made. Afterwards it must be zero, as halos want the arena. */
  readonly staging: { readonly address: number; readonly bytes: number };
  /** What the steps were made of, in their order. */
  readonly fused: readonly Step[];
  readonly techniques: readonly (Technique | undefined)[];
  readonly planes: Planes;
  /** Where the arena ends and constants begin. */
  readonly arenaEnd: number;
  /** Bytes of scratch memory per thread. */
  readonly scratch: number;
  readonly bytes: number;
}

export interface PlanRequest {
  readonly exact: boolean;
  readonly observe: boolean;
  readonly threads: number;
  /** Workers that may share the plan by messages. */
  readonly parts: number;
}

const NAMES: Readonly<Record<Technique, string>> = {
  direct: 'direct',
  winograd4x3: 'Winograd F(4×4, 3×3)',
  winograd6x3: 'Winograd F(6×6, 3×3)',
  winograd4x5: 'Winograd F(4×4, 5×5)',
  winograd5x4: 'Winograd F(5×5, 4×4)',
  depthwise: 'depthwise',
  vector: 'matrix × vector',
};

export function makePlan(program: Program, weights: Weights, request: PlanRequest): Planned {
  const steps = fuse(program, request.observe);
  const techniques = steps.map((s) => (s.op.op === 'conv' ? techniqueOf(program, s.op, s, request.exact) : undefined));
  const planes = request.observe ? NO_PLANES : findPlanes(program, steps, techniques);
  const requests = scratchRequests(program, steps, techniques, request.parts);
  const scratch = scratchBytes(program, planes.scratch);
  const base = SCRATCH + scratch * request.threads;
  const layout = layOut(program, steps, {
    techniques,
    keep: request.observe,
    planes,
    base,
    scratch: requests,
  });
  const b = new Builder(program, layout, planes, weights, base + layout.bytes, request.parts);

  const zeroing = (at: number): Call[] =>
    layout.halos
      .filter((h) => h.step === at)
      .map(({ place: p, dims: [, H, W], halo: { top, left, bottom, right } }) =>
        call('zeroHalo', top + H + bottom, [p.base, H, p.row, W * p.pixel, top, left * p.pixel, bottom, right * p.pixel]),
      );
  const before = [...zeroing(-1), ...program.inputs.filter((v) => b.source(v) === 0).map((v) => toPixels(b, v))];
  const after = program.outputs.flatMap((v, i) => toPlanes(b, steps, v, b.outputs[i]?.address ?? 0));

  const lowered = steps.map((step, i): Lowered => {
    const technique = techniques[i];
    const room = requests.findIndex((r) => r.step === i);
    const main =
      step.op.op === 'conv' && technique ? lowerConv(b, step, step.op, technique, room < 0 ? 0 : layout.scratch(room)) : lowerStep(b, step);
    const y = b.place(step.y);
    const macs = convolutionMacs(program, step.op);
    const extra = step.after ? [activation(y, y, b.dims(step.y), asFunction(step.after))] : [];
    return {
      ops: step.ops,
      y: step.y,
      technique: describe(program, step, technique),
      macs,
      multiplies: step.op.op === 'conv' && isWinograd(technique) ? winogradMultiplies(technique, program, step.op) : macs,
      calls: [...zeroing(i), ...main, ...extra],
    };
  });
  const staged = stagingBytes(b.packings);
  const staging = { address: staged <= layout.bytes ? base : b.reserve(staged), bytes: staged };
  return {
    layout,
    steps: lowered,
    before,
    after,
    constants: b.constants,
    packings: b.packings,
    inputs: b.inputs,
    outputs: b.outputs,
    staging,
    fused: steps,
    techniques,
    planes,
    arenaEnd: base + layout.bytes,
    scratch,
    bytes: b.end,
  };
}

/** Copies an input into the plan. */
function toPixels(b: Builder, v: ValueId): Call {
  const p = b.place(v);
  return callRows('loadChw', b.dims(v)[1], [b.planes(v), p.base, ...b.dims(v), p.pixel, p.row]);
}

/** Copies an output, or those of its joined branches that do not stand there yet, out of the plan. */
function toPlanes(b: Builder, steps: readonly Step[], v: ValueId, start: number): readonly Call[] {
  const copy = ([C, H, W]: Dims, channel: number): Call => {
    const p = b.place(v);
    return call('storeChw', H, [p.base + channel * 4, start + channel * H * W * 4, C, H, W, p.pixel, p.row]);
  };
  const parts = branches(b.program, steps, v);
  const left = parts.filter(({ x }) => b.target(x) === 0);
  return left.length === parts.length ? [copy(b.dims(v), 0)] : left.map(({ x, channel }) => copy(b.dims(x), channel));
}

function describe(program: Program, step: Step, technique: Technique | undefined): string {
  const { op } = step;
  if (!technique || op.op !== 'conv') return op.op === 'linear' ? NAMES.vector : op.op;
  const [kh, kw] = kernelOf(program, op.weight);
  if (technique === 'direct') return kh * kw === 1 ? 'pointwise' : `direct ${kh}×${kw}`;
  return isWinograd(technique) && op.stride[0] === 2 ? `${NAMES[technique]} of phases` : NAMES[technique];
}

/** What Winograd's steps want to work in. */
function scratchRequests(
  program: Program,
  steps: readonly Step[],
  techniques: readonly (Technique | undefined)[],
  parts: number,
): readonly ScratchRequest[] {
  return steps.flatMap(({ op, y }, step) => {
    const technique = techniques[step];
    if (op.op !== 'conv' || !isWinograd(technique)) return [];
    return [
      { step, bytes: winogradScratch(technique, program.values[op.x]?.[0] ?? 0, program.values[y] ?? [0, 0, 0], op.stride[0], parts) },
    ];
  });
}

/**
 * A Winograd tile (see `TURN` in winograd-output.ts), as much as `pack` turns round; the bands of products at the edge; a pixel's squares for local
 * response normalisation, with zeros on both sides; a line of a maximum pool.
 */
function scratchBytes(program: Program, bands: number): number {
  let bytes = Math.max(2048, bands);
  for (const op of program.ops) {
    if (op.op === 'lrn') bytes = Math.max(bytes, ((program.values[op.x]?.[0] ?? 0) + op.size + 16) * 4);
    if (op.op === 'pool') bytes = Math.max(bytes, maxPoolLine(op, program.values[op.x] ?? [0, 0, 0]));
  }
  return Math.ceil(bytes / 64) * 64 + 64;
}
