/** Weights of one number per channel in ONNX, whose broadcasting counts axes from the last. */
import type { OnnxWriter } from './onnx.ts';
import { isMap, type Shape } from './shape.ts';

/** A weight of C entries as it fits a value of shape `y`: C×1×1 beside a map. */
export const spreadPerChannel = (g: OnnxWriter, weight: string, y: Shape): string =>
  isMap(y) ? g.node('Reshape', [weight, g.constant([4], [1, y[0], 1, 1], 'int64')], {}, [y[0], 1, 1]) : weight;

/** x · weight + bias, per channel; what is undefined is left out. */
export function affinePerChannel(g: OnnxWriter, x: string, weight: string | undefined, bias: string | undefined, y: Shape): string {
  const scaled = weight === undefined ? x : g.node('Mul', [x, spreadPerChannel(g, weight, y)]);
  return bias === undefined ? scaled : g.node('Add', [scaled, spreadPerChannel(g, bias, y)]);
}
