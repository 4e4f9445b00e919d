/** Inlay hints: at the end of each line that ends a stage, the shape that leaves it and what the line costs. */
import { interruptAndCheck, type LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { CancellationToken } from 'vscode-languageserver';
import type { InlayHint, Range } from 'vscode-languageserver-types';
import { count, short } from '../../graph/figures.ts';
import { showShape } from '../../layers/shape.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { Use } from '../analysis/uses.ts';
import type { Instance, Stage } from '../elaborate/instance.ts';
import { sumsOf } from '../elaborate/sums.ts';
import { loadImports } from '../syntax/imports.ts';
import { idOf } from '../syntax/spot.ts';

/** Which figures a hint has; settings. */
export interface HintSettings {
  readonly shapes: boolean;
  readonly params: boolean;
  readonly macs: boolean;
}
export const DEFAULT_HINTS: HintSettings = { shapes: true, params: true, macs: false };

const within = (inner: Stage, outer: Stage): boolean =>
  inner !== outer &&
  (outer.range.start.line < inner.range.start.line ||
    (outer.range.start.line === inner.range.start.line && outer.range.start.character <= inner.range.start.character));

const byLine = new WeakMap<Instance, ReadonlyMap<number, readonly Stage[]>>();

/** The stages that end on a line of their declaration, without those inside others that end there too; by line. */
function stagesByLine(instance: Instance): ReadonlyMap<number, readonly Stage[]> {
  const known = byLine.get(instance);
  if (known) return known;
  const lines = new Map<number, Stage[]>();
  // A stage in a repeat is met once per iteration; its first is shown.
  const met = new Set<string>();
  for (const s of instance.stages) {
    const { start, end } = s.range;
    const key = `${start.line}:${start.character}-${end.line}:${end.character}`;
    // `expect` changes nothing, so it has nothing to show.
    if (met.has(key) || s.name === 'expect') continue;
    met.add(key);
    const line = lines.get(end.line);
    if (line) line.push(s);
    else lines.set(end.line, [s]);
  }
  for (const [line, list] of lines) {
    const outer = list.filter((s) => !list.some((o) => o.range.end.character >= s.range.end.character && within(s, o)));
    lines.set(
      line,
      outer.sort((a, b) => a.range.end.character - b.range.end.character),
    );
  }
  byLine.set(instance, lines);
  return lines;
}

function hint(use: Use, stages: readonly Stage[], first: number, settings: HintSettings, more: number): InlayHint | undefined {
  const last = stages.at(-1);
  if (!last) return undefined;
  const costs = stages.map((s) => sumsOf(use.instance, s));
  const sum = (of: 'params' | 'macs'): number => costs.reduce((total, c) => total + c[of], 0);
  const [params, macs] = [sum('params'), sum('macs')];
  const parts = [
    ...(settings.shapes ? [`${last.sure ? '' : '≈ '}${showShape(last.output)}`] : []),
    ...(settings.params && params > 0 ? [`${count(params)} params`] : []),
    ...(settings.macs && macs > 0 ? [`${short(macs)} MACs`] : []),
  ];
  if (parts.length === 0) return undefined;
  const where = use.preview ? use.label : `the call ${use.label}`;
  const tooltip = `${use.instance.name}, ${where} on ${showShape(use.instance.input)}${more > 0 ? `; used in ${more} more way${more > 1 ? 's' : ''}, hover for all` : ''}`;
  const { line, character } = last.range.end;
  return { position: { line: first + line, character }, label: parts.join(' · '), paddingLeft: true, tooltip };
}

export class CnnInlayHints implements InlayHintProvider {
  settings: HintSettings = DEFAULT_HINTS;
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getInlayHints(
    document: LangiumDocument,
    { range }: { readonly range: Range },
    token = CancellationToken.None,
  ): Promise<InlayHint[]> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    const hints: InlayHint[] = [];
    for (const d of a.model.declarations) {
      if (d.$type !== 'Block' && d.$type !== 'Network') continue;
      await interruptAndCheck(token);
      const [use, ...others] = a.uses(idOf(d));
      if (!use) continue;
      const { line: first } = a.grounds(use.instance.declaration);
      for (const [line, stages] of stagesByLine(use.instance)) {
        if (first + line < range.start.line || first + line > range.end.line) continue;
        const h = hint(use, stages, first, this.settings, others.length);
        if (h) hints.push(h);
      }
    }
    return hints;
  }
}
