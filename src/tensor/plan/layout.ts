/**
 * Where every value of a plan stands. Inside a plan an image is height × width × channels with gaps: a pixel takes `pixel` bytes, a row `row`
 * bytes, and round the image lies a halo of zeros as wide as its readers need, so that no convolution tests for borders.
 *
 * - A value that a kernel writes has its channels rounded up to 8, because products store whole panels; what stands in the spare lanes is
 *   never summed. An input of the program is packed tight.
 * - Slices, crops and reshapes that move nothing are views of their input's memory.
 * - A branch of a concatenation is written straight into its channels of the joined value, where its writer fills them exactly (a multiple of 8),
 *   it is joined once, and no reader wants a halo round it.
 * - A convolution that adds a residual which nobody reads later writes its sum over that residual: less memory to pass through the cache.
 */
import { type Dims, joined, type Program, reads, type ValueId } from '../program.ts';
import { arrange, type Buffer } from './arena.ts';
import type { Step } from './fuse.ts';
import { PANEL, up } from './panel.ts';
import type { Planes } from './planes.ts';
import { type Halo, haloOf, NO_HALO, type Technique } from './technique.ts';

/** Address of pixel (0, 0), bytes from a pixel to the next, and from a row to the next. */
export interface Place {
  readonly base: number;
  readonly pixel: number;
  readonly row: number;
}

/** Memory that one or more values share: its own dims, halo and life. */
interface Root {
  readonly value: ValueId;
  readonly dims: Dims;
  readonly pixel: number;
  halo: Halo;
  first: number;
  last: number;
}

/** Stands in another value's memory, `channel` channels, `top` rows and `left` pixels on. */
interface View {
  readonly of: ValueId;
  readonly channel: number;
  readonly top: number;
  readonly left: number;
}

/** Working memory of one step. */
export interface ScratchRequest {
  readonly step: number;
  readonly bytes: number;
}

export interface Layout {
  /** Bytes of the arena, its first byte being address `base`. */
  readonly bytes: number;
  place(v: ValueId): Place;
  /** The value in whose memory it stands, how many channels and rows on. */
  root(v: ValueId): { readonly value: ValueId; readonly channel: number; readonly top: number };
  /** Whether the value stands in the memory that `into` stands in (a concatenation has nothing to copy then). */
  within(v: ValueId, into: ValueId): boolean;
  /** Whether the plan keeps the value at all; what a fused step passes on inside is not kept. */
  kept(v: ValueId): boolean;
  /** Address of a scratch request. */
  scratch(i: number): number;
  /** Halos to zero before a step writes (−1: before the inputs), unless they stay zero because nothing else uses the memory. */
  readonly halos: readonly { readonly step: number; readonly place: Place; readonly dims: Dims; readonly halo: Halo }[];
}

const widest = (a: Halo, b: Halo): Halo => ({
  top: Math.max(a.top, b.top),
  left: Math.max(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.max(a.right, b.right),
});

/** Channels of room that the writer of a value needs: whole panels, behind the last group of a grouped convolution too. */
function room(program: Program, step: Step): number {
  const { op } = step;
  const [c] = program.values[step.y] as Dims;
  const groups = op.op === 'conv' || op.op === 'deconv' ? op.groups : 1;
  return up(c - c / groups + up(c / groups, PANEL), PANEL);
}

export interface LayoutOptions {
  /** Of each step's convolution. */
  readonly techniques: readonly (Technique | undefined)[];
  /** Keep every value to the end. */
  readonly keep: boolean;
  /** Values that stand as planes only, see `planes.ts`. */
  readonly planes: Planes;
  /** First address that the arena may use. */
  readonly base: number;
  readonly scratch: readonly ScratchRequest[];
}

export function layOut(program: Program, steps: readonly Step[], options: LayoutOptions): Layout {
  const halos = new Map<ValueId, Halo>();
  steps.forEach((step, i) => {
    if (!('x' in step.op)) return;
    const halo = haloOf(program, step, options.techniques[i]);
    halos.set(step.op.x, widest(halos.get(step.op.x) ?? NO_HALO, halo));
  });
  const haloOfValue = (v: ValueId): Halo => halos.get(v) ?? NO_HALO;
  const dims = (v: ValueId): Dims => program.values[v] as Dims;
  const views = findViews(program, steps, options.planes, haloOfValue);
  const asPlanes = (v: ValueId): boolean => options.planes.inputs.has(v) || (options.planes.outputs.has(v) && !views.has(v));
  const rootOf = (v: ValueId): ValueId => {
    let at = v;
    for (let view = views.get(at); view; view = views.get(at)) at = view.of;
    return at;
  };

  const roots = new Map<ValueId, Root>();
  const addRoot = (v: ValueId, lanes: number): void => {
    roots.set(v, { value: v, dims: dims(v), pixel: lanes * 4, halo: haloOfValue(v), first: Number.POSITIVE_INFINITY, last: -1 });
  };
  for (const v of program.inputs) if (!asPlanes(v)) addRoot(v, dims(v)[0]);
  for (const step of steps) if (!views.has(step.y) && !asPlanes(step.y)) addRoot(step.y, room(program, step));
  const touch = (v: ValueId, step: number): void => {
    if (asPlanes(v)) return;
    const root = roots.get(rootOf(v));
    if (!root) throw new RangeError(`Value ${v} is read but never written`);
    root.first = Math.min(root.first, step);
    root.last = Math.max(root.last, step);
  };
  for (const v of program.inputs) touch(v, -1);
  steps.forEach((step, i) => {
    for (const v of reads(step.op)) touch(v, i);
    if (step.residual !== undefined) touch(step.residual, i);
    touch(step.y, i);
  });
  for (const v of program.outputs) touch(v, steps.length);
  // A view inherits its root's geometry; so the root must have the halo that the view's readers need.
  for (const v of views.keys()) {
    const root = roots.get(rootOf(v));
    if (root) root.halo = widest(root.halo, haloOfValue(v));
  }

  const list = [...roots.values()];
  const rowBytes = (r: Root): number => (r.halo.left + r.dims[2] + r.halo.right) * r.pixel;
  const size = (r: Root): number => (r.halo.top + r.dims[1] + r.halo.bottom) * rowBytes(r);
  const whole = { first: -1, last: steps.length };
  const buffers: Buffer[] = list.map((r) => ({ bytes: size(r), ...(options.keep ? whole : { first: r.first, last: r.last }) }));
  for (const s of options.scratch) buffers.push({ bytes: s.bytes, first: s.step, last: s.step });
  const arena = arrange(buffers);
  const offset = (i: number): number => options.base + (arena.offsets[i] as number);

  const rootPlaces = new Map<ValueId, Place>();
  list.forEach((r, i) => {
    const row = rowBytes(r);
    rootPlaces.set(r.value, { base: offset(i) + r.halo.top * row + r.halo.left * r.pixel, pixel: r.pixel, row });
  });
  const place = (v: ValueId): Place => {
    const view = views.get(v);
    if (!view) return rootPlaces.get(v) as Place;
    const p = place(view.of);
    return { ...p, base: p.base + view.channel * 4 + view.top * p.row + view.left * p.pixel };
  };
  const root: Layout['root'] = (v) => {
    const view = views.get(v);
    if (!view) return { value: v, channel: 0, top: 0 };
    const of = root(view.of);
    return { value: of.value, channel: of.channel + view.channel, top: of.top + view.top };
  };
  const hasHalo = (h: Halo): boolean => h.top + h.left + h.bottom + h.right > 0;
  return {
    bytes: arena.bytes,
    place,
    root,
    within: (v, into) => views.get(v)?.of === into,
    kept: (v) => roots.has(rootOf(v)),
    scratch: (i) => offset(list.length + i),
    halos: options.keep
      ? []
      : list.filter((r) => hasHalo(r.halo)).map((r) => ({ step: r.first, place: place(r.value), dims: r.dims, halo: r.halo })),
  };
}

/** Which values are views of others. */
function findViews(program: Program, steps: readonly Step[], planes: Planes, haloOfValue: (v: ValueId) => Halo): Map<ValueId, View> {
  const views = new Map<ValueId, View>();
  const makers = new Map(steps.map((s) => [s.y, s]));
  const dims = (v: ValueId): Dims => program.values[v] as Dims;
  const none = (h: Halo): boolean => h.top + h.left + h.bottom + h.right === 0;
  for (const { op, y } of steps) {
    if (!none(haloOfValue(y))) continue;
    if (op.op === 'slice') views.set(y, { of: op.x, channel: op.from, top: 0, left: 0 });
    else if (op.op === 'crop') views.set(y, { of: op.x, channel: 0, top: op.top, left: op.left });
    else if (op.op === 'reshape' && dims(op.x).join() === dims(y).join()) views.set(y, { of: op.x, channel: 0, top: 0, left: 0 });
  }
  for (const { op, y } of steps) {
    if (op.op !== 'concat') continue;
    joined(program, op).forEach(({ x, channel }, i) => {
      const [c] = dims(x);
      const maker = makers.get(x);
      const fits = c % PANEL === 0 && (maker ? room(program, maker) : 0) <= c;
      const once = op.xs.indexOf(x) === i && op.xs.lastIndexOf(x) === i;
      if (maker && fits && once && !views.has(x)) views.set(x, { of: y, channel, top: 0, left: 0 });
    });
  }
  overwriteResiduals(program, steps, planes, views);
  return views;
}

/** Makes sums views of the residuals that they may overwrite: whose memory nobody reads later, the convolution itself least of all. */
function overwriteResiduals(program: Program, steps: readonly Step[], planes: Planes, views: Map<ValueId, View>): void {
  const lastUse = lastUses(program, steps, views);
  const sums = new Set<ValueId>();
  const rootOf = (v: ValueId): ValueId => {
    const view = views.get(v);
    return view ? rootOf(view.of) : v;
  };
  steps.forEach((step, i) => {
    const { op, y, residual } = step;
    if (residual === undefined || op.op !== 'conv' || views.has(y) || planes.outputs.has(y)) return;
    const owns = sums.has(residual) || !views.has(residual);
    const wholePanels = room(program, step) === (program.values[y] as Dims)[0];
    if (!owns || !wholePanels || lastUse.get(residual) !== i || rootOf(op.x) === rootOf(residual)) return;
    views.set(y, { of: residual, channel: 0, top: 0, left: 0 });
    sums.add(y);
  });
}

/** The last step that uses the memory of a value that is no view. */
function lastUses(program: Program, steps: readonly Step[], views: ReadonlyMap<ValueId, View>): ReadonlyMap<ValueId, number> {
  const last = new Map<ValueId, number>();
  const use = (v: ValueId, step: number): void => {
    const view = views.get(v);
    if (view) use(view.of, step);
    else last.set(v, step);
  };
  steps.forEach(({ op, residual, y }, i) => {
    for (const v of reads(op)) use(v, i);
    if (residual !== undefined) use(residual, i);
    use(y, i);
  });
  for (const v of program.outputs) use(v, steps.length);
  return last;
}
