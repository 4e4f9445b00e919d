/** What an outline's instances tell of its declarations: which layers and calls each stage made, and with what shapes. */
import type { Outline, OutlineBlock, OutlineDeclaration, OutlineInstance, OutlineItem, OutlineTrace } from '../../../graph/outline.ts';
import { layerOf } from '../../../layers/index.ts';
import type { Inputs, Shape } from '../../../layers/shape.ts';

/** A stage, once: what it was given and gave, and the last item that it made. */
export interface Execution {
  readonly trace: OutlineTrace;
  readonly item: OutlineItem | undefined;
}

export class OutlineFacts {
  readonly outline: Outline;
  readonly declarations: ReadonlyMap<string, OutlineDeclaration>;
  readonly instances = new Map<number, { readonly block: OutlineBlock; readonly instance: OutlineInstance }>();
  private readonly weighted = new Map<string, boolean>();
  private readonly executions = new Map<string, Map<string, Execution[]>>();

  constructor(outline: Outline) {
    this.outline = outline;
    this.declarations = new Map(outline.declarations.map((d) => [d.name, d]));
    for (const d of outline.declarations) {
      if (d.kind !== 'block' && d.kind !== 'network') continue;
      const by = new Map<string, Execution[]>();
      for (const instance of d.instances) {
        this.instances.set(instance.id, { block: d, instance });
        for (const trace of instance.traces) {
          const found = by.get(trace.at) ?? [];
          found.push({ trace, item: trace.to > trace.from ? instance.items[trace.to - 1] : undefined });
          by.set(trace.at, found);
        }
      }
      this.executions.set(d.name, by);
    }
  }

  /** Whether anything that a block makes has weights. */
  hasWeights(n: string): boolean {
    const known = this.weighted.get(n);
    if (known !== undefined) return known;
    this.weighted.set(n, false);
    const d = this.declarations.get(n);
    const instances = d?.kind === 'block' || d?.kind === 'network' ? d.instances : [];
    const has = instances.some(({ items }) =>
      items.some((i) => {
        if (i.instance !== undefined) return this.hasWeights(this.instances.get(i.instance)?.block.name ?? '');
        if (i.layer === undefined) return false;
        const made = layerOf(i.layer).weights?.((i.params ?? {}) as never, i.inputs as unknown as Inputs<Shape>);
        return Object.values(made ?? {}).some((w) => w !== undefined);
      }),
    );
    this.weighted.set(n, has);
    return has;
  }

  /** Each time a stage of a declaration was met. */
  at(block: OutlineBlock, at: string): readonly Execution[] {
    return this.executions.get(block.name)?.get(at) ?? [];
  }

  /** The kinds of layers and the blocks that a stage made. */
  callees(block: OutlineBlock, at: string): { readonly layers: ReadonlySet<string>; readonly blocks: ReadonlySet<string> } {
    const [layers, blocks] = [new Set<string>(), new Set<string>()];
    for (const { item } of this.at(block, at)) {
      if (item?.layer !== undefined) layers.add(item.layer);
      const called = item?.instance === undefined ? undefined : this.instances.get(item.instance);
      if (called) blocks.add(called.block.name);
    }
    return { layers, blocks };
  }
}

/** The one element of a list whose elements are all equal. */
export function allEqual<T>(list: readonly T[]): T | undefined {
  const [first] = list;
  return first !== undefined && list.every((x) => JSON.stringify(x) === JSON.stringify(first)) ? first : undefined;
}
