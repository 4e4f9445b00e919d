/** Code lenses above each target: run it, draw it, what it saves against a variant, and copy it as code. */
import { interruptAndCheck, type LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import { CancellationToken } from 'vscode-languageserver';
import type { CodeLens } from 'vscode-languageserver-types';
import type { Comparison } from '../../graph/facts.ts';
import { brief, count, fewer } from '../../graph/figures.ts';
import { VARIANTS } from '../../graph/variants/index.ts';
import { COMMANDS } from '../../protocol/commands.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { Instance } from '../elaborate/instance.ts';
import type { Target } from '../elaborate/targets.ts';
import { loadImports } from '../syntax/imports.ts';
import { locationOfProperty } from '../syntax/source.ts';

/** A title, short enough for an editor beside the workbench, and what is behind it. */
interface CompareTitle {
  readonly title: string;
  readonly tooltip: string;
}

function titleOf(c: Comparison): CompareTitle {
  const [mine, other] = [c.this.totals.weights, c.other.totals.weights];
  const who = c.derived ? VARIANTS[c.derived].original : c.target;
  return {
    title: `${brief(mine)} vs ${c.otherName} ${brief(other)} weights · ${fewer(c.ratio.weights)}`,
    tooltip: `${who} ${count(mine)} vs ${c.otherName} ${count(other)} weights`,
  };
}

/** Milliseconds in which the view, for which the editor asks in the same moment, goes before comparisons. */
const FIRST_THE_VIEW = 50;

/** The titles of derived variants, which depend on nothing but the instance: an edit elsewhere in a file compares nothing again. */
const derived = new WeakMap<Instance, CompareTitle | undefined>();

/** Whether nothing is to be compared for a target: its title is there already, or it has none. */
const isKnown = ({ instance, versus }: Target): boolean => !instance || (!versus && derived.has(instance));

/** What a comparison says of a target, if there is any. */
function compareTitle(a: FileAnalysis, t: Target): CompareTitle | undefined {
  const { instance, versus } = t;
  if (isKnown(t)) return instance && derived.get(instance);
  const comparison = a.isComparable(t) ? a.comparison(t) : undefined;
  const title = comparison && titleOf(comparison);
  if (instance && !versus) derived.set(instance, title);
  return title;
}

/** Whether nobody has written anything yet. */
const isBlank = (document: LangiumDocument): boolean => document.textDocument.getText().trim() === '';

export class CnnCodeLens implements CodeLensProvider {
  enabled = true;
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async provideCodeLens(document: LangiumDocument, _params: unknown, token = CancellationToken.None): Promise<CodeLens[]> {
    if (!this.enabled) return [];
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    const lenses: CodeLens[] = [];
    if (isBlank(document)) {
      const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      return [{ range, command: { title: 'Begin with a template …', command: COMMANDS.begin, arguments: [a.uri] } }];
    }
    if (!a.targets.every(isKnown)) await new Promise((resolve) => setTimeout(resolve, FIRST_THE_VIEW));
    for (const t of a.targets) {
      await interruptAndCheck(token);
      if (!t.instance) continue;
      const range = { ...locationOfProperty(t.declaration, 'name').range } as CodeLens['range'];
      const lens = (title: string, tooltip: string, command: string, ...more: readonly string[]): CodeLens => ({
        range,
        command: { title, tooltip, command, arguments: [a.uri, t.name, ...more] },
      });
      lenses.push(lens('▷ Run', 'Run on random input', COMMANDS.run), lens('Diagram', 'Show the diagram', COMMANDS.diagram));
      const compared = compareTitle(a, t);
      if (compared) lenses.push(lens(compared.title, compared.tooltip, COMMANDS.compare));
      lenses.push(lens('Copy as PyTorch', 'Put it on the clipboard as PyTorch code', COMMANDS.copy, 'pytorch'));
    }
    return lenses;
  }
}
