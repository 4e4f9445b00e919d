/** The stages that name something: layers, blocks, merges with their branches, values and parts of them; and what is declared as shared. */

import type { Location } from '../../graph/graph.ts';
import { layers } from '../../layers/index.ts';
import type { Layer } from '../../layers/layer.ts';
import { isNamedAround, isNamedInBranch } from '../names/inside.ts';
import { ownStatements } from '../syntax/branches.ts';
import { ourName, saidOtherwise } from '../syntax/foreign.ts';
import { type Body, type Invocation, isLabelledStage, type Shared, type Statement } from '../syntax/generated/ast.ts';
import { STATEMENT_WORDS } from '../syntax/keywords.ts';
import { locationOfProperty, textOf } from '../syntax/source.ts';
import { readParams } from './arguments.ts';
import { BranchWalker } from './branches.ts';
import type { Context, Flows } from './context.ts';
import { applyLayer, evaluateArguments, flowOf, stepInto } from './evaluate.ts';
import { asBranches, branchesFix } from './fixes/merges.ts';
import { unknownStageFixes } from './fixes/names.ts';
import type { Arm, Flow, InstanceBuilder, Naming } from './instance-builder.ts';
import { boundValue, fitsSource, fitsStage, fitsStart, Scope } from './scope.ts';
import { allocate, bodyNames, within } from './segments.ts';
import type { Session } from './session.ts';
import { unnamedYet } from './unnamed.ts';
import { describe, hasFlow, isFlow, isLayer, isList, isUnknown, type LayerVal, type ShapeVal, UNKNOWN, type Val } from './values.ts';

/** Where a stage is: what it can see, and how it is named. */
export interface StageSite extends Naming {
  readonly scope: Scope;
  /** `[2]` in the third round of a loop: what follows the names of outputs there. */
  readonly index: string;
  /** Where the main output may be named: in no branch, and in no loop. */
  readonly isOwn: boolean;
}

/** Whether something is a list of values of the network. */
const isListOf = (v: Val): boolean => isList(v) && hasFlow(v);

/** Whether all arguments of a call are values of the network, which are meant as branches. */
const givesValues = (at: Invocation, scope: Scope): boolean =>
  at.args.length > 0 &&
  at.args.every(({ value }) => value?.$type === 'Reference' && !value.call && scope.find(value.name, () => true)?.kind === 'value');

/** Makes what a stage names. */
export class Invocations {
  private readonly session: Session;
  private readonly instance: InstanceBuilder;
  /** Goes through the statements of a branch. */
  private readonly branch: (statements: readonly Statement[], flow: Flow, site: StageSite) => Flow;

  constructor(
    session: Session,
    instance: InstanceBuilder,
    branch: (statements: readonly Statement[], flow: Flow, site: StageSite) => Flow,
  ) {
    this.session = session;
    this.instance = instance;
    this.branch = branch;
  }

  /** What expressions see at a stage where `flow` arrives. */
  context(flow: Flow, scope: Scope): Context {
    const { problems, input } = this.instance;
    const shape = (f: Flow): ShapeVal => ({ type: 'shape', shape: f.shape, sure: f.sure });
    return { session: this.session, problems, scope, in: shape(input), here: shape(flow), flows: this.flows(flow) };
  }

  private flows({ id, shape, sure }: Flow): Flows {
    return {
      here: { type: 'value', id, shape, sure, isCall: false },
      inside: (call) => this.instance.inside(call),
      pick: (call, inner, at) => this.instance.pick(call, inner, at),
    };
  }

  /** Warns of a name that is a layer's. */
  hides(name: string, at: Location): void {
    if (!layers.has(name)) return;
    const message = `\`${name}\` hides the layer of that name for the rest of the body: choose another name.`;
    this.instance.problems.report('hides-builtin', message, at);
  }

  /** Declares a layer or block whose uses share their weights. */
  share(s: Shared, flow: Flow, { scope, names }: StageSite): void {
    if (s.name === undefined || !s.value) return;
    const at = locationOfProperty(s, 'name');
    this.hides(s.name, at);
    const binding = scope.find(s.value.callee, fitsStage);
    const found = binding && boundValue(binding);
    const args = evaluateArguments(s.value.args, this.context(flow, scope));
    if (binding && found !== undefined && isLayer(found)) this.session.observe?.(s.value, binding.by);
    else if (!binding) this.unknownStage(s.value, scope);
    const value = found !== undefined && isLayer(found) ? this.instance.share(applyLayer(found, args), s.name, names, at) : UNKNOWN;
    scope.give(s.name, { kind: 'constant', value, by: s });
  }

  /** `xs[i]` and `b.x`: an element of a list of values, and a value inside a call. */
  part(at: Invocation, flow: Flow, { scope }: StageSite, first: boolean): Flow {
    const { problems } = this.instance;
    const unsure = { ...flow, sure: false };
    const binding = scope.find(at.callee, fitsSource);
    if (!binding) {
      this.unknownStage(at, scope);
      return unsure;
    }
    this.session.observe?.(at, binding.by);
    const context = this.context(flow, scope);
    const start = binding.kind === 'value' ? flowOf(binding) : (boundValue(binding) ?? UNKNOWN);
    const value = at.steps.reduce((v, step) => stepInto(v, step, at, context), start);
    if (isFlow(value) && first) return value;
    if (!isUnknown(value)) {
      const what = isFlow(value)
        ? 'A value starts a pipeline: nothing flows into it'
        : `\`${textOf(at)}\` is ${describe(value)}, not a value of the network${isList(value) ? ': choose one of its elements' : ''}`;
      problems.report('unknown-name', `${what}.`, at);
    }
    return unsure;
  }

  /** A layer, a block or a merge, with its arguments and branches. */
  invoke(at: Invocation, label: string | undefined, flow: Flow, place: StageSite): Flow {
    const unsure = { ...flow, sure: false };
    const context = this.context(flow, place.scope);
    const binding = place.scope.find(at.callee, fitsStage);
    const value = binding && boundValue(binding);
    const kind = value !== undefined && isLayer(value) && 'builtin' in value.callee ? layers.get(value.callee.builtin) : undefined;
    // What is written as a call of values would be one problem for each of them.
    const isBlock = value !== undefined && isLayer(value) && !kind;
    const isJoin = kind?.merge === true || (isBlock && this.instance.takesOf(value).length > 0 && givesValues(at, place.scope));
    if (isJoin && !at.branches) return this.noBranches(at, flow, place.scope);
    // `cat([x, y])`: what is said of the merge is said of its arguments too.
    if (!binding && layers.get(ourName(at.callee) ?? '')?.merge) {
      this.unknownStage(at, place.scope);
      return unsure;
    }
    const args = evaluateArguments(at.args, context);
    if (!binding || value === undefined) {
      this.unknownStage(at, place.scope);
      return unsure;
    }
    if (!isLayer(value)) return unsure;
    this.session.observe?.(at, binding.by);
    const applied = applyLayer(value, args);
    if (kind?.merge && at.branches) return this.merge(at, at.branches, kind, applied, label, flow, place);
    const takes = kind ? [] : this.instance.takesOf(applied);
    if (takes.length > 0) return this.several(at, applied, takes, label, flow, place);
    if (at.branches) return this.oneInput(at, flow);
    return kind
      ? this.instance.layer(kind, applied, label, flow, at, place, context)
      : this.instance.call(applied, label, [flow], at, place);
  }

  /** A call of a block that says what it takes. */
  private several(
    at: Invocation,
    value: LayerVal,
    takes: readonly string[],
    label: string | undefined,
    flow: Flow,
    place: StageSite,
  ): Flow {
    const { arms, sound } = at.branches ? this.arms(at.branches, flow, place) : { arms: [], sound: true };
    const flows = at.branches ? arms.map((a) => a.flow) : [flow];
    const [first, ...rest] = flows;
    if (first && flows.length === takes.length) {
      const made = this.instance.call(value, label, [first, ...rest], at, place);
      return sound ? made : { ...made, sure: false };
    }
    if (sound) {
      const inputs = takes.map((n) => `\`${n}\``).join(takes.length === 2 ? ' and ' : ', ');
      const given = at.branches ? `${arms.length} branch${arms.length === 1 ? ' is' : 'es are'} given` : 'the flow alone arrives';
      const call = `${at.callee}${at.parens ? `(${at.args.map((a) => textOf(a)).join(', ')})` : ''}`;
      const message = `\`${at.callee}\` takes ${takes.length} inputs, ${inputs}, but ${given}: write \`${call} { ${takes.map(() => '| …').join(' ')} }\`, a branch for each.`;
      this.instance.problems.report('bad-branches', message, locationOfProperty(at, 'callee'));
    }
    return { ...flow, sure: false };
  }

  /** What the branches of a merge or call give, in their order. */
  private arms(branches: Body, flow: Flow, place: StageSite): { readonly arms: readonly Arm[]; readonly sound: boolean } {
    const arms: Arm[] = [];
    const sound = new BranchWalker(this.session, this.instance.problems, (b, scope) => {
      const segment = allocate(place.names, `branch${arms.length + 1}`);
      const names = within(segment, bodyNames());
      const made = this.branch(ownStatements(b), flow, { ...place, scope: new Scope(scope), names, isOwn: false });
      arms.push({ branch: b, flow: made });
    }).walk(branches, this.context(flow, place.scope));
    return { arms, sound };
  }

  private unknownStage(at: Invocation, scope: Scope): void {
    // It is told once, in whichever round of a loop it is met first.
    if (at.callee === undefined || this.instance.problems.has('unknown-name', locationOfProperty(at, 'callee'))) return;
    const other = scope.find(at.callee, () => true);
    const value = other && boundValue(other);
    const isAround = !other && isNamedAround(at.callee, at);
    const stage = at.$container;
    const starts = isLabelledStage(stage) && stage.$container.stages[0] === stage;
    const names = other || isAround ? [] : [...scope.all(starts ? fitsStart : fitsStage), ...(starts ? STATEMENT_WORDS : [])];
    const said = saidOtherwise(at.callee);
    const isInBranch = !other && !isAround && isNamedInBranch(at.callee, at);
    const why =
      other?.kind === 'declaration' && at.steps.length > 0
        ? `\`${at.callee}\` is a block, and only a call of it has values: label one, \`x: ${at.callee}\`, and write \`x${textOf(at).slice(at.callee.length)}\`.`
        : other?.kind === 'value'
          ? `\`${at.callee}\` names a value, which can only start a pipeline, without arguments.`
          : value !== undefined
            ? `\`${at.callee}\` is ${describe(value)}, not a layer.`
            : other
              ? `\`${at.callee}\` is a function, not a layer.`
              : isAround
                ? unnamedYet(at.callee, at)
                : isInBranch
                  ? `\`${at.callee}\` is named in a branch, which keeps its names to itself: name the value before the branches, or behind what joins them.`
                  : `There is no layer${starts ? ', block or value' : ' or block'} \`${at.callee}\`.${said === undefined ? this.session.suggest(at.callee, names) : ` ${said}`}`;
    const fixes = other || isAround || isInBranch || said !== undefined ? [] : unknownStageFixes(at, names);
    this.instance.problems.report('unknown-name', why, locationOfProperty(at, 'callee'), [], fixes);
  }

  /** A merge that is written as a layer of one input. */
  private noBranches(at: Invocation, flow: Flow, scope: Scope): Flow {
    const isList = (name: string): boolean => {
      const b = scope.find(name, fitsSource);
      return b?.kind === 'constant' && isListOf(b.value);
    };
    const text = asBranches(at, isList);
    const message = `\`${at.callee}\` joins branches: write \`${text ?? `${at.callee} { | … | … }`}\`.`;
    this.instance.problems.report('bad-branches', message, locationOfProperty(at, 'callee'), [], branchesFix(at, text));
    return { ...flow, sure: false };
  }

  /** Branches that are given to what takes the flow. */
  private oneInput(at: Invocation, flow: Flow): Flow {
    const message = `\`${at.callee}\` takes one input, the flow, and joins no branches: \`concat { | … | … }\` does, and \`add\`, and a block that \`takes\` several.`;
    this.instance.problems.report('bad-branches', message, locationOfProperty(at, 'callee'));
    return { ...flow, sure: false };
  }

  private merge(
    at: Invocation,
    branches: Body,
    kind: Layer,
    value: LayerVal,
    label: string | undefined,
    flow: Flow,
    place: StageSite,
  ): Flow {
    const { problems } = this.instance;
    readParams(kind, value, at, problems);
    const { arms, sound } = this.arms(branches, flow, place);
    if (arms.length === 0) {
      if (sound) problems.report('bad-branches', `\`${at.callee}\` has no branch to join here.`, locationOfProperty(at, 'callee'));
      return { ...flow, sure: false };
    }
    const joined = this.instance.merge(at, kind, label, arms, place, this.context(flow, place.scope));
    return sound ? joined : { ...joined, sure: false };
  }
}
