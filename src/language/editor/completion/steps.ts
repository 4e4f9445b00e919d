/** How each token changes what is expected next: the grammar as seen from inside one bracket. Brackets that are closed are one token each. */
import { BINARY, extend, starting } from './expressions.ts';
import { expression, type Frame, frame, type Local, type Naming, type State } from './states.ts';
import { isString, isWord } from './tokens.ts';

/** Keywords that begin a declaration; none of them is anything else. */
export const DECLARATIONS: readonly string[] = ['block', 'network', 'let', 'fn', 'import'];
const NO_STAGES: readonly string[] = [...BINARY, 'not', 'then', 'as', 'on', 'in', 'from', 'versus', 'true', 'false', 'here'];

const local = (name: string, kind: Local['kind']): Local => ({ name, kind, starts: undefined });

/** In a file, outside of bodies. */
export function stepFile(f: Frame, t: string): Frame {
  const to = (state: State): Frame => ({ ...f, state });
  const head = (of: Naming | 'variant', words: readonly string[], ends = false): Frame => to({ at: 'head', of, words, ends });
  if (DECLARATIONS.includes(t)) return { ...frame('file', { at: 'name', of: t as Naming }), declares: { keyword: t, name: '', given: [] } };
  if (t === '{}') return to({ at: 'declaration' });
  const { state } = f;
  switch (state.at) {
    case 'name': {
      if (state.of === 'import' && t === 'from') return to({ at: 'path' });
      if (!isWord(t)) return f;
      if (state.of === 'alias') return head('alias', ['from']);
      const declares = { ...f.declares, name: t, given: [...f.declares.given, t] };
      const words = { block: ['on', 'versus', '{'], network: ['on'], import: ['as', 'from'] }[state.of as string] ?? [];
      return { ...head(state.of, words), declares };
    }
    case 'head': {
      if (t === ',' && f.declares.keyword === 'import') return to({ at: 'name', of: 'import' });
      if (t === 'as') return to({ at: 'name', of: 'alias' });
      if (t === 'from') return to({ at: 'path' });
      if (t === 'on') return to(expression('on', state.of === 'variant' ? [] : ['versus', '{']));
      if (t === 'versus') return to({ at: 'variant', of: 'versus' });
      if (t !== '=') return f;
      return to(state.of === 'network' ? { at: 'variant', of: 'alias' } : expression(state.of === 'fn' ? 'fn' : 'let'));
    }
    case 'variant':
      if (!isWord(t)) return f;
      return state.of === 'alias' ? head('variant', ['on'], true) : head('variant', ['{']);
    case 'path':
      return isString(t) ? to({ at: 'declaration' }) : f;
    case 'expression':
      return t === 'versus' ? to({ at: 'variant', of: 'versus' }) : to(extend(state, t) ?? state);
    default:
      return f;
  }
}

/** What begins a new statement sees the names of those before. */
const begin = (f: Frame): Frame => ({ ...f, names: [...f.labels, ...f.pending, ...f.names], labels: [], pending: [], inner: [] });

/** What can be seen where the next token comes. */
export function visible(f: Frame): readonly Local[] {
  const { state } = f;
  if (state.at === 'statement' || state.at === 'word') return begin(f).names;
  if (state.at !== 'expression') return f.names;
  // A default does not see its own parameter.
  if (f.kind === 'parameters') return f.names.slice(1);
  return state.want === 'operand' ? f.names : begin(f).names;
}

/** A token that goes on with what stands before it in a body. */
function goOn(f: Frame, t: string): Frame | undefined {
  const { state } = f;
  const to = (next: State, more: Partial<Frame> = {}): Frame => ({ ...f, ...more, state: next });
  if (t === '->') return to({ at: 'stage', start: false }, { names: [...f.labels, ...f.names], labels: [] });
  if (t === '{}') return to({ at: 'statement', after: state.at === 'expression' && state.of === 'if' ? 'if' : 'stage' }, { inner: [] });
  switch (state.at) {
    case 'name': {
      if (t === '[]') return to({ at: 'head', of: 'variable', words: ['in'], ends: false });
      if (!isWord(t)) return f;
      const words = { variable: ['in'], index: ['{'] }[state.of as string] ?? [];
      return to(
        { at: 'head', of: state.of, words, ends: false },
        state.of === 'let'
          ? { pending: [local(t, 'constant'), ...f.pending] }
          : state.of === 'output'
            ? {}
            : { inner: [{ ...local(t, 'variable'), starts: state.of === 'index' ? '0' : undefined }] },
      );
    }
    case 'head':
      if (t === '=') return to(state.of === 'output' ? { at: 'stage', start: true } : expression('let'));
      return t === 'in' && state.of === 'variable' ? to(expression('for', ['{'])) : undefined;
    case 'expression': {
      if (t === 'as' && state.of === 'repeat') return to({ at: 'name', of: 'index' });
      const longer = extend(state, t);
      return longer && to(longer, state.of === 'let' ? { pending: starting(f.pending, state, t) } : {});
    }
    case 'word':
      if (t === ':') return to({ at: 'stage', start: state.start }, { labels: [local(f.last, 'value'), ...f.labels] });
      if (t === '=' && state.statement) return to({ at: 'stage', start: true }, { pending: [local(f.last, 'value'), ...f.pending] });
      return t === '()' ? to({ at: 'statement', after: 'stage' }) : undefined;
    case 'statement':
      return t === 'else' && state.after === 'if' ? to({ at: 'else' }) : undefined;
    default:
      return undefined;
  }
}

/** In a body, or a branch of a merge. */
export function stepBody(f: Frame, t: string): Frame {
  if (f.kind === 'merges' && t === '|') return { ...frame('merges', { at: 'statement', after: 'nothing' }), conditional: f.conditional };
  if (f.state.at === 'branch') return f;
  const going = goOn(f, t);
  if (going) return going;
  const inside = f.state.at === 'stage' || f.state.at === 'else';
  const to = (state: State): Frame => ({ ...(inside ? f : begin(f)), state });
  if (t === 'let' || t === 'output') return to({ at: 'name', of: t });
  if (t === 'for') return to({ at: 'name', of: 'variable' });
  if (t === 'repeat') return to(expression('repeat', ['as', '{']));
  if (t === 'if') return to(expression('if', ['and', 'or', '{']));
  if (t === 'expect') return to(expression('expect', ['and', 'or']));
  if (t === 'concat' || t === 'add' || t === 'mul') return to({ at: 'merge' });
  if (!isWord(t) || NO_STAGES.includes(t)) return f;
  return to({ at: 'word', start: f.state.at !== 'stage' || f.state.start, statement: !inside });
}

/** In round or square brackets. */
export function stepList(f: Frame, t: string): Frame {
  const { state, call } = f;
  if (f.kind === 'variables') return isWord(t) ? { ...f, names: [local(t, 'variable'), ...f.names] } : f;
  if (f.kind === 'parameters') {
    if (t === ',') return { ...f, state: { at: 'name', of: 'parameter' } };
    if (state.at === 'name' && isWord(t))
      return { ...f, state: { at: 'head', of: 'parameter', words: [], ends: false }, names: [local(t, 'parameter'), ...f.names] };
    if (state.at === 'head' && t === '=') return { ...f, state: expression('parameter') };
    return state.at === 'expression' ? { ...f, state: extend(state, t) ?? state, names: starting(f.names, state, t) } : f;
  }
  if (state.at !== 'expression') return f;
  if (t === ',') {
    const given = call && [...call.given, call.name ?? ''];
    return {
      ...f,
      state: expression(state.of),
      call: call && { ...call, argument: call.argument + 1, name: undefined, given: given ?? [] },
    };
  }
  // Many keywords are names of arguments too: `slice(from=0, to=8)`.
  if (call && t === '=' && isWord(f.last)) return { ...f, state: expression('argument'), call: { ...call, name: f.last } };
  if (call && t === '->') return { ...f, state: { ...expression('argument'), begins: false, fresh: false } };
  return { ...f, state: extend(state, t) ?? state };
}
