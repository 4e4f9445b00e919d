/** What the writers of code give: statements for a file, and under which keys of its state dict the weights are found. */
import type { Graph } from '../../graph/graph.ts';
import type { ParamValue } from '../../layers/params.ts';
import { call, list, type Py, pyBool, pyNum, str, tuple } from '../../layers/python.ts';
import type { Given, TorchForm, TorchHelper } from '../../layers/torch.ts';
import type { PyStatement } from './python/statement.ts';

/** A target as code. */
export interface Code {
  readonly statements: readonly PyStatement[];
  readonly helpers: readonly TorchHelper[];
  readonly imports: ReadonlySet<string>;
  /** By the path under which a layer's weights are kept: the key of its module. */
  readonly keys: ReadonlyMap<string, string>;
  /** The names that stand alone, the one that was asked for first. */
  readonly targets: readonly string[];
  /** Why it is not written from the text, where it is not. */
  readonly remark?: string;
}

/** The helpers and imports that forms ask for, each once. */
export class Needs {
  readonly helpers = new Map<string, TorchHelper>();
  readonly imports = new Set<string>();

  add(form: TorchForm): void {
    for (const h of form.helpers ?? []) {
      this.helpers.set(h.name, h);
      for (const i of h.imports ?? []) this.imports.add(i);
    }
    if (form.functional) this.imports.add('import torch.nn.functional as F');
  }
}

const isNumbers = (v: ParamValue): v is readonly number[] => Array.isArray(v) && v.every((n) => typeof n === 'number');

/** A checked parameter's value as Python says it. */
export function pyOf(v: ParamValue): Py {
  if (v === null) return { k: 'atom', text: 'None' };
  if (typeof v === 'number') return pyNum(v);
  if (typeof v === 'boolean') return pyBool(v);
  if (typeof v === 'string') return str(v);
  if (isNumbers(v)) return v.length === 2 && v[0] === v[1] ? pyNum(v[0] as number) : tuple(...v.map(pyNum));
  if (Array.isArray(v)) return list(...v.map(pyOf));
  const { out } = v as { readonly out?: ParamValue };
  return pyOf(out ?? null);
}

export const known = (v: ParamValue): Given<ParamValue> => ({ known: v, py: pyOf(v) });

const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self super torch nn F print range len sum min max zip enumerate abs round partial'.split(
    ' ',
  ),
);
/** What attributes of a module would hide what PyTorch needs. */
const OF_MODULE = new Set(
  'train eval forward parameters buffers modules children half float double to cpu cuda apply type training state_dict requires_grad_ zero_grad share_memory compile add_module named_modules extra_repr dump_patches T'.split(
    ' ',
  ),
);

/** A name that Python takes, from a part of a path. */
export function identifier(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_]+/g, '_').replaceAll(/^_+(?=[A-Za-z])|_+$/g, '');
  const sound = /^[A-Za-z_]/.test(name) ? name : `_${name}`;
  return KEYWORDS.has(sound) ? `${sound}_` : sound;
}

/** A name for an attribute of a module. */
export function attribute(text: string): string {
  const name = identifier(text);
  return OF_MODULE.has(name) ? `${name}_` : name;
}

/** Names that are given once each. */
export class Names {
  private readonly taken: Set<string>;
  private readonly ofModule: boolean;
  private readonly joint: string;
  /** `ofModule`: attributes of a module, which has some of its own. `joint`: what stands before a number. */
  constructor(taken: Iterable<string> = [], ofModule = true, joint = '_') {
    this.joint = joint;
    this.taken = new Set(taken);
    this.ofModule = ofModule;
  }
  take(wanted: string): string {
    const own = this.ofModule ? attribute(wanted) : identifier(wanted);
    let name = own;
    for (let n = 2; this.taken.has(name); n++) name = `${own}${this.joint}${n}`;
    this.taken.add(name);
    return name;
  }
  has(name: string): boolean {
    return this.taken.has(name);
  }
  copy(): Names {
    return new Names(this.taken, this.ofModule, this.joint);
  }
  join(other: Names): void {
    for (const n of other.taken) this.taken.add(n);
  }
}

/** `inception3a` of `Inception3a`: names of modules begin small. */
export const snake = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

/** Whether two pieces of plain data, of code or of an outline, say the same. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The input of a graph as PyTorch makes it: `torch.zeros(1, 3, 224, 224)`. */
export const zeros = (shape: readonly number[]): Py => call('torch.zeros', pyNum(1), ...shape.map(pyNum));

/** The path under which a node's weights are kept. */
export const keptAt = (n: Graph['nodes'][number]): string => n.shared ?? n.path;
