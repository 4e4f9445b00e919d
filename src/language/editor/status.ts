/** What the status bar says of a target: its params and multiply–accumulates, in few words and in all of them. */
import type { LangiumDocument } from 'langium';
import { brief, count } from '../../graph/figures.ts';
import { showShape } from '../../layers/shape.ts';
import type { StatusResult } from '../../protocol/server.ts';
import { factsOf, isWorthwhile } from '../analysis/figures.ts';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';

/** Layers beyond which nothing is said: to count so many takes longer than a moment. */
const MOST_LAYERS = 50_000;

/** The figures of a target of a file; undefined where it cannot stand alone. */
export async function statusOf(document: LangiumDocument, services: CnnServices, name: string): Promise<StatusResult> {
  await loadImports(document, services.shared);
  const instance = services.analyses.of(document).targets.find((t) => t.name === name)?.instance;
  if (!instance || instance.nodeCount > MOST_LAYERS || !isWorthwhile(instance)) return undefined;
  const { params, macs, totalMacs } = factsOf(instance).totals;
  const about = instance.sure ? '' : '≈ ';
  const further = totalMacs > macs ? ` (${count(totalMacs)} with further outputs)` : '';
  return {
    text: `${about}${brief(params)} params · ${brief(macs)} MACs`,
    tooltip: `${name}, ${showShape(instance.input)} → ${showShape(instance.output)}: ${about}${count(params)} params, ${count(macs)} MACs${further}`,
  };
}
