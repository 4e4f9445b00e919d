/** A target as PyTorch code, in the best of the ways in which it can be written. */
import type { Graph } from '../../graph/graph.ts';
import type { Outline } from '../../graph/outline.ts';
import { CannotSay } from '../../layers/torch.ts';
import { CannotExport, type Subject } from '../exporter.ts';
import type { Code } from './code.ts';
import { fromOutline } from './outline/write.ts';
import { straightLine } from './straight.ts';

/** From the text, with the networks that share its blocks, else by itself; where the text says what code from it cannot, in another way, told why. */
export function outlined<T>({ graph, family, outline }: Subject, write: (o: Outline, g: Graph) => T, otherwise: (why: string) => T): T {
  const broken = graph.nodes.find((n) => n.failed);
  if (broken) throw new CannotExport(`${broken.path} has an error, so ${graph.name} cannot be exported.`);
  let why = 'its text means different things in different files';
  for (const ask of [family, outline]) {
    const found = ask();
    if (!found) continue;
    try {
      return write(found, graph);
    } catch (e) {
      if (!(e instanceof CannotSay)) throw e;
      why = e.message;
    }
  }
  return otherwise(why);
}

export const torchCode = (subject: Subject): Code =>
  outlined(subject, fromOutline, (why) => {
    try {
      return straightLine(subject.graph, '', `Written layer by layer, as code from the text has no way to say this yet:\n${why}.`);
    } catch (e) {
      throw e instanceof CannotSay ? new CannotExport(`PyTorch has no way to say ${e.message}.`) : e;
    }
  });
