/** Paddle as an exporter: PyTorch's code in Paddle's words. */
import { CannotSay } from '../../layers/torch.ts';
import { CannotExport, type Exporter, type Subject } from '../exporter.ts';
import type { Code } from './code.ts';
import { fileOf } from './file.ts';
import { paddleStatement } from './paddle/dialect.ts';
import { HELPERS, OWN } from './paddle/helpers.ts';
import { paddleWeights } from './paddle/weights.ts';
import type { MarkedText } from './python/print.ts';
import { torchCode } from './torch-code.ts';

function inPaddle(code: Code): Code {
  const statements = code.statements.map(paddleStatement);
  const text = JSON.stringify(statements);
  const helpers = code.helpers.map((h) => {
    const source = HELPERS[h.name];
    if (source === undefined) throw new CannotSay(`${h.name}, in Paddle`);
    return { ...h, source };
  });
  // What PyTorch has a layer for, and Paddle none.
  for (const [own, source] of Object.entries(OWN)) if (text.includes(`"${own}"`)) helpers.push({ name: own, source });
  const usesFunctions = text.includes('{"k":"atom","text":"F"}') || helpers.some((h) => h.source.includes('F.'));
  const imports = new Set([...code.imports].filter((i) => !i.includes('functional') || usesFunctions));
  if (usesFunctions) imports.add('import torch.nn.functional as F');
  return { ...code, statements, helpers, imports };
}

/** Throws `CannotExport` where something has no code in Paddle. */
function said<T>(subject: Subject, write: () => T): T {
  try {
    return write();
  } catch (e) {
    throw e instanceof CannotSay ? new CannotExport(`${subject.graph.name} has ${e.message}, which has no code yet.`) : e;
  }
}

const paddleFile = (subject: Subject): MarkedText =>
  said(subject, () => fileOf(inPaddle(torchCode(subject)), subject.graph, subject.facts, 'paddle'));

export const paddle: Exporter = {
  name: 'paddle',
  title: 'Paddle code',
  extension: 'paddle.py',
  says: 'The same as for PyTorch, in Paddle’s words.',
  hasWeights: false,
  isCode: true,
  write: async (subject) => paddleFile(subject).text,
  marked: (subject) => paddleFile(subject).lines,
  tensors: (subject) => paddleWeights(subject.graph, subject.weights(), torchCode(subject).keys),
};
