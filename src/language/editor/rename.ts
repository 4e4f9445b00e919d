/** Rename: a name at all its places, refused where afterwards any name would mean something else. */
import { AstUtils, type LangiumDocument } from 'langium';
import type { RenameProvider } from 'langium/lsp';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { layers } from '../../layers/index.ts';
import type { CnnServices } from '../analysis/services.ts';
import { type Builtin, isBuiltin, type Thing } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { idOf, introduces, locationOfPlace, type NamePlace, placeAt, placesIn, scopeOf } from '../names/places.ts';
import { isBlock, isImportName, isLabelledStage, isNamed, isNetwork } from '../syntax/generated/ast.ts';
import { isKeyword } from '../syntax/keywords.ts';
import { isBroken } from '../syntax/syntax-problems.ts';
import { documentsAround, rangeOf } from './references.ts';

interface At {
  readonly position: { readonly line: number; readonly character: number };
}

/** What editors show as the reason why nothing was renamed. It is the connection's own class of error: Langium may bring another copy. */
const refusal = (message: string): ResponseError<void> => new ResponseError(LSPErrorCodes.RequestFailed, message);

const fileOf = (uri: string): string => decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));

/** `line 3`, and the file where it is another. */
function where(p: NamePlace, from: LangiumDocument): string {
  const { uri, range } = locationOfPlace(p);
  return `line ${range.start.line + 1}${uri === from.uri.toString() ? '' : ` of ${fileOf(uri)}`}`;
}

/** Every place that has to change with a name: what may mean one thing or another holds them together. */
function together(things: readonly Thing[], places: readonly NamePlace[], meanings: Meanings): readonly NamePlace[] {
  const wanted = new Set(things.map((t) => t.id));
  const open = new Set(places.map((place) => ({ place, means: meanings.of(place) })));
  const found: NamePlace[] = [];
  for (let before = -1; before < found.length; ) {
    before = found.length;
    for (const p of open) {
      if (!p.means.some((t) => wanted.has(t.id))) continue;
      for (const t of p.means) wanted.add(t.id);
      refuseBuiltin(p.place.name, p.means);
      found.push(p.place);
      open.delete(p);
    }
  }
  return found;
}

function refuseBuiltin(name: string, things: readonly Thing[]): void {
  const builtin = things.find(isBuiltin);
  if (!builtin) return;
  throw refusal(
    things.length === 1
      ? `\`${name}\` is ${phrase(builtin)} and cannot be renamed.`
      : `\`${name}\` cannot be renamed: depending on the block’s arguments, it is also ${phrase(builtin)}.`,
  );
}

function phrase(b: Builtin): string {
  if (b.builtin === 'parameter') return `a parameter of the built-in layer \`${b.of}\``;
  return b.builtin === 'figure' ? 'a figure that `expect` knows' : `a built-in ${b.builtin}`;
}

export class CnnRename implements RenameProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async prepareRename(document: LangiumDocument, { position }: At): Promise<Range> {
    return rangeOf((await this.changes(document, position)).place);
  }

  async rename(document: LangiumDocument, { position, newName }: At & { readonly newName: string }): Promise<WorkspaceEdit> {
    const { place, places, documents, meanings } = await this.changes(document, position);
    if (newName === place.name) return { changes: {} };
    this.refuseWord(newName);
    this.refuseUnread(places);
    for (const p of places) if (introduces(p)) refuseTaken(p, newName, document);
    this.refuseChange(places, place.name, newName, documents, meanings, document);
    const changes: Record<string, TextEdit[]> = {};
    for (const p of places) {
      const { uri } = locationOfPlace(p);
      const edits = changes[uri] ?? [];
      edits.push({ range: rangeOf(p), newText: newName });
      changes[uri] = edits;
    }
    return { changes };
  }

  /** The name at a position and all that changes with it. */
  private async changes(document: LangiumDocument, position: At['position']) {
    const documents = await documentsAround(document, this.services.shared);
    const place = placeAt(document, position);
    if (!place) throw refusal('There is no name to rename here.');
    const meanings = new Meanings(this.services.shared);
    const things = meanings.of(place);
    if (things.length === 0) throw refusal(`\`${place.name}\` is unknown here, so it cannot be renamed.`);
    const named = documents.flatMap((d) => [...placesIn(d)]).filter((p) => p.name === place.name);
    return { place, places: together(things, named, meanings), documents, meanings };
  }

  private refuseWord(name: string): void {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw refusal(`\`${name}\` is not a name: a name consists of letters, digits and \`_\`, and does not begin with a digit.`);
    if (isKeyword(name)) throw refusal(`\`${name}\` is a reserved word: choose another name.`);
  }

  /** What does not parse may hold uses that would be missed. */
  private refuseUnread(places: readonly NamePlace[]): void {
    for (const d of new Set(places.map((p) => AstUtils.getDocument(p.node))))
      if (isBroken(d))
        throw refusal(`${fileOf(d.uri.toString())} has a syntax error: correct it first, so that no use of the name is missed.`);
  }

  /** Looks every name up once more, as though it were done. */
  private refuseChange(
    places: readonly NamePlace[],
    from: string,
    to: string,
    documents: readonly LangiumDocument[],
    before: Meanings,
    document: LangiumDocument,
  ): void {
    const after = new Meanings(this.services.shared, { ids: new Set(places.map(idOf)), from, to });
    const ids = (m: Meanings, p: NamePlace): string =>
      m
        .of(p)
        .map((t) => t.id)
        .join();
    for (const p of documents.flatMap((d) => [...placesIn(d)]))
      if ((p.name === from || p.name === to) && ids(before, p) !== ids(after, p))
        throw refusal(`\`${to}\` would mean something else in ${where(p, document)} if \`${from}\` took that name: choose another name.`);
  }
}

/** A name that its scope has already, or that hides a layer. */
function refuseTaken(p: NamePlace, to: string, document: LangiumDocument): void {
  const scope = scopeOf(p);
  for (const other of placesIn(AstUtils.getDocument(p.node)))
    if (other.name === to && introduces(other) && scopeOf(other) === scope)
      throw refusal(`\`${to}\` already exists, in ${where(other, document)}: choose another name.`);
  const hides = [isBlock, isNetwork, isNamed, isLabelledStage, isImportName].some((is) => is(p.node));
  if (hides && layers.has(to)) throw refusal(`\`${to}\` is a built-in layer, which would be hidden: choose another name.`);
}
