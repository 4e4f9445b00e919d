/** Whether a name in scope gives a layer or a number, and the values that are of use for a parameter. */
import { layers } from '../../../layers/index.ts';
import type { Declaration } from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/source.ts';
import { isFunctionName, WORDS } from '../../syntax/vocabulary.ts';
import type { Local } from './states.ts';

/** A name that can be seen at a cursor. */
export type Seen = { readonly name: string; readonly local: Local } | { readonly name: string; readonly declaration: Declaration };

/** What a value is: `either` where only a call decides. */
export type Nature = 'layer' | 'number' | 'either';

/** The names at a cursor, each with the innermost meaning. */
export class Names {
  readonly all: readonly Seen[];
  constructor(locals: readonly Local[], declarations: readonly { readonly name: string; readonly declaration: Declaration }[]) {
    const seen = new Set<string>();
    this.all = [...locals.map((local) => ({ name: local.name, local })), ...declarations].filter(
      (n) => !seen.has(n.name) && seen.add(n.name),
    );
  }

  /** What kind of value a name gives in an expression or as a stage. */
  nature(n: Seen, fuel = 20): Nature {
    if ('local' in n) {
      if (n.local.kind === 'value') return 'number';
      return n.local.starts === undefined ? 'either' : this.ofText(n.local.starts, n, fuel);
    }
    const d = n.declaration;
    if (d.$type === 'Let') return d.value ? this.ofText(textOf(d.value), n, fuel) : 'either';
    return d.$type === 'Fn' ? 'number' : 'layer';
  }

  /** By how the text of a value begins: no operator makes a layer, so one stands alone or before its arguments. */
  ofText(text: string, of: Seen | undefined, fuel = 20): Nature {
    const word = /^[A-Za-z_]\w*/.exec(text)?.[0];
    if (word === undefined || isFunctionName(word) || ['true', 'false', 'not', 'in', 'here', ...WORDS.keys()].includes(word))
      return 'number';
    const found = this.all.find((n) => n.name === word && n !== of);
    if (found && fuel > 0) return this.nature(found, fuel - 1);
    return layers.has(word) ? 'layer' : 'either';
  }
}

const KERNELS = ['1x1', '3x3', '5x5', '7x7'];

/** Values that are often given to a parameter, the most useful first. `body`: the shape that arrives is known. */
export function usefulValues(callee: string, parameter: string, body: boolean): readonly string[] {
  switch (parameter) {
    case 'kernel':
      // Windows that double or halve the size are even.
      return callee === 'deconv' || callee.endsWith('pool') ? ['2x2', ...KERNELS] : KERNELS;
    case 'stride':
    case 'dilation':
      return ['1', '2'];
    case 'groups':
      if (callee === 'gn') return ['32', '1'];
      return callee === 'shuffle' || !body ? ['1', '2'] : ['1', '2', 'here.c'];
    default:
      return [];
  }
}
