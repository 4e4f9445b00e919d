/**
 * Builds one instance: appends its items (layers, merges and calls), each with its shape or with what is wrong with it.
 *
 * An error becomes a problem and an assumed shape; what is only assumed is not `sure`, and causes no further problems.
 */

import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import { isFault, saying } from '../../layers/fault.ts';
import { infer } from '../../layers/infer.ts';
import type { Layer } from '../../layers/layer.ts';
import { type Inputs, type Shape, showShape } from '../../layers/shape.ts';
import { ownStatements } from '../syntax/branches.ts';
import type { Block, Branch, Invocation, Network } from '../syntax/generated/ast.ts';
import type { Related } from '../syntax/problem.ts';
import { locationOf, locationOfProperty } from '../syntax/source.ts';
import { type Spot, spotOf } from '../syntax/spot.ts';
import { readParams } from './arguments.ts';
import type { Context, Flows } from './context.ts';
import { branchWays } from './fixes/branches.ts';
import { type LayerSite, layerFixes } from './fixes/layer.ts';
import { channelsOf } from './fixes/producer.ts';
import { calledBy, insideOf, namesTaken } from './inside.ts';
import { type CallItem, type Inner, type Instance, type Item, type LayerItem, nodesIn, type Stage, shapeOf } from './instance.ts';
import { type Round, saidOf } from './patterns.ts';
import type { Scope } from './scope.ts';
import { allocate, type SegmentNames } from './segments.ts';
import { CALL_COUNTS, OutOfBudget, Problems, type Session } from './session.ts';
import type { SharedId } from './shared-id.ts';
import { Sharing } from './sharing.ts';
import { RunningSums, type SoFar } from './so-far.ts';
import { type FlowVal, type LayerVal, layerName } from './values.ts';

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
    inputs: readonly Flow[],
    at: Invocation,
    from: InstanceBuilder,
  ): { readonly instance: Instance; readonly name: string; readonly text: string } | undefined;
  /** How many inputs a block takes, if it is one that takes several: their names. */
  takes(value: LayerVal): readonly string[];
  /** The scope of the file that holds a declaration. */
  scopeOf(d: Block | Network): Scope;
  /** Where a spot of this elaboration is, and the spot of a place. */
  at(spot: Spot): Location;
  spot(at: Location): Spot;
}

/** What an instance is made of. */
export interface Start {
  readonly declaration: Block | Network;
  /** As many as the block takes; the ids are those of the caller. */
  readonly inputs: Inputs<Flow>;
  readonly depth: number;
  /** Another number for another declaration, other arguments or other inputs. */
  readonly number: () => number;
}

/** How what is made at a stage is named. */
export interface Naming {
  readonly names: SegmentNames;
  /** The innermost repeat, for drawing its iterations once. */
  readonly loop: { readonly id: string; readonly index: number; readonly count: number } | undefined;
}

/** A branch and what it gives; a loop gives one branch of a text several times. */
export interface Arm {
  readonly branch: Branch;
  readonly flow: Flow;
}

/** Calls for each layer that a graph may have. */
const CALLS = 2;

/** What the builder knows of an instance; the rest comes from what is called. */
export type Built = Pick<
  Instance,
  | 'name'
  | 'named'
  | 'main'
  | 'takes'
  | 'input'
  | 'moreInputs'
  | 'shared'
  | 'inside'
  | 'items'
  | 'result'
  | 'output'
  | 'sure'
  | 'outputs'
  | 'stages'
  | 'nodeCount'
  | 'callCount'
>;

export class InstanceBuilder {
  readonly items: Item[] = [];
  readonly stages: Stage[] = [];
  readonly outputs: { name: string; value: number; shape: Shape }[] = [];
  readonly problems = new Problems();
  /** The calls of layers that made values, by value: fixes look at how they are written. */
  readonly callOf = new Map<number, Invocation>();
  nodeCount = 0;
  /** The main output, where it has a name. */
  main: { readonly name: string; readonly flow: Flow } | undefined;
  /** The rounds of the loops around what is made, the innermost last. */
  round: readonly Round[] = [];
  callCount = 0;
  /** Whether the instance depends on nothing but its text, its arguments and its input. */
  lasting = true;
  readonly declaration: Block | Network;
  /** The (first) input, and one for each name that the block takes. */
  readonly input: Flow;
  readonly inputs: readonly (readonly [name: string, flow: Flow])[];
  readonly depth: number;
  /** What it declares as shared, and where the weights of that are kept. */
  readonly shared = new Map<SharedId, string>();
  readonly caller: Caller;
  private readonly session: Session;
  private readonly sharing: Sharing;
  /** A number for what it is an instance of. */
  private readonly number: () => number;

  constructor(session: Session, caller: Caller, { declaration, inputs, depth, number }: Start) {
    this.session = session;
    this.caller = caller;
    this.declaration = declaration;
    this.depth = depth;
    this.number = number;
    this.sharing = new Sharing(this.problems);
    const flows = inputs.map((f, id): Flow => ({ id, shape: f.shape, sure: f.sure }));
    this.input = flows[0] as Flow;
    const names = namesTaken(declaration);
    for (const [i, f] of flows.entries()) {
      const source = spotOf(declaration.takes[i] ?? declaration);
      if (i > 0) this.items.push({ type: 'input', index: i, segment: names[i] ?? `input_${i + 1}`, shape: f.shape, source });
    }
    this.inputs = names.map((name, i) => [name, flows[i] ?? this.input]);
  }

  /** Appends a layer to `flow`. `context` is what expressions see there. */
  layer(layer: Layer, value: LayerVal, label: string | undefined, flow: Flow, at: Invocation, { names }: Naming, context: Context): Flow {
    const { params, bound } = readParams(layer, value, at, this.problems);
    if (this.session.observe)
      for (const [name, { node }] of bound)
        if (node?.name !== undefined) this.session.observe(node, { builtin: 'parameter', name, of: layer.kind });
    const source = spotOf(at);
    const segment = allocate(names, label ?? layerName(value), label === undefined ? value.shared?.segment : undefined);
    // A layer whose arguments are not all known is left out of the graph's figures, but its place in the flow stays.
    if (!params) return this.push(this.broken(flow, segment, source), false);
    const result = infer(layer, params, [flow.shape], this.session.limits.size);
    const failed = isFault(result);
    const site: LayerSite = { at, bound, channels: () => channelsOf(this, flow.id, context) };
    if (failed && flow.sure) {
      const node = result.param === undefined ? undefined : bound.get(result.param)?.node;
      const where = node ? locationOf(node) : locationOfProperty(at, 'callee');
      const fixes = this.problems.has(result.code, where) ? [] : layerFixes(result, site);
      this.problems.report(result.code, this.inRound(result.message), where, this.cause(flow), fixes);
    }
    const advice = !failed && flow.sure && layer.advice?.(params, [flow.shape]);
    if (advice) this.problems.report(advice.code, advice.message, at, [], layerFixes(advice, site));
    const shape = failed ? (result.assume ?? flow.shape) : result;
    const shared = value.shared?.id;
    const item: LayerItem = { type: 'layer', kind: layer.kind, params, inputs: [flow.id], segment, shape, source, failed, shared };
    const sound = !failed || result.assume !== undefined;
    const made = this.push(sound ? item : this.broken(flow, segment, source), sound && flow.sure);
    this.callOf.set(made.id, at);
    return made;
  }

  /** Appends a call of a block to what enters it. */
  call(value: LayerVal, label: string | undefined, inputs: Inputs<Flow>, at: Invocation, { names, loop }: Naming): Flow {
    const [flow] = inputs;
    const called = this.caller.call(value, inputs, at, this);
    const source = spotOf(at);
    const name = label ?? value.shared?.name ?? called?.name ?? layerName(value);
    const segment = allocate(names, name, label === undefined ? value.shared?.segment : undefined);
    if (!called) return this.push(this.broken(flow, segment, source), false);
    const { instance, text } = called;
    const callee = spotOf(at, 'callee');
    const base = segment.slice(0, segment.lastIndexOf('['));
    const repeat = loop && { group: `${loop.id}:${base}`, index: loop.index, count: loop.count };
    const item: CallItem = {
      type: 'call',
      instance,
      inputs: inputs.map((f) => f.id),
      text,
      callee,
      segment,
      shape: instance.output,
      source,
      repeat,
      shared: value.shared?.id,
    };
    return this.push(item, instance.sure);
  }

  /** A message with the round of the loop in which it arises: the rounds before went well. */
  private inRound(message: string): string {
    return message.replace(/[.?]?$/, (end) => `${saidOf(this.round)}${end}`);
  }

  /** Appends the merge of branches. */
  merge(at: Invocation, layer: Layer, label: string | undefined, arms: readonly Arm[], { names }: Naming, context: Context): Flow {
    const flows = arms.map((a) => a.flow);
    const [first = this.input, ...rest] = flows;
    const source = spotOf(at);
    const xs: Inputs<Shape> = [first.shape, ...rest.map((f) => f.shape)];
    const result = infer(layer, {}, xs, this.session.limits.size);
    const sure = flows.every((f) => f.sure);
    const failed = isFault(result);
    const lastOf = (i: number): Location => locationOf(ownStatements(arms[i]?.branch as Branch).at(-1) ?? at);
    if (failed && sure) {
      const where = lastOf(result.input ?? 0);
      const ways = this.problems.has(result.code, where) ? [] : branchWays({ op: layer.kind, arms, made: this, context });
      const related = [{ message: `Branch 1 gives ${showShape(first.shape)} here.`, location: lastOf(0) }];
      const fixes = ways.map((w) => w.fix);
      this.problems.report(result.code, this.inRound(saying(result, ways[0]?.remedy)), where, related, fixes);
    }
    const segment = allocate(names, label ?? layer.kind);
    const shape = failed ? (result.assume ?? first.shape) : result;
    const item: LayerItem = {
      type: 'layer',
      kind: layer.kind,
      params: {},
      inputs: flows.map((f) => f.id),
      segment,
      shape,
      source,
      failed,
      shared: undefined,
    };
    return this.push(item, sure && (!failed || result.assume !== undefined));
  }

  /** Names the main output, which is the flow here. */
  mainOutput(name: string, flow: Flow, at: Location): void {
    if (this.main) this.problems.report('bad-output', `The main output has a name already, \`${this.main.name}\`: name it once.`, at);
    else this.unique(name, at);
    this.main ??= { name, flow };
  }

  /** What enters and leaves has names of its own, each once: by them one feeds and reads an exported model. */
  private unique(name: string, at: Location): void {
    const isOutput = this.main?.name === name || this.outputs.some((o) => o.name === name);
    if (isOutput) this.problems.report('duplicate-name', `There are two outputs called \`${name}\`: rename one.`, at);
    else if (this.inputs.some(([n]) => n === name))
      this.problems.report('duplicate-name', `An input and an output are called \`${name}\`: rename one.`, at);
  }

  /** Gives a value a name outside, as one of several outputs. */
  output(name: string, { id, shape }: Flow, at: Location): void {
    this.unique(name, at);
    this.outputs.push({ name, value: id, shape });
  }

  /** Says where the shape that does not fit came from. */
  cause(flow: Flow): Related[] {
    const producer = this.items[flow.id - 1];
    if (producer) {
      const [of] = producer.type === 'layer' && producer.kind === 'flatten' ? producer.inputs : [];
      const flat = of === undefined ? '' : `, ${showShape(shapeOf({ input: this.input.shape, items: this.items }, of))} flattened`;
      return [{ message: `${showShape(flow.shape)} comes from here${flat}.`, location: this.caller.at(producer.source) }];
    }
    return this.declaration.previews.length > 0
      ? [
          {
            message: `${showShape(flow.shape)} enters \`${this.declaration.name}\`.`,
            location: locationOfProperty(this.declaration, 'name'),
          },
        ]
      : [];
  }

  /** Declares something as shared: a new one in each round of a loop. */
  share(value: LayerVal, name: string, names: SegmentNames, at: Location): LayerVal {
    const base = names.reserve(name);
    const segment = base + names.suffix;
    const { line, character } = this.caller.spot(at).range.start;
    const id = `${this.number()}:${line}:${character}:${this.shared.size}`;
    this.shared.set(id, segment);
    return { ...value, shared: { id, name, segment: base } };
  }

  /** Whether a value is that of a call, be it one inside another. */
  isCalled(value: number): boolean {
    return this.calledBy(value) !== undefined;
  }

  /** What the block of a call names inside. */
  inside(call: FlowVal): ReturnType<Flows['inside']> {
    const instance = this.calledBy(call.id);
    return instance && { name: instance.name, values: instance.inside };
  }

  /** The instance that gives a value, be it one of the calls inside another. */
  private calledBy(value: number): Instance | undefined {
    return calledBy(this.items, value);
  }

  /** A value inside a call as one of this body's; each once. */
  pick(call: FlowVal, { value, shape, sure, isCall }: Extract<Inner, { kind: 'value' }>, at: AstNode): FlowVal {
    const flow = (id: number): FlowVal => ({ type: 'value', id, shape, sure: sure && call.sure, isCall });
    const known = this.picks.get(`${call.id} ${value}`);
    if (known !== undefined) return flow(known);
    this.items.push({ type: 'pick', call: call.id, value, segment: '', shape, source: spotOf(at) });
    this.picks.set(`${call.id} ${value}`, this.items.length);
    return flow(this.items.length);
  }
  private readonly picks = new Map<string, number>();

  /** The names of what a block takes, where it says so. */
  takesOf(value: LayerVal): readonly string[] {
    return this.caller.takes(value);
  }

  /** What there is up to a value, and its sums. */
  soFar(end: Flow): SoFar {
    this.sums ??= new RunningSums({ items: this.items, input: this.input.shape });
    return { name: this.declaration.name, value: (this.main?.flow ?? end).id, sums: this.sums, snapshot: () => this.snapshot(end) };
  }
  private sums: RunningSums | undefined;

  /** What there is up to a value; `scope` has what its body named. */
  snapshot(end: Flow, scope?: Scope): Built {
    const flow = this.main?.flow ?? end;
    return {
      main: this.main?.name,
      name: this.declaration.name,
      named: spotOf(this.declaration, 'name'),
      takes: this.inputs.map(([name]) => name),
      input: this.input.shape,
      moreInputs: this.inputs.slice(1).map(([, f]) => f.shape),
      shared: this.shared,
      inside: scope ? insideOf(scope) : new Map(),
      items: this.items,
      result: flow.id,
      output: flow.shape,
      sure: flow.sure,
      outputs: this.outputs,
      stages: this.stages,
      nodeCount: this.nodeCount,
      callCount: this.callCount,
    };
  }

  /** Appends an item and gives its value. */
  private push(item: LayerItem | CallItem, sure: boolean): Flow {
    this.items.push(item);
    if (sure) this.session.sound(item.type === 'layer' ? 1 : item.instance.nodeCount > 0 ? CALL_COUNTS : 0);
    this.nodeCount += nodesIn(item);
    if (sure) this.sharing.note(item, { items: this.items, input: this.input.shape }, this.caller);
    if (item.type === 'call') this.callCount += 1 + item.instance.callCount;
    this.room(0, () => this.caller.at(item.source));
    return { id: this.items.length, shape: item.shape, sure };
  }

  /** Whether there is room for more nodes. Reports where there is not, and throws `OutOfBudget`. */
  room(more: number, at: () => AstNode | Location): void {
    const most = this.session.limits.nodes;
    // Blocks that hold next to nothing are not free: 2 to the 40th calls of an empty one make no layer.
    const isFull = this.nodeCount + more > most;
    if (!isFull && this.callCount <= CALLS * most) return;
    const what = isFull
      ? `have more than ${most.toLocaleString('en')} layers`
      : `call blocks more than ${(CALLS * most).toLocaleString('en')} times`;
    const message = `\`${this.declaration.name}\` would ${what} from here on: repeat less, or raise the limit in the settings.`;
    this.problems.report('too-many-nodes', message, at());
    throw new OutOfBudget(true);
  }

  /** Stands where a layer should be that cannot be computed: passes its input through, marked as failed. */
  private broken(flow: Flow, segment: string, source: Spot): LayerItem {
    return {
      type: 'layer',
      kind: 'identity',
      params: {},
      inputs: [flow.id],
      segment,
      shape: flow.shape,
      source,
      failed: true,
      shared: undefined,
    };
  }
}
