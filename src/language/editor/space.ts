/** The design space of a file around one of its targets, for the workbench: figures and graphs of all that one may choose between. */
import type { LangiumDocument } from 'langium';
import { type SpaceTarget, type SpaceVersus, spaceOf } from '../../graph/space.ts';
import type { SpaceResult } from '../../protocol/server.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import type { CnnServices } from '../analysis/services.ts';
import { flatten } from '../elaborate/flatten.ts';
import type { Target } from '../elaborate/targets.ts';
import { loadImports } from '../syntax/imports.ts';

function spaceTarget(a: FileAnalysis, t: Target): readonly SpaceTarget[] {
  const made = a.target(t);
  return made ? [{ name: t.name, graph: made.graph, totals: made.facts.totals, sure: t.instance?.sure === true }] : [];
}

/** What `versus` names; equal blocks have one instance, so it may be a target of the file. */
function versusOf(a: FileAnalysis, { versus }: Target): SpaceVersus | undefined {
  if (!versus?.instance.sure) return undefined;
  const target = a.targets.find((t) => t.instance === versus.instance)?.name;
  return { name: versus.name, graph: flatten(versus.instance, a.grounds, versus.name), target };
}

/** All targets of a file, with the variants of one. */
export async function designSpaceOf(document: LangiumDocument, services: CnnServices, name: string): Promise<SpaceResult> {
  await loadImports(document, services.shared);
  const a = services.analyses.of(document);
  const shown = a.targets.find((t) => t.name === name);
  const targets = a.targets.flatMap((t) => spaceTarget(a, t));
  return { version: a.version, ...spaceOf(targets, name, shown && versusOf(a, shown)) };
}
