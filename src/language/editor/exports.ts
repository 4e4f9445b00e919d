/** Writes targets of documents as files of other kinds, for the editor. */
import type { LangiumDocument } from 'langium';
import { type Assets, CannotExport, type Subject } from '../../export/exporter.ts';
import { EXPORTERS, exporterOf } from '../../export/index.ts';
import { seededWeights } from '../../graph/weights.ts';
import type { ExporterInfo, ExportParams, ExportResult } from '../../protocol/server.ts';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';
import { isBroken } from '../syntax/syntax-problems.ts';
import { formatExport } from './formatter.ts';

/** What a target can be written as. */
export const exporters = (): readonly ExporterInfo[] =>
  EXPORTERS.map(({ name, title, extension, says, hasWeights, isPicture = false, isCode = false }) => ({
    name,
    title,
    extension,
    says,
    hasWeights,
    isPicture,
    isCode,
  }));

/** A target as a file, or why it cannot be one. */
export async function exportTarget(
  document: LangiumDocument,
  services: CnnServices,
  { target: name, to, seed, picture, options }: Omit<ExportParams, 'uri'>,
  assets: Assets | undefined,
): Promise<ExportResult> {
  await loadImports(document, services.shared);
  const a = services.analyses.of(document);
  const target = a.targets.find((t) => t.name === name);
  const made = target && a.target(target);
  const exporter = exporterOf(to);
  if (!target || !made || !exporter) return { refused: `There is no \`${name}\` that can stand alone.` };
  if (isBroken(document)) return { refused: 'The file has a syntax error: correct it first.' };
  const { graph, facts } = made;
  const broken = graph.nodes.find((n) => n.failed);
  if (broken) return { refused: `\`${broken.path}\` has an error: correct it first.` };
  try {
    const subject: Subject = {
      graph,
      facts,
      kind: target.kind,
      outline: () => a.outline(target),
      family: () => a.family(target),
      weights: () => seededWeights(graph, seed),
      ...(picture ? { picture } : {}),
      ...(assets ? { assets } : {}),
    };
    const written = await exporter.write(subject, exporter.takesOptions ? options : undefined);
    const data = formatExport(written, to, services);
    return { base64: Buffer.from(data).toString('base64') };
  } catch (e) {
    if (!(e instanceof CannotExport)) throw e;
    return { refused: e.message };
  }
}
