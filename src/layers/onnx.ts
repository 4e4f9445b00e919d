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
  /** Adds a node with one output and gives the output's name. `shape` is the output's, the layer's own if absent. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>, shape?: Shape): string;
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

/** Both axes of a kernel, stride or dilation. */
export const ints = (values: readonly number[]): OnnxAttribute => ({ ints: values });
export const int = (value: number): OnnxAttribute => ({ int: value });
export const float = (value: number): OnnxAttribute => ({ float: value });
export const string = (value: string): OnnxAttribute => ({ string: value });
/** The inputs that are there, for operators whose last inputs are optional. */
export const present = (...names: readonly (string | undefined)[]): readonly string[] => names.filter((n) => n !== undefined);
