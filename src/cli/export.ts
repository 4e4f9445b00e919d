/** `pointwise export`: writes a target for another program. */
import { existsSync } from 'node:fs';
import { CannotExport } from '../export/exporter.ts';
import { EXPORTERS, exporterOf } from '../export/index.ts';
import type { Outline } from '../graph/outline.ts';
import { seededWeights } from '../graph/weights.ts';
import { formatExport } from '../language/editor/formatter.ts';
import { Failure, parseSeed, write } from './errors.ts';
import { openTarget } from './open.ts';
import { withInput } from './with-input.ts';

export interface ExportOptions {
  readonly to: string;
  readonly target?: string;
  readonly output?: string;
  readonly input?: string;
  readonly seed?: string;
}

/** Writes the file and says which. */
export async function exportTarget(path: string, o: ExportOptions): Promise<string> {
  const exporter = exporterOf(o.to);
  if (!exporter) throw new Failure(`--to takes ${EXPORTERS.map((e) => e.name).join(', ')}, not ${o.to}.`, 2);
  const seed = parseSeed(o.seed);
  const { file, target } = await openTarget(path, o.target);
  const { graph, facts } = withInput(file, target, o.input);
  const out = o.output ?? `${graph.name}.${exporter.extension}`;
  if (o.output === undefined && existsSync(out))
    throw new Failure(`${out} is there already: name the file with -o, to write over it or elsewhere.`, 2);
  try {
    const outline = (): Outline | undefined => file.analysis.outline(target);
    const weights = (): ReadonlyMap<string, Float32Array> => seededWeights(graph, seed);
    const written = await exporter.write({ graph, facts, kind: target.kind, outline, weights });
    await write(out, formatExport(written, o.to, file.services));
  } catch (e) {
    throw e instanceof CannotExport ? new Failure(e.message) : e;
  }
  return out;
}
