/** Shapes of values: a feature map is channels × height × width, a vector has features only. The batch is left out everywhere. */

export type FeatureMap = readonly [channels: number, height: number, width: number];
export type Vector = readonly [features: number];
export type Shape = FeatureMap | Vector;

/** The inputs of a layer: at least one. */
export type Inputs<T> = readonly [T, ...T[]];
export const isMap = (s: Shape): s is FeatureMap => s.length === 3;

/** As it is written: `256×28×28`, `1000`. */
export const showShape = (s: Shape): string => s.join('×');

/** Several in a row: `64×56×56, 128×28×28`. */
export const showShapes = (shapes: readonly Shape[]): string => shapes.map(showShape).join(', ');

/** The number of entries. */
export const shapeSize = (s: Shape): number => (isMap(s) ? s[0] * s[1] * s[2] : s[0]);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Bytes of a value in float32. */
export const shapeBytes = (s: Shape): number => 4 * shapeSize(s);
