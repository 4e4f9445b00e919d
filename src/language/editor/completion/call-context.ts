/** Reads text before a cursor, half-typed as it may be: which brackets are open, and what is expected in the innermost. */
import { expression, type Frame, frame, type State } from './states.ts';
import { DECLARATIONS, stepBody, stepFile, stepList } from './steps.ts';
import { isWord } from './tokens.ts';

const PAIRS: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const BRACKET: Readonly<Record<Frame['kind'], string>> = {
  file: '',
  body: '{',
  merges: '{',
  parameters: '(',
  call: '(',
  group: '(',
  list: '[',
  variables: '[',
};

const step = (f: Frame, t: string): Frame => {
  const next = f.kind === 'file' ? stepFile(f, t) : BRACKET[f.kind] === '{' ? stepBody(f, t) : stepList(f, t);
  return { ...next, last: t };
};

/** The frame that a bracket opens. */
function opened(outer: Frame, bracket: string): Frame {
  const { state } = outer;
  const inside = (kind: Frame['kind']): Frame =>
    frame(kind, { ...expression(state.at === 'expression' ? state.of : 'argument'), begins: kind === 'list', fresh: kind === 'list' });
  if (bracket === '{') {
    const conditional = outer.conditional || state.at === 'else' || (state.at === 'expression' && state.of === 'if');
    const start: State = state.at === 'merge' ? { at: 'branch' } : { at: 'statement', after: 'nothing' };
    return { ...frame(state.at === 'merge' ? 'merges' : 'body', start), names: outer.inner, conditional };
  }
  if (bracket === '[') return state.at === 'name' && state.of === 'variable' ? frame('variables', state) : inside('list');
  if (state.at === 'head' && ['block', 'network', 'fn'].includes(state.of)) return frame('parameters', { at: 'name', of: 'parameter' });
  const called = state.at === 'word' || state.at === 'head' || (state.at === 'expression' && state.want === 'operator');
  if (!called || !isWord(outer.last)) return inside('group');
  return { ...frame('call', expression('argument')), call: { callee: outer.last, argument: 0, name: undefined, given: [] } };
}

/** The frame around a bracket that closes, with the names that it leaves. */
function closed(outer: Frame, inner: Frame): Frame {
  const next = step(outer, { '(': '()', '[': '[]', '{': '{}' }[BRACKET[inner.kind]] ?? '');
  if (inner.kind === 'parameters') return { ...next, names: inner.names };
  return inner.kind === 'variables' ? { ...next, inner: inner.names } : next;
}

/** The open brackets after some tokens, the file first. */
export function framesOf(tokens: readonly string[]): readonly Frame[] {
  // A block, a network and an import stand in no bracket: whatever was left open before does not reach into them.
  const from = tokens.findLastIndex((t) => t !== 'let' && t !== 'fn' && DECLARATIONS.includes(t));
  const stack: Frame[] = [frame('file', { at: 'declaration' })];
  for (const t of tokens.slice(Math.max(from, 0))) {
    const top = stack.at(-1) ?? frame('file', { at: 'declaration' });
    const pair = PAIRS.get(t);
    if (t === '(' || t === '[' || t === '{') stack.push(opened(top, t));
    else if (pair === undefined) stack[stack.length - 1] = step(top, t);
    else {
      const opener = stack.findLastIndex((f) => BRACKET[f.kind] === pair);
      const brace = stack.findLastIndex((f) => BRACKET[f.kind] === '{');
      const inner = stack[opener];
      const outer = stack[opener - 1];
      // A bracket that closes nothing, or something around the body that it stands in, is a slip.
      if (inner && outer && opener >= brace) stack.splice(opener - 1, stack.length, closed(outer, inner));
    }
  }
  return stack;
}
