/** Which inputs a target takes; solved on its graph, and tried by elaborating it again. */
import type { LangiumSharedServices } from 'langium/lsp';
import type { Graph, Location } from '../../graph/graph.ts';
import { type GraphSizes, sizesOf } from '../../graph/sizes/sizes.ts';
import { leastOf } from '../../graph/sizes/solve.ts';
import { agreement, sizesText } from '../../graph/sizes/text.ts';
import { layerOf } from '../../layers/index.ts';
import { type FeatureMap, isMap, showShape } from '../../layers/shape.ts';
import type { CallItem, Instance } from '../elaborate/instance.ts';
import { DEFAULT_LIMITS } from '../elaborate/session.ts';
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

/** Steps for all inputs on which a target is tried, and after which no other one is: a quarter of what the file's own elaboration may take. */
const MOST_STEPS = DEFAULT_LIMITS.steps / 4;

/** The graph of a target on another input; undefined where nothing is left for it. */
type Elsewhere = (input: FeatureMap) => Graph | undefined;

/** The target's graph on the least input, doubled from its own, on which every layer has a shape. */
function subject(own: Graph | undefined, elsewhere: Elsewhere, [c, h, w]: FeatureMap): Graph | undefined {
  for (let i = 0; i <= MOST_DOUBLINGS; i++) {
    const graph = i === 0 && own ? own : elsewhere([c, h * 2 ** i, w * 2 ** i]);
    if (graph && isWhole(graph)) return graph;
  }
  return own;
}

/** What was found of a target, and what that took in steps. */
interface Solved {
  readonly found: TargetSizes | undefined;
  readonly steps: number;
}
const known = new WeakMap<Instance, Solved>();

/** The inputs that a target takes; undefined where it takes vectors or several inputs, or does not stand alone. */
export const targetSizes = (a: Analysis, shared: LangiumSharedServices, target: Target): TargetSizes | undefined =>
  target.instance && solve(a, shared, target, target.instance).found;

function solve(a: Analysis, shared: LangiumSharedServices, target: Target, instance: Instance): Solved {
  const kept = known.get(instance);
  if (kept) return kept;
  let steps = 0;
  const elsewhere: Elsewhere = (input) => {
    if (steps > MOST_STEPS) return undefined;
    const made = onInput(a, shared, target, [input], { ...DEFAULT_LIMITS, steps: MOST_STEPS - steps });
    steps += made.steps;
    return made.graph;
  };
  const solved = { found: find(instance, a.target(target)?.graph, elsewhere), steps };
  known.set(instance, solved);
  return solved;
}

function find({ input, moreInputs }: Instance, own: Graph | undefined, elsewhere: Elsewhere): TargetSizes | undefined {
  if (!isMap(input) || moreInputs.length > 0) return undefined;
  const graph = subject(own, elsewhere, input);
  const [c, h = 1, w = 1] = graph?.nodes[0]?.shape ?? [0];
  const sizes = graph && sizesOf(graph, elsewhere([c, h + TWIN, w + TWIN]));
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
  let [layers, steps] = [0, 0];
  for (const t of a.targets) {
    layers += t.instance?.nodeCount ?? 0;
    if (layers > MOST_LAYERS || steps > MOST_STEPS) break;
    const { note, took } = noteOf(a, shared, t, found);
    if (note) notes.push(note);
    // What is known already is charged too: the same text gets the same answer, whatever was there before it.
    steps += took;
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

/** Where a target first does not fit its own input, and which inputs would fit; nothing where it does, or none is known. It `took` so many steps. */
function noteOf(
  a: Analysis,
  shared: LangiumSharedServices,
  target: Target,
  codes: ReadonlySet<string>,
): { readonly note?: Note; readonly took: number } {
  const { instance } = target;
  if (!instance || !isMap(instance.input)) return { took: 0 };
  const graph = a.target(target)?.graph;
  if (!graph?.nodes.some((n) => n.failed)) return { took: 0 };
  // Where a layer has no shape, larger inputs are tried: only where that is what is wrong.
  if (!isWhole(graph) && !codes.has('kernel-too-large')) return { took: 0 };
  const { found, steps } = solve(a, shared, target, instance);
  const note = found && told(target, instance.input, graph, found);
  return { took: steps, ...(note ? { note } : {}) };
}

/** What is said of a target that does not fit its own input. */
function told({ name, declaration }: Target, [c, h, w]: FeatureMap, graph: Graph, found: TargetSizes): Note | undefined {
  const misfits = [found.sizes.misfit('height', h), found.sizes.misfit('width', w)].filter((m) => m !== undefined);
  const [first] = [...misfits].sort((x, y) => x.node - y.node);
  // What was solved is kept as long as the target means the same; where it stands may have changed since.
  const own = first && graph.nodes[first.node];
  if (!first || !own || own.path !== found.graph.nodes[first.node]?.path) return undefined;
  const at = own.source;
  if (first.kind === 'small' && found.least)
    return { code: 'kernel-too-large', at, least: `\`${name}\` needs an input of at least ${showShape(found.least)}.` };
  const agrees = first.kind === 'disagree' ? agreement(found.sizes, [h, w]) : undefined;
  if (agrees === undefined) return undefined;
  const message = `In \`${name}\` on ${showShape([c, h, w])}, ${agrees}.`;
  return { code: 'branches-disagree', at, related: { message, location: locationOfProperty(declaration, 'name') } };
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
