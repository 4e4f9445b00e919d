/**
 * Elaborates the body of a block: statements to items (layers and calls) with their shapes.
 *
 * One builder makes one instance. It knows the shape that enters, so conditions, loops and parameters are decided as it goes. An error
 * becomes a problem and an assumed shape; what is only assumed is not `sure`, and causes no further problems.
 */

import type { Location } from '../graph/graph.ts';
import { layers } from '../layers/index.ts';
import { infer } from '../layers/infer.ts';
import { type Inputs, isFault, type Layer } from '../layers/layer.ts';
import { type Shape, showShape } from '../layers/shape.ts';
import { readParams } from './arguments.ts';
import { applyLayer, type Context, evaluate, evaluateArguments, evaluateCount, truth } from './evaluate.ts';
import { checkExpectation } from './expect.ts';
import type {
  Block,
  Body,
  Expect,
  For,
  If,
  Invocation,
  LabelledStage,
  Merge,
  Network,
  Pipeline,
  Repeat,
  Statement,
} from './generated/ast.ts';
import type { CallItem, Instance, Item, LayerItem, Stage } from './instance.ts';
import { allocate, bodyNames, loopNames, type Names } from './names.ts';
import type { Related } from './problem.ts';
import { boundValue, fitsStage, fitsStart, Scope, suggestion } from './scope.ts';
import { OutOfBudget, Problems, type Session } from './session.ts';
import { locationOf, locationOfProperty } from './source.ts';
import { describe, isLayer, isList, isUnknown, type LayerVal, layerName, type ShapeVal, type Val } from './values.ts';

/** The value that flows: its number, its shape, and whether the shape is known rather than assumed. */
export interface Flow {
  readonly id: number;
  readonly shape: Shape;
  readonly sure: boolean;
}

/** Where the builder asks for the instance of a block that it calls. */
export interface Caller {
  call(
    value: LayerVal,
    input: Flow,
    at: Invocation,
    from: BodyBuilder,
  ): { readonly instance: Instance; readonly name: string; readonly text: string } | undefined;
}

/** Where a stage stands: what it can see, and how it is named. */
interface Place {
  readonly scope: Scope;
  readonly names: Names;
  /** The innermost repeat, for drawing its iterations once. */
  readonly loop: { readonly id: string; readonly index: number; readonly count: number } | undefined;
}

export class BodyBuilder {
  readonly items: Item[] = [];
  readonly stages: Stage[] = [];
  readonly outputs: { name: string; value: number; shape: Shape }[] = [];
  readonly problems = new Problems();
  /** The calls that were made, for the callee's list. */
  readonly made: { readonly instance: Instance; readonly location: Location; readonly text: string; readonly segment: string }[] = [];
  nodeCount = 0;
  readonly declaration: Block | Network;
  readonly input: Flow;
  readonly depth: number;
  private readonly caller: Caller;
  private readonly session: Session;

  constructor(session: Session, caller: Caller, declaration: Block | Network, input: Flow, depth: number) {
    this.session = session;
    this.caller = caller;
    this.declaration = declaration;
    this.input = input;
    this.depth = depth;
  }

  /** Elaborates the whole body. Throws `OutOfBudget` where a limit is passed. */
  build(body: Body | undefined, scope: Scope): Flow {
    return this.statements(body?.statements ?? [], this.input, { scope, names: bodyNames(), loop: undefined });
  }

  /** What expressions see at a stage where `flow` arrives. */
  context(flow: Flow, scope: Scope): Context {
    const shape = (f: Flow): ShapeVal => ({ type: 'shape', shape: f.shape, sure: f.sure });
    return { session: this.session, problems: this.problems, scope, in: shape(this.input), here: shape(flow), depth: this.depth };
  }

  private statements(statements: readonly Statement[], start: Flow, place: Place): Flow {
    let flow = start;
    for (const s of statements) {
      this.session.step();
      switch (s.$type) {
        case 'Let':
          place.scope.set(s.name, { kind: 'constant', value: evaluate(s.value, this.context(flow, place.scope), true) });
          break;
        case 'Output': {
          const out = this.pipeline(s.value, flow, place);
          if (this.outputs.some((o) => o.name === s.name))
            this.problems.report(
              'duplicate-name',
              `There are two outputs called \`${s.name}\`: rename one.`,
              locationOfProperty(s, 'name'),
            );
          this.outputs.push({ name: s.name, value: out.id, shape: out.shape });
          break;
        }
        case 'Named':
          flow = this.pipeline(s.value, flow, place);
          this.name(s.name, flow, place.scope, locationOfProperty(s, 'name'));
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

  /** Gives a value a name for the rest of the body. */
  private name(name: string | undefined, { id, shape, sure }: Flow, scope: Scope, at: Location): void {
    if (name === undefined) return;
    if (layers.has(name))
      this.problems.report(
        'hides-builtin',
        `\`${name}\` hides the layer of that name for the rest of the body: choose another name.`,
        at,
        [],
        'warning',
      );
    scope.set(name, { kind: 'value', id, shape, sure });
  }

  private pipeline(p: Pipeline | undefined, start: Flow, place: Place): Flow {
    return (p?.stages ?? []).reduce((flow, stage, i) => this.stage(stage, flow, place, i === 0), start);
  }

  private stage(s: LabelledStage, arrives: Flow, place: Place, first: boolean): Flow {
    this.session.step();
    const from = this.items.length;
    const { flow, input, name } = this.inner(s, arrives, place, first);
    this.stages.push({
      range: locationOf(s).range,
      label: s.label,
      name,
      from,
      to: this.items.length,
      input: input.shape,
      output: flow.shape,
      sure: flow.sure,
    });
    if (s.label !== undefined) this.name(s.label, flow, place.scope, locationOfProperty(s, 'label'));
    return flow;
  }

  private inner(s: LabelledStage, flow: Flow, place: Place, first: boolean): { flow: Flow; input: Flow; name: string } {
    const { stage } = s;
    const made = (f: Flow, name: string, input = flow): { flow: Flow; input: Flow; name: string } => ({ flow: f, input, name });
    switch (stage?.$type) {
      case undefined:
        return made({ ...flow, sure: false }, '');
      case 'Merge':
        return made(this.merge(stage, s.label, flow, place), stage.op);
      case 'Repeat':
        return made(this.repeat(stage, flow, place), 'repeat');
      case 'For':
        return made(this.for(stage, flow, place), 'for');
      case 'If':
        return made(this.if(stage, flow, place), 'if');
      case 'Expect':
        this.expect(stage, flow, place.scope);
        return made(flow, 'expect');
      case 'Invocation': {
        const start = first && !stage.parens ? place.scope.find(stage.callee, fitsStart) : undefined;
        if (start?.kind === 'value') return made(start, stage.callee, start);
        return made(this.invoke(stage, s.label, flow, place), stage.callee);
      }
      default:
        return stage satisfies never;
    }
  }

  private invoke(at: Invocation, label: string | undefined, flow: Flow, place: Place): Flow {
    const unsure = { ...flow, sure: false };
    const args = evaluateArguments(at.args, this.context(flow, place.scope));
    const binding = place.scope.find(at.callee, fitsStage);
    const value = binding && boundValue(binding);
    if (value === undefined) {
      this.unknownStage(at, place.scope);
      return unsure;
    }
    if (!isLayer(value)) return unsure;
    const applied = applyLayer(value, args);
    const kind = 'builtin' in applied.callee ? layers.get(applied.callee.builtin) : undefined;
    return kind ? this.layer(kind, applied, label, flow, at, place) : this.call(applied, label, flow, at, place);
  }

  private unknownStage(at: Invocation, scope: Scope): void {
    if (at.callee === undefined) return;
    const other = scope.find(at.callee, () => true);
    const value = other && boundValue(other);
    const why =
      other?.kind === 'value'
        ? `\`${at.callee}\` names a value, which can only start a pipeline, without arguments.`
        : value !== undefined
          ? `\`${at.callee}\` is ${describe(value)}, not a layer.`
          : other
            ? `\`${at.callee}\` is a function, not a layer.`
            : `There is no layer or block \`${at.callee}\`.${suggestion(at.callee, scope.all(fitsStage))}`;
    this.problems.report('unknown-name', why, locationOfProperty(at, 'callee'));
  }

  /** Appends an item and gives its value. */
  private push(item: Item, sure: boolean, at: Location): Flow {
    this.items.push(item);
    this.nodeCount += item.type === 'call' ? item.instance.nodeCount : 1;
    if (this.nodeCount > this.session.limits.nodes) {
      this.problems.report(
        'too-many-nodes',
        `\`${this.declaration.name}\` would have more than ${this.session.limits.nodes.toLocaleString('en')} layers from here on: repeat less, or raise the limit in the settings.`,
        at,
      );
      throw new OutOfBudget(true);
    }
    return { id: this.items.length, shape: item.shape, sure };
  }

  private layer(layer: Layer, value: LayerVal, label: string | undefined, flow: Flow, at: Invocation, place: Place): Flow {
    const { params, bound } = readParams(layer, value, at, this.problems);
    const source = locationOf(at);
    const segment = allocate(place.names, label ?? layer.kind);
    // A layer whose arguments are not all known is left out of the graph's figures, but its place in the flow stays.
    if (!params) return this.push(this.broken(flow, segment, source), false, source);
    const result = infer(layer, params, [flow.shape], this.session.limits.size);
    const failed = isFault(result);
    if (failed && flow.sure) {
      const node = result.param === undefined ? undefined : bound.get(result.param)?.node;
      this.problems.report(result.code, result.message, node ? locationOf(node) : locationOfProperty(at, 'callee'), this.cause(flow));
    }
    const shape = failed ? (result.assume ?? flow.shape) : result;
    const item: LayerItem = { type: 'layer', kind: layer.kind, params, inputs: [flow.id], segment, shape, source, failed };
    const sound = !failed || result.assume !== undefined;
    return this.push(sound ? item : this.broken(flow, segment, source), sound && flow.sure, source);
  }

  /** Stands where a layer should be that cannot be computed: passes its input through, marked as failed. */
  private broken(flow: Flow, segment: string, source: Location): LayerItem {
    return { type: 'layer', kind: 'identity', params: {}, inputs: [flow.id], segment, shape: flow.shape, source, failed: true };
  }

  /** Says what gave the shape that does not do. */
  private cause(flow: Flow): Related[] {
    const producer = this.items[flow.id - 1];
    if (producer) return [{ message: `${showShape(flow.shape)} comes from here.`, location: producer.source }];
    const preview = this.declaration.preview;
    return preview
      ? [
          {
            message: `${showShape(flow.shape)} enters \`${this.declaration.name}\`.`,
            location: locationOfProperty(this.declaration, 'name'),
          },
        ]
      : [];
  }

  private call(value: LayerVal, label: string | undefined, flow: Flow, at: Invocation, place: Place): Flow {
    const called = this.caller.call(value, flow, at, this);
    const source = locationOf(at);
    const segment = allocate(place.names, label ?? called?.name ?? layerName(value));
    if (!called) return this.push(this.broken(flow, segment, source), false, source);
    const { instance, text } = called;
    this.made.push({ instance, text, segment, location: locationOfProperty(at, 'callee') });
    const base = segment.slice(0, segment.lastIndexOf('['));
    const repeat = place.loop && { group: `${place.loop.id}:${base}`, index: place.loop.index, count: place.loop.count };
    const item: CallItem = { type: 'call', instance, input: flow.id, segment, shape: instance.output, source, repeat };
    return this.push(item, instance.sure, source);
  }

  private merge(m: Merge, label: string | undefined, flow: Flow, place: Place): Flow {
    const flows = m.branches.map((b, i) => {
      const segment = allocate(place.names, `branch${i + 1}`);
      const names = bodyNames();
      const prefixed: Names = { base: (n) => `${segment}/${names.base(n)}`, suffix: '' };
      return this.statements(b.statements, flow, { ...place, scope: new Scope(place.scope), names: prefixed });
    });
    const [first, ...rest] = flows;
    const layer = layers.get(m.op);
    const source = locationOf(m);
    if (!first || !layer) return { ...flow, sure: false };
    const xs: Inputs<Shape> = [first.shape, ...rest.map((f) => f.shape)];
    const result = infer(layer, {}, xs, this.session.limits.size);
    const sure = flows.every((f) => f.sure);
    const failed = isFault(result);
    const lastOf = (i: number): Location => {
      const statement = m.branches[i]?.statements.at(-1);
      return statement ? locationOf(statement) : source;
    };
    if (failed && sure)
      this.problems.report(result.code, result.message, lastOf(result.input ?? 0), [
        { message: `Branch 1 gives ${showShape(first.shape)} here.`, location: lastOf(0) },
      ]);
    const segment = allocate(place.names, label ?? m.op);
    const shape = failed ? (result.assume ?? first.shape) : result;
    const item: LayerItem = { type: 'layer', kind: m.op, params: {}, inputs: flows.map((f) => f.id), segment, shape, source, failed };
    return this.push(item, sure && (!failed || result.assume !== undefined), source);
  }

  private repeat(r: Repeat, start: Flow, place: Place): Flow {
    const count = evaluateCount(r.count, '`repeat`', this.context(start, place.scope));
    const most = this.session.limits.nodes;
    const tooMany = count !== undefined && count > most;
    if (tooMany)
      this.problems.report(
        'too-many-nodes',
        `\`repeat\` makes its body ${count.toLocaleString('en')} times, more than the ${most.toLocaleString('en')} layers that a network may have: repeat less, or raise the limit in the settings.`,
        r.count ?? r,
      );
    // An unknown count, or one that is too large, still gets its body checked once.
    const known = count === undefined || tooMany ? 1 : count;
    const names = loopNames(place.names);
    const { line, character } = locationOf(r).range.start;
    const id = `${place.loop ? `${place.loop.id}/${place.loop.index}/` : ''}${line}:${character}:${this.items.length}`;
    let flow = start;
    for (let i = 0; i < known; i++) {
      this.session.step();
      const scope = new Scope(place.scope);
      if (r.index !== undefined) scope.set(r.index, { kind: 'constant', value: i });
      flow = this.statements(r.body?.statements ?? [], flow, { scope, names: names(i), loop: { id, index: i, count: known } });
    }
    return count === undefined || tooMany ? { ...flow, sure: false } : flow;
  }

  private for(f: For, start: Flow, place: Place): Flow {
    const list = evaluate(f.list, this.context(start, place.scope), true);
    if (!isList(list)) {
      if (!isUnknown(list)) this.problems.report('bad-list', `\`for\` goes through a list, not ${describe(list)}.`, f.list ?? f);
      return { ...start, sure: false };
    }
    let flow = start;
    for (const element of list) {
      this.session.step();
      const scope = new Scope(place.scope);
      if (!this.destructure(f, element, scope)) return { ...flow, sure: false };
      flow = this.statements(f.body?.statements ?? [], flow, { ...place, scope });
    }
    return flow;
  }

  /** Binds the variables of a `for` to an element; `[a, b]` takes it apart. */
  private destructure(f: For, element: Val, scope: Scope): boolean {
    const values = f.variables.length > 1 && isList(element) ? element : [element];
    if (values.length !== f.variables.length && !isUnknown(element)) {
      const has = isList(element) ? `has ${element.length}` : `is ${describe(element)}`;
      this.problems.report(
        'bad-list',
        `Each element should have ${f.variables.length} parts for [${f.variables.join(', ')}], but one ${has}.`,
        f.list ?? f,
      );
      return false;
    }
    for (const [i, name] of f.variables.entries()) scope.set(name, { kind: 'constant', value: values[i] ?? { type: 'unknown' } });
    return true;
  }

  private if(s: If, flow: Flow, place: Place): Flow {
    const condition = evaluate(s.condition, this.context(flow, place.scope));
    if (isUnknown(condition)) return { ...flow, sure: false };
    const inside: Place = { ...place, scope: new Scope(place.scope) };
    if (truth(condition)) return this.statements(s.then?.statements ?? [], flow, inside);
    if (s.elseIf) return this.if(s.elseIf, flow, place);
    return s.else ? this.statements(s.else.statements, flow, inside) : flow;
  }

  private expect(e: Expect, flow: Flow, scope: Scope): void {
    checkExpectation(e, flow, this.context(flow, scope), () => this.snapshot(flow), this.cause(flow));
  }

  /** The instance as it is up to a value. */
  snapshot(flow: Flow): Omit<Instance, 'arguments' | 'calls' | 'uri'> {
    return {
      declaration: this.declaration,
      name: this.declaration.name,
      input: this.input.shape,
      items: this.items,
      result: flow.id,
      output: flow.shape,
      sure: flow.sure,
      outputs: this.outputs,
      stages: this.stages,
      problems: this.problems.list,
      nodeCount: this.nodeCount,
    };
  }
}
