/** Between the extension and the language server: every custom request and notification, written once. Types and names only. */
import type { Picture } from '../diagram/index.ts';
import type { ModelOptions } from '../export/exporter.ts';
import type { Comparison, Facts, NodeFacts, Totals, VariantName } from '../graph/facts.ts';
import type { Graph, GraphOutput, Location, Node, Range, Scope } from '../graph/graph.ts';
import type { MetricName } from '../graph/metrics.ts';
import type { Space } from '../graph/space.ts';

export type { Location, Range } from '../graph/graph.ts';

/** A block or network that can stand alone. */
export interface TargetInfo {
  readonly name: string;
  readonly kind: 'block' | 'network';
  /** The whole declaration, and its name. */
  readonly range: Range;
  readonly nameRange: Range;
}

/** One of which it is asked whether it has a variant to compare with, derived or declared: that takes longer than all the rest of it. */
export interface ComparableTarget extends TargetInfo {
  readonly comparable: boolean;
}

/** Request `pointwise/targets`: the targets of a file, in its order. */
export const TARGETS = 'pointwise/targets';
export interface TargetsParams {
  readonly uri: string;
}
export type TargetsResult = readonly ComparableTarget[];

/** Request `pointwise/view`: what the workbench shows of one target, as far as the asker does not have it. */
export const VIEW = 'pointwise/view';
export interface ViewParams {
  readonly uri: string;
  /** Undefined: the last network, or else the last block that can stand alone. */
  readonly target: string | undefined;
  /** The last view of this target that the asker was sent and still has: only what changed since is sent. */
  readonly have?: number;
  /** Values to try in place of those of the text, where the target is this one. */
  readonly trying?: { readonly on: string; readonly tried: Tried };
}
export type ViewResult = Answer<SentView>;
/** What there is of a target. */
export type Answer<T> =
  | { readonly status: 'ok'; readonly sent: T }
  /** The text has errors now: the last good state (if any) and why. */
  | { readonly status: 'stale'; readonly sent: T | undefined; readonly reason: string; readonly at: Location | undefined }
  | { readonly status: 'missing'; readonly reason: string };

/** Request `pointwise/head`: what a view would be of, without what it shows. */
export const HEAD = 'pointwise/head';
export type HeadParams = Omit<ViewParams, 'have' | 'trying'>;
export type HeadResult = Answer<ViewHead>;

/** A view, whole. */
export interface TargetView extends ViewHead {
  readonly graph: Graph;
  readonly facts: Facts;
}
export interface ViewHead {
  readonly uri: string;
  readonly version: number;
  readonly target: string;
  readonly kind: 'block' | 'network';
  readonly targets: readonly TargetInfo[];
  /** Has a variant, derived or declared, for whose comparison one can ask. */
  readonly comparable: boolean;
  /** Milliseconds that parse and analysis took after the last edit. */
  readonly analysisMs: number;
  /** What of it other values can be tried for. */
  readonly knobs: readonly Knob[];
  /** Where values are tried: the view is of them, and not of the text. */
  readonly trying?: Trying;
}

/** Values that are tried, as they would be written, by the keys of what they stand for. */
export type Tried = Readonly<Record<string, string>>;

/** A value of the text for which one may try another: a parameter, a constant of the file, or an input. */
export interface Knob {
  readonly key: string;
  readonly of: 'parameter' | 'constant' | 'input';
  readonly name: string;
  /** As the text has it, `4*c`, and what that is, `256`. */
  readonly written: string;
  readonly value: string;
  /** Where it would be written; completes “Writes …”. */
  readonly where: string;
  readonly control: Control;
}
/** How a value is chosen. What a slider reaches is what is likely; a field takes all. */
export type Control =
  /** A number, a list of them, a square kernel or a shape: a slider for each number. */
  | { readonly kind: 'numbers'; readonly form: NumbersForm; readonly sliders: readonly Slider[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text' };
export type NumbersForm = 'number' | 'list' | 'square' | 'size';
export interface Slider {
  /** What it is of several: `height`, `[2]`; empty for one alone. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What is tried on a target. */
export interface Trying {
  /** All of it; what the text says anyway, and what there is no longer, is left out. */
  readonly tried: Tried;
  /** What the view is of: the last that could be. Nothing: the text. */
  readonly shown: Tried;
  /** All that can be tried as it is by now, by key: what is written as `2*width` goes with the width. */
  readonly values: Tried;
  /** Why what is tried cannot be, as the editor would say it; `key` where its value itself is wrong. */
  readonly wrong?: { readonly message: string; readonly at?: Location; readonly key?: string };
  /** Budgets and shapes of the text that it would break. */
  readonly breaks: readonly string[];
  /** The totals of the text. */
  readonly text: Totals;
}

/** Request `pointwise/apply`: writes values that are tried into the text, in one edit. */
export const APPLY = 'pointwise/apply';
export interface ApplyParams {
  readonly uri: string;
  readonly target: string;
  readonly tried: Tried;
}
/** Undefined where it was done, else why not: a sentence. */
export type ApplyResult = { readonly refused?: string };

/** A stretch of text: the declaration it stands in, an index, and lines and characters from that declaration's first line. */
export type SentPlace = readonly [declaration: number, line: number, character: number, endLine: number, endCharacter: number];
export type SentNode = Omit<Node, 'id' | 'source'> & { readonly at: SentPlace };
export type SentScope = Omit<Scope, 'id' | 'source'> & { readonly at: SentPlace };

/** A view as it is sent: `src/view` makes it, and makes a view of it. */
export interface SentView {
  /** By which it can be named as `have`. */
  readonly id: number;
  /** The view of which it tells only what changed; undefined for a whole one. */
  readonly since: number | undefined;
  readonly head: ViewHead;
  /** Where the declarations begin to which the places belong. */
  readonly grounds: readonly { readonly uri: string; readonly line: number }[];
  readonly nodes: Changed<SentNode>;
  readonly scopes: Changed<SentScope>;
  readonly facts: Changed<NodeFacts>;
  readonly totals: Totals;
  readonly outputs: readonly GraphOutput[];
}
/** A list, or what changed in it. */
export interface Changed<T> {
  readonly length: number;
  readonly at: readonly (readonly [index: number, item: T])[];
}

/** Request `pointwise/comparison`: a target against what it is compared with; made when it is asked for. */
export const COMPARISON = 'pointwise/comparison';
export interface ComparisonParams {
  readonly uri: string;
  readonly target: string;
  /** Undefined: what `versus` names, else the variant that says most. */
  readonly against?: Against;
  /** Values of the target that are tried in place of those of the text. */
  readonly tried?: Tried;
}
/** What a target is compared with. */
export type Against =
  | { readonly kind: 'variant'; readonly name: VariantName }
  | { readonly kind: 'target'; readonly uri: string; readonly name: string }
  /** The same target in another text of its file. */
  | { readonly kind: 'text'; readonly text: string; readonly name: string };

/** What the page asks to be compared with: texts are the extension's to find. */
export type Asked =
  | Exclude<Against, { readonly kind: 'text' }>
  | { readonly kind: 'saved' }
  | { readonly kind: 'revision'; readonly rev: string; readonly name: string };
export interface ComparisonResult {
  readonly version: number;
  /** Undefined where there is nothing to compare with. */
  readonly comparison: Comparison | undefined;
  /** Why there is none of what was asked for; a sentence. */
  readonly refused?: string;
}

/** Request `pointwise/space`: all targets of a file and the variants of one of them, to be compared by their figures and run; made when it is asked for. */
export const SPACE = 'pointwise/space';
export interface SpaceParams {
  readonly uri: string;
  /** The target whose variants are wanted. */
  readonly target: string;
}
export interface SpaceResult extends Space {
  readonly version: number;
}

/** Request `pointwise/status`: the figures of a target in a few words; undefined where there are none. */
export const STATUS = 'pointwise/status';
export interface StatusParams {
  readonly uri: string;
  readonly target: string;
}
export type StatusResult = { readonly text: string; readonly tooltip: string } | undefined;

/** Request `pointwise/heat`: what each line of a file costs in a target; undefined where nobody knows. */
export const HEAT = 'pointwise/heat';
/** What only a run tells is no measure of a text. */
export const HEAT_METRICS = ['weights', 'macs', 'memory'] as const satisfies readonly MetricName[];
export type HeatMetric = (typeof HEAT_METRICS)[number];
export interface HeatParams {
  readonly uri: string;
  readonly target: string;
  readonly metric: HeatMetric;
}
export interface HeatLine {
  readonly line: number;
  /** Of the target, from 0 to 1. */
  readonly share: number;
  /** Of the heaviest line. */
  readonly level: number;
}
export type HeatResult = { readonly version: number; readonly lines: readonly HeatLine[] } | undefined;

/** Request `pointwise/exporters`: what a target can be written as. */
export const EXPORTERS = 'pointwise/exporters';
export interface ExporterInfo {
  readonly name: string;
  readonly title: string;
  /** Of the file, without a dot. */
  readonly extension: string;
  readonly says: string;
  readonly hasWeights: boolean;
  /** Has a theme, and may be as it is shown. */
  readonly isPicture: boolean;
  /** Whether it is code, which one may copy. */
  readonly isCode: boolean;
}

/** Request `pointwise/export`: a target as a file. */
export const EXPORT = 'pointwise/export';
export interface ExportParams {
  readonly uri: string;
  readonly target: string;
  /** The name of an exporter. */
  readonly to: string;
  /** Of the weights. */
  readonly seed: number;
  readonly picture?: Picture;
  /** Of a model. */
  readonly options?: ModelOptions;
}
/** The bytes, or why there are none: a sentence. */
export type ExportResult = { readonly base64: string } | { readonly refused: string };

/** Request `pointwise/code`: a target as code, or as the text that it is written in, line by line; by the lines of the text one finds what belongs together. */
export const CODE = 'pointwise/code';
export interface CodeParams {
  readonly uri: string;
  readonly target: string;
  /** The name of an exporter of code, or `cnn` for the text, with what it imports. */
  readonly to: string;
}
export interface CodeLine {
  readonly text: string;
  /** The lines of the text that it comes from, `file:///net.cnn:12`, from 0. */
  readonly at: readonly string[];
}
export type CodeResult = { readonly version: number } & ({ readonly lines: readonly CodeLine[] } | { readonly refused: string });

/** Notification `pointwise/changed` from the server: a file (or one that it imports) was analysed again. */
export const CHANGED = 'pointwise/changed';
export interface ChangedParams {
  readonly uri: string;
  readonly version: number;
}
