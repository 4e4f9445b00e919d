import type { Totals } from '../graph/facts.ts';

/** The totals of a target as `summary --json` and `diff --json` print them: one set of names for both. */
export const totalsData = ({ params, weights, buffers, macs, totalMacs, memory, layers, depth }: Totals) => ({
  params,
  weights,
  buffers,
  macs,
  totalMacs,
  memory,
  layerCount: layers,
  depth,
});
