/** Inputs as Keras makes them: height, width, channels; a vector its features. */
import type { OutlineExpr } from '../../../graph/outline.ts';
import { keras } from '../../../layers/keras.ts';
import { type Py, pyNum, tuple } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay } from '../../../layers/torch.ts';

export const shapeOf = (dims: readonly Py[]): Py => {
  const [c, ...more] = dims;
  return tuple(...more, c as Py);
};
export const inputFor = (shape: Shape): Py => keras('keras.Input', shapeOf(shape.map(pyNum)));

/** An input as it is written behind `on`, in numbers. */
export function inputOf(e: OutlineExpr): Py {
  if (e.kind === 'number') return keras('keras.Input', tuple(pyNum(e.value)));
  if (e.kind === 'size') return keras('keras.Input', shapeOf(e.value.split('x').map((d) => pyNum(Number(d)))));
  throw new CannotSay('an input that is computed');
}
