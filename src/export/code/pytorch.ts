/** PyTorch as an exporter: code that a person would have written, and under which keys its weights are. */
import type { Exporter } from '../exporter.ts';
import { fileOf } from './file.ts';
import { torchCode } from './torch-code.ts';

export const pytorch: Exporter = {
  name: 'pytorch',
  title: 'PyTorch code',
  extension: 'py',
  says: 'A class for each block, with its parameters, loops and conditions.',
  hasWeights: false,
  isCode: true,
  async write(subject) {
    return fileOf(torchCode(subject), subject.graph, subject.facts).text;
  },
  marked: (subject) => fileOf(torchCode(subject), subject.graph, subject.facts).lines,
  keys: (subject) => torchCode(subject).keys,
};
