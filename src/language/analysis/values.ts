/**
 * What constants and the variables of loops stand for, in each use of the block that they are in. No edit needs it: a file is elaborated
 * once more, with someone who listens, when the value of a name is asked for.
 */
import type { AstNode } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { elaborate } from '../elaborate/elaborate.ts';
import { Kept } from '../elaborate/kept.ts';
import type { Watch } from '../elaborate/scope.ts';
import type { Limits } from '../elaborate/session.ts';
import { hasUnknown, show, type Val } from '../elaborate/values.ts';
import { isBuiltin } from '../names/meaning.ts';
import type { FileAnalysis } from './analysis.ts';
import { fileScopes } from './file-scopes.ts';

/** The values of a name in an instance, in the order of its rounds. */
export interface Values {
  readonly first: readonly string[];
  readonly last: string;
  readonly count: number;
}

/** As many values are kept as are shown; of the others only the last. */
const MOST = 8;

/** By node that gives a name, and by the key of the instance; the empty key is outside of all. */
type Table = ReadonlyMap<AstNode, ReadonlyMap<string, Values>>;

class Listener implements Watch {
  readonly table = new Map<AstNode, Map<string, Values>>();
  private readonly stack: Map<AstNode, Values>[] = [new Map()];

  bound(by: Parameters<Watch['bound']>[0], value: Val): void {
    if (isBuiltin(by)) return;
    // The names of a file are computed wherever they are first asked for.
    const known = this.stack[by.$container?.$container ? this.stack.length - 1 : 0];
    const before = known?.get(by);
    const last = hasUnknown(value) ? '?' : show(value);
    known?.set(by, {
      first: before && before.count >= MOST ? before.first : [...(before?.first ?? []), last],
      last,
      count: (before?.count ?? 0) + 1,
    });
  }
  enter(): void {
    this.stack.push(new Map());
  }
  leave(instance: string | undefined): void {
    const left = this.stack.pop();
    if (instance !== undefined && left) this.store(left, instance);
  }
  /** The values outside of all instances. */
  end(): void {
    const outside = this.stack[0];
    if (outside) this.store(outside, '');
  }
  private store(values: ReadonlyMap<AstNode, Values>, instance: string): void {
    for (const [node, v] of values) {
      const all = this.table.get(node) ?? new Map<string, Values>();
      all.set(instance, v);
      this.table.set(node, all);
    }
  }
}

const tables = new WeakMap<FileAnalysis, Table>();

/** The values of all names of a file that has been analysed. */
export function valuesOf(a: FileAnalysis, shared: LangiumSharedServices, limits: Limits): Table {
  const known = tables.get(a);
  if (known) return known;
  const listener = new Listener();
  elaborate(a.model, fileScopes(shared, { watch: listener }), limits, new Kept());
  listener.end();
  tables.set(a, listener.table);
  return listener.table;
}
