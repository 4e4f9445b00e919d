/** What half-typed text is read into: a stack of open brackets, each with what the grammar expects next in it. */

/** What a new name is for. */
export type Naming = 'block' | 'network' | 'let' | 'fn' | 'import' | 'alias' | 'output' | 'index' | 'variable' | 'parameter';
/** What an expression belongs to. */
export type Use = 'let' | 'fn' | 'on' | 'repeat' | 'for' | 'if' | 'expect' | 'parameter' | 'argument';

export type State =
  | { readonly at: 'declaration' }
  /** A name is typed that is new; in an import, one that the other file has. */
  | { readonly at: 'name'; readonly of: Naming }
  /** Behind a name: keywords that may follow. `ends`: the declaration may be complete. */
  | { readonly at: 'head'; readonly of: Naming | 'variant'; readonly words: readonly string[]; readonly ends: boolean }
  /** Behind `versus`, or the `=` of a network. */
  | { readonly at: 'variant'; readonly of: 'versus' | 'alias' }
  | { readonly at: 'path' }
  | {
      readonly at: 'expression';
      readonly of: Use;
      readonly want: 'operand' | 'operator' | 'member';
      /** Nothing of it stands there yet. */
      readonly begins: boolean;
      /** It begins, or a conditional has come to one of its values. */
      readonly fresh: boolean;
      /** The words that its conditionals still need, the innermost last. */
      readonly needs: readonly ('then' | 'else')[];
      /** Keywords that may follow it. */
      readonly words: readonly string[];
    }
  | { readonly at: 'statement'; readonly after: 'nothing' | 'stage' | 'if' }
  /** Behind an arrow, a label or an equals sign. `start`: a pipeline starts here. */
  | { readonly at: 'stage'; readonly start: boolean }
  /** Behind a word that may be a stage, a label or the name of a value. */
  | { readonly at: 'word'; readonly start: boolean; readonly statement: boolean }
  /** Behind `else`; behind `concat` before its brace; behind that brace. */
  | { readonly at: 'else' | 'merge' | 'branch' };

/** A name that the text before the cursor declares. */
export interface Local {
  readonly name: string;
  readonly kind: 'parameter' | 'constant' | 'variable' | 'value';
  /** The first token of its value or default, by which one can tell a layer from a number. */
  readonly starts: string | undefined;
}

/** A call whose brackets are open. */
export interface Call {
  readonly callee: string;
  /** Which argument is typed, from 0. */
  readonly argument: number;
  /** Its name, where `name=` was typed. */
  readonly name: string | undefined;
  /** The names of the arguments before it; empty for those by position. */
  readonly given: readonly string[];
}

/** An open bracket, or the file. */
export interface Frame {
  readonly kind: 'file' | 'body' | 'merges' | 'parameters' | 'variables' | 'call' | 'group' | 'list';
  readonly state: State;
  /** The token before. */
  readonly last: string;
  /** What can be seen, the latest first. */
  readonly names: readonly Local[];
  /** Labels, seen behind the next arrow. */
  readonly labels: readonly Local[];
  /** Seen from the next statement on. */
  readonly pending: readonly Local[];
  /** Seen in the body that comes next. */
  readonly inner: readonly Local[];
  /** In a file: the declaration that is read; in an import, `given` are its names. */
  readonly declares: { readonly keyword: string; readonly name: string; readonly given: readonly string[] };
  readonly call: Call | undefined;
  /** In a body: inside an `if`. */
  readonly conditional: boolean;
}

export const expression = (
  of: Use,
  words: readonly string[] = [],
  needs: readonly ('then' | 'else')[] = [],
): Extract<State, { at: 'expression' }> => ({
  at: 'expression',
  of,
  want: 'operand',
  begins: true,
  fresh: true,
  needs,
  words,
});

export const frame = (kind: Frame['kind'], state: State): Frame => ({
  kind,
  state,
  last: '',
  names: [],
  labels: [],
  pending: [],
  inner: [],
  declares: { keyword: '', name: '', given: [] },
  call: undefined,
  conditional: false,
});
