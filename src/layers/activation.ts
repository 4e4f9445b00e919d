/** Defines the activations that are a function of each entry by itself: a file each, which says the function and how ONNX writes it. */
import type { Activation } from '../tensor/index.ts';
import type { KerasForm } from './keras.ts';
import { defineLayer, type Layer } from './layer.ts';
import type { OnnxWriter } from './onnx.ts';
import type { ParamSpecs, ParamsOf } from './params.ts';
import type { GivenParams, TorchForm } from './torch.ts';

interface ActivationSpec<P extends ParamSpecs> {
  readonly kind: string;
  /** The function as a formula, after its name. */
  readonly doc: string;
  readonly params: P;
  fn(p: ParamsOf<P>): Activation;
  /** Takes the name of the input, gives that of the output. */
  onnx(g: OnnxWriter, x: string, p: ParamsOf<P>): string;
  pytorch(p: GivenParams<P>): TorchForm;
  keras(p: GivenParams<P>): KerasForm;
}

/** A layer that applies a function to every entry: any shape, which it keeps; no weights; in place. */
export const defineActivation = <const P extends ParamSpecs>(spec: ActivationSpec<P>): Layer =>
  defineLayer<P>({
    kind: spec.kind,
    role: 'activation',
    doc: spec.doc,
    params: spec.params,
    takes: 'any',
    inPlace: true,
    shape: (_p, [x]) => x,
    run: (k, p, [x]) => k.activation(x, spec.fn(p)),
    export: { onnx: (g, p, [x]) => spec.onnx(g, x, p), pytorch: (p) => spec.pytorch(p), keras: { form: (p) => spec.keras(p) } },
  });
