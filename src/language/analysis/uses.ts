/** The uses of a block: its preview and the calls of it, and what a stage of it makes in each. */
import type { Range } from '../../graph/graph.ts';
import type { Instance, Stage } from '../elaborate/instance.ts';
import type { Target } from '../elaborate/targets.ts';
import { type DeclarationId, type Grounds, within } from '../syntax/spot.ts';
import type { CallSites } from './call-sites.ts';

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

/** The uses of all blocks of a file, those of each found when they are asked for. */
export class Uses {
  private readonly calls: CallSites;
  private readonly byDeclaration = new Map<DeclarationId, Instance[]>();
  /** By what stands alone: the first target that it is. */
  private readonly targets = new Map<Instance, string>();
  private readonly known = new Map<DeclarationId, readonly Use[]>();

  constructor(instances: Iterable<Instance>, targets: readonly Target[], calls: CallSites) {
    this.calls = calls;
    for (const t of targets) if (t.instance && !this.targets.has(t.instance)) this.targets.set(t.instance, t.name);
    for (const i of instances) {
      const list = this.byDeclaration.get(i.declaration);
      if (list) list.push(i);
      else this.byDeclaration.set(i.declaration, [i]);
    }
  }

  /** Of a declaration: previews first, then the calls in the order of elaboration. */
  of(declaration: DeclarationId): readonly Use[] {
    const known = this.known.get(declaration) ?? this.find(this.byDeclaration.get(declaration) ?? []);
    this.known.set(declaration, known);
    return known;
  }

  private find(instances: readonly Instance[]): readonly Use[] {
    const uses = instances.map((instance) => {
      const { path, root } = this.wayTo(instance);
      const target = this.targets.get(instance);
      const preview = target !== undefined;
      const label = preview ? (target === instance.name ? 'preview' : target) : path || instance.name;
      return { instance, preview, label, path, calls: this.calls(instance).length, root: this.targets.get(root) ?? root.name };
    });
    // Two targets may have calls of the same path.
    const times = new Map<string, number>();
    for (const { label } of uses) times.set(label, (times.get(label) ?? 0) + 1);
    const told = uses.map(({ root, ...u }): Use => ({ ...u, label: (times.get(u.label) ?? 0) > 1 ? `${root}: ${u.label}` : u.label }));
    return [...told.filter((u) => u.preview), ...told.filter((u) => !u.preview)];
  }

  /** The way to an instance by its first call, from what stands alone: `Res[0]/branch1/ConvBN`. */
  private wayTo(instance: Instance): { readonly path: string; readonly root: Instance } {
    const way: string[] = [];
    let root = instance;
    for (let hops = 0; hops < 100; hops++) {
      const [site] = this.calls(root);
      if (!site || (hops > 0 && this.targets.has(root))) break;
      way.unshift(site.item.segment);
      root = site.caller;
    }
    return { path: way.join('/'), root };
  }
}

const sameRange = (a: Range, b: Range): boolean =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

/** What the stage at a range of the text makes in an instance, once for each iteration that meets it. */
export function stagesAt(instance: Instance, range: Range, grounds: Grounds): readonly Stage[] {
  const own = within(range, grounds(instance.declaration));
  return instance.stages.filter((s) => sameRange(s.range, own));
}
