/** Recognised layers as a graph of Pointwise: what no output reads left out, weights shared where the file shares them, paths from names. */
import { weightsIn } from '../../graph/analyse.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import type { Tensor } from '../read/tensor.ts';
import type { Made } from './builder.ts';
import { modulesOf } from './names.ts';
import type { Recognised } from './recognise.ts';

export interface ReadGraph {
  readonly graph: Graph;
  /** By node: the modules around it in the program that wrote the file. */
  readonly modules: readonly (readonly string[])[];
  /** By the names of `record`: path, slash, weight. */
  readonly weights: ReadonlyMap<string, Tensor>;
}

const NOWHERE = { uri: '', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } } as const;

/** The layers that outputs need, in an order in which they can run; inputs first, all of them. */
function needed(r: Recognised, outputs: readonly number[]): readonly number[] {
  const found = new Set<number>(outputs);
  const stack = [...outputs];
  for (let at = stack.pop(); at !== undefined; at = stack.pop())
    for (const i of r.nodes[at]?.inputs ?? [])
      if (!found.has(i)) {
        found.add(i);
        stack.push(i);
      }
  const ids = [...found].sort((a, b) => a - b);
  const inputs = r.nodes.flatMap((n, i) => (n.kind === 'input' ? [i] : []));
  // A layer that was changed in place of another may stand behind what reads it.
  const done = new Set<number>(inputs);
  const order = [...inputs];
  const visit = (id: number): void => {
    const work = [id];
    while (work.length > 0) {
      const top = work.at(-1) as number;
      const open = (r.nodes[top]?.inputs ?? []).filter((i) => !done.has(i));
      if (done.has(top) || open.length === 0) {
        if (!done.has(top)) order.push(top);
        done.add(top);
        work.pop();
      } else work.push(...open.reverse());
    }
  };
  for (const id of ids) visit(id);
  return order;
}

/** What makes weights the same: the kind, its parameters, and the very tensors. */
function sharingKey(n: Made, ids: Map<Tensor, number>): string | undefined {
  const tensors = Object.values(n.weights);
  if (tensors.length === 0) return undefined;
  const id = (t: Tensor): number => {
    const known = ids.get(t) ?? ids.size;
    ids.set(t, known);
    return known;
  };
  return `${n.kind} ${JSON.stringify(n.params)} ${Object.entries(n.weights)
    .map(([name, t]) => `${name}:${id(t)}`)
    .join()}`;
}

const hasKernel = (n: Made): boolean => layerOf(n.kind).role === 'conv' || n.kind === 'linear';

/** Names of files and of `.cnn` have letters, digits and underscores. */
const word = (text: string): string => text.replaceAll(/\W/g, '_') || '_';
/** The same for what the text names: no number, which is all that PyTorch's older exporter calls an output. */
const named = (text: string, letter: 'x' | 'y'): string => (/^\d/.test(word(text)) ? `${letter}${word(text)}` : word(text));

/** Builds the graph. `ours`: the file is Pointwise's own. `free`: names for outputs that mean nothing else in a text. */
export function toGraph(r: Recognised, name: string, ours: boolean, free: (wanted: string) => string): ReadGraph {
  const order = needed(
    r,
    r.outputs.map((o) => o.node),
  );
  const at = new Map(order.map((id, i) => [id, i]));
  const all = order.map((id) => r.nodes[id] as Made);
  const chains = all.map((n) => (n.kind === 'input' ? [] : modulesOf(n.place, ours)));
  const containers = new Set<string>();
  for (const c of chains) for (let i = 1; i < c.length; i++) containers.add(c.slice(0, i).join('/'));
  const taken = new Map<string, number>();
  const unique = (path: string): string => {
    const n = (taken.get(path) ?? 0) + 1;
    taken.set(path, n);
    return n === 1 ? path : unique(`${path}_${n}`);
  };
  const ids = new Map<Tensor, number>();
  const firstOf = new Map<string, number>();
  const shared = new Map<number, number>();
  const modules: (readonly string[])[] = [];
  const nodes = all.map((n, id): Node => {
    const chain = chains[id] ?? [];
    const leaf = chain.length > 0 && !containers.has(chain.join('/'));
    const around = leaf ? chain.slice(0, -1) : chain;
    modules.push(around);
    const own = n.kind === 'input' ? named(n.place.name, 'x') : leaf ? (chain.at(-1) as string) : n.kind;
    const path = unique([...around, own].map(word).join('/'));
    const inputs = n.inputs.map((i) => at.get(i) as number);
    const key = sharingKey(n, ids);
    const first = key === undefined ? undefined : firstOf.get(key);
    if (key !== undefined && first === undefined) firstOf.set(key, id);
    // Exporters merge equal tensors: only a kernel's are surely the same thing, or those of what stands behind such a kernel.
    const follows =
      first !== undefined &&
      (hasKernel(n) ||
        (shared.has(inputs[0] ?? -1) && shared.get(inputs[0] ?? -1) === all[first]?.inputs.map((i) => at.get(i) as number)[0]));
    if (first !== undefined && follows) shared.set(id, first);
    return { id, kind: n.kind, path, inputs, params: n.params, shape: n.shape, source: NOWHERE, scope: 0 };
  });
  const heads = new Set(shared.values());
  const pathOf = (id: number): string => (nodes[id] as Node).path;
  const sharing = nodes.map((n): Node => {
    const head = shared.get(n.id) ?? (heads.has(n.id) ? n.id : undefined);
    return head === undefined ? n : { ...n, shared: pathOf(head) };
  });
  const weights = new Map<string, Tensor>();
  for (const n of sharing) {
    const xs = n.inputs.map((i) => nodes[i]?.shape ?? [1]) as unknown as Inputs<Shape>;
    if (n.kind === 'input') continue;
    for (const part of Object.keys(weightsIn(n, xs))) {
      const t = all[n.id]?.weights[part];
      if (t) weights.set(`${n.shared ?? n.path}/${part}`, t);
    }
  }
  const outputs = r.outputs.map((o, i) => ({
    name: i === 0 ? 'output' : free(named(o.name, 'y')),
    node: at.get(o.node) as number,
  }));
  const scope = {
    id: 0,
    parent: undefined,
    name,
    path: '',
    from: 0,
    to: sharing.length,
    input: 0,
    output: outputs[0]?.node ?? 0,
    source: NOWHERE,
  };
  return { graph: { name, nodes: sharing, scopes: [scope], outputs }, modules, weights };
}
