/** `droppath`: stochastic depth (Huang et al. 2016), which leaves out whole branches in training; nothing at inference. */
import { defineLayer } from '../layer.ts';
import { num } from '../params.ts';

export const droppath = defineLayer({
  kind: 'droppath',
  role: 'noop',
  doc: 'Stochastic depth: leaves out a whole residual branch at random in training; does nothing at inference.',
  params: { p: num('Probability of leaving it out.', { default: 0, min: 0, max: 1 }) },
  takes: 'any',
  inPlace: true,
  shape: (_p, [x]) => x,
  run: (_k, _p, [x]) => x,
  export: { onnx: (g, _p, [x]) => g.node('Identity', [x]) },
});
