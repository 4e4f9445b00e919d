/** Writes what is tried into the text: one edit for each value, in the file of the target, to be made together. */
import type { LangiumDocument } from 'langium';
import type { ApplyResult, Tried } from '../../../protocol/server.ts';
import type { CnnServices } from '../../analysis/services.ts';
import { keyOfConstant, keyOfInput, type TrialResult } from '../../analysis/trial.ts';
import type { Target } from '../../elaborate/targets.ts';
import { after, write } from '../../syntax/edits.ts';
import type { Invocation } from '../../syntax/generated/ast.ts';
import { loadImports } from '../../syntax/imports.ts';
import type { Edit } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty } from '../../syntax/source.ts';
import { isBroken } from '../../syntax/syntax-problems.ts';
import { placeOf } from './place.ts';

/** The edits, of which version of the text; or why there are none. */
export type Applied = { readonly edits: readonly Edit[]; readonly version: number } | Required<ApplyResult>;

export async function applied(document: LangiumDocument, services: CnnServices, name: string, tried: Tried): Promise<Applied> {
  await loadImports(document, services.shared);
  const a = services.analyses.of(document);
  if (isBroken(document)) return { refused: 'The file has a syntax error: correct it first.' };
  const target = a.targets.find((t) => t.name === name);
  if (!target) return { refused: `\`${name}\` no longer exists, or it cannot stand alone.` };
  const result = a.trial(target, tried);
  if (result.wrong) return { refused: result.wrong.message };
  return { edits: editsOf(target, result), version: a.version };
}

/** The edits of values that can be. */
export function editsOf(target: Target, { text, tried }: TrialResult): readonly Edit[] {
  const { resolved, constants, inputs } = text;
  if (!resolved) return [];
  const values = new Map(Object.entries(tried).map(([key, value]) => [key, value.trim()]));
  const edits: Edit[] = [];
  const added: string[] = [];
  let alias: Invocation | undefined;
  for (const { name } of resolved.declaration.params) {
    const value = values.get(name);
    const place = value === undefined ? undefined : placeOf(target, resolved, name);
    if (value === undefined || !place || place.kind === 'none') continue;
    if (place.kind === 'replace') edits.push(write(locationOf(place.value), value));
    else {
      alias = place.alias;
      added.push(`${name}=${value}`);
    }
  }
  if (alias) edits.push(withArguments(alias, added.join(', ')));
  for (const c of constants.keys()) {
    const value = values.get(keyOfConstant(c.name));
    if (value !== undefined) edits.push(write(locationOf(c.value), value));
  }
  const on = inputs.map((shape, i) => values.get(keyOfInput(i)) ?? shape.join('x'));
  const { previews } = target.declaration;
  if (previews.length > 0) {
    for (const [i, p] of previews.entries()) {
      const value = values.get(keyOfInput(i));
      if (value !== undefined) edits.push(write(locationOf(p), value));
    }
  } else if (inputs.some((_, i) => values.has(keyOfInput(i)))) {
    // An alias on an input of its own.
    edits.push(after(locationOfProperty(target.declaration, 'alias'), ` on ${on.join(', ')}`));
  }
  return joined(edits);
}

/** What is inserted at one place is one edit: editors need not agree on the order of several. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const at = new Map<string, Edit>();
  for (const e of edits) {
    const place = JSON.stringify(e.location);
    at.set(place, { location: e.location, text: (at.get(place)?.text ?? '') + e.text });
  }
  return [...at.values()];
}

/** More arguments for a call that may have none yet. */
function withArguments(call: Invocation, more: string): Edit {
  const last = call.args.at(-1);
  if (last) return after(locationOf(last), `, ${more}`);
  if (!call.parens) return after(locationOf(call), `(${more})`);
  const { uri, range } = locationOf(call);
  const behind = { line: range.end.line, character: range.end.character - 1 };
  return { location: { uri, range: { start: behind, end: behind } }, text: more };
}
