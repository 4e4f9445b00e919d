/**
 * What the meaning of a declaration depends on: its own text, and that of every declaration that it mentions, directly or not. Two
 * declarations with equal keys elaborate to equal instances for equal arguments, so an edit touches only what mentions what it changed.
 */
import { AstUtils, type LangiumDocument } from 'langium';
import { type Declaration, isModel, type Model } from '../syntax/generated/ast.ts';
import { textOf } from '../syntax/source.ts';
import { type DeclarationId, idOf } from '../syntax/spot.ts';
import type { FileScopes } from './files.ts';
import type { Kept } from './kept.ts';
import type { Binding } from './scope.ts';

interface Written {
  /** Equal for declarations of one name whose text is equal. */
  readonly text: string;
  /** Every word in it, of which some are names of other declarations. */
  readonly words: ReadonlySet<string>;
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.replace(/#[^\n]*|"[^"\n]*"/g, ' ').match(/[A-Za-z_]\w*/g));

/** By declaration, which is taken over into the next tree only as it is, under the same id. */
const written = new WeakMap<Declaration, Written>();
let broken = 0;

function writtenOf(d: Declaration, document: LangiumDocument): Written {
  const known = written.get(d);
  if (known) return known;
  const { offset = 0, end = 0, range } = d.$cstNode ?? {};
  const text = document.textDocument.getText().slice(offset, end);
  // Where the parser had to guess, the guess depends on what follows too: such a declaration is equal to none before it.
  const guessed = isGuessed(d, document) ? `!${++broken}` : '';
  // The first line keeps its characters, so it matters in which column it begins.
  const entry = { text: `${idOf(d)}@${range?.start.character ?? 0}${guessed}:${text}`, words: wordsOf(text) };
  written.set(d, entry);
  return entry;
}

/** Whether a syntax error stands in a declaration, or between it and the next. */
function isGuessed(d: Declaration, { parseResult }: LangiumDocument): boolean {
  const errors = [...parseResult.lexerErrors.map((e) => e.offset), ...parseResult.parserErrors.map((e) => e.token.startOffset)];
  if (errors.length === 0) return false;
  const from = d.$cstNode?.offset ?? 0;
  const { declarations } = parseResult.value as Model;
  const next = declarations[declarations.indexOf(d) + 1]?.$cstNode?.offset ?? Number.POSITIVE_INFINITY;
  return errors.some((at) => (Number.isFinite(at) ? from <= at && at <= next : next === Number.POSITIVE_INFINITY));
}

interface Mentions {
  readonly declarations: readonly Declaration[];
  /** Names whose import failed: they are known, and mean nothing. */
  readonly failed: string;
}

const declarationOf = (b: Binding | undefined): Declaration | undefined =>
  b?.kind === 'declaration' || b?.kind === 'function' || b?.kind === 'lazy' ? b.declaration : undefined;

/** The keys of one elaboration. */
export class Contents {
  private readonly files: FileScopes;
  private readonly kept: Kept;
  private readonly keys = new Map<Declaration, string>();
  private readonly mentioned = new Map<Declaration, Mentions>();

  constructor(files: FileScopes, kept: Kept) {
    this.files = files;
    this.kept = kept;
  }

  /** The key of a declaration. */
  keyOf(d: Declaration): string {
    const known = this.keys.get(d);
    if (known !== undefined) return known;
    const all = this.closure(d);
    const texts = [...all].map((n) => this.written(n).text + this.mentions(n).failed);
    const numbers = texts.map((text) => this.kept.number(text)).sort((a, b) => a - b);
    const key = `${this.kept.number(texts[0] ?? '')}:${numbers.join()}`;
    this.keys.set(d, key);
    return key;
  }

  /** Whether the key of a declaration depends on another. */
  covers(d: Declaration, other: DeclarationId): boolean {
    return [...this.closure(d)].some((n) => idOf(n) === other);
  }

  /** A declaration and all that it mentions, directly or not. */
  closure(d: Declaration): ReadonlySet<Declaration> {
    const all = new Set([d]);
    for (const n of all) for (const m of this.mentions(n).declarations) all.add(m);
    return all;
  }

  /** What is tried in place of a constant's value is as though it were written behind it. */
  private written(d: Declaration): Written {
    const own = writtenOf(d, AstUtils.getDocument(d));
    const tried = d.$type === 'Let' ? this.files.insteadOf(d) : undefined;
    if (!tried) return own;
    const text = textOf(tried);
    return { text: `${own.text}\n${text}`, words: new Set([...own.words, ...wordsOf(text)]) };
  }

  private mentions(d: Declaration): Mentions {
    const known = this.mentioned.get(d);
    if (known) return known;
    const model = AstUtils.getContainerOfType(d, isModel);
    const scope = model && this.files.known(model);
    const declarations: Declaration[] = [];
    let failed = '';
    for (const w of this.written(d).words) {
      const binding = scope?.own(w);
      const found = declarationOf(binding);
      if (found) declarations.push(found);
      else if (binding) failed += ` ?${w}`;
    }
    const mentions = { declarations, failed };
    this.mentioned.set(d, mentions);
    return mentions;
  }
}
