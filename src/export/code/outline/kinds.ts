/** What the names of a block stand for: constants, values, or lists in which values are. Told from the text, for all of the block at once. */
import type { OutlineBlock, OutlineBranch, OutlineExpr, OutlinePattern, OutlineStage, OutlineStatement } from '../../../graph/outline.ts';

export type Kind =
  | 'constant'
  | 'value'
  /** A shared layer. */
  | 'module'
  /** A list of elements of one kind; a pair and the like. */
  | { readonly of: Kind }
  | { readonly parts: readonly Kind[] };
export type Kinds = ReadonlyMap<string, Kind>;

/** The kind of a member of what a stage calls. */
type Members = (at: string, member: string) => Kind;

/** What a name stands for that has been given both: `let xs = []` is a list of values where some are added to it. */
function joined(a: Kind, b: Kind): Kind {
  if (a === 'constant') return b;
  if (typeof a === 'string' || typeof b === 'string') return a;
  if ('of' in a && 'of' in b) return { of: joined(a.of, b.of) };
  if ('parts' in a && 'parts' in b && a.parts.length === b.parts.length)
    return { parts: a.parts.map((k, i) => joined(k, b.parts[i] as Kind)) };
  return a;
}

const listOf = (of: Kind): Kind => (of === 'constant' ? 'constant' : { of });
/** The kind of what a list holds. */
export const elementOf = (k: Kind): Kind => (typeof k === 'string' ? 'constant' : 'of' in k ? k.of : k.parts.reduce(joined, 'constant'));
/** The kind of each part into which an element falls. */
const partOf = (k: Kind, i: number): Kind => (typeof k === 'string' ? 'constant' : 'of' in k ? k.of : (k.parts[i] ?? 'constant'));

const AXES = new Set(['c', 'h', 'w']);

/** The names of a pattern with what each stands for. */
export function boundBy(p: OutlinePattern, k: Kind): readonly (readonly [string, Kind])[] {
  return typeof p === 'string' ? [[p, k]] : p.flatMap((inner, i) => boundBy(inner, partOf(k, i)));
}

/** The kind of an expression. `find`: of names; `member`: of a value inside the call that a name labels. */
export function kindOf(e: OutlineExpr, find: (n: string) => Kind, member: (of: string, m: string) => Kind): Kind {
  const of = (x: OutlineExpr): Kind => kindOf(x, find, member);
  switch (e.kind) {
    case 'here':
      return 'value';
    case 'list': {
      const all = e.items.map(of);
      if (all.every((k) => k === 'constant')) return 'constant';
      const [first] = all;
      return all.every((k) => JSON.stringify(k) === JSON.stringify(first)) ? { of: first as Kind } : { parts: all };
    }
    case 'group':
      return of(e.inner);
    case 'binary':
      return joined(of(e.left), of(e.right));
    case 'conditional':
      return joined(of(e.yes), of(e.no));
    case 'index':
      return elementOf(of(e.of));
    case 'slice':
      return of(e.of);
    case 'comprehension': {
      const bound = new Map(boundBy(e.pattern, elementOf(of(e.list))));
      return listOf(kindOf(e.item, (n) => bound.get(n) ?? find(n), member));
    }
    case 'member':
      return AXES.has(e.member) || e.of.kind !== 'call' || e.of.args !== undefined ? 'constant' : member(e.of.callee, e.member);
    case 'call': {
      if (e.args === undefined) return find(e.callee);
      const args = e.args.map((a) => elementOf(of(a.value)));
      if (args.every((k) => k === 'constant')) return 'constant';
      if (e.callee === 'zip') return { of: { parts: args } };
      return e.callee === 'enumerate' ? { of: { parts: ['constant', args[0] as Kind] } } : 'constant';
    }
    default:
      return 'constant';
  }
}

/** The kinds of all names that a block gives. */
export function kindsOf(block: OutlineBlock, members: Members, given: Kinds = new Map()): Kinds {
  const kinds = new Map<string, Kind>();
  const places = new Map<string, string>();
  const give = (n: string, k: Kind): void => {
    kinds.set(n, joined(kinds.get(n) ?? 'constant', k));
  };
  const of = (e: OutlineExpr): Kind =>
    kindOf(
      e,
      (n) => kinds.get(n) ?? 'constant',
      (n, m) => members(places.get(n) ?? '', m),
    );
  const bind = (p: OutlinePattern, list: OutlineExpr): void => {
    for (const [n, k] of boundBy(p, elementOf(of(list)))) give(n, k);
  };
  const branches = (all: readonly OutlineBranch[]): void => {
    for (const b of all) {
      if (b.kind === 'branch') statements(b.body);
      else if (b.kind === 'let') give(b.name, of(b.value));
      else if (b.kind === 'if') branches([...b.yes, ...(b.no ?? [])]);
      else {
        if (b.kind === 'for') bind(b.pattern, b.list);
        branches(b.branches);
      }
    }
  };
  const stages = (all: readonly OutlineStage[]): void => {
    for (const { stage, label, at } of all) {
      if (label !== undefined) {
        give(label, 'value');
        places.set(label, at);
      }
      if (stage.kind === 'merge') branches(stage.branches);
      else if (stage.kind === 'if') statements([...stage.yes, ...(stage.no ?? [])]);
      else if (stage.kind === 'repeat' || stage.kind === 'for') {
        if (stage.kind === 'for') bind(stage.pattern, stage.list);
        statements(stage.body);
      }
    }
  };
  const statements = (body: readonly OutlineStatement[]): void => {
    for (const s of body) {
      if (s.kind === 'let') give(s.name, of(s.value));
      else if (s.kind === 'shared') give(s.name, 'module');
      else {
        if (s.kind !== 'pipeline' && s.value) {
          give(s.name, 'value');
          places.set(s.name, s.value.at(-1)?.at ?? '');
        }
        stages(s.value ?? []);
      }
    }
  };
  for (const [p, k] of given) give(p, k);
  for (const t of block.takes) give(t, 'value');
  // What is added to a list in one round is in it in the next.
  for (let before = ''; before !== JSON.stringify([...kinds]); ) {
    before = JSON.stringify([...kinds]);
    statements(block.body);
  }
  return kinds;
}
