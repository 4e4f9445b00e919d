/** What may stand at a cursor, from the text before it. */
import { framesOf } from './call-context.ts';
import type { Call, Frame, Local, Use } from './states.ts';
import { visible } from './steps.ts';
import { tokensBefore } from './tokens.ts';

export type Place =
  | { readonly in: 'declaration' }
  /** Only these keywords. */
  | { readonly in: 'keywords'; readonly words: readonly string[] }
  /** A block or network, behind `versus` or the `=` of a network. */
  | { readonly in: 'variant'; readonly of: 'versus' | 'alias' }
  /** The names of an import; those before the cursor are `given`. */
  | { readonly in: 'import'; readonly given: readonly string[] }
  /** The path of an import: `from` is where it begins inside its quotes, undefined where they are missing. */
  | { readonly in: 'path'; readonly from: number | undefined }
  | {
      readonly in: 'stage';
      /** Named values may start a pipeline. */
      readonly start: boolean;
      /** Whatever begins a statement may stand here, not only a stage. */
      readonly statement: boolean;
      /** Keywords that may stand here too, before all else. */
      readonly words: readonly string[];
    }
  /** An expression. `fresh`: a value begins here. `layers`: its value may be a layer. `body`: `in` and `here` are known. */
  | { readonly in: 'value'; readonly of: Use; readonly fresh: boolean; readonly layers: boolean; readonly body: boolean }
  | { readonly in: 'argument'; readonly call: Call; readonly begins: boolean; readonly fresh: boolean; readonly body: boolean }
  | { readonly in: 'member' };

/** A cursor's place, and the names that the declaration around it gives there. */
export interface Reading {
  readonly place: Place;
  /** The innermost first. */
  readonly locals: readonly Local[];
  /** The declaration around the cursor; it cannot use itself unless a condition ends that. */
  readonly enclosing: string;
  readonly conditional: boolean;
  readonly prefix: string;
}

const keywords = (...words: readonly string[]): Place => ({ in: 'keywords', words });

function expressionPlace(f: Frame, body: boolean, newLine: boolean): Place {
  if (f.state.at !== 'expression') return keywords();
  const { of, want, begins, fresh, needs, words } = f.state;
  if (want === 'member') return { in: 'member' };
  if (want === 'operand') {
    if (f.call) return { in: 'argument', call: f.call, begins, fresh, body };
    const layers = fresh && (of === 'let' || of === 'parameter' || of === 'argument' || of === 'for');
    return { in: 'value', of, fresh, layers, body };
  }
  if (needs.length > 0) return keywords(...needs.slice(-1));
  if (f.kind === 'file' && (of === 'let' || of === 'fn') && newLine) return { in: 'declaration' };
  // A condition may go on, so a statement is offered on the next line only.
  if (f.kind !== 'file' && (of === 'let' || of === 'expect') && newLine) return statement(f);
  return keywords(...words);
}

function statement(f: Frame): Place {
  const words = [
    ...(f.state.at === 'statement' && f.state.after === 'if' ? ['else {'] : []),
    ...(f.kind === 'merges' && !(f.state.at === 'statement' && f.state.after === 'nothing') ? ['|'] : []),
  ];
  return { in: 'stage', start: true, statement: true, words };
}

function placeOf(f: Frame, body: boolean, newLine: boolean): Place {
  const { state } = f;
  switch (state.at) {
    case 'declaration':
      return { in: 'declaration' };
    case 'name':
      return state.of === 'import' ? { in: 'import', given: f.declares.given } : keywords();
    case 'head':
      return state.ends && newLine ? { in: 'declaration' } : keywords(...state.words);
    case 'variant':
      return { in: 'variant', of: state.of };
    case 'path':
      return { in: 'path', from: undefined };
    case 'expression':
      return expressionPlace(f, body, newLine);
    case 'statement':
    case 'word':
      return statement(f);
    case 'stage':
      return { in: 'stage', start: state.start, statement: false, words: [] };
    case 'else':
      return keywords('{', 'if');
    case 'merge':
      return keywords('{');
    case 'branch':
      return keywords('|');
    default:
      return state satisfies never;
  }
}

/** Reads the text before an offset; undefined where nothing is to be offered, as in a comment. */
export function readPlace(text: string, offset: number): Reading | undefined {
  const { tokens, prefix, newLine, inside } = tokensBefore(text, offset);
  if (inside?.kind === 'comment') return undefined;
  const frames = framesOf(tokens);
  const top = frames.at(-1);
  const file = frames[0];
  if (!top || !file) return undefined;
  const body = frames.some((f) => f.kind === 'body' || f.kind === 'merges');
  const place = placeOf(top, body, newLine);
  if (inside && place.in !== 'path') return undefined;
  // Only an expression has members.
  if (top.last === '.' && place.in !== 'member') return undefined;
  return {
    place: inside ? { in: 'path', from: inside.from } : place,
    // The input of a declaration stands before its parameters.
    locals: place.in === 'value' && place.of === 'on' ? [] : frames.toReversed().flatMap((f) => (f === top ? visible(f) : f.names)),
    enclosing: file.declares.name,
    conditional: top.conditional,
    prefix,
  };
}
