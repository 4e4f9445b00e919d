/** Answers the workbench: the targets of a file, and everything it shows of one; the last good view stays while the text is broken. */
import type { LangiumDocument } from 'langium';
import type { TargetInfo, TargetView, ViewResult } from '../../protocol.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { Target } from '../elaborate/targets.ts';
import { loadImports } from '../syntax/imports.ts';
import { locationOf, locationOfProperty } from '../syntax/source.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';

const infoOf = (a: FileAnalysis, t: Target): TargetInfo => ({
  name: t.name,
  kind: t.kind,
  range: locationOf(t.declaration).range,
  nameRange: locationOfProperty(t.declaration, 'name').range,
  comparable: a.isComparable(t),
});

/** Where several targets stand and none is named: the last network, or else the last block. */
export function defaultTarget(targets: readonly Target[]): Target | undefined {
  const whole = targets.filter((t) => t.instance);
  return whole.findLast((t) => t.kind === 'network') ?? whole.at(-1);
}

export class Views {
  private readonly services: CnnServices;
  private readonly good = new Map<string, TargetView>();
  constructor(services: CnnServices) {
    this.services = services;
  }

  /** The targets of a file, in its order. */
  async targets(document: LangiumDocument): Promise<readonly TargetInfo[]> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    return a.targets.filter((t) => t.instance).map((t) => infoOf(a, t));
  }

  /** The view of a target, or the last good one with the reason why there is none now. */
  async view(document: LangiumDocument, name: string | undefined): Promise<ViewResult> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    const broken = syntaxProblems(document)[0];
    const target = name === undefined ? defaultTarget(a.targets) : a.targets.find((t) => t.name === name);
    const key = `${a.uri}#${name ?? target?.name ?? ''}`;
    const last = this.good.get(key);
    if (broken) return { status: 'stale', view: last, reason: broken.message, at: broken.location };
    const analysed = target && a.target(target);
    if (!target || !analysed) {
      const cause = a.all.find((p) => p.severity === 'error');
      const reason =
        name !== undefined && a.targets.length > 0 && !target ? `There is no \`${name}\` any more, or it cannot stand alone.` : this.why(a);
      return last ? { status: 'stale', view: last, reason: cause?.message ?? reason, at: cause?.location } : { status: 'missing', reason };
    }
    const view: TargetView = {
      uri: a.uri,
      version: a.version,
      target: target.name,
      kind: target.kind,
      targets: a.targets.filter((t) => t.instance).map((t) => infoOf(a, t)),
      ...analysed,
      comparison: a.comparison(target),
      analysisMs: a.ms,
    };
    this.good.set(key, view);
    return { status: 'ok', view };
  }

  private why(a: FileAnalysis): string {
    if (a.model.declarations.length === 0)
      return 'This file declares nothing yet. Write a block: `block Mine on 64x56x56 { conv(64, 3x3) -> relu }`.';
    return 'No block here can stand alone: give one an input, `block Name(…) on 192x28x28 { … }`, and all its parameters defaults.';
  }
}
