/** The scopes of files: their declarations over what they import over the built-ins. */

import { layers } from '../../layers/index.ts';
import { preferred, write } from '../syntax/edits.ts';
import type { Expression, Import, Let, Model } from '../syntax/generated/ast.ts';
import { locationOfProperty, uriOf } from '../syntax/source.ts';
import { Grounded } from '../syntax/spot.ts';
import { suggestion } from '../syntax/suggest.ts';
import { evaluate } from './evaluate.ts';
import { renamed } from './fixes/names.ts';
import { type Binding, builtinScope, Scope, type Watch } from './scope.ts';
import { Problems, type Session } from './session.ts';
import { UNKNOWN, type Val } from './values.ts';

/** Finds the file that an import names. */
export type ImportResolver = (
  fromUri: string,
  path: string,
) => { readonly model: Model; readonly uri: string } | { readonly error: string };

export class FileScopes {
  /** Where the declarations of the files begin that have been asked for. */
  readonly grounded = new Grounded();
  private readonly resolve: ImportResolver;
  private readonly scopes = new Map<string, Scope>();
  /** Hears the values of names. */
  readonly watch: Watch | undefined;
  /** What is tried in place of the values of constants. */
  private readonly tried: ReadonlyMap<Let, Expression>;
  constructor(resolve: ImportResolver, watch?: Watch, tried: ReadonlyMap<Let, Expression> = new Map()) {
    this.resolve = resolve;
    this.watch = watch;
    this.tried = tried;
  }

  /** What is tried in place of the value that the text gives to a constant. */
  insteadOf(d: Let): Expression | undefined {
    return this.tried.get(d);
  }

  /** The scope of a file. Problems are reported the first time that it is asked for. */
  scope(model: Model, problems: Problems, session: Session): Scope {
    const uri = uriOf(model);
    const known = this.scopes.get(uri);
    if (known) return known;
    const scope = new Scope(builtinScope(), undefined, this.watch);
    this.scopes.set(uri, scope);
    this.grounded.add(uri, model);
    for (const i of model.imports) this.import(i, uri, scope, problems, session);
    this.declarations(model, scope, problems, session);
    return scope;
  }

  /** The scope of a file that was asked for before. */
  known(model: Model): Scope | undefined {
    return this.scopes.get(uriOf(model));
  }

  private import(i: Import, uri: string, scope: Scope, problems: Problems, session: Session): void {
    if (i.path === undefined) return;
    const file = this.resolve(uri, i.path);
    const at = locationOfProperty(i, 'path');
    if ('error' in file) {
      const longer = `${i.path}.cnn`;
      const isLonger = !i.path.endsWith('.cnn') && !('error' in this.resolve(uri, longer));
      const message = isLonger
        ? `\`${i.path}\` is no file: write \`${longer}\`, with its ending.`
        : `\`${i.path}\` cannot be read: ${file.error}`;
      problems.report('import-not-found', message, at, [], isLonger ? [preferred(`Write ${longer}`, [write(at, `"${longer}"`)])] : []);
      for (const n of i.names) scope.set(n.alias ?? n.name, { kind: 'constant', value: UNKNOWN, by: n });
      return;
    }
    const cycle = this.cycle(file, uri, [uri, file.uri]);
    if (cycle)
      problems.report(
        'import-cycle',
        `This import closes a circle: ${cycle.map((u) => u.slice(u.lastIndexOf('/') + 1)).join(' → ')}. Move what both need to a third file.`,
        at,
      );
    const other = cycle ? undefined : this.scope(file.model, new Problems(), session);
    for (const [index, n] of i.names.entries()) {
      const declared = file.model.declarations.find((d) => d.name === n.name);
      const binding: Binding | undefined = declared && other?.find(n.name, () => true);
      if (!declared) {
        const names = file.model.declarations.map((d) => d.name).filter((d) => d !== undefined);
        problems.report(
          'unknown-name',
          `\`${i.path}\` does not declare \`${n.name}\`.${suggestion(n.name ?? '', names)}`,
          locationOfProperty(i, 'names', index),
          [],
          renamed(n.name ?? '', names, locationOfProperty(n, 'name')),
        );
      }
      if (n.name !== undefined) scope.set(n.alias ?? n.name, { ...(binding ?? { kind: 'constant', value: UNKNOWN }), by: n });
    }
  }

  /** The way from a file back to one that is being imported, if there is one. */
  private cycle(
    file: { readonly model: Model; readonly uri: string },
    back: string,
    way: readonly string[],
    seen = new Set<string>(),
  ): readonly string[] | undefined {
    if (file.uri === back) return way;
    if (seen.has(file.uri)) return undefined;
    seen.add(file.uri);
    for (const i of file.model.imports) {
      const next = i.path === undefined ? undefined : this.resolve(file.uri, i.path);
      if (!next || 'error' in next) continue;
      const found = this.cycle(next, back, [...way, next.uri], seen);
      if (found) return found;
    }
    return undefined;
  }

  private declarations(model: Model, scope: Scope, problems: Problems, session: Session): void {
    const taken = new Set<string>();
    for (const d of model.declarations) {
      if (d.name === undefined) continue;
      if (taken.has(d.name))
        problems.report('duplicate-name', `\`${d.name}\` is declared twice in this file: rename one.`, locationOfProperty(d, 'name'));
      taken.add(d.name);
      switch (d.$type) {
        case 'Block':
        case 'Network':
          if (layers.has(d.name))
            problems.report(
              'hides-builtin',
              `\`${d.name}\` hides the layer of that name in this file: choose another name.`,
              locationOfProperty(d, 'name'),
            );
          scope.set(d.name, { kind: 'declaration', declaration: d, by: d });
          break;
        case 'Fn':
          scope.set(d.name, { kind: 'function', declaration: d, scope, by: d });
          break;
        case 'Let':
          scope.set(d.name, lazy(d, this.insteadOf(d) ?? d.value, scope, problems, session));
          break;
        default:
          d satisfies never;
      }
    }
  }
}

/** A constant of a file, computed when it is first asked for. */
function lazy(d: Let, written: Expression, scope: Scope, problems: Problems, session: Session): Binding {
  let value: Val | undefined;
  let asked = false;
  return {
    kind: 'lazy',
    declaration: d,
    by: d,
    force() {
      if (value !== undefined) return value;
      if (asked) {
        problems.report('endless-recursion', `\`${d.name}\` is defined in terms of itself.`, locationOfProperty(d, 'name'));
        return UNKNOWN;
      }
      asked = true;
      value = evaluate(written, { session, problems, scope }, 'layers');
      scope.watch?.bound(d, value);
      return value;
    },
  };
}
