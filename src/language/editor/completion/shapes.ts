/** The shapes that arrive at a cursor, as far as the file's analysis knows them: what `expect` would find there. */
import type { LangiumDocument } from 'langium';
import type { CnnServices } from '../../analysis/services.ts';

/** Uses of a block beyond which no more shapes are offered. */
const MOST = 3;

/** The distinct shapes behind the stage before the cursor, one for each use of the declaration around it. */
export function arriving(document: LangiumDocument, offset: number, enclosing: string, services: CnnServices): readonly string[] {
  const analysis = services.analyses.of(document);
  const text = document.textDocument.getText().slice(0, offset);
  const found = new Set<string>();
  for (const i of analysis.instances) {
    if (i.uri !== analysis.uri || i.name !== enclosing || analysis.probes.has(i)) continue;
    const { line } = analysis.grounds(i.declaration);
    const before = i.stages.findLast((s) => {
      const end = document.textDocument.offsetAt({ line: line + s.range.end.line, character: s.range.end.character });
      return end < offset && /^(?:\s|#[^\n]*\n|->)*expect\s+[\w?]*$/.test(text.slice(end));
    });
    if (before?.sure) found.add(before.output.join('x'));
  }
  return [...found].slice(0, MOST);
}
