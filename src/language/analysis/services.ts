/** The services as every feature sees them: Langium's, with the analyses of files beside them. */
import type { LangiumServices } from 'langium/lsp';
import type { Analyses } from './analyses.ts';

/** What Pointwise adds to Langium's services. */
export interface CnnAddedServices {
  readonly analyses: Analyses;
}
export type CnnServices = LangiumServices & CnnAddedServices;
