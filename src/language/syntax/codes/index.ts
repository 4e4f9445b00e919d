/** The registry of codes: what problems can be called, how bad each is, and what the page says of it. Lints bring their own. */
import type { CodeInfo } from './code.ts';
import { layers } from './layers.ts';
import { names } from './names.ts';
import { targets } from './targets.ts';
import { text } from './text.ts';
import { values } from './values.ts';

/** By part of the page, in the page's order. */
export const PARTS = {
  'The text': text,
  'Names and imports': names,
  'Arguments, expressions and expectations': values,
  Layers: layers,
  'Targets and limits': targets,
} as const;

/** Every code that a stage of the analysis reports. */
export type Code = keyof (typeof text & typeof names & typeof values & typeof layers & typeof targets);

export const CODES: Readonly<Record<Code, CodeInfo>> = { ...text, ...names, ...values, ...layers, ...targets };
