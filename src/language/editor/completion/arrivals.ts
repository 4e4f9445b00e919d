/**
 * The shapes that arrive where a stage is being typed: what the last analysis knows of the stages before it, and for what is newer than
 * that, what its layer makes of what arrives there. Nothing is analysed for it while someone types.
 */
import { type AstNode, AstUtils } from 'langium';
import { isFault } from '../../../layers/fault.ts';
import { layers } from '../../../layers/index.ts';
import { infer } from '../../../layers/infer.ts';
import type { Value } from '../../../layers/params.ts';
import { type Shape, sameShape } from '../../../layers/shape.ts';
import type { FileAnalysis } from '../../analysis/analysis.ts';
import { stagesAt, type Use } from '../../analysis/uses.ts';
import { isBuiltin, type Offer } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';
import { generatorIn } from '../../syntax/branches.ts';
import {
  type Argument,
  type Block,
  type Body,
  type Expression,
  isBlock,
  isBody,
  isBranch,
  isInvocation,
  isLabelledStage,
  isNamed,
  isNetwork,
  isOutput,
  isReference,
  type LabelledStage,
  type Network,
  type Statement,
} from '../../syntax/generated/ast.ts';
import { statementsOf } from '../../syntax/half-typed.ts';
import { blockOf } from '../../syntax/locate.ts';
import { locationOf, textOf, uriOf } from '../../syntax/source.ts';
import { idOf } from '../../syntax/spot.ts';
import { literal, readGiven } from './values.ts';

type Instance = Use['instance'];

/** What is before a stage: another stage, or nothing but what enters the block. */
type Before = LabelledStage | 'the input' | undefined;

const stageOf = (s: Statement): LabelledStage | undefined =>
  s.$type === 'Pipeline' ? s.stages.at(-1) : s.$type === 'Named' ? s.value?.stages.at(-1) : undefined;

/** What enters a body: what arrives at the stage that it is a part of. */
function entering(body: Body): Before {
  const of = AstUtils.getContainerOfType(
    body.$container,
    (n): n is LabelledStage | Block | Network => isLabelledStage(n) || isBlock(n) || isNetwork(n),
  );
  if (!of || !isLabelledStage(of)) return 'the input';
  const { $container: pipeline } = of;
  const list = pipeline.$container;
  // A loop that gives branches stands where a branch would: what enters it enters the merge.
  if (generatorIn(pipeline) && isBranch(list)) return entering(list.$container);
  return generatorIn(pipeline) && isBody(list) ? entering(list) : before(of);
}

/** The stage whose value arrives at a stage. */
function before(s: LabelledStage): Before {
  const pipeline = s.$container;
  const i = pipeline.stages.indexOf(s);
  if (i > 0) return pipeline.stages[i - 1];
  const { $container: of } = pipeline;
  const [statement, list] = isNamed(of) || isOutput(of) ? [of, of.$container] : [pipeline, of];
  const above = statementsOf(list);
  const last = above.slice(0, above.indexOf(statement)).findLast((o) => stageOf(o) !== undefined);
  return last ? stageOf(last) : entering(isBranch(list) ? list.$container : list);
}

/** The shapes at the places of a half-typed text. */
export class Arrivals {
  private readonly analysis: FileAnalysis | undefined;
  private readonly meanings: Meanings;
  constructor(analysis: FileAnalysis | undefined, meanings: Meanings) {
    this.analysis = analysis;
    this.meanings = meanings;
  }

  /** What arrives at the stage around a node, once for each use of the block that it stands in; undefined for one where that is not known. */
  *at(node: AstNode): Generator<{ readonly use: Instance; readonly shape: Shape | undefined }> {
    const stage = AstUtils.getContainerOfType(node, isLabelledStage);
    const block = blockOf(node);
    const known = this.analysis?.model.declarations.find((d) => d.name === block?.name && d.$type === block?.$type);
    if (!this.analysis || !stage || !block || !known) return;
    const line = locationOf(block).range.start.line;
    for (const { instance } of this.analysis.uses(idOf(known))) yield { use: instance, shape: this.arrives(stage, instance, line) };
  }

  /** What a block makes of a shape without arguments, where the last analysis has seen that: its preview is on such a one. */
  of(name: string, x: Shape, names: readonly Offer[]): Shape | undefined {
    const means = names.find((n) => n.name === name)?.is.means;
    if (means?.kind !== 'declaration') return undefined;
    const { node } = means;
    const known = this.analysis?.targets.find((t) => t.name === node.name && t.declaration.$type === node.$type)?.instance;
    return known?.sure && sameShape(known.input, x) && uriOf(node) === this.analysis?.uri ? known.output : undefined;
  }

  /** The layer of the registry that a stage before a node is. */
  after(node: AstNode): string | undefined {
    const stage = AstUtils.getContainerOfType(node, isLabelledStage);
    const last = stage && before(stage);
    return typeof last === 'object' ? this.layerOf(last) : undefined;
  }

  /** The values that arguments give, by parameter name; undefined where one is not known from the text and the arguments of a use. */
  given(kind: string, args: readonly Argument[], use: Instance | undefined): ReadonlyMap<string, Value> | undefined {
    const names = Object.keys(layers.get(kind)?.params ?? {});
    const found = new Map<string, Value>();
    for (const [i, a] of args.entries()) {
      const name = a.name ?? names[i];
      const value = this.valueOf(a.out ?? a.value, use);
      if (name === undefined || value === undefined) return undefined;
      found.set(name, value);
    }
    return found;
  }

  private valueOf(e: Expression | undefined, use: Instance | undefined): Value | undefined {
    if (!e) return undefined;
    if (!isReference(e) || e.call) return literal(textOf(e));
    const [found] = this.meanings.resolve(e);
    if (!found || isBuiltin(found)) return literal(textOf(e));
    const { means } = found;
    const written = means.kind === 'parameter' ? use?.arguments.get(e.name) : undefined;
    return written === undefined ? undefined : literal(written);
  }

  private layerOf({ stage }: LabelledStage): string | undefined {
    if (!stage || !isInvocation(stage) || stage.callee === undefined) return undefined;
    const [found, ...others] = this.meanings.resolve(stage);
    return found && others.length === 0 && isBuiltin(found) && found.builtin === 'layer' ? found.name : undefined;
  }

  private arrives(s: LabelledStage, use: Instance, line: number): Shape | undefined {
    const last = before(s);
    return last === 'the input' ? use.input : last && this.leaves(last, use, line);
  }

  private leaves(s: LabelledStage, use: Instance, line: number): Shape | undefined {
    const [known] = stagesAt(use, locationOf(s).range, () => ({ uri: '', line }));
    if (known?.sure) return known.output;
    const layer = layers.get(this.layerOf(s) ?? '');
    const x = layer && !layer.merge ? this.arrives(s, use, line) : undefined;
    const given = x && layer && isInvocation(s.stage) ? this.given(layer.kind, s.stage.args, use) : undefined;
    const params = given && layer && readGiven(layer, given);
    const y = x && layer && params && infer(layer, params, [x]);
    return y && !isFault(y) ? y : undefined;
  }
}
