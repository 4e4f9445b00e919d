/** Keras as an exporter: functions that a person would have written, and weights under the paths of its variables. */
import { CannotSay } from '../../layers/torch.ts';
import { CannotExport, type Exporter, type Subject } from '../exporter.ts';
import { fileOf } from './keras/file.ts';
import type { KerasCode } from './keras/place.ts';
import { straightKeras } from './keras/straight.ts';
import { kerasWeights } from './keras/weights.ts';
import { fromOutline } from './keras/write.ts';
import { outlined } from './torch-code.ts';

const kerasCode = (subject: Subject): KerasCode =>
  outlined(subject, fromOutline, (why) => {
    try {
      return straightKeras(subject.graph, `Written layer by layer, as code from the text has no way to say this yet:\n${why}.`);
    } catch (e) {
      throw e instanceof CannotSay ? new CannotExport(`Keras has no way to say ${e.message}.`) : e;
    }
  });

export const keras: Exporter = {
  name: 'keras',
  title: 'Keras code',
  extension: 'keras.py',
  says: 'A function for each block, with its parameters, loops and conditions, channels last.',
  hasWeights: false,
  isCode: true,
  async write(subject) {
    return fileOf(kerasCode(subject), subject.graph, subject.facts).text;
  },
  marked: (subject) => fileOf(kerasCode(subject), subject.graph, subject.facts).lines,
  tensors: (subject) => kerasWeights(subject.graph, subject.weights(), kerasCode(subject).names),
};
