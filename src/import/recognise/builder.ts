/** Layers of ours as they are recognised: each checked by its own kind's rules, with the tensors that are its weights. */
import { layerOf } from '../../layers/index.ts';
import { infer } from '../../layers/infer.ts';
import { ParamFault, type ParamValue, type Value } from '../../layers/params.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import type { Tensor } from '../read/tensor.ts';
import { type Atoms, extent, keysOf, runsOf, sameAtoms, type View, viewOf } from './view.ts';

/** Why an operator cannot be said; caught for each operator by itself. */
export class Unsayable extends Error {}
export const unsayable = (why: string): never => {
  throw new Unsayable(why);
};

/** Where an operator stood: its own name, and the modules around it, where the file tells them. */
export interface Place {
  readonly name: string;
  readonly modules?: readonly string[];
}

export interface Made {
  readonly kind: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly place: Place;
  /** By the name that the kind gives a weight. */
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** Parameters of a kind as analysis makes them: defaults filled in, what is given parsed. */
export function paramsOf(kind: string, given: Readonly<Record<string, Value>>): Readonly<Record<string, ParamValue>> {
  const params: Record<string, ParamValue> = {};
  for (const [name, spec] of Object.entries(layerOf(kind).params)) {
    const value = given[name];
    if (value === undefined) {
      if (spec.default === undefined) throw new Error(`${kind} needs ${name}`);
      params[name] = spec.default;
      continue;
    }
    const parsed = spec.parse(value);
    params[name] = parsed instanceof ParamFault ? unsayable(`\`${kind}\`: ${name} ${parsed.message}`) : parsed;
  }
  return params;
}

export const sizeValue = (...dims: readonly number[]): Value => ({ type: 'size', dims });

export class Builder {
  readonly nodes: (Made | undefined)[] = [];
  /** The layers whose value another reads. */
  readonly read = new Set<number>();
  private readonly moves = new Map<string, { readonly at: number; readonly made: Made }>();
  /** Where the operator stands that is being recognised. */
  place: Place = { name: '' };

  input(name: string, shape: Shape): number {
    return this.nodes.push({ kind: 'input', params: {}, inputs: [], shape, place: { name }, weights: {} }) - 1;
  }

  at(node: number): Made {
    return this.nodes[node] as Made;
  }
  shape(node: number): Shape {
    return this.at(node).shape;
  }

  /** Adds a layer. Throws `Unsayable` where its kind's own rules forbid it. */
  layer(
    kind: string,
    inputs: readonly number[],
    given: Readonly<Record<string, Value>> = {},
    weights: Readonly<Record<string, Tensor | undefined>> = {},
  ): number {
    const params = paramsOf(kind, given);
    const xs = inputs.map((i) => this.shape(i)) as unknown as Inputs<Shape>;
    const shape = infer(layerOf(kind), params as never, xs);
    if ('fault' in shape) return unsayable(shape.message);
    for (const i of inputs) this.read.add(i);
    const tensors = Object.entries(weights).flatMap(([name, t]) => (t ? [[name, t] as const] : []));
    return this.nodes.push({ kind, params, inputs, shape, place: this.place, weights: Object.fromEntries(tensors) }) - 1;
  }

  /** A layer that only moves entries: where the same is moved in the same way again, the one that is there. */
  private move(kind: string, node: number, given: Readonly<Record<string, Value>> = {}): number {
    const key = `${kind} ${node} ${JSON.stringify(given)}`;
    const known = this.moves.get(key);
    // What could not be said took its layers with it.
    if (known && this.nodes[known.at] === known.made) return known.at;
    const at = this.layer(kind, [node], given);
    this.moves.set(key, { at, made: this.at(at) });
    return at;
  }

  /** Another layer in the place of one that nothing else has read: its parameters and weights changed. */
  amend(node: number, given: Readonly<Record<string, ParamValue>>, weights: Readonly<Record<string, Tensor>>): void {
    const old = this.at(node);
    this.nodes[node] = { ...old, params: { ...old.params, ...given }, weights: { ...old.weights, ...weights } };
  }

  /** The same tensor on a value whose axes are these atoms: as it lies, or behind layers that move it there. */
  arranged(v: View, order: readonly Atoms[]): View {
    if (v.axes[0]?.length !== 0) return unsayable('its batch is mixed with other axes');
    const [from, to] = [v.order.flat(), order.flat()];
    const same = (a: readonly Atoms[], b: readonly Atoms[]): boolean =>
      a.length === b.length && a.every((g, i) => sameAtoms(g, b[i] ?? []));
    if (same(v.order, order)) return v;
    const give = (node: number): View => ({ node, order, axes: v.axes });
    if (sameAtoms(from, to)) return give(this.regrouped(v.node, order.map(extent)));
    const dealt = this.dealt(v, order);
    if (dealt !== undefined) return give(dealt);
    // The channels of a pixel are dealt out before they are a vector.
    const pixel = order.length === 1 && v.order.slice(1).every((o) => o.length === 0) ? this.dealt(v, [order[0] ?? [], [], []]) : undefined;
    if (pixel !== undefined) return give(this.regrouped(pixel, order.map(extent)));
    const runs = runsOf(from, to);
    if (runs.length > 3) return unsayable('its axes are moved in a way that no layer does');
    // Three runs of atoms are a map, whose axes can change places.
    const three = [...runs, ...Array.from({ length: 3 - runs.length }, (): Atoms => [])];
    const wanted = [...runs].sort((a, b) => to.indexOf(a[0] as never) - to.indexOf(b[0] as never));
    const axes = [...wanted, ...three.slice(runs.length)].map((run) => 'chw'[three.indexOf(run)]).join('');
    const whole = v.order.length === 3 && same(v.order, three);
    const map = whole ? v.node : this.regrouped(v.node, three.map(extent));
    const turned = this.move('transpose', map, { axes });
    return give(this.regrouped(turned, order.map(extent)));
  }

  /** The same entries in the same order under another shape. */
  private regrouped(node: number, dims: readonly number[]): number {
    const shape = this.shape(node);
    if (shape.length === dims.length && shape.every((n, i) => n === dims[i])) return node;
    if (dims.length === 1) return this.move('flatten', node);
    return this.move('reshape', node, { size: sizeValue(...dims) });
  }

  /** The moves that are layers of their own: axes in another order, channel shuffle, depth to space and back. */
  private dealt(v: View, order: readonly Atoms[]): number | undefined {
    const [c = [], h = [], w = []] = v.order;
    const [toC = [], toH = [], toW = []] = order;
    if (v.order.length !== 3 || order.length !== 3) return undefined;
    if (sameAtoms(h, toH) && sameAtoms(w, toW)) {
      const [a, b, ...more] = runsOf(c, toC);
      if (a && b && more.length === 0) return this.move('shuffle', v.node, { groups: extent(a) });
    }
    const group = (atoms: Atoms): number => v.order.findIndex((o) => sameAtoms(o, atoms));
    const axes = [toC, toH, toW].map(group);
    if (new Set(axes).size === 3 && !axes.includes(-1)) return this.move('transpose', v.node, { axes: axes.map((i) => 'chw'[i]).join('') });
    const scale = toH.at(-1)?.size ?? 0;
    if (h.length < toH.length && sameAtoms(h, toH.slice(0, -1)) && sameAtoms(w, toW.slice(0, -1)) && toW.at(-1)?.size === scale) {
      const pixels = [toH.at(-1), toW.at(-1)] as Atoms;
      if (sameAtoms(c, [...toC, ...pixels])) return this.move('pixelshuffle', v.node, { scale });
      if (sameAtoms(c, [...pixels, ...toC]))
        return this.move('pixelshuffle', this.move('shuffle', v.node, { groups: scale * scale }), { scale });
    }
    const less = h.at(-1)?.size ?? 0;
    if (toH.length < h.length && sameAtoms(toH, h.slice(0, -1)) && sameAtoms(toW, w.slice(0, -1)) && w.at(-1)?.size === less) {
      const pixels = [h.at(-1), w.at(-1)] as Atoms;
      const own = (): number => this.move('pixelunshuffle', v.node, { scale: less });
      if (sameAtoms(toC, [...c, ...pixels])) return own();
      if (sameAtoms(toC, [...pixels, ...c])) return this.move('shuffle', own(), { groups: extent(c) });
    }
    return undefined;
  }

  /** A map with the axes of the tensor as its own: batch, channels, height, width; of three axes the last is the width. */
  map(v: View): View {
    const [, a = [], b = [], c = []] = v.axes;
    if (v.axes.length === 4) return this.arranged(v, [a, b, c]);
    if (v.axes.length === 3) return this.arranged(v, [a, [], b]);
    if (v.axes.length === 2) return this.arranged(v, [a, [], []]);
    return unsayable(`it has ${v.axes.length} axes`);
  }

  /** A vector, where the tensor has a batch and one axis. */
  vector(v: View): View {
    return v.axes.length === 2 ? this.arranged(v, [v.axes[1] ?? []]) : unsayable(`it has ${v.axes.length} axes, where a vector has two`);
  }

  /** A value on which the tensor's axes are whole axes, moved as the tensor says where they are not. */
  regular(v: View): View {
    return keysOf(v) ? v : v.axes.length === 2 ? this.vector(v) : this.map(v);
  }

  /** A value whose channels are an axis of the tensor. */
  withChannels(v: View, axis: number): View {
    const wanted = v.axes[axis] ?? [];
    if (sameAtoms(v.order[0] ?? [], wanted) && keysOf(v)) return v;
    if (v.axes.length === 2) return this.vector(v);
    const rest = v.axes.filter((_, i) => i !== axis && i !== 0);
    if (v.axes.length > 4) return unsayable(`it has ${v.axes.length} axes`);
    return this.arranged(v, v.axes.length === 3 ? [wanted, [], rest[0] ?? []] : [wanted, rest[0] ?? [], rest[1] ?? []]);
  }

  /** The view of a new layer's value, its axes as they lie. */
  fresh(node: number): View {
    return viewOf(node, this.shape(node));
  }
}
