/** Which names of a text are read, and which are only given. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { Meanings } from '../names/means.ts';
import { declarationIn, importedModel } from '../names/of-file.ts';
import { idOf, introduces, type NamePlace, placesIn } from '../names/places.ts';
import { isArgument, isImportName } from '../syntax/generated/ast.ts';
import type { Linted } from './lint.ts';

export interface ReadNames {
  /** The places where a name is given that nothing reads. */
  readonly unread: readonly NamePlace[];
  /** Whether anything reads the name that is given at a place. */
  isRead(place: NamePlace): boolean;
}

const known = new WeakMap<LangiumDocument['parseResult'], ReadNames>();

/** Looks up every name of a text, once for all lints. */
export function readNames({ document, shared }: Linted): ReadNames {
  const found = known.get(document.parseResult) ?? find(document, shared);
  known.set(document.parseResult, found);
  return found;
}

/** Whether an import names something that does not exist: that is reported already, and once it exists it may well be used. */
const isMissing = ({ node }: NamePlace, document: LangiumDocument, shared: LangiumSharedServices): boolean =>
  isImportName(node) && !declarationIn(importedModel(node.$container, document, shared), node.name);

function find(document: LangiumDocument, shared: LangiumSharedServices): ReadNames {
  const meanings = new Meanings(shared);
  const places = [...placesIn(document)];
  const given = places.filter(introduces);
  const names = new Set(given.map((p) => p.name));
  // An argument's name gives a parameter its value; it does not read it. Names that nobody gives, as most layers', need no looking up.
  const uses = places.filter((p) => !introduces(p) && names.has(p.name) && !isArgument(p.node) && !isImportName(p.node));
  const read = new Set(uses.flatMap((p) => meanings.of(p)).map((t) => t.id));
  const unread = given.filter((place) => !isMissing(place, document, shared) && !meanings.of(place).some((t) => read.has(t.id)));
  const ids = new Set(unread.map(idOf));
  return { unread, isRead: (place) => !ids.has(idOf(place)) };
}
