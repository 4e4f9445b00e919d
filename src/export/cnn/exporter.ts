/** `.cnn` as an exporter: a target in a file of its own. */
import { CannotExport, type Exporter } from '../exporter.ts';
import { outlineToCnn } from './outline.ts';

export const cnn: Exporter = {
  name: 'cnn',
  title: 'Pointwise text',
  extension: 'cnn',
  says: 'The target as it was written, with every block that it uses, also of other files, in one file.',
  hasWeights: false,
  async write({ graph, outline }) {
    const written = outline();
    if (!written)
      throw new CannotExport(`${graph.name} cannot be written as one file: a name in it means different things in different files.`);
    return outlineToCnn(written);
  },
};
