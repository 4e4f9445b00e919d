/** Unrolls an instance, a tree with sharing, to a flat graph in which every call is a scope. */
import type { Graph, GraphOutput, Node, Scope } from '../../graph/graph.ts';
import { reached } from '../../graph/reached.ts';
import { type Grounds, locate, NO_GROUND } from '../syntax/spot.ts';
import type { CallItem, Instance, Item, LayerItem } from './instance.ts';
import type { SharedId } from './shared-id.ts';

/** What flattening needs of an instance; the part of one that is built so far has it too. */
export type Flattenable = Pick<
  Instance,
  'name' | 'named' | 'main' | 'takes' | 'input' | 'moreInputs' | 'items' | 'result' | 'outputs' | 'shared'
>;

/**
 * The graph of an instance: what its outputs need. `grounds` tells where its places are now; without it they are nowhere, for graphs of
 * which only the figures are wanted. `name` is the target's, where it goes by another (`network ResNet50 = ResNet()`).
 */
export const flatten = (root: Flattenable, grounds: Grounds = NO_GROUND, name = root.name): Graph =>
  reached(flattenAll(root, grounds, name));

/** As before, with what no output needs, in the order of the items. */
export const flattenAll = (root: Flattenable, grounds: Grounds = NO_GROUND, name = root.name): Graph =>
  new Flattening(root, grounds, name).graph();

/** A call that is unrolled: by value, the node that has it, and the calls among them. */
interface Unrolled {
  readonly values: number[];
  readonly calls: Map<number, Unrolled>;
  /** The numbers of the loops in it. */
  readonly loops: Map<string, number>;
}

/** Where something is unrolled. */
interface Site {
  readonly call: CallItem | undefined;
  readonly parent: number | undefined;
  /** Which round of a loop the call is. */
  readonly repeat: Scope['repeat'];
  /** What comes before the paths inside it. */
  readonly prefix: string;
  /** The same for the paths of weights, inside a use of something shared. */
  readonly weights: string | undefined;
  /** The nodes that enter. */
  readonly inputs: readonly number[];
  /** Under which path the weights are kept of what is shared. */
  readonly shared: ReadonlyMap<SharedId, string>;
}

class Flattening {
  private readonly nodes: Node[] = [];
  private readonly scopes: Scope[] = [];
  private readonly outputs: GraphOutput[] = [];
  private readonly handedOn = new Map<SharedId, string>();
  private loops = 0;
  private readonly root: Flattenable;
  private readonly grounds: Grounds;
  private readonly name: string;

  constructor(root: Flattenable, grounds: Grounds, name: string) {
    this.root = root;
    this.grounds = grounds;
    this.name = name;
  }

  graph(): Graph {
    const { root, nodes, scopes, name } = this;
    const source = locate(root.named, this.grounds);
    nodes.push({ id: 0, kind: 'input', path: root.takes[0] ?? 'input', inputs: [], params: {}, shape: root.input, source, scope: 0 });
    const { values } = this.unroll(root, {
      call: undefined,
      parent: undefined,
      repeat: undefined,
      prefix: '',
      weights: undefined,
      inputs: [0],
      shared: new Map(),
    });
    const result = values[root.result] ?? 0;
    return { name, nodes, scopes, outputs: [{ name: root.main ?? 'output', node: result }, ...this.outputs] };
  }

  /** Depth is bounded by the elaborator's limit. */
  private unroll(i: Flattenable, site: Site): Unrolled {
    const { call, parent, prefix, repeat } = site;
    const [input = 0, ...moreInputs] = site.inputs;
    const id = this.scopes.length;
    const from = parent === undefined ? 0 : this.nodes.length;
    // Its place is taken now, so that outer scopes have smaller ids; its end is known afterwards.
    this.scopes.push({
      id,
      parent,
      name: parent === undefined ? this.name : i.name,
      path: prefix.slice(0, -1),
      from,
      to: from,
      input,
      ...(moreInputs.length > 0 ? { moreInputs } : {}),
      output: input,
      source: locate(call ? call.source : i.named, this.grounds),
      ...(repeat ? { repeat } : {}),
    });
    const shared = i.shared.size === 0 ? site.shared : new Map(site.shared);
    if (shared instanceof Map) for (const [key, segment] of i.shared) shared.set(key, (site.weights ?? prefix) + segment);
    const made: Unrolled = { values: [input], calls: new Map(), loops: new Map() };
    for (const item of i.items) made.values.push(this.item(item, made, { ...site, shared }, id));
    for (const o of i.outputs) this.outputs.push({ name: prefix + o.name, node: made.values[o.value] ?? input });
    const output = made.values[i.result] ?? input;
    this.scopes[id] = { ...(this.scopes[id] as Scope), to: this.nodes.length, output };
    return made;
  }

  /** The node that has the value of an item. */
  private item(item: Item, made: Unrolled, site: Site, scope: number): number {
    const [input = 0] = site.inputs;
    const at = (value: number): number => made.values[value] ?? input;
    const number = made.values.length;
    switch (item.type) {
      case 'layer':
        return this.layer(item, item.inputs.map(at), site, scope);
      case 'call': {
        const { instance, segment } = item;
        const weights = this.keptAt(item, site);
        const inner = this.unroll(instance, {
          call: item,
          parent: scope,
          repeat: this.roundOf(item, made),
          prefix: `${site.prefix}${segment}/`,
          weights: weights && `${weights}/`,
          inputs: item.inputs.map(at),
          shared: site.shared,
        });
        made.calls.set(number, inner);
        return inner.values[instance.result] ?? input;
      }
      case 'input': {
        const known = site.inputs[item.index];
        if (known !== undefined) return known;
        const { segment: path, shape, source } = item;
        const id = this.nodes.length;
        this.nodes.push({ id, kind: 'input', path, inputs: [], params: {}, shape, source: locate(source, this.grounds), scope });
        return id;
      }
      case 'pick': {
        const call = made.calls.get(item.call);
        const inner = call?.calls.get(item.value);
        if (inner) made.calls.set(number, inner);
        return call?.values[item.value] ?? input;
      }
      default:
        return item satisfies never;
    }
  }

  /** The path under which the weights of an item are kept, where other nodes may have them too. */
  private keptAt({ shared, segment }: LayerItem | CallItem, site: Site): string | undefined {
    if (shared === undefined) return site.weights && site.weights + segment;
    // What was declared around all that is unrolled is kept with its first use.
    const path = site.shared.get(shared) ?? this.handedOn.get(shared) ?? site.prefix + segment;
    this.handedOn.set(shared, path);
    return path;
  }

  private layer(item: LayerItem, inputs: number[], site: Site, scope: number): number {
    const { kind, params, shape, failed, segment, source } = item;
    const weights = this.keptAt(item, site);
    const id = this.nodes.length;
    const node: Node = { id, kind, path: site.prefix + segment, inputs, params, shape, source: locate(source, this.grounds), scope };
    const sound = failed ? { ...node, failed: true as const } : node;
    this.nodes.push(weights === undefined ? sound : { ...sound, shared: weights });
    return id;
  }

  private roundOf({ repeat }: CallItem, { loops }: Unrolled): Scope['repeat'] {
    if (!repeat) return undefined;
    const group = loops.get(repeat.group) ?? this.loops++;
    loops.set(repeat.group, group);
    return { group, index: repeat.index, count: repeat.count };
  }
}
