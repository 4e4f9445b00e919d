/** The ONNX fragment that each layer writes: its part of the exporter, asked for one node at a time (https://onnx.ai/onnx/operators). */
import type { Inputs, Shape } from './shape.ts';
import type { ForWeights, Weights } from './weights.ts';

/** An attribute of an ONNX node, by its type there. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };

/** Collects the nodes of one layer. Names are tensor names. */
export interface OnnxWriter {
  /** The version of ONNX's operators that is written, 13 or more. */
  readonly opset: number;
  /** The first extent of a `Reshape`: how many inputs are computed at once, or 0, which keeps it, where that is open. */
  readonly batch: number;
  /** Adds a node with one output and gives the output's name. `shape` is the output's, the layer's own if absent. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>, shape?: Shape): string;
  /** Says that the layer cannot be written so; completes the sentence “PATH needs …”. */
  refuse(needs: string): never;
  /** A constant tensor. */
  constant(dims: readonly number[], values: readonly number[], type?: 'float' | 'int64'): string;
}

/** Writes a layer: takes the names of its inputs and weights, gives the name of its output. */
export type OnnxFragment<P, W extends Weights> = (
  g: OnnxWriter,
  p: P,
  xs: Inputs<string>,
  w: ForWeights<W, string>,
  shapes: { readonly xs: Inputs<Shape>; readonly y: Shape },
) => string;

/** Reshapes a value to `to`, its batch aside. */
export const reshaped = (g: OnnxWriter, x: string, to: Shape): string =>
  g.node('Reshape', [x, g.constant([to.length + 1], [g.batch, ...to], 'int64')], {}, to);

/** Reduces a value along axes, which stay with an extent of one. Up to opset 17 the axes are an attribute, later an input. */
export function reduced(g: OnnxWriter, op: 'ReduceMean' | 'ReduceMax' | 'ReduceL2', x: string, axes: readonly number[], to: Shape): string {
  if (g.opset < 18) return g.node(op, [x], { axes: ints(axes), keepdims: int(1) }, to);
  return g.node(op, [x, g.constant([axes.length], axes, 'int64')], { keepdims: int(1) }, to);
}

/** Both axes of a kernel, stride or dilation. */
export const ints = (values: readonly number[]): OnnxAttribute => ({ ints: values });
export const int = (value: number): OnnxAttribute => ({ int: value });
export const float = (value: number): OnnxAttribute => ({ float: value });
export const string = (value: string): OnnxAttribute => ({ string: value });
/** The inputs that are there, for operators whose last inputs are optional. */
export const present = (...names: readonly (string | undefined)[]): readonly string[] => names.filter((n) => n !== undefined);
