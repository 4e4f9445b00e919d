/** A target as code beside its text, line by line, for the workbench: what comes from the same line belongs together. */
import type { LangiumDocument } from 'langium';
import { CannotExport, type Subject } from '../../export/exporter.ts';
import { exporterOf } from '../../export/index.ts';
import type { Outline } from '../../graph/outline.ts';
import type { CodeLine, CodeResult } from '../../protocol/server.ts';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';
import { isBroken } from '../syntax/syntax-problems.ts';

/** The files that an outline stands in, the one that is meant first. */
function filesOf(uri: string, outline: Outline | undefined): readonly string[] {
  const found = new Set([uri]);
  for (const d of outline?.declarations ?? []) if (d.kind === 'block' || d.kind === 'network') found.add(d.source.uri);
  return [...found];
}

/** The text of a file, each line by itself; of one that is imported, its name above it. */
function textLines(services: CnnServices, uri: string, named: boolean): readonly CodeLine[] {
  const document = services.shared.workspace.LangiumDocuments.all.find((d) => d.uri.toString() === uri);
  const lines = (document?.textDocument.getText() ?? '').trimEnd().split('\n');
  const name = decodeURIComponent(uri.split('/').at(-1) ?? uri);
  return [
    ...(named
      ? [
          { text: '', at: [] },
          { text: `# ${name}`, at: [] },
          { text: '', at: [] },
        ]
      : []),
    ...lines.map((text, i) => ({ text, at: text.trim() === '' ? [] : [`${uri}:${i}`] })),
  ];
}

/** The lines of a target as an exporter writes it, or why there are none. */
export async function codeOf(document: LangiumDocument, services: CnnServices, name: string, to: string): Promise<CodeResult> {
  await loadImports(document, services.shared);
  const a = services.analyses.of(document);
  const { version } = a;
  const target = a.targets.find((t) => t.name === name);
  const made = target && a.target(target);
  if (!target || !made) return { version, refused: `There is no \`${name}\` that can stand alone.` };
  if (to === 'cnn') {
    const files = filesOf(a.uri, a.outline(target));
    return { version, lines: files.flatMap((uri, i) => textLines(services, uri, i > 0)) };
  }
  if (isBroken(document)) return { version, refused: 'The file has a syntax error: correct it first.' };
  const marked = exporterOf(to)?.marked;
  if (!marked) return { version, refused: `There is no code as ${to}.` };
  const subject: Subject = {
    ...made,
    kind: target.kind,
    outline: () => a.outline(target),
    family: () => a.family(target),
    weights: () => new Map(),
  };
  try {
    return { version, lines: marked(subject) };
  } catch (e) {
    if (e instanceof CannotExport) return { version, refused: e.message };
    throw e;
  }
}
