/**
 * Fixes of branches that do not fit each other: the channels of a gate, the `output_pad` of a transposed convolution, a projection by a 1×1
 * convolution (He et al. 2015, section 3.3, option B), a map enlarged or cropped.
 */
import { short } from '../../../graph/figures.ts';
import { layerOf } from '../../../layers/index.ts';
import { type FeatureMap, type Inputs, isMap, type Shape } from '../../../layers/shape.ts';
import { paramCount } from '../../../layers/weights.ts';
import { ownStatements } from '../../syntax/branches.ts';
import { after, dropStage, possible, preferred, write } from '../../syntax/edits.ts';
import { type Branch, type Invocation, isInvocation, type LabelledStage } from '../../syntax/generated/ast.ts';
import { outwards } from '../../syntax/locate.ts';
import type { Edit, Fix } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty, textOf } from '../../syntax/source.ts';
import type { Context } from '../context.ts';
import { type LayerItem, shapeOf } from '../instance.ts';
import { writeArgument } from './argument.ts';
import { channelsOf, decidedBy, type Making, strideOf, widthOf } from './producer.ts';

/** What the merge knows. */
export interface MergeSite {
  /** The kind of the layer that joins. */
  readonly op: string;
  /** What each branch gives. */
  readonly arms: readonly { readonly branch: Branch; readonly flow: { readonly id: number; readonly shape: Shape } }[];
  readonly made: Making;
  readonly context: Context;
}

/** A way to make branches fit: the fix, and what a message says of it after a colon. */
export interface Way {
  readonly fix: Fix;
  readonly remedy: string;
}

/** A branch with what it gives. */
interface Arm {
  readonly nth: number;
  readonly branch: Branch;
  readonly id: number;
  readonly shape: FeatureMap;
}

/** With more branches than this, nobody wants to read what to do about each. */
const MOST = 16;

/** A larger step of a 1×1 convolution is no projection any more: something else is wrong. */
const MOST_STEP = 4;

/** The ways to make branches fit that can be told, the likeliest first. */
export function branchWays(site: MergeSite): readonly Way[] {
  // What a loop gives several times cannot be changed once.
  if (site.arms.length > MOST || new Set(site.arms.map((a) => a.branch)).size < site.arms.length) return [];
  const arms = site.arms.flatMap(({ branch, flow: { id, shape } }, i): readonly Arm[] =>
    isMap(shape) ? [{ nth: i + 1, branch, id, shape }] : [],
  );
  if (arms.length < site.arms.length) return site.op === 'concat' ? [] : mapsKept(site);
  const sized = [...outputPads(site, arms)];
  if (site.op === 'concat') return [...sized, ...resized(site, arms), ...projected(site, arms)];
  return [...gates(site, arms), ...sized, ...projected(site, arms), ...resized(site, arms)];
}

const pixels = ([, h, w]: FeatureMap): number => h * w;
const alike = (a: FeatureMap, b: FeatureMap): boolean => a[1] === b[1] && a[2] === b[2];
const listed = (parts: readonly string[]): string => parts.join(' and ');

/** The stages of a branch that is one pipeline. */
const stagesOf = (b: Branch): readonly LabelledStage[] => {
  const [first, ...others] = ownStatements(b);
  return others.length === 0 && first?.$type === 'Pipeline' ? first.stages : [];
};

const isIn = (at: Invocation, branch: Branch): boolean => [...outwards(at)].includes(branch);

/** Whether a branch only passes on what was made elsewhere. */
function isSkip({ branch, id }: Arm, made: Making): boolean {
  const [stage, ...others] = stagesOf(branch);
  const at = made.callOf.get(id);
  return others.length === 0 && isInvocation(stage?.stage) && (stage.stage.callee === 'identity' || !at || !isIn(at, branch));
}

/** Puts a stage at the end of a branch, or in place of an `identity` that is all of it. */
function appended({ branch }: Arm, text: string): Edit | undefined {
  const [only, ...others] = stagesOf(branch);
  if (isInvocation(only?.stage) && only.label === undefined && others.length === 0 && textOf(only) === 'identity')
    return write(locationOf(only), text);
  const last = branch.statements.at(-1);
  return last?.$type === 'Pipeline' || last?.$type === 'Named' ? after(locationOf(last), ` -> ${text}`) : undefined;
}

/** 1×1 maps spread over larger ones, if they have their channels: those of the last convolution are made so. */
function* gates({ op, made, context }: MergeSite, arms: readonly Arm[]): Generator<Way> {
  const [full, ...others] = arms.filter((a) => pixels(a.shape) > 1);
  if (!full || others.some((a) => a.shape.join() !== full.shape.join())) return;
  const [needed] = full.shape;
  for (const arm of arms.filter((a) => pixels(a.shape) === 1 && a.shape[0] !== needed && a.shape[0] !== 1)) {
    const value = decidedBy(made, arm.id);
    const call = made.callOf.get(value);
    const width = call && isIn(call, arm.branch) ? widthOf(call) : undefined;
    if (!call || !width) continue;
    const channels = channelsOf(made, full.id, context, true);
    const [then, now] = [costWith(made, value, needed), costWith(made, value, arm.shape[0])];
    const [params, macs] = [then.params - now.params, then.macs - now.macs];
    const text = replaced(call, width, channels);
    const cost = `${signed(params, Math.abs(params).toLocaleString('en'))} params, ${signed(macs, short(Math.abs(macs)))} MACs`;
    const what = op === 'mul' ? 'the gate' : `branch ${arm.nth}`;
    yield {
      fix: preferred(`Give ${what} ${needed} channels with ${text}: ${cost}`, [write(locationOf(width), channels)]),
      remedy: `write \`${text}\` in branch ${arm.nth}, whose 1×1 pixels are broadcast`,
    };
  }
}

/** The text of a call with one of its expressions replaced. */
function replaced(call: Invocation, part: { readonly $cstNode?: Invocation['$cstNode'] }, text: string): string {
  const [whole, inner] = [call.$cstNode, part.$cstNode];
  if (!whole || !inner) return text;
  const from = inner.offset - whole.offset;
  return `${whole.text.slice(0, from)}${text}${whole.text.slice(from + inner.length)}`.replace(/\s+/g, ' ');
}

/** What a layer costs if it gives so many channels. */
function costWith({ items, input }: Making, value: number, channels: number): { readonly params: number; readonly macs: number } {
  const item = items[value - 1] as LayerItem;
  const xs = item.inputs.map((v) => shapeOf({ items, input: input.shape }, v)) as unknown as Inputs<Shape>;
  const param = item.kind === 'linear' ? 'features' : 'channels';
  // The parameters are those that the layer's own specification parsed, but for the one.
  const params = { ...item.params, [param]: { in: null, out: channels } } as never;
  const y = isMap(item.shape) ? ([channels, item.shape[1], item.shape[2]] as const) : ([channels] as const);
  const layer = layerOf(item.kind);
  return { params: paramCount(layer.weights?.(params, xs) ?? {}), macs: layer.macs?.(params, xs, y) ?? 0 };
}

const signed = (n: number, shown: string): string => `${n < 0 ? '−' : '+'}${shown}`;

/** A transposed convolution leaves open how large its map is, by less than its stride. */
function* outputPads({ op, made }: MergeSite, arms: readonly Arm[]): Generator<Way> {
  for (const arm of arms) {
    const [other, ...others] = arms.filter((a) => a !== arm);
    if (!other || others.some((a) => !alike(a.shape, other.shape))) continue;
    if (op !== 'concat' && arm.shape[0] !== other.shape[0]) continue;
    const value = enlargedBy(made, arm.id);
    const call = value === undefined ? undefined : made.callOf.get(value);
    const item = value === undefined ? undefined : made.items[value - 1];
    if (!call || item?.type !== 'layer' || call.callee !== 'deconv') continue;
    const { stride, dilation, output_pad: has } = item.params as Readonly<Record<'stride' | 'dilation' | 'output_pad', readonly number[]>>;
    const pads = [0, 1].map((i) => (has[i] ?? 0) + (other.shape[i + 1] ?? 0) - (arm.shape[i + 1] ?? 0));
    if (pads.some((p, i) => p < 0 || p >= Math.max(stride[i] ?? 1, dilation[i] ?? 1))) continue;
    const text = pads[0] === pads[1] ? String(pads[0]) : pads.join('x');
    const argument = call.args.find((a) => a.name === 'output_pad') ?? call.args.filter((a) => a.name === undefined)[4];
    const size = other.shape.slice(1).join('×');
    yield {
      fix: preferred(`Write output_pad=${text} in deconv, which gives ${size}`, [writeArgument(call, argument, 'output_pad', text)]),
      remedy: `\`output_pad=${text}\` in the \`deconv\` of branch ${arm.nth} gives ${size}`,
    };
  }
}

/** Follows a value back through what keeps its size, to a transposed convolution. */
function enlargedBy({ items, input }: Making, value: number): number | undefined {
  for (let v = value; v > 0; ) {
    const item = items[v - 1];
    if (item?.type !== 'layer') return undefined;
    if (item.kind === 'deconv') return v;
    const next = item.inputs[0] ?? 0;
    const from = next === 0 ? input.shape : items[next - 1]?.shape;
    if (!from || from.slice(1).join() !== item.shape.slice(1).join()) return undefined;
    v = next;
  }
  return undefined;
}

/** The least step by which a 1×1 convolution makes `to` pixels of `from`. */
function step(from: number, to: number): number | undefined {
  const s = Math.ceil(from / to);
  return from >= to && Math.ceil(from / s) === to ? s : undefined;
}

/** Projections to what one of the branches gives, by a 1×1 convolution in each of the others. */
function projected(site: MergeSite, arms: readonly Arm[]): readonly Way[] {
  const { op, made, context } = site;
  const fits = (a: Arm, to: Arm): boolean =>
    op === 'concat' ? alike(a.shape, to.shape) : a.shape.every((n, i) => n === to.shape[i] || (n === 1 && pixels(a.shape) === 1));
  const largest = Math.max(...arms.map((a) => pixels(a.shape)));
  const targets = arms
    .filter((a, i) => arms.findIndex((b) => b.shape.join() === a.shape.join()) === i)
    // A map is not made a single pixel by stepping over it: that one spreads.
    .filter((a) => pixels(a.shape) > 1 || largest === 1);
  const found = targets.flatMap((to): readonly (Way & { readonly rank: number })[] => {
    const others = arms.filter((a) => !fits(a, to));
    const steps = others.map((a) => [step(a.shape[1], to.shape[1]), step(a.shape[2], to.shape[2])] as const);
    const parts = others.flatMap((a, i) => {
      const [h, w] = steps[i] ?? [];
      // Steps that differ much from axis to axis are hardly meant, nor one that leaves next to nothing of a map.
      if (h === undefined || w === undefined || Math.max(h, w) > (h === w ? MOST_STEP : 2)) return [];
      const own = op === 'concat';
      const channels = own ? channelsOf(made, a.id, context, true) : channelsOf(made, to.id, context, true);
      const stride = h === 1 && w === 1 ? '' : `, stride=${h === w ? strideOf(to.branch, h, context) : `${h}x${w}`}`;
      const [into, out] = [a.shape[0], own ? a.shape[0] : to.shape[0]];
      const text = `conv(${channels}, 1x1${stride})`;
      const edit = appended(a, text);
      return edit ? [{ arm: a, text, edit, params: into * out + out, macs: into * out * pixels(to.shape) }] : [];
    });
    if (parts.length === 0 || parts.length < others.length) return [];
    const sum = (of: 'params' | 'macs'): number => parts.reduce((s, p) => s + p[of], 0);
    const cost = `+${sum('params').toLocaleString('en')} params, +${short(sum('macs'))} MACs`;
    const skips = others.every((a) => isSkip(a, made));
    const title = `Project ${listed(parts.map((p) => `branch ${p.arm.nth} with ${p.text}`))}: ${cost}`;
    const edits = parts.map((p) => p.edit);
    return [
      {
        // A shortcut is what is projected; else the narrower branch, since what is wide was meant to be.
        rank: (skips ? 0 : 2) + (others.every((a) => a.shape[0] <= to.shape[0]) ? 0 : 1),
        // A projection has weights, also in the calls that were right without it: nobody should get it unasked.
        fix: possible(title, edits),
        remedy: `project ${listed(parts.map((p) => `branch ${p.arm.nth} with \`${p.text}\``))}`,
      },
    ];
  });
  return found.toSorted((a, b) => a.rank - b.rank);
}

/** Maps that differ in height × width alone, enlarged to the largest or cropped to the smallest. */
function* resized({ op, made, context }: MergeSite, arms: readonly Arm[]): Generator<Way> {
  const bySize = arms.toSorted((a, b) => pixels(b.shape) - pixels(a.shape));
  const [large, small] = [bySize[0], bySize.at(-1)];
  if (!large || !small || arms.every((a) => alike(a.shape, large.shape))) return;
  if (op !== 'concat' && arms.some((a) => a.shape[0] !== large.shape[0])) return;
  const to = (arm: Arm, others: readonly Arm[], verb: string, text: (a: Arm) => string): Way | undefined => {
    const edits = others.map((a) => appended(a, text(a))).filter((e) => e !== undefined);
    if (
      edits.length < others.length ||
      others.some((a) => [1, 2].some((i) => (a.shape[i] ?? 0) > (arm.shape[i] ?? 0) !== (verb === 'Crop')))
    )
      return undefined;
    const said = (quote: string): string => listed(others.map((a) => `branch ${a.nth} with ${quote}${text(a)}${quote}`));
    return { fix: possible(`${verb} ${said('')}`, edits), remedy: `${verb.toLowerCase()} ${said('`')}` };
  };
  const smaller = arms.filter((a) => !alike(a.shape, large.shape));
  const times = (a: Arm): number => large.shape[1] / a.shape[1];
  const scaled = (a: Arm): string =>
    Number.isInteger(times(a)) && times(a) === large.shape[2] / a.shape[2]
      ? `upsample(${times(a)})`
      : `upsample(to=${sizeOf(large, made, context)})`;
  const larger = arms.filter((a) => !alike(a.shape, small.shape));
  const enlarge = to(large, smaller, 'Enlarge', scaled);
  const crop = to(small, larger, 'Crop', () => `crop(${sizeOf(small, made, context)})`);
  if (enlarge) yield enlarge;
  // What is twice as large was not meant to be cropped.
  if (crop && large.shape[1] < 2 * small.shape[1]) yield crop;
}

/** The height × width of what a branch gives: by its name where it only passes on a value, else in numbers. */
function sizeOf(arm: Arm, made: Making, { scope }: Context): string {
  const [stage] = stagesOf(arm.branch);
  const name = isSkip(arm, made) && isInvocation(stage?.stage) ? stage.stage.callee : undefined;
  if (name !== undefined && scope.find(name, (b) => b.kind === 'value')) return `size(${name}.h, ${name}.w)`;
  return arm.shape.slice(1).join('x');
}

/** A gate that became a vector, by `flatten` and `linear`, kept a map of 1×1 pixels instead. */
function mapsKept({ arms }: MergeSite): readonly Way[] {
  return arms.flatMap(({ branch, flow }, i): readonly Way[] => {
    const stages = stagesOf(branch);
    const flat = stages.find((s) => isInvocation(s.stage) && s.stage.callee === 'flatten');
    const layers = stages.map((s) => s.stage).filter((s) => isInvocation(s) && s.callee === 'linear');
    if (flow.shape.length !== 1 || !flat || layers.length === 0) return [];
    const edits = layers.flatMap((l) => {
      const [width] = l?.$type === 'Invocation' ? l.args : [];
      return width && l?.$type === 'Invocation' ? [write(locationOfProperty(l, 'callee'), 'conv'), after(locationOf(width), ', 1x1')] : [];
    });
    return [
      {
        fix: preferred(`Keep branch ${i + 1} a map: 1×1 convolutions instead of flatten and linear`, [dropStage(flat), ...edits]),
        remedy: `keep 1×1 maps in branch ${i + 1}, with 1×1 convolutions instead of \`flatten\` and \`linear\``,
      },
    ];
  });
}
