/** The uses of a block: its preview and the calls of it, and what a stage of it makes in each. */

import type { NodeFacts } from '../../graph/facts.ts';
import { sumOf } from '../../graph/figures.ts';
import type { Range } from '../../graph/graph.ts';
import type { CallSite, Instance, Stage } from '../elaborate/instance.ts';
import type { Block, Network } from '../syntax/generated/ast.ts';
import type { FileAnalysis } from './analysis.ts';

/** One way in which a block is used. */
export interface Use {
  readonly instance: Instance;
  /** Whether it stands alone, as a target. */
  readonly preview: boolean;
  /** `preview`, or the target's name where it goes by another; else the path of the first call, `inception3a`. */
  readonly label: string;
  /** The path of the first call; empty where there is none. */
  readonly path: string;
  /** How many calls share the instance. */
  readonly calls: number;
}

/** The way to an instance by its first call, from what stands alone: `Res[0]/branch1/ConvBN`. */
function wayTo(instance: Instance, previews: ReadonlySet<Instance | undefined>): { readonly path: string; readonly root: Instance } {
  const way: string[] = [];
  let root = instance;
  for (let hops = 0; hops < 100; hops++) {
    const site: CallSite | undefined = root.calls[0];
    if (!site || (hops > 0 && previews.has(root))) break;
    way.unshift(site.segment);
    root = site.caller;
  }
  return { path: way.join('/'), root };
}

/** The uses of a declaration: previews first, then the calls in the order of elaboration. */
export function usesOf(analysis: FileAnalysis, declaration: Block | Network): readonly Use[] {
  const previews = new Set(analysis.targets.map((t) => t.instance));
  const nameOf = (i: Instance): string => analysis.targets.find((t) => t.instance === i)?.name ?? i.name;
  const uses = analysis.instances
    .filter((i) => i.declaration === declaration && !analysis.probes.has(i))
    .map((instance) => {
      const { path, root } = wayTo(instance, previews);
      const name = nameOf(instance);
      const preview = previews.has(instance);
      const label = preview ? (name === declaration.name ? 'preview' : name) : path || instance.name;
      return { instance, preview, label, path, calls: instance.calls.length, root: nameOf(root) };
    });
  // Two targets may have calls of the same path.
  const labels = uses.map((u) => u.label);
  const told = uses.map(
    ({ root, ...u }): Use => ({ ...u, label: labels.filter((l) => l === u.label).length > 1 ? `${root}: ${u.label}` : u.label }),
  );
  return [...told.filter((u) => u.preview), ...told.filter((u) => !u.preview)];
}

export const sameRange = (a: Range, b: Range): boolean =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

/** What a stage makes in an instance, once for each iteration that meets it. */
export const stagesAt = (instance: Instance, range: Range): readonly Stage[] => instance.stages.filter((s) => sameRange(s.range, range));

/** The cost of a stage: the sum over what it made. */
export interface StageCost extends Pick<NodeFacts, 'weights' | 'biases' | 'params' | 'buffers' | 'macs'> {
  readonly formula: string;
  /** Of its last node. */
  readonly last: NodeFacts | undefined;
}

/** Sums the nodes that a stage made in an instance. */
export function costOf(analysis: FileAnalysis, instance: Instance, stage: Pick<Stage, 'from' | 'to'>): StageCost {
  const { facts } = analysis.of(instance);
  let node = 1;
  let [from, to] = [1, 1];
  for (const [i, item] of instance.items.entries()) {
    if (i === stage.from) from = node;
    node += item.type === 'call' ? item.instance.nodeCount : 1;
    if (i === stage.to - 1) to = node;
  }
  const nodes = stage.to > stage.from ? facts.nodes.slice(from, to) : [];
  const sum = (of: 'weights' | 'biases' | 'params' | 'buffers' | 'macs'): number => nodes.reduce((s, n) => s + n[of], 0);
  const formulas = nodes.map((n) => n.formula).filter((f) => f !== '');
  return {
    weights: sum('weights'),
    biases: sum('biases'),
    params: sum('params'),
    buffers: sum('buffers'),
    macs: sum('macs'),
    formula: sumOf(formulas),
    last: nodes.at(-1),
  };
}
