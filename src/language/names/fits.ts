/** Which names fit a place, by their text alone: the counterpart of what `scope.ts` decides from values. */
import { AstUtils } from 'langium';
import { layers } from '../../layers/index.ts';
import {
  type Expression,
  isArgument,
  isConditional,
  isExpect,
  isFn,
  isFor,
  isGroup,
  isIndex,
  isInvocation,
  isLabelledStage,
  isLet,
  isListLiteral,
  isMember,
  isParam,
} from '../syntax/generated/ast.ts';
import { isFunctionName, isMetric, WORDS } from '../syntax/vocabulary.ts';
import type { Builtin, Call, Held, NameInScope } from './meaning.ts';

/** What a place looks for. `figure`: a figure of an `expect`, which comes before all else; `shape`: `x.c`, where a named value does. */
export type Sees = 'stage' | 'start' | 'expression' | 'argument' | 'shape' | 'call' | 'argument call' | 'figure' | 'anything';

/** Whether layers are welcome where an expression stands. A function computes with values only, its defaults too. */
function takesLayers(e: Expression): boolean {
  const c = e.$container;
  if (isGroup(c) || (isListLiteral(c) && c.filter !== e) || (isConditional(c) && c.test !== e)) return takesLayers(c);
  if (isIndex(c) && c.of === e && c.subscript?.slice) return takesLayers(c);
  return (isArgument(c) && c.value === e) || (isParam(c) && !isFn(c.$container)) || isLet(c) || (isFor(c) && c.list === e);
}

/** What the place of a name looks for. */
export function seesAt(node: Call, name: string): Sees {
  if (isInvocation(node)) {
    const stage = node.$container;
    return isLabelledStage(stage) && stage.$container.stages[0] === stage && !node.parens ? 'start' : 'stage';
  }
  if (node.call) return takesLayers(node) ? 'argument call' : 'call';
  if (isMember(node.$container)) return 'shape';
  if (isMetric(name) && AstUtils.getContainerOfType(node, isExpect)) return 'figure';
  return takesLayers(node) ? 'argument' : 'expression';
}

/** What is built in by a name and fits. */
export function builtinAt(name: string, sees: Sees): Builtin | undefined {
  const among = (...those: readonly Sees[]): boolean => sees === 'anything' || those.includes(sees);
  if (sees === 'figure') return { builtin: 'figure', name };
  if (isFunctionName(name) && among('call', 'argument call')) return { builtin: 'function', name };
  if (layers.has(name) && among('stage', 'start', 'argument', 'argument call')) return { builtin: 'layer', name };
  if (WORDS.has(name) && among('argument', 'expression', 'shape')) return { builtin: 'word', name };
  return undefined;
}

/** Whether what a name means fits; `held` is asked only where that depends on values. */
export function fitAt(sees: Sees, { means }: NameInScope, held: () => Held): 'yes' | 'maybe' | 'no' {
  const fits = (yes: boolean): 'yes' | 'no' => (yes ? 'yes' : 'no');
  if (means.kind === 'value') return fits(sees === 'start');
  if (means.kind === 'missing') return fits(sees !== 'call' && sees !== 'argument call');
  if (means.kind === 'declaration' && means.node.$type === 'Fn') return fits(sees === 'call' || sees === 'argument call');
  if (means.kind === 'declaration' && means.node.$type !== 'Let') return fits(sees !== 'call' && sees !== 'expression');
  if (sees === 'call' || sees === 'argument') return fits(sees === 'argument');
  const { layers, other, unknown } = held();
  const [wanted, unwanted] = sees === 'expression' ? [other, layers.length > 0] : [layers.length > 0, other];
  if (unknown || wanted === unwanted) return 'maybe';
  return fits(wanted);
}
