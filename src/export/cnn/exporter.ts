/** `.cnn` as an exporter: the target as text again, its values filled in. */
import type { Exporter } from '../exporter.ts';
import { toCnn } from './file.ts';

export const cnn: Exporter = {
  name: 'cnn',
  title: 'Pointwise text',
  extension: 'cnn',
  says: 'The target as a file of its own: blocks with all their values filled in.',
  hasWeights: false,
  write: async ({ graph, kind }) => toCnn([{ graph, kind, name: graph.name, doc: '' }]),
};
