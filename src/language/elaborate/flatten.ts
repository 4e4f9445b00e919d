/** Unrolls an instance, a tree with sharing, to a flat graph in which every call is a scope. */
import type { Graph, GraphOutput, Node, Scope } from '../../graph/graph.ts';
import { type Grounds, locate, NO_GROUND } from '../syntax/spot.ts';
import type { CallItem, Instance } from './instance.ts';

/** What flattening needs of an instance; the part of one that is built so far has it too. */
export type Flattenable = Pick<Instance, 'name' | 'named' | 'main' | 'input' | 'items' | 'result' | 'outputs'>;

/**
 * The graph of an instance. `grounds` tells where its places are now; without it they are nowhere, for graphs of which only the figures
 * are wanted. `name` is the target's, where it goes by another (`network ResNet50 = ResNet()`).
 */
export function flatten(root: Flattenable, grounds: Grounds = NO_GROUND, name = root.name): Graph {
  const source = locate(root.named, grounds);
  const nodes: Node[] = [{ id: 0, kind: 'input', path: 'input', inputs: [], params: {}, shape: root.input, source, scope: 0 }];
  const scopes: Scope[] = [];
  const outputs: GraphOutput[] = [];
  const groups = new Map<string, number>();

  const repeatOf = (call: CallItem | undefined, parent: number | undefined): Pick<Scope, 'repeat'> => {
    if (!call?.repeat) return {};
    const key = `${parent} ${call.repeat.group}`;
    const group = groups.get(key) ?? groups.size;
    groups.set(key, group);
    return { repeat: { group, index: call.repeat.index, count: call.repeat.count } };
  };

  // Returns the node whose value leaves. Depth is bounded by the elaborator's limit.
  const unroll = (
    i: Flattenable,
    input: number,
    prefix: string,
    path: string,
    parent: number | undefined,
    call: CallItem | undefined,
  ): number => {
    const id = scopes.length;
    const from = parent === undefined ? 0 : nodes.length;
    // Its place is taken now, so that outer scopes have smaller ids; its end is known afterwards.
    scopes.push({
      id,
      parent,
      name: parent === undefined ? name : i.name,
      path,
      from,
      to: from,
      input,
      output: input,
      source: call ? locate(call.source, grounds) : source,
      ...repeatOf(call, parent),
    });
    const values: number[] = [input];
    for (const item of i.items) {
      const itemPath = prefix + item.segment;
      if (item.type === 'call') values.push(unroll(item.instance, values[item.input] ?? input, `${itemPath}/`, itemPath, id, item));
      else {
        const { kind, params, shape, failed } = item;
        values.push(nodes.length);
        const inputs = item.inputs.map((v) => values[v] ?? input);
        nodes.push({
          id: nodes.length,
          kind,
          path: itemPath,
          inputs,
          params,
          shape,
          ...(failed ? { failed: true as const } : {}),
          source: locate(item.source, grounds),
          scope: id,
        });
      }
    }
    for (const o of i.outputs) outputs.push({ name: prefix + o.name, node: values[o.value] ?? input });
    const output = values[i.result] ?? input;
    scopes[id] = { ...(scopes[id] as Scope), to: nodes.length, output };
    return output;
  };

  const result = unroll(root, 0, '', '', undefined, undefined);
  return { name, nodes, scopes, outputs: [{ name: root.main ?? 'output', node: result }, ...outputs] };
}
