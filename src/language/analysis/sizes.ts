/** Which inputs a target takes; solved on its graph, and tried by elaborating it again. */
import type { LangiumSharedServices } from 'langium/lsp';
import type { Graph, Location } from '../../graph/graph.ts';
import { type GraphSizes, sizesOf } from '../../graph/sizes/sizes.ts';
import { leastOf } from '../../graph/sizes/solve.ts';
import { agreement, sizesText } from '../../graph/sizes/text.ts';
import { layerOf } from '../../layers/index.ts';
import { type FeatureMap, isMap, showShape } from '../../layers/shape.ts';
import type { CallItem, Instance } from '../elaborate/instance.ts';
import type { Target } from '../elaborate/targets.ts';
import type { Problem, Related } from '../syntax/problem.ts';
import { contains, locationOfProperty } from '../syntax/source.ts';
import { type OfFile, onInput } from './on-input.ts';

/** An analysis of a file, as far as it is needed here. */
interface Analysis extends OfFile {
  readonly targets: readonly Target[];
  target(target: Target): { readonly graph: Graph } | undefined;
}

export interface TargetSizes {
  /** As the target is written, or enlarged where a window did not fit. */
  readonly graph: Graph;
  readonly sizes: GraphSizes;
  /** The input with the least height and the least width; undefined where none fits. */
  readonly least: FeatureMap | undefined;
}

/** By what a target shows another input: sizes that are written from those of values change with it. An odd number, so that halves do. */
const TWIN = 37;
/** Doublings of an input in which a layer has no shape at all, after which it is left at that. */
const MOST_DOUBLINGS = 4;

/** A layer without a shape is not in the graph as itself, so nothing can be learnt of it. */
const isWhole = (g: Graph): boolean => g.nodes.every((n) => !n.failed || layerOf(n.kind).merge);

/** The target's graph on the least input, doubled from its own, on which every layer has a shape. */
function subject(a: Analysis, shared: LangiumSharedServices, target: Target, [c, h, w]: FeatureMap): Graph | undefined {
  for (let i = 0; i <= MOST_DOUBLINGS; i++) {
    const { graph } =
      i === 0 && target.instance ? { graph: a.target(target)?.graph } : onInput(a, shared, target, [[c, h * 2 ** i, w * 2 ** i]]);
    if (graph && isWhole(graph)) return graph;
  }
  return a.target(target)?.graph;
}

const known = new WeakMap<Instance, { readonly found: TargetSizes | undefined }>();

/** The inputs that a target takes; undefined where it takes vectors or several inputs, or does not stand alone. */
export function targetSizes(a: Analysis, shared: LangiumSharedServices, target: Target): TargetSizes | undefined {
  if (!target.instance) return undefined;
  const kept = known.get(target.instance) ?? { found: find(a, shared, target) };
  known.set(target.instance, kept);
  return kept.found;
}

function find(a: Analysis, shared: LangiumSharedServices, target: Target): TargetSizes | undefined {
  const input = target.instance?.input;
  if (!input || !isMap(input) || target.instance?.moreInputs.length) return undefined;
  const graph = subject(a, shared, target, input);
  const [c, h = 1, w = 1] = graph?.nodes[0]?.shape ?? [0];
  const sizes = graph && sizesOf(graph, onInput(a, shared, target, [[c, h + TWIN, w + TWIN]]).graph);
  if (!sizes) return undefined;
  const [height, width] = [leastOf(sizes.height), leastOf(sizes.width)];
  return { graph, sizes, least: height === undefined || width === undefined ? undefined : [c, height, width] };
}

/** Layers beyond which the editor says nothing of sizes, of all targets for which it solves: that elaborates each once more. */
const MOST_LAYERS = 4000;

/** The sizes that a target takes, for a table of its figures; undefined where it takes all. */
export function sizesRow(a: Analysis, shared: LangiumSharedServices, target: Target): string | undefined {
  if (!target.instance || target.instance.nodeCount > MOST_LAYERS) return undefined;
  const found = targetSizes(a, shared, target)?.sizes;
  const [height, width] = found ? [sizesText(found.height), sizesText(found.width)] : ['any', 'any'];
  if (height === width) return height === 'any' ? undefined : `height and width: ${height}`;
  return `height: ${height}; width: ${width}`;
}

/** Problems of sizes that another input would not have, and what is said of it. */
const OF_SIZE: ReadonlySet<string> = new Set(['branches-disagree', 'kernel-too-large']);

/** Problems of branches that would agree on another input, and of windows that would fit, say on which. */
export function withSizes(problems: readonly Problem[], a: Analysis, shared: LangiumSharedServices): readonly Problem[] {
  const found = new Set(problems.map((p) => p.code).filter((c) => OF_SIZE.has(c)));
  if (found.size === 0) return problems;
  const notes: Note[] = [];
  let layers = 0;
  for (const t of a.targets) {
    layers += t.instance?.nodeCount ?? 0;
    if (layers <= MOST_LAYERS) notes.push(...noteOf(a, shared, t, found));
  }
  return problems.map((p) => {
    const note = notes.find((n) => n.code === p.code && isIn(p.location, n.at));
    if (note?.least !== undefined) return { ...p, message: `${p.message.replace(/\.$/, '')}; ${note.least}` };
    return note?.related ? { ...p, related: [...p.related, note.related] } : p;
  });
}

/** What is said of what does not fit at `at`. */
interface Note {
  readonly code: string;
  readonly at: Location;
  readonly related?: Related;
  /** Goes on with the message of the problem. */
  readonly least?: string;
}

const isIn = (p: Location, join: Location): boolean =>
  p.uri === join.uri && contains(join.range, p.range.start) && contains(join.range, p.range.end);

/** Where a target first does not fit its own input, and which inputs would fit; nothing where it does, or none is known. */
function noteOf(a: Analysis, shared: LangiumSharedServices, target: Target, codes: ReadonlySet<string>): readonly Note[] {
  const { instance, declaration } = target;
  if (!instance || !isMap(instance.input)) return [];
  const graph = a.target(target)?.graph;
  if (!graph?.nodes.some((n) => n.failed)) return [];
  // Where a layer has no shape, larger inputs are tried: only where that is what is wrong.
  if (!isWhole(graph) && !codes.has('kernel-too-large')) return [];
  const found = targetSizes(a, shared, target);
  if (!found) return [];
  const [, h, w] = instance.input;
  const misfits = [found.sizes.misfit('height', h), found.sizes.misfit('width', w)].filter((m) => m !== undefined);
  const [first] = [...misfits].sort((x, y) => x.node - y.node);
  const at = first && found.graph.nodes[first.node]?.source;
  if (!at) return [];
  const shown = `\`${target.name}\` on ${showShape(instance.input)}`;
  if (first.kind === 'small' && found.least)
    return [{ code: 'kernel-too-large', at, least: `\`${target.name}\` needs an input of at least ${showShape(found.least)}.` }];
  const agrees = first.kind === 'disagree' ? agreement(found.sizes, [h, w]) : undefined;
  if (agrees === undefined) return [];
  const related = { message: `In ${shown}, ${agrees}.`, location: locationOfProperty(declaration, 'name') };
  return [{ code: 'branches-disagree', at, related }];
}

/** A call with its values, the first of them without their names: `Level(512, 1)`. */
function short({ text, instance }: CallItem): string {
  let [said, rest] = ['', text];
  for (const [name, value] of instance.arguments) {
    const start = said === '' ? `${text.slice(0, text.indexOf('(') + 1)}` : ', ';
    if (!rest.startsWith(`${start}${name}=${value}`)) break;
    said += `${start}${value}`;
    rest = rest.slice(start.length + name.length + 1 + value.length);
  }
  return said + rest;
}

/** The calls that a target is made of, by the scopes of its graph; the first is the target itself. */
export function callTexts(target: Target): readonly string[] {
  const texts = [target.name];
  const add = (i: Instance): void => {
    for (const item of i.items)
      if (item.type === 'call') {
        texts.push(short(item));
        add(item.instance);
      }
  };
  if (target.instance) add(target.instance);
  return texts;
}
