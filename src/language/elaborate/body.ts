/**
 * Goes through the body of a block, statement by statement, and has the builder of the instance make what it finds.
 *
 * It knows the shape that arrives at each stage, so conditions, loops and parameters are decided as it goes.
 */

import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import { layers } from '../../layers/index.ts';
import type { Layer } from '../../layers/layer.ts';
import { sameShape } from '../../layers/shape.ts';
import { givenIn, givesNames, isNamedAround } from '../names/inside.ts';
import { ownStatements } from '../syntax/branches.ts';
import {
  type Body,
  type Expect,
  type For,
  type If,
  type Input,
  type Invocation,
  isOutput,
  type LabelledStage,
  type Named,
  type Output,
  type Pipeline,
  type Repeat,
  type Shared,
  type Statement,
} from '../syntax/generated/ast.ts';
import { locationOfProperty, textOf } from '../syntax/source.ts';
import { spotOf } from '../syntax/spot.ts';
import { readParams } from './arguments.ts';
import { BranchWalker } from './branches.ts';
import type { Context, Flows } from './context.ts';
import { applyLayer, evaluate, evaluateArguments, evaluateCount, flowOf, stepInto, truth } from './evaluate.ts';
import { checkExpectation } from './expect.ts';
import { asBranches, branchesFix } from './fixes/merges.ts';
import { unknownStageFixes } from './fixes/names.ts';
import type { Expected } from './instance.ts';
import type { Arm, Flow, InstanceBuilder, Naming } from './instance-builder.ts';
import { eachElement } from './patterns.ts';
import { boundValue, fitsSource, fitsStage, fitsStart, Scope } from './scope.ts';
import { allocate, bodyNames, loopNames, within } from './segments.ts';
import { COST, type Session } from './session.ts';
import { unnamedYet } from './unnamed.ts';
import { describe, isFlow, isLayer, isList, isUnknown, type LayerVal, type ShapeVal, UNKNOWN } from './values.ts';

/** Where a stage is: what it can see, and how it is named. */
interface StageSite extends Naming {
  readonly scope: Scope;
  /** `[2]` in the third round of a loop: what follows the names of outputs there. */
  readonly index: string;
  /** Where the main output may be named: in no branch, and in no loop. */
  readonly isOwn: boolean;
}

/** What a stage is and makes. */
interface Inner {
  readonly flow: Flow;
  readonly input: Flow;
  readonly name: string;
  readonly expected: Expected | undefined;
}

/** Goes through one body and has its items made. */
export class BodyWalker {
  private readonly session: Session;
  private readonly instance: InstanceBuilder;

  constructor(session: Session, instance: InstanceBuilder) {
    this.session = session;
    this.instance = instance;
  }

  /** Elaborates the whole body. Throws `OutOfBudget` where a limit is passed. */
  walk(body: Body | undefined, scope: Scope): Flow {
    const { declaration, input, inputs } = this.instance;
    for (const [i, [name, flow]] of inputs.entries()) {
      const by = declaration.takes[i] as Input;
      if (inputs.findIndex(([n]) => n === name) < i)
        this.instance.problems.report('duplicate-name', `There are two inputs called \`${name}\`: rename one.`, by);
      this.name(name, flow, scope, by);
    }
    return this.body(body, input, { scope, names: bodyNames(inputs.map(([name]) => name)), loop: undefined, index: '', isOwn: true });
  }

  /** What expressions see at a stage where `flow` arrives. */
  private context(flow: Flow, scope: Scope): Context {
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

  /** A body in which the flow goes on. Branches in it lead nowhere. */
  private body(body: Body | undefined, start: Flow, place: StageSite): Flow {
    const [branch] = body?.branches ?? [];
    if (branch)
      this.instance.problems.report(
        'bad-branches',
        'Nothing joins this branch: branches stand in a merge, such as `concat { | … | … }`.',
        branch,
      );
    const flow = this.statements(body?.statements ?? [], start, place);
    return branch ? { ...flow, sure: false } : flow;
  }

  private statements(statements: readonly Statement[], start: Flow, place: StageSite): Flow {
    let flow = start;
    for (const s of statements) {
      this.session.step();
      switch (s.$type) {
        case 'Let':
          place.scope.give(s.name, { kind: 'constant', value: evaluate(s.value, this.context(flow, place.scope), 'lists'), by: s });
          break;
        case 'Output':
          this.output(s, flow, place);
          break;
        case 'Shared':
          this.share(s, flow, place);
          break;
        case 'Named':
          flow = this.pipeline(s.value, flow, place);
          this.name(s.name, flow, place.scope, s);
          break;
        case 'Pipeline':
          flow = this.pipeline(s, flow, place);
          break;
        default:
          s satisfies never;
      }
    }
    return flow;
  }

  /** One more output, whose value has its name from here on unless the body has a value of that name; or the name of the main one. */
  private output(s: Output, flow: Flow, place: StageSite): void {
    const at = locationOfProperty(s, 'name');
    const { problems } = this.instance;
    if (!s.value) {
      if (place.isOwn) this.instance.mainOutput(s.name, flow, at);
      else problems.report('bad-output', 'The main output is named once, in the body itself: not in a loop, and in no branch.', s);
      return;
    }
    const made = this.pipeline(s.value, flow, place);
    if (s.name === undefined) return;
    this.instance.output(s.name + place.index, made, at);
    const known = place.scope.given(s.name);
    if (known?.kind === 'value' && !isOutput(known.by as AstNode)) return;
    place.scope.give(s.name, { kind: 'value', id: made.id, shape: made.shape, sure: made.sure, isCall: false, by: s });
  }

  /** Gives a value a name for the rest of the body. */
  private name(name: string | undefined, { id, shape, sure }: Flow, scope: Scope, by: Named | LabelledStage | Input): void {
    if (name === undefined) return;
    this.hides(name, locationOfProperty(by, by.$type === 'LabelledStage' ? 'label' : 'name'));
    const isCall = by.$type === 'LabelledStage' && by.stage?.$type === 'Invocation';
    scope.give(name, { kind: 'value', id, shape, sure, isCall, by });
  }

  private hides(name: string, at: Location): void {
    if (!layers.has(name)) return;
    const message = `\`${name}\` hides the layer of that name for the rest of the body: choose another name.`;
    this.instance.problems.report('hides-builtin', message, at);
  }

  /** Declares a layer or block whose uses share their weights. */
  private share(s: Shared, flow: Flow, { scope, names }: StageSite): void {
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

  private pipeline(p: Pipeline | undefined, start: Flow, place: StageSite): Flow {
    return (p?.stages ?? []).reduce((flow, stage, i) => this.stage(stage, flow, place, i === 0), start);
  }

  private stage(s: LabelledStage, arrives: Flow, place: StageSite, first: boolean): Flow {
    this.session.step(COST.stage);
    const from = this.instance.items.length;
    const { flow, input, name, expected } = this.inner(s, arrives, place, first);
    this.instance.stages.push({
      range: spotOf(s).range,
      label: s.label,
      name,
      from,
      to: this.instance.items.length,
      input: input.shape,
      output: flow.shape,
      sure: flow.sure,
      expected,
    });
    this.name(s.label, flow, place.scope, s);
    return flow;
  }

  private inner(s: LabelledStage, flow: Flow, place: StageSite, first: boolean): Inner {
    const { stage } = s;
    const made = (f: Flow, name: string, input = flow): Inner => ({ flow: f, input, name, expected: undefined });
    switch (stage?.$type) {
      case undefined:
        return made({ ...flow, sure: false }, '');
      case 'Repeat':
        return made(this.repeat(stage, flow, place), 'repeat');
      case 'For':
        return made(this.for(stage, flow, place), 'for');
      case 'If':
        return made(this.if(stage, flow, place), 'if');
      case 'Expect':
        return { ...made(flow, 'expect'), expected: this.expect(stage, flow, place.scope) };
      case 'Invocation': {
        if (stage.steps.length > 0) return made(this.part(stage, flow, place, first), stage.callee);
        const start = first && !stage.parens && !stage.branches ? place.scope.find(stage.callee, fitsStart) : undefined;
        const value = start?.kind === 'value' ? start : start?.kind === 'constant' && isFlow(start.value) ? start.value : undefined;
        if (start && value) {
          this.session.observe?.(stage, start.by);
          return made(value, stage.callee, value);
        }
        return made(this.invoke(stage, s.label, flow, place), stage.callee);
      }
      default:
        return stage satisfies never;
    }
  }

  /** `xs[i]` and `b.x`: an element of a list of values, and a value inside a call. */
  private part(at: Invocation, flow: Flow, { scope }: StageSite, first: boolean): Flow {
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

  private invoke(at: Invocation, label: string | undefined, flow: Flow, place: StageSite): Flow {
    const unsure = { ...flow, sure: false };
    const context = this.context(flow, place.scope);
    const binding = place.scope.find(at.callee, fitsStage);
    const value = binding && boundValue(binding);
    const kind = value !== undefined && isLayer(value) && 'builtin' in value.callee ? layers.get(value.callee.builtin) : undefined;
    // What is written as a call of values would be one problem for each of them.
    if (kind?.merge && !at.branches) return this.noBranches(at, flow);
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
      const message = `\`${at.callee}\` takes ${takes.length} inputs, ${inputs}, but ${given}: write \`${at.callee} { ${takes.map((n) => `| ${n}`).join(' ')} }\`, a branch for each.`;
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
      const made = this.statements(ownStatements(b), flow, { ...place, scope: new Scope(scope), names, isOwn: false });
      arms.push({ branch: b, flow: made });
    }).walk(branches, this.context(flow, place.scope));
    return { arms, sound };
  }

  private unknownStage(at: Invocation, scope: Scope): void {
    if (at.callee === undefined) return;
    const other = scope.find(at.callee, () => true);
    const value = other && boundValue(other);
    const isAround = !other && isNamedAround(at.callee, at);
    const names = other || isAround ? [] : scope.all(fitsStage);
    const why =
      other?.kind === 'value'
        ? `\`${at.callee}\` names a value, which can only start a pipeline, without arguments.`
        : value !== undefined
          ? `\`${at.callee}\` is ${describe(value)}, not a layer.`
          : other
            ? `\`${at.callee}\` is a function, not a layer.`
            : isAround
              ? unnamedYet(at.callee, at)
              : `There is no layer or block \`${at.callee}\`.${this.session.suggest(at.callee, names)}`;
    const fixes = other || isAround ? [] : unknownStageFixes(at, names);
    this.instance.problems.report('unknown-name', why, locationOfProperty(at, 'callee'), [], fixes);
  }

  /** A merge that is written as a layer of one input. */
  private noBranches(at: Invocation, flow: Flow): Flow {
    const message = `\`${at.callee}\` joins branches: write \`${asBranches(at) ?? `${at.callee} { | … | … }`}\`.`;
    this.instance.problems.report('bad-branches', message, locationOfProperty(at, 'callee'), [], branchesFix(at));
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

  private repeat(r: Repeat, start: Flow, place: StageSite): Flow {
    const count = evaluateCount(r.count, '`repeat`', this.context(start, place.scope));
    const most = this.session.limits.nodes;
    const tooMany = count !== undefined && count > most;
    if (tooMany)
      this.instance.problems.report(
        'too-many-nodes',
        `\`repeat\` repeats its body ${count.toLocaleString('en')} times, more than the ${most.toLocaleString('en')} layers that a network may have: repeat less, or raise the limit in the settings.`,
        r.count ?? r,
      );
    // An unknown count, or one that is too large, still gets its body checked once.
    const known = count === undefined || tooMany ? 1 : count;
    const names = loopNames(place.names);
    const { line, character } = spotOf(r).range.start;
    const id = `${place.loop ? `${place.loop.id}/${place.loop.index}/` : ''}${line}:${character}:${this.instance.items.length}`;
    // Rounds differ by what they see: their number, and what the round before has named.
    const isAlike = r.index === undefined && !givesNames(r.body);
    let flow = start;
    for (let i = 0; i < known; i++) {
      this.session.step();
      const scope = new Scope(place.scope, place.scope);
      if (r.index !== undefined) scope.set(r.index, { kind: 'constant', value: i, by: r });
      const [before, nodes] = [flow, this.instance.nodeCount];
      flow = this.body(r.body, flow, {
        scope,
        names: names(i),
        loop: { id, index: i, count: known },
        index: `${place.index}[${i}]`,
        isOwn: false,
      });
      // Each further round makes what this one made, so one knows now whether they all fit.
      if (isAlike && flow.sure && sameShape(flow.shape, before.shape))
        this.instance.room((this.instance.nodeCount - nodes) * (known - i - 1), r.count ?? r);
    }
    return count === undefined || tooMany ? { ...flow, sure: false } : flow;
  }

  private for(f: For, start: Flow, place: StageSite): Flow {
    const list = evaluate(f.list, this.context(start, place.scope), 'lists');
    const { problems, round: around } = this.instance;
    let flow = start;
    const sound = eachElement(
      list,
      f,
      problems,
      () => new Scope(place.scope, place.scope),
      (scope, element, i) => {
        this.session.step();
        this.instance.round = [...around, { index: i, pattern: f.pattern, element }];
        flow = this.body(f.body, flow, { ...place, scope, index: `${place.index}[${i}]`, isOwn: false });
        return true;
      },
    );
    this.instance.round = around;
    return sound ? flow : { ...flow, sure: false };
  }

  private if(s: If, flow: Flow, place: StageSite): Flow {
    const condition = evaluate(s.condition, this.context(flow, place.scope));
    if (isUnknown(condition)) return this.undecided(s, flow, place);
    if (truth(condition)) return this.body(s.then, flow, place);
    if (s.elseIf) return this.if(s.elseIf, flow, place);
    return s.else ? this.body(s.else, flow, place) : flow;
  }

  /** After an error in its condition: what either side names has a name, and nobody knows what it is. */
  private undecided(s: If, flow: Flow, place: StageSite): Flow {
    const unsure = { ...flow, sure: false };
    for (const { name, means } of givenIn(s)) {
      const by = means.node as Named;
      if (means.kind === 'constant') place.scope.give(name, { kind: 'constant', value: UNKNOWN, by });
      else place.scope.give(name, { kind: 'value', ...unsure, isCall: false, by });
    }
    return unsure;
  }

  private expect(e: Expect, flow: Flow, scope: Scope): Expected | undefined {
    return checkExpectation(e, flow, this.context(flow, scope), () => this.instance.snapshot(flow), this.instance.cause(flow));
  }
}
