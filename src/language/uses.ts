/** The uses of a block: its preview and the calls of it, and what a stage of it makes in each. */
import type { NodeFacts } from '../graph/facts.ts';
import type { Range } from '../graph/graph.ts';
import type { FileAnalysis } from './analysis.ts';
import type { Block, Network } from './generated/ast.ts';
import type { Instance, Stage } from './instance.ts';

/** One way in which a block is used. */
export interface Use {
  readonly instance: Instance;
  /** `preview`, or the call's path segment, `inception3a`. */
  readonly label: string;
  /** How many calls share the instance. */
  readonly calls: number;
}

/** The uses of a declaration: the preview first, then the calls in the order of elaboration. */
export function usesOf(analysis: FileAnalysis, declaration: Block | Network): readonly Use[] {
  const previews = new Set(analysis.targets.map((t) => t.instance));
  const uses = analysis.instances
    .filter((i) => i.declaration === declaration && !analysis.probes.has(i))
    .map(
      (instance): Use => ({
        instance,
        label: previews.has(instance) ? 'preview' : (instance.calls[0]?.segment ?? instance.name),
        calls: instance.calls.length,
      }),
    );
  return [...uses.filter((u) => u.label === 'preview'), ...uses.filter((u) => u.label !== 'preview')];
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
    formula: formulas.length <= 6 ? formulas.join(' + ') : '',
    last: nodes.at(-1),
  };
}
