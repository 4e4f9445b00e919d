/** Which names of a text are read, and which are only given. */
import type { AstNode, LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { Meanings, meansInside } from '../names/means.ts';
import { declarationIn, importedModel } from '../names/of-file.ts';
import { idOf, introduces, type NamePlace, placesOf } from '../names/places.ts';
import { type Declaration, isArgument, isImportName, isInvocation, isReference } from '../syntax/generated/ast.ts';
import { modelOf } from '../syntax/imports.ts';
import { nodesOf } from '../syntax/walk.ts';
import type { Linted } from './lint.ts';

export interface ReadNames {
  /** The places where a name is given that nothing reads. What the file declares is not among them: other files may read it. */
  readonly unread: readonly NamePlace[];
  /** Whether anything reads the name that is given at a place. */
  isRead(place: NamePlace): boolean;
}

/** The names in a declaration, by its text alone. */
interface Inside {
  /** Where names are given, and which of these places no clear use reads. */
  readonly given: readonly NamePlace[];
  readonly left: readonly NamePlace[];
  /** The names by which clear uses go: clear, as long as the file itself has none of them. */
  readonly clear: ReadonlySet<string>;
  /** The uses that are not clear, and those of names that nothing inside has. */
  readonly unclear: readonly NamePlace[];
  readonly outside: readonly NamePlace[];
}

/** By declaration: an edit changes one of many. */
const insides = new WeakMap<Declaration, Inside>();

function insideOf(d: Declaration): Inside {
  const known = insides.get(d) ?? lookInside(d);
  insides.set(d, known);
  return known;
}

/** An argument's name gives a parameter its value; it does not read it. */
const isUse = (p: NamePlace): boolean => !introduces(p) && !isArgument(p.node);

function lookInside(d: Declaration): Inside {
  const places = nodesOf(d).flatMap((n) => [...placesOf(n)]);
  const given = places.filter((p) => introduces(p) && p.node !== d);
  const names = new Set(given.map((p) => p.name));
  const read = new Map<AstNode, Set<string>>();
  const clear = new Set<string>();
  const [unclear, outside]: [NamePlace[], NamePlace[]] = [[], []];
  for (const p of places.filter(isUse)) {
    const isCall = isInvocation(p.node) || isReference(p.node);
    const found = !isCall ? 'unclear' : names.has(p.name) ? meansInside(p.node) : 'outside';
    if (found === 'unclear') unclear.push(p);
    else if (found === 'outside') outside.push(p);
    else {
      clear.add(p.name);
      read.set(found.by.node, (read.get(found.by.node) ?? new Set<string>()).add(found.by.property));
    }
  }
  return { given, left: given.filter((p) => !read.get(p.node)?.has(p.property)), clear, unclear, outside };
}

/** As before, where names that seem clear are not, as the file has something by them. */
const withoutClear = (d: Declaration, { given }: Inside): Inside => ({
  given,
  left: given,
  clear: new Set(),
  unclear: nodesOf(d).flatMap((n) => [...placesOf(n)].filter(isUse)),
  outside: [],
});

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
  const { imports = [], declarations = [] } = modelOf(document) ?? {};
  const imported = imports.flatMap((i) => i.names.flatMap((n) => [...placesOf(n)].filter(introduces)));
  const importedNames = new Set(imported.map((p) => p.name));
  const ofFile = new Set([...importedNames, ...declarations.map((d) => d.name)]);
  const all = declarations.map((d) => {
    const inside = insideOf(d);
    return [...inside.clear].some((name) => ofFile.has(name)) ? withoutClear(d, inside) : inside;
  });
  const names = new Set([...importedNames, ...all.flatMap((i) => i.given.map((p) => p.name))]);
  // Names that nobody gives, as most layers', need no looking up.
  const uses = all.flatMap((i) => [...i.unclear.filter((p) => names.has(p.name)), ...i.outside.filter((p) => importedNames.has(p.name))]);
  const meanings = new Meanings(shared);
  const read = new Set(uses.flatMap((p) => meanings.of(p)).map((t) => t.id));
  const unread = [...imported.filter((p) => !isMissing(p, document, shared)), ...all.flatMap((i) => i.left)].filter(
    (place) => !meanings.of(place).some((t) => read.has(t.id)),
  );
  const ids = new Set(unread.map(idOf));
  return { unread, isRead: (place) => !ids.has(idOf(place)) };
}
