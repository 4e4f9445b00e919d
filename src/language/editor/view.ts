/** Answers the workbench: the targets of a file, and everything it shows of one; the last good view stays while the text is broken. */
import type { LangiumDocument } from 'langium';
import { count } from '../../graph/figures.ts';
import type { Graph } from '../../graph/graph.ts';
import type {
  Answer,
  HeadResult,
  SentView,
  TargetInfo,
  TargetsResult,
  Tried,
  Trying,
  ViewHead,
  ViewParams,
  ViewResult,
} from '../../protocol/server.ts';
import { type Outgoing, type Posted, send } from '../../view/send.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import { factsOf, graphOf, isWorthwhile } from '../analysis/figures.ts';
import type { CnnServices } from '../analysis/services.ts';
import { valuesIn } from '../analysis/trial.ts';
import type { Trial } from '../elaborate/elaborate.ts';
import type { Instance } from '../elaborate/instance.ts';
import type { Target } from '../elaborate/targets.ts';
import { loadImports } from '../syntax/imports.ts';
import { locationOf, locationOfProperty } from '../syntax/source.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';
import { knobsOf } from './what-if/knobs.ts';

const infoOf = (t: Target): TargetInfo => ({
  name: t.name,
  kind: t.kind,
  range: locationOf(t.declaration).range,
  nameRange: locationOfProperty(t.declaration, 'name').range,
});

/** What stands alone, and is within the limits. */
const made = (a: FileAnalysis): readonly Target[] => a.targets.filter((t) => t.instance);

/** Where several targets stand and none is named: the last network, or else the last block. */
export function defaultTarget(targets: readonly Target[]): Target | undefined {
  const whole = targets.filter((t) => t.instance);
  return whole.findLast((t) => t.kind === 'network') ?? whole.at(-1);
}

/** The graph of an instance under its target's name, where that is another. */
function graphAs(instance: Instance, name: string): Graph {
  const graph = graphOf(instance);
  const [own, ...calls] = graph.scopes;
  return own === undefined || graph.name === name ? graph : { ...graph, name, scopes: [{ ...own, name }, ...calls] };
}

/** The last values that could be, as they were shown, and of which state of the text. */
interface Try {
  readonly of: FileAnalysis;
  readonly shown: Tried;
  readonly values: Tried;
  readonly view: Outgoing;
}

export class Views {
  private readonly services: CnnServices;
  /** By file and target: the last view without errors, and what was sent last. */
  private readonly good = new Map<string, Outgoing>();
  private readonly posted = new Map<string, Posted>();
  private readonly tries = new Map<string, Try>();
  /** By file: the target that was shown where none was named. */
  private readonly shown = new Map<string, string>();
  private count = 0;

  constructor(services: CnnServices) {
    this.services = services;
  }

  /** The targets of a file, in its order. */
  async targets(document: LangiumDocument): Promise<TargetsResult> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    return made(a).map((t) => ({ ...infoOf(t), comparable: a.isComparable(t) }));
  }

  /**
   * The view of a target, or the last good one with the reason why there is none now. To one who has the view that was sent last, by its
   * id, only what changed is sent. With values that are tried it is of the last of them that could be.
   */
  async view(document: LangiumDocument, name: string | undefined, have?: number, trying?: ViewParams['trying']): Promise<ViewResult> {
    const { answer, key } = await this.find(document, name, trying);
    if (answer.status === 'missing') return answer;
    const { sent } = answer;
    return { ...answer, sent: sent && this.post(key, sent, have) } as ViewResult;
  }

  /** What a view would be of. */
  async head(document: LangiumDocument, name: string | undefined): Promise<HeadResult> {
    const { answer } = await this.find(document, name);
    return answer.status === 'missing' ? answer : ({ ...answer, sent: answer.sent?.head } as HeadResult);
  }

  private async find(
    document: LangiumDocument,
    name: string | undefined,
    asked?: ViewParams['trying'],
  ): Promise<{ answer: Answer<Outgoing>; key: string }> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    const broken = syntaxProblems(document)[0];
    const target = name === undefined ? defaultTarget(a.targets) : a.targets.find((t) => t.name === name);
    const before = this.shown.get(a.uri);
    const key = `${a.uri}#${name ?? (broken ? before : undefined) ?? target?.name ?? before ?? ''}`;
    const isTrying = asked !== undefined && asked.on === (target?.name ?? name ?? before) && Object.keys(asked.tried).length > 0;
    const last = (isTrying ? this.tries.get(key)?.view : undefined) ?? this.good.get(key);
    if (broken) return { key, answer: { status: 'stale', sent: last, reason: broken.message, at: broken.location } };
    if (!target?.instance || !isWorthwhile(target.instance)) {
      const cause = a.all.find((p) => p.severity === 'error');
      const gone = `\`${name}\` no longer exists, or it cannot stand alone.`;
      const reason = name !== undefined && a.targets.length > 0 && !target ? gone : this.why(a, target);
      if (!last) return { key, answer: { status: 'missing', reason } };
      return { key, answer: { status: 'stale', sent: last, reason: cause?.message ?? reason, at: cause?.location } };
    }
    if (name === undefined) this.shown.set(a.uri, target.name);
    const head: ViewHead = {
      uri: a.uri,
      version: a.version,
      target: target.name,
      kind: target.kind,
      targets: made(a).map(infoOf),
      comparable: a.isComparable(target),
      analysisMs: a.ms,
      knobs: knobsOf(a.trial(target, {}).text, document, this.services.shared),
    };
    const view = { head, graph: graphAs(target.instance, target.name), facts: factsOf(target.instance), grounds: a.grounds };
    this.good.set(key, view);
    if (isTrying) return { key, answer: { status: 'ok', sent: this.trying(key, view, a, target, asked.tried) } };
    this.tries.delete(key);
    return { key, answer: { status: 'ok', sent: view } };
  }

  /** The view of a target with values that are tried; where they cannot be, of the last of this text that could. */
  private trying(key: string, text: Outgoing, a: FileAnalysis, target: Target, asked: Tried): Outgoing {
    const result = a.trial(target, asked);
    const { tried, wrong, broken, trial } = result;
    const head = (shown: Tried, values: Tried, comparable: boolean): ViewHead => {
      const { message, at, key: of } = wrong ?? {};
      const trying: Trying = {
        ...{ tried, shown, values, breaks: broken.map((p) => p.message), text: text.facts.totals },
        ...(message === undefined ? {} : { wrong: { message, ...(at ? { at } : {}), ...(of === undefined ? {} : { key: of }) } }),
      };
      return { ...text.head, comparable, trying };
    };
    if (Object.keys(tried).length === 0) {
      this.tries.delete(key);
      return text;
    }
    const valuesOf = (of: Trial): Tried => Object.fromEntries(valuesIn(of));
    const { instance } = trial.target;
    if (wrong || !instance) {
      const last = this.tries.get(key);
      if (last?.of === a) return { ...last.view, head: head(last.shown, last.values, last.view.head.comparable) };
      return { ...text, head: head({}, valuesOf(result.text), text.head.comparable) };
    }
    const values = valuesOf(trial);
    const view = {
      ...{ head: head(tried, values, a.isComparable(trial.target)), graph: graphAs(instance, target.name), facts: factsOf(instance) },
      grounds: a.grounds,
    };
    this.tries.set(key, { of: a, shown: tried, values, view });
    return view;
  }

  /** Forgets what is known of a file that is no longer a document. */
  forget(uri: string): void {
    this.shown.delete(uri);
    for (const table of [this.good, this.posted, this.tries])
      for (const key of [...table.keys()]) if (key.slice(0, key.lastIndexOf('#')) === uri) table.delete(key);
  }

  /** A view as it is to be sent to one who has another. */
  private post(key: string, view: Outgoing, have: number | undefined): SentView {
    const before = this.posted.get(key);
    const { sent, posted } = send(view, ++this.count, before && before.id === have ? before : undefined);
    this.posted.set(key, posted);
    return sent;
  }

  private why(a: FileAnalysis, target: Target | undefined): string {
    if (target?.instance)
      return `\`${target.name}\` has ${count(target.instance.nodeCount)} layers and an error: it is shown once that is gone.`;
    if (a.model.declarations.length === 0)
      return 'This file declares nothing yet. Write a block: `block Mine on 64x56x56 { conv(64, 3x3) -> relu }`.';
    return 'No block here can stand alone: give one an input, `block Name(…) on 192x28x28 { … }`, and all its parameters need defaults.';
  }
}
