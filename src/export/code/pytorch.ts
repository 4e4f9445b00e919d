/** PyTorch as an exporter: code that a person would have written, and under which keys its weights are. */
import { CannotExport, type Exporter, type Subject } from '../exporter.ts';
import type { Code } from './code.ts';
import { fileOf } from './file.ts';
import { straightLine } from './straight.ts';

function codeOf({ graph }: Subject): Code {
  const broken = graph.nodes.find((n) => n.failed);
  if (broken) throw new CannotExport(`${broken.path} has an error, so ${graph.name} cannot be exported.`);
  return straightLine(graph, '', 'Written layer by layer.');
}

export const pytorch: Exporter = {
  name: 'pytorch',
  title: 'PyTorch code',
  extension: 'py',
  says: 'A class for each block, with its parameters, loops and conditions; --weights writes the weights beside it.',
  hasWeights: false,
  async write(subject) {
    return fileOf(codeOf(subject), subject.graph, subject.facts);
  },
  keys: (subject) => codeOf(subject).keys,
};
