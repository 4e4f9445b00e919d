/** What the writer of a block passes around: the value that flows, steps of a run, places; and small questions about them. */
import type { OutlineBlock, OutlineBranch, OutlineExpr, OutlineStatement } from '../../../graph/outline.ts';
import { layerOf, layers } from '../../../layers/index.ts';
import { call, name, type Py } from '../../../layers/python.ts';
import type { Shape } from '../../../layers/shape.ts';
import { CannotSay, type TorchModule } from '../../../layers/torch.ts';
import { known, type Names, same, snake } from '../code.ts';
import { assign, type PyStatement } from '../python/statement.ts';
import type { Globals, Meaning, Site } from './expressions.ts';
import type { OutlineFacts } from './facts.ts';
import type { Kinds } from './kinds.ts';
import type { Loop, Source } from './source.ts';

/** Where the module of a stage is: under a key of its own, or the next of a list; in loops, one for each round. */
export type Slot =
  | { readonly k: 'fixed'; readonly key: string; readonly within?: number; readonly loops: readonly Loop[]; readonly hands?: Hands }
  /** Of so many modules the one at `offset` has the weights. */
  | { readonly k: 'listed'; readonly list: string; readonly modules: number; readonly offset: number; readonly loops: readonly Loop[] }
  /** A shared one that is kept elsewhere. */
  | { readonly k: 'given'; readonly source: Source; readonly loops: readonly Loop[] };
/** What a call hands on of shared layers, by the parameters that it gives them to. */
export type Hands = ReadonlyMap<string, Source>;

/** What a block is as code. */
export interface BlockCode {
  readonly statements: readonly PyStatement[];
  readonly slots: ReadonlyMap<string, Slot>;
  /** The channels that it gives, of its parameters and `in_channels`; undefined where only the module knows. */
  readonly channels: Py | undefined;
  /** Whether its modules can say them. */
  readonly saysChannels: boolean;
  /** Whether the input's channels are an argument. */
  readonly takesChannels: boolean;
}

/** What the writer of a file gives its blocks. */
export interface File extends Globals {
  readonly facts: OutlineFacts;
  /** Written already, or being written. */
  code(block: string): BlockCode | undefined;
  takesChannels(block: string): boolean;
  /** Says that a block's `out_channels` is read. */
  asks(block: string): void;
  /** The values of a block that are read from outside. */
  asked(block: string): readonly string[];
  kinds(block: string): Kinds;
  /** The parameters of a block that stand for shared layers. */
  modules(block: string): Kinds;
  /** Whether anything in it has weights. */
  hasWeights(block: string): boolean;
  /** Whether what a block gives is read, rather than values inside it alone. */
  isRead(block: string): boolean;
  /** Says that it is. */
  reads(block: string): void;
  /** Whether the channels of a value of a block are read from outside. */
  asksChannels(attribute: string): boolean;
}

/** The value that flows. */
export interface Flow {
  readonly py: Py;
  readonly channels: Py | undefined;
  readonly shapes: readonly Shape[];
  /** The values inside the call that it is, by their names. */
  readonly parts?: ReadonlyMap<string, Meaning>;
}

export interface Built {
  readonly modules?: readonly TorchModule[];
  readonly expression?: (x: Py) => Py;
  /** `ask`: of the module's `out_channels`. */
  readonly channels: Py | 'ask' | undefined;
  readonly comment?: string | undefined;
  readonly isIdentity?: boolean;
  /** The blocks whose module is asked. */
  readonly of?: readonly string[];
}
export type Step =
  | { readonly k: 'let'; readonly statement: Extract<OutlineStatement, { readonly kind: 'let' }> }
  | {
      readonly k: 'plain';
      readonly at: string;
      readonly label: string | undefined;
      readonly name: string;
      readonly build: (c: Py | undefined, p: Place) => Built;
    }
  | {
      readonly k: 'loop';
      readonly at: string;
      readonly label: string | undefined;
      readonly pattern: Py | undefined;
      readonly names: readonly string[];
      /** How often, where that is written. */
      readonly rounds: number | undefined;
      readonly list: (s: Site) => Py;
      readonly body: readonly Step[];
    }
  | {
      readonly k: 'if';
      readonly at: string;
      readonly label: string | undefined;
      readonly test: (s: Site) => Py;
      readonly yes: readonly Step[];
      readonly no: readonly Step[];
    };
export type Element = Exclude<Step, { readonly k: 'let' }>;

/** Where code is being written: both methods, and the names there. */
export interface Place {
  readonly init: PyStatement[];
  readonly forward: PyStatement[];
  readonly attributes: Names;
  readonly meanings: Map<string, Meaning>;
  /** What the flow is called in `forward`. */
  readonly variable: string;
  /** What modules are called in a branch. */
  readonly prefix: string | undefined;
  /** The loops around it that stand in both methods. */
  readonly loops: readonly Loop[];
  /** Where `__init__` is before the outermost of them. */
  readonly before: PyStatement[] | undefined;
  /** Whether what stands here may not be met in a round of the loops around it. */
  readonly conditional: boolean;
  /** What one of the modules is called that an attribute holds for the rounds of a loop. */
  readonly singulars: Map<string, string>;
  /** Tells the flow: channels that it counts are counted by nothing else. */
  readonly flow: object;
}

export const SELF = name('self');
export const IN = name('in_channels');
export const MOST_SEPARATE = 3;
export const LONG = 60;
/** Branches that are longer together get a line each. */
export const MOST_IN_MERGE = 64;
export const identity = call('nn.Identity');
export const sequential = (modules: readonly Py[]): Py =>
  modules.length === 1
    ? (modules[0] as Py)
    : {
        k: 'call',
        fn: name('nn.Sequential'),
        args: modules.map((value) => ({ value })),
        ...(modules.length > 2 ? { breaks: true as const } : {}),
      };

/** Some words for several of what has a name. */
export const plural = (word: string): string =>
  /(s|x|ch|sh)$/.test(word) ? `${word}es` : /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;

/** What a loop's modules are called together. */
export function pluralOf(e: Step): string {
  const found = new Set(namesWithin(e));
  const [only] = found;
  return found.size === 1 && only !== undefined ? plural(only) : 'blocks';
}

/** Whether a name is mentioned anywhere in a body. */
export const mentions = (body: unknown, word: string): boolean => JSON.stringify(body).includes(`"callee":"${word}"`);

/** An expression with names replaced. */
export function replaced(e: Py, by: ReadonlyMap<string, Py>): Py {
  if (e.k === 'atom') return by.get(e.text) ?? e;
  const walk = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v !== 'object' || v === null) return v;
    if ('k' in v && v.k === 'atom') return replaced(v as Py, by);
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x)]));
  };
  return walk(e) as Py;
}

/** The names in an expression. */
export function namesOf(e: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  JSON.stringify(e, (_, v) => {
    if (typeof v === 'object' && v !== null && v.k === 'atom') found.add(v.text);
    return v;
  });
  return found;
}

export interface Arm {
  readonly py: Py;
  readonly channels: Py | undefined;
  /** Several branches, in a list; `each`: the channels of one. */
  readonly spread: boolean;
  readonly each?: Py | undefined;
  /** The channels of all in a list, where there is one. */
  readonly list?: Py;
}

export const UNKNOWN = name('?');

export function need(c: Py | undefined): Py {
  if (!c || same(c, UNKNOWN)) throw new CannotSay('channels that are not known');
  return c;
}

export const isUneven = (pad: unknown): boolean => Array.isArray(pad) && (pad[0] !== pad[2] || pad[1] !== pad[3] || pad[0] !== pad[1]);

/** Whether a kind is made with the channels that arrive. */
export function takesChannels(kind: string): boolean {
  const layer = layerOf(kind);
  const params = Object.fromEntries(Object.entries(layer.params).map(([n, spec]) => [n, known(spec.default ?? null)]));
  try {
    const form = layer.export.pytorch(params as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false });
    return JSON.stringify(form.modules ?? []).includes(JSON.stringify(UNKNOWN));
  } catch {
    return true;
  }
}

export const usesTwice = (e: (x: Py) => Py): boolean => {
  const mark = name('?x');
  return JSON.stringify(e(mark)).split('?x').length > 2;
};

/** Whether a step is a layer that is an expression, with no module. */
export function isInline(e: { readonly name: string }, file: File): boolean {
  const layer = layers.get(e.name);
  if (!layer || file.block(e.name)) return false;
  const params = Object.fromEntries(Object.entries(layer.params).map(([n, spec]) => [n, known(spec.default ?? null)]));
  try {
    return (
      layer.export.pytorch(params as never, { channels: UNKNOWN, isMap: true, xs: undefined, y: undefined, pairs: false }).modules ===
      undefined
    );
  } catch {
    return true;
  }
}

/** `relu`, `Widened(groups=32)`: an argument that is a layer. */
export const isLayerText = (text: string): boolean => /^[A-Za-z_]/.test(text) && text !== 'true' && text !== 'false';

export function isLayerExpression(e: OutlineBlock['params'][number]['value'], file: File, place: Place): boolean {
  if (!e) return false;
  if (e.kind === 'conditional') return isLayerExpression(e.yes, file, place);
  if (e.kind === 'group') return isLayerExpression(e.inner, file, place);
  if (e.kind !== 'call') return false;
  const meaning = place.meanings.get(e.callee);
  if (meaning) return meaning.k === 'constant' && meaning.isLayer;
  return file.block(e.callee) !== undefined || (layers.has(e.callee) && !['max', 'min'].includes(e.callee));
}

/** The names that a block gives inside itself. */
export function boundIn(block: OutlineBlock): ReadonlySet<string> {
  const found = new Set<string>([...block.params.map((p) => p.name), ...block.takes]);
  const patterns = (p: unknown): void => {
    if (typeof p === 'string') found.add(p);
    else if (Array.isArray(p)) p.forEach(patterns);
  };
  JSON.stringify(block.body, (k, v) => {
    if (k === 'pattern') patterns(v);
    if ((k === 'name' || k === 'label' || k === 'index') && typeof v === 'string') found.add(v);
    return v;
  });
  return found;
}

/** Whether a list may be what an expression gives, or in it. */
function handsOn(e: OutlineExpr, n: string): boolean {
  switch (e.kind) {
    case 'call':
      return e.callee === n && e.args === undefined;
    case 'group':
      return handsOn(e.inner, n);
    case 'list':
      return e.items.some((i) => handsOn(i, n));
    case 'conditional':
      return handsOn(e.yes, n) || handsOn(e.no, n);
    case 'binary':
      // What is added to a list is in the sum, the list itself is not.
      return [e.left, e.right].some((x) => x.kind === 'list' && handsOn(x, n));
    case 'comprehension':
      return handsOn(e.item, n);
    default:
      return false;
  }
}

/** Whether a list must stay as it is when something is added to it: another name may stand for it, or a loop go over it. */
export function hasAlias(block: OutlineBlock, n: string): boolean {
  let found = block.params.some((p) => p.name === n);
  JSON.stringify(block.body, (_, v) => {
    if (typeof v !== 'object' || v === null) return v;
    if (v.kind === 'let' && handsOn(v.value, n)) found = true;
    if (v.kind === 'for' && mentions(v.list, n) && JSON.stringify(v.body ?? v.branches).includes(`"kind":"let","name":"${n}"`))
      found = true;
    return v;
  });
  return found;
}

/** The two sides of a condition that gives one branch on each; undefined where it may give more, or none. */
export function oneEach(
  b: Extract<OutlineBranch, { readonly kind: 'if' }>,
): { readonly yes: readonly OutlineStatement[]; readonly no: readonly OutlineStatement[] } | undefined {
  const [yes, ...more] = b.yes;
  const [no, ...others] = b.no ?? [];
  return yes?.kind === 'branch' && no?.kind === 'branch' && more.length + others.length === 0 ? { yes: yes.body, no: no.body } : undefined;
}

/** The list of which a loop gives each element as a branch, `for x in xs { | x }`. */
export function listOf(b: OutlineBranch): OutlineExpr | undefined {
  const [only, ...more] = b.kind === 'for' ? b.branches : [];
  const [pipeline, ...others] = only?.kind === 'branch' ? only.body : [];
  const [stage, ...further] = pipeline?.kind === 'pipeline' ? pipeline.value : [];
  if (b.kind !== 'for' || more.length + others.length + further.length > 0 || stage?.stage.kind !== 'call') return undefined;
  return stage.stage.callee === b.pattern && stage.stage.args === undefined ? b.list : undefined;
}

/** Whether a branch as it is written may be several, or none. */
export const isSeveral = (b: OutlineBranch): boolean => b.kind === 'for' || b.kind === 'repeat' || (b.kind === 'if' && !oneEach(b));

export const mentionsAsStage = (body: unknown, word: string): boolean =>
  JSON.stringify(body).includes(`"stage":{"kind":"call","callee":"${word}"`);

export function namesWithin(e: Step): readonly string[] {
  if (e.k === 'let') return [];
  if (e.k === 'plain') return [e.name];
  return (e.k === 'loop' ? e.body : [...e.yes, ...e.no]).flatMap(namesWithin);
}

export function firstName(e: Step): string | undefined {
  if (e.k === 'let') return undefined;
  if (e.k === 'plain') return e.name;
  const inside = e.k === 'loop' ? e.body : [...e.yes, ...e.no];
  return inside.map(firstName).find((n) => n !== undefined);
}

/** What a condition is called that decides what `forward` does. */
export const flagName = (yes: readonly OutlineStatement[]): string => {
  const text = JSON.stringify(yes);
  if (text.includes('"callee":"add"')) return 'shortcut';
  const label = /"label":"(\w+)"/.exec(text)?.[1] ?? /"callee":"(\w+)"/.exec(text)?.[1];
  return `has_${snake(label ?? 'more')}`;
};

export const sequenceName = (group: readonly { readonly name: string }[]): string =>
  group.some((e) => ['gap', 'flatten', 'linear'].includes(e.name)) ? 'head' : 'layers';

/** `channels += growth`. */
export function setChannels(variable: Py, value: Py): PyStatement {
  if (value.k === 'binary' && ['+', '*', '//'].includes(value.op) && same(value.left, variable))
    return { k: 'augment', to: variable, op: value.op, value: value.right };
  return assign(variable, value);
}

export const assigns = (body: readonly PyStatement[], variable: string): boolean => {
  const last = body.at(-1);
  return last?.k === 'assign' && same(last.to, name(variable));
};

/** Statements without the assignments to a name. */
export function without(body: readonly PyStatement[], variable: string): readonly PyStatement[] {
  return body
    .filter((s) => !(s.k === 'assign' && same(s.to, name(variable))))
    .map((s) => (s.k === 'if' ? { ...s, yes: without(s.yes, variable), no: without(s.no, variable) } : s));
}

/** A condition both of whose sides end in giving the result returns it at once. */
export function returning(s: PyStatement, variable: string): PyStatement | undefined {
  if (s.k !== 'if') return undefined;
  const side = (body: readonly PyStatement[]): readonly PyStatement[] | undefined => {
    const last = body.at(-1);
    if (!last) return [{ k: 'return', value: name(variable) }];
    if (last.k === 'assign' && same(last.to, name(variable))) return [...body.slice(0, -1), { k: 'return', value: last.value }];
    const inner = returning(last, variable);
    return inner && [...body.slice(0, -1), inner];
  };
  const [yes, no] = [side(s.yes), side(s.no)];
  return yes && no ? { ...s, yes, no } : undefined;
}
