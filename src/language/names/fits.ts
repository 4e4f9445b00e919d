/** Which names fit a place, by their text alone: the counterpart of what `scope.ts` decides from values. */
import { type AstNode, AstUtils } from 'langium';
import { layers } from '../../layers/index.ts';
import {
  type Expression,
  isArgument,
  isBinary,
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
  isModel,
  isParam,
  isReference,
} from '../syntax/generated/ast.ts';
import { isFunctionName, isMetric, WORDS } from '../syntax/vocabulary.ts';
import type { Builtin, Call, Held, NameInScope } from './meaning.ts';

/** What a place looks for. `start`: where a pipeline begins; `source`: where it begins with a part of something; `item`: in a list of a body. `figure`: a figure of an `expect`, which comes before all else; `shape`: `x.c`, where a named value does. */
export type Sees =
  | 'stage'
  | 'start'
  | 'source'
  | 'item'
  | 'expression'
  | 'argument'
  | 'shape'
  | 'call'
  | 'argument call'
  | 'figure'
  | 'anything';

/** Whether layers are welcome where an expression stands. A function computes with values only, its defaults too. */
function takesLayers(e: Expression): boolean {
  const c = e.$container;
  if (isGroup(c) || (isListLiteral(c) && c.filter !== e) || (isConditional(c) && c.test !== e)) return takesLayers(c);
  if (isIndex(c) && c.of === e && c.subscript?.slice) return takesLayers(c);
  return (isArgument(c) && c.value === e) || (isParam(c) && !isFn(c.$container)) || isLet(c) || (isFor(c) && c.list === e);
}

/** Whether a list may have values of the network: in the constants and loops of a body, and in what those are put together from. */
function takesValues(e: AstNode): boolean {
  const c = e.$container;
  if (isGroup(c) || isListLiteral(c)) return !(isListLiteral(c) && c.filter === e) && takesValues(c);
  if (isConditional(c)) return c.test !== e && takesValues(c);
  if (isBinary(c) || (isIndex(c) && c.of === e)) return takesValues(c);
  // A function of lists takes one wherever what it gives may be one.
  if (isArgument(c)) return isReference(c.$container) && isFunctionName(c.$container.name) && takesValues(c.$container);
  return (isLet(c) && !isModel(c.$container)) || (isFor(c) && c.list === e);
}

/** Whether an expression is an item of a list that may have values. */
export function isItem(e: AstNode): boolean {
  const c = e.$container;
  if (isGroup(c)) return isItem(c);
  if (isConditional(c)) return c.test !== e && isItem(c);
  return isListLiteral(c) && c.filter !== e && c.list !== e && takesValues(c);
}

/** What the place of a name looks for. */
export function seesAt(node: Call, name: string): Sees {
  if (isInvocation(node)) {
    const stage = node.$container;
    if (node.steps.length > 0) return 'source';
    return isLabelledStage(stage) && stage.$container.stages[0] === stage && !node.parens && !node.branches ? 'start' : 'stage';
  }
  if (node.call) return takesLayers(node) ? 'argument call' : 'call';
  if (isMember(node.$container)) return 'shape';
  if (isMetric(name) && AstUtils.getContainerOfType(node, isExpect)) return 'figure';
  if (isItem(node)) return 'item';
  return takesLayers(node) ? 'argument' : 'expression';
}

/** What is built in by a name and fits. */
export function builtinAt(name: string, sees: Sees): Builtin | undefined {
  const among = (...those: readonly Sees[]): boolean => sees === 'anything' || those.includes(sees);
  if (sees === 'figure') return { builtin: 'figure', name };
  if (isFunctionName(name) && among('call', 'argument call')) return { builtin: 'function', name };
  if (layers.has(name) && among('stage', 'start', 'argument', 'item', 'argument call')) return { builtin: 'layer', name };
  if (WORDS.has(name) && among('argument', 'item', 'expression', 'shape', 'source')) return { builtin: 'word', name };
  return undefined;
}

/** Whether what a name means fits; `held` is asked only where that depends on values. */
export function fitAt(sees: Sees, { means }: NameInScope, held: () => Held): 'yes' | 'maybe' | 'no' {
  const fits = (yes: boolean): 'yes' | 'no' => (yes ? 'yes' : 'no');
  if (means.kind === 'value') return fits(sees === 'start' || sees === 'source' || sees === 'item');
  if (means.kind === 'missing') return fits(sees !== 'call' && sees !== 'argument call');
  if (means.kind === 'declaration' && means.node.$type === 'Fn') return fits(sees === 'call' || sees === 'argument call');
  if (means.kind === 'declaration' && means.node.$type !== 'Let')
    return fits(sees !== 'call' && sees !== 'expression' && sees !== 'source');
  if (sees === 'call' || sees === 'argument' || sees === 'item') return fits(sees !== 'call');
  const { layers, values, other, unknown } = held();
  const isLayer = layers.length > 0;
  const [wanted, unwanted] =
    sees === 'expression' || sees === 'source'
      ? [other || values, isLayer]
      : sees === 'start'
        ? [isLayer || values, other]
        : [isLayer, other || values];
  if (unknown || wanted === unwanted) return 'maybe';
  return fits(wanted);
}
