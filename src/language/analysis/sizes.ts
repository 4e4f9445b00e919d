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

/** Problems of branches that would agree on another input say on which. */
export function withSizes(problems: readonly Problem[], a: Analysis, shared: LangiumSharedServices): readonly Problem[] {
  const disagree = (p: Problem): boolean => p.code === 'branches-disagree';
  if (!problems.some(disagree)) return problems;
  const notes: Note[] = [];
  let layers = 0;
  for (const t of a.targets) {
    layers += t.instance?.nodeCount ?? 0;
    if (layers <= MOST_LAYERS) notes.push(...noteOf(a, shared, t));
  }
  return problems.map((p) => {
    const note = disagree(p) ? notes.find((n) => isIn(p.location, n.join)) : undefined;
    return note ? { ...p, related: [...p.related, note.related] } : p;
  });
}

/** What is said of the branches that meet at `join`. */
interface Note {
  readonly join: Location;
  readonly related: Related;
}

const isIn = (p: Location, join: Location): boolean =>
  p.uri === join.uri && contains(join.range, p.range.start) && contains(join.range, p.range.end);

/** Where the branches of a target first disagree on its own input, and on which inputs they would agree; nothing where they do agree. */
function noteOf(a: Analysis, shared: LangiumSharedServices, target: Target): readonly Note[] {
  const { instance, declaration } = target;
  if (!instance || !isMap(instance.input)) return [];
  const graph = a.target(target)?.graph;
  // Where a layer has no shape, other inputs would have to be tried, which takes too long while someone types.
  if (!graph?.nodes.some((n) => n.failed && layerOf(n.kind).merge) || !isWhole(graph)) return [];
  const sizes = targetSizes(a, shared, target)?.sizes;
  if (!sizes) return [];
  const [, h, w] = instance.input;
  const nodes = [sizes.misfit('height', h), sizes.misfit('width', w)].flatMap((m) => (m?.kind === 'disagree' ? [m.node] : []));
  const join = nodes.length > 0 ? graph.nodes[Math.min(...nodes)]?.source : undefined;
  const said = agreement(sizes, [h, w]);
  if (!join || said === undefined) return [];
  const message = `In \`${target.name}\` on ${showShape(instance.input)}, ${said}.`;
  return [{ join, related: { message, location: locationOfProperty(declaration, 'name') } }];
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
