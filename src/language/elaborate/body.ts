/**
 * Goes through the body of a block, statement by statement, and has the builder of the instance make what it finds.
 *
 * It knows the shape that arrives at each stage, so conditions, loops and parameters are decided as it goes.
 */

import type { AstNode } from 'langium';
import { sameShape } from '../../layers/shape.ts';
import { givenIn, givesNames } from '../names/inside.ts';
import { after, possible } from '../syntax/edits.ts';
import {
  type Body,
  type Expect,
  type For,
  type If,
  type Input,
  isOutput,
  type LabelledStage,
  type Named,
  type Output,
  type Pipeline,
  type Repeat,
  type Statement,
} from '../syntax/generated/ast.ts';
import { locationOf, locationOfProperty } from '../syntax/source.ts';
import { spotOf } from '../syntax/spot.ts';
import { evaluate, evaluateCount, truth } from './evaluate.ts';
import { checkExpectation } from './expect.ts';
import type { Expected } from './instance.ts';
import type { Flow, InstanceBuilder } from './instance-builder.ts';
import { Invocations, type StageSite } from './invocations.ts';
import { eachElement } from './patterns.ts';
import { fitsStart, Scope } from './scope.ts';
import { bodyNames, loopNames } from './segments.ts';
import { COST, type Session } from './session.ts';
import { isSteady } from './steady.ts';
import { isFlow, isUnknown, UNKNOWN } from './values.ts';

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
  private readonly invocations: Invocations;

  constructor(session: Session, instance: InstanceBuilder) {
    this.session = session;
    this.instance = instance;
    this.invocations = new Invocations(session, instance, (statements, flow, site) => this.statements(statements, flow, site));
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
          place.scope.give(s.name, {
            kind: 'constant',
            value: evaluate(s.value, this.invocations.context(flow, place.scope), 'lists'),
            by: s,
          });
          break;
        case 'Output':
          this.output(s, flow, place);
          break;
        case 'Shared':
          this.invocations.share(s, flow, place);
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
      const same = place.scope.given(s.name);
      if (same?.kind === 'value' && same.id !== flow.id && flow.sure && !('$type' in same.by && /Output|Input/.test(same.by.$type))) {
        const message = `\`output ${s.name}\` gives what arrives here the name \`${s.name}\`, which is another value: write \`output ${s.name} = ${s.name}\` for that one.`;
        const fix = possible(`Write output ${s.name} = ${s.name}`, [after(locationOf(s), ` = ${s.name}`)]);
        problems.report('misnamed-output', message, at, [], [fix]);
      }
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
    this.invocations.hides(name, locationOfProperty(by, by.$type === 'LabelledStage' ? 'label' : 'name'));
    const isCall = by.$type === 'LabelledStage' && by.stage?.$type === 'Invocation' && this.instance.isCalled(id);
    scope.give(name, { kind: 'value', id, shape, sure, isCall, by });
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
        if (stage.steps.length > 0) return made(this.invocations.part(stage, flow, place, first), stage.callee);
        const start = first && !stage.parens && !stage.branches ? place.scope.find(stage.callee, fitsStart) : undefined;
        const value = start?.kind === 'value' ? start : start?.kind === 'constant' && isFlow(start.value) ? start.value : undefined;
        if (start && value) {
          this.session.observe?.(stage, start.by);
          return made(value, stage.callee, value);
        }
        return made(this.invocations.invoke(stage, s.label, flow, place), stage.callee);
      }
      default:
        return stage satisfies never;
    }
  }

  private repeat(r: Repeat, start: Flow, place: StageSite): Flow {
    const count = evaluateCount(r.count, '`repeat`', this.invocations.context(start, place.scope));
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
      if (!isAlike || !flow.sure) continue;
      // Each further round makes what this one made, so one knows now whether they all fit.
      const { nodeCount, caller } = this.instance;
      const more = (nodeCount - nodes) * (known - i - 1);
      const isTooMuch = i === 0 && nodeCount + more > most;
      if (sameShape(flow.shape, before.shape) || (isTooMuch && isSteady(r.body, place.scope, (d) => caller.scopeOf(d))))
        this.instance.room(more, () => r.count ?? r);
    }
    return count === undefined || tooMany ? { ...flow, sure: false } : flow;
  }

  private for(f: For, start: Flow, place: StageSite): Flow {
    const list = evaluate(f.list, this.invocations.context(start, place.scope), 'lists');
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
    return sound ? flow : this.undecided(f, flow, place);
  }

  private if(s: If, flow: Flow, place: StageSite): Flow {
    const condition = evaluate(s.condition, this.invocations.context(flow, place.scope));
    if (isUnknown(condition)) return this.undecided(s, flow, place);
    if (truth(condition)) return this.body(s.then, flow, place);
    if (s.elseIf) return this.if(s.elseIf, flow, place);
    return s.else ? this.body(s.else, flow, place) : flow;
  }

  /** After an error in its condition or list: what a side or the body names has a name, and nobody knows what it is. */
  private undecided(s: If | For, flow: Flow, place: StageSite): Flow {
    const unsure = { ...flow, sure: false };
    for (const { name, means } of givenIn(s)) {
      const by = means.node as Named;
      if (means.kind === 'constant') place.scope.give(name, { kind: 'constant', value: UNKNOWN, by });
      else place.scope.give(name, { kind: 'value', ...unsure, isCall: false, by });
    }
    return unsure;
  }

  private expect(e: Expect, flow: Flow, scope: Scope): Expected | undefined {
    return checkExpectation(e, flow, this.invocations.context(flow, scope), this.instance.soFar(flow), this.instance.cause(flow));
  }
}
