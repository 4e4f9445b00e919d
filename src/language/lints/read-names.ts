/** Which names of a text are read, and which are only given. */
import type { LangiumDocument } from 'langium';
import { Meanings } from '../names/means.ts';
import { idOf, introduces, type Place, placesIn } from '../names/places.ts';
import { isArgument, isImportName } from '../syntax/generated/ast.ts';
import type { Linted } from './lint.ts';

export interface ReadNames {
  /** The places where a name is given that nothing reads. */
  readonly unread: readonly Place[];
  /** Whether anything reads the name that is given at a place. */
  isRead(place: Place): boolean;
}

const known = new WeakMap<LangiumDocument['parseResult'], ReadNames>();

/** Looks every name of a text up, once for all lints. */
export function readNames({ document, shared }: Linted): ReadNames {
  const found = known.get(document.parseResult) ?? find(document, new Meanings(shared));
  known.set(document.parseResult, found);
  return found;
}

function find(document: LangiumDocument, meanings: Meanings): ReadNames {
  const places = [...placesIn(document)];
  const given = places.filter(introduces);
  const names = new Set(given.map((p) => p.name));
  // An argument's name gives a parameter its value; it does not read it. Names that nobody gives, as most layers', need no looking up.
  const uses = places.filter((p) => !introduces(p) && names.has(p.name) && !isArgument(p.node) && !isImportName(p.node));
  const read = new Set(uses.flatMap((p) => meanings.of(p)).map((t) => t.id));
  const unread = given.filter((place) => {
    const things = meanings.of(place);
    // What an import names may not be there to be known.
    return things.length > 0 && !things.some((t) => read.has(t.id));
  });
  const ids = new Set(unread.map(idOf));
  return { unread, isRead: (place) => !ids.has(idOf(place)) };
}
