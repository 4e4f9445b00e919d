/** The output shape of a layer, with the checks that all kinds share. */
import { type Fault, fault, isFault, type Suggestion } from './fault.ts';
import type { Layer } from './layer.ts';
import type { ParamSpecs, ParamsOf } from './params.ts';
import { type FeatureMap, type Inputs, isMap, type Shape, shapeSize, showShape } from './shape.ts';
import { paramCount } from './weights.ts';

/** How to make a vector of a map for a layer that needs one: of every pixel, or of one mean a channel. */
function vectors(layer: Layer, params: ParamsOf<ParamSpecs>, x: FeatureMap): readonly Suggestion[] {
  const ways = x[1] * x[2] === 1 ? [['flatten', x[0]] as const] : [['flatten', shapeSize(x)] as const, ['gap -> flatten', x[0]] as const];
  return ways.map(([before, features]) => {
    const count = paramCount(layer.weights?.(params, [[features]]) ?? {});
    return { title: `Put ${before} before it: ${count.toLocaleString('en')} params`, sure: before === 'flatten', before };
  });
}

/** Infers the output shape, or says what is wrong. `limit` bounds every extent. */
export function infer(layer: Layer, params: ParamsOf<ParamSpecs>, xs: Inputs<Shape>, limit = 2 ** 31): Shape | Fault {
  const [x] = xs;
  if (layer.takes === 'map' && !isMap(x))
    return fault(
      'needs-feature-map',
      `\`${layer.kind}\` needs a feature map (channels×height×width), but a vector of ${x[0]} arrives: use it before \`flatten\`.`,
    );
  if (layer.takes === 'vector' && isMap(x)) {
    const assumed = layer.shape(params, [[shapeSize(x)]]);
    return fault(
      'needs-vector',
      `\`${layer.kind}\` needs a vector, but the feature map ${showShape(x)} arrives: put \`flatten\` before it (${showShape([shapeSize(x)])} features).`,
      { suggest: vectors(layer, params, x), assume: isFault(assumed) ? (assumed.assume ?? x) : assumed },
    );
  }
  const y = layer.shape(params, xs);
  if (isFault(y)) return y;
  if (y.some((n) => n >= limit) || shapeSize(y) > Number.MAX_SAFE_INTEGER)
    return fault(
      'size-too-large',
      `\`${layer.kind}\` would give ${showShape(y)}, beyond what Pointwise counts exactly: choose smaller sizes.`,
    );
  if (layer.weights ?? layer.macs) {
    const entries = Object.values(layer.weights?.(params, xs) ?? {}).reduce((sum, w) => sum + (w?.dims.reduce((a, b) => a * b, 1) ?? 0), 0);
    const macs = layer.macs?.(params, xs, y) ?? 0;
    if (entries > Number.MAX_SAFE_INTEGER || macs > Number.MAX_SAFE_INTEGER)
      return fault('size-too-large', `\`${layer.kind}\` would have more than 2^53 weights or multiply–accumulates: choose smaller sizes.`, {
        assume: y,
      });
  }
  return y;
}
