/** Has the editor write values that are tried into the text: one edit of one version of it, so that one step takes it back. */
import type { LangiumDocument } from 'langium';
import { type Connection, TextDocumentEdit, TextEdit } from 'vscode-languageserver';
import type { CnnServices } from '../language/analysis/services.ts';
import { applied } from '../language/editor/what-if/apply.ts';
import type { ApplyParams, ApplyResult } from '../protocol/server.ts';

export async function applyTried(
  connection: Connection,
  document: LangiumDocument,
  services: CnnServices,
  { target, tried }: ApplyParams,
): Promise<ApplyResult> {
  const made = await applied(document, services, target, tried);
  if ('refused' in made) return made;
  if (made.edits.length === 0) return { refused: 'The text says so already.' };
  const uri = document.uri.toString();
  // A text that no editor has open has no version that the editor would know.
  const isOpen = services.shared.workspace.TextDocuments.get(uri) !== undefined;
  const edits = made.edits.map((e) => TextEdit.replace(e.location.range, e.text));
  const { applied: isDone } = await connection.workspace.applyEdit({
    label: `Apply what was tried on ${target}`,
    edit: { documentChanges: [TextDocumentEdit.create({ uri, version: isOpen ? made.version : null }, edits)] },
  });
  return isDone ? {} : { refused: 'The editor did not take the change: the text may have changed meanwhile, or may not be written to.' };
}
