/** What a layer kind says of itself, in one place: documentation, parameters, shape, weights, cost, execution, export. */
import type { Recorder, ValueId, WeightId } from '../tensor/index.ts';
import { type Advice, type Fault, fault } from './fault.ts';
import type { InKeras } from './keras.ts';
import type { OnnxFragment } from './onnx.ts';
import type { ParamSpecs, ParamsOf } from './params.ts';
import type { Inputs, Shape } from './shape.ts';
import type { TorchFragment } from './torch.ts';
import type { ForWeights, Weights } from './weights.ts';
import type { Window } from './window.ts';

/** The shape of a layer that deals with its channels in groups of equal size and keeps them all, or why they do not divide. */
export const keepGroups = (layer: string, groups: number, x: Shape): Shape | Fault =>
  x[0] % groups === 0
    ? x
    : fault(
        'groups-do-not-divide',
        `\`${layer}\` has ${groups} groups, which do not divide the ${x[0]} channels: choose a divisor of ${x[0]}.`,
        { param: 'groups', assume: x },
      );

/** What the layer is for diagrams and comparisons. */
export type Role = 'conv' | 'linear' | 'norm' | 'activation' | 'pool' | 'merge' | 'noop' | 'other';

/** A layer kind. `P` are its parameters, `W` its weights; shapes are those of its inputs and output. */
export interface LayerSpec<P extends ParamSpecs, W extends Weights> {
  readonly kind: string;
  readonly role: Role;
  /** First sentence: what it is. Markdown. */
  readonly doc: string;
  /** In the order in which positional arguments fill them. */
  readonly params: P;
  /** The arguments that identify it, in few words, after its name in a diagram: `×2`. Kernels, strides and groups are shown anyway. */
  brief?(p: ParamsOf<P>): string;
  /** Joins branches: has several inputs, and is written `concat { | … | … }` rather than as a stage. */
  readonly merge?: true;
  /** Whether it needs a feature map (C×H×W), a vector, or takes both; checked before `shape` is asked. */
  readonly takes: 'map' | 'vector' | 'any';
  shape(p: ParamsOf<P>, xs: Inputs<Shape>): Shape | Fault;
  /** Advice where the arguments are valid but probably a mistake. */
  advice?(p: ParamsOf<P>, xs: Inputs<Shape>): Advice | undefined;
  weights?(p: ParamsOf<P>, xs: Inputs<Shape>): W;
  /** Multiply–accumulates. */
  macs?(p: ParamsOf<P>, xs: Inputs<Shape>, y: Shape): number;
  /** What one output pixel reads of the input, for the receptive field; `all` is everything. Default: its own pixel. */
  window?(p: ParamsOf<P>, xs: Inputs<Shape>): Window;
  /** Works in place: its output may take its input's memory. */
  readonly inPlace?: true;
  run(k: Recorder, p: ParamsOf<P>, xs: Inputs<ValueId>, w: ForWeights<W, WeightId>, y: Shape): ValueId;
  readonly export: { readonly onnx: OnnxFragment<ParamsOf<P>, W>; readonly pytorch: TorchFragment<P>; readonly keras: InKeras<P> };
}

/** A layer kind with its types forgotten, as the registry holds it. Its parameters must come from its own `params`. */
export type Layer = LayerSpec<ParamSpecs, Weights>;

/** Defines a layer kind. The types of `params` and `weights` reach every function of the definition. */
export function defineLayer<const P extends ParamSpecs, W extends Weights = Record<never, never>>(spec: LayerSpec<P, W>): Layer {
  // The registry hands each layer only parameters that its own `params` parsed, and weights that its own `weights` named.
  return spec as unknown as Layer;
}
