/** Every custom request of the language server and every message of the workbench page, written once. Types and names only. */
import type { Comparison, Facts } from './graph/facts.ts';
import type { Graph, Location, Range } from './graph/graph.ts';

export type { Location, Range } from './graph/graph.ts';

// ---- Extension ⇄ language server -------------------------------------------------------------------------------------------------

/** A block or network that can stand alone. */
export interface TargetInfo {
  readonly name: string;
  readonly kind: 'block' | 'network';
  /** The whole declaration, and its name. */
  readonly range: Range;
  readonly nameRange: Range;
  /** Has a naive or declared variant to compare with. */
  readonly comparable: boolean;
}

/** Request `pointwise/targets`: the targets of a file, in its order. */
export const TARGETS = 'pointwise/targets';
export interface TargetsParams {
  readonly uri: string;
}
export type TargetsResult = readonly TargetInfo[];

/** Request `pointwise/view`: everything that the workbench shows of one target. */
export const VIEW = 'pointwise/view';
export interface ViewParams {
  readonly uri: string;
  /** Undefined: the last network, or else the last block that can stand alone. */
  readonly target: string | undefined;
}
export type ViewResult =
  | { readonly status: 'ok'; readonly view: TargetView }
  /** The text has errors now: the last good view (if any) and why. */
  | { readonly status: 'stale'; readonly view: TargetView | undefined; readonly reason: string; readonly at: Location | undefined }
  | { readonly status: 'missing'; readonly reason: string };

export interface TargetView {
  readonly uri: string;
  readonly version: number;
  readonly target: string;
  readonly kind: 'block' | 'network';
  readonly targets: readonly TargetInfo[];
  readonly graph: Graph;
  readonly facts: Facts;
  readonly comparison: Comparison | undefined;
  /** Milliseconds that parse and analysis took after the last edit. */
  readonly analysisMs: number;
}

/** Notification `pointwise/changed` from the server: a file (or one that it imports) was analysed again. */
export const CHANGED = 'pointwise/changed';
export interface ChangedParams {
  readonly uri: string;
  readonly version: number;
}

/** Commands that lenses and menus run; all take an optional uri and target name. */
export const COMMANDS = {
  run: 'pointwise.run',
  diagram: 'pointwise.showDiagram',
  compare: 'pointwise.compare',
} as const;

// ---- Extension ⇄ workbench page --------------------------------------------------------------------------------------------------

export type Tab = 'diagram' | 'table' | 'compare';

export type ToPage =
  /** First message after `ready`: where the bundled files are, as addresses that the page can fetch. */
  | {
      readonly type: 'init';
      readonly assets: {
        readonly runWorker: string;
        readonly layoutWorker: string;
        readonly kernelRelaxed: string;
        readonly kernelStrict: string;
        /** The script of the kernel's helper threads. */
        readonly kernelHelper: string;
        /** The code editor, its style sheet, and the worker that finds differences: loaded when code is first shown. */
        readonly codeEditor: string;
        readonly codeStyle: string;
        readonly codeWorker: string;
      };
      /** Settings that the page needs. */
      readonly settings: { readonly maxRunBytes: number };
    }
  | { readonly type: 'view'; readonly result: ViewResult; readonly fileName: string }
  /** Show a tab; `run` starts a run (of both sides on the compare tab). */
  | { readonly type: 'show'; readonly tab: Tab; readonly run: boolean }
  /** The cursor stands here in the source: mark its nodes. */
  | { readonly type: 'cursor'; readonly location: Location };

/** What the page needs of the extension before it can work. */
export type Init = Extract<ToPage, { readonly type: 'init' }>;

export type FromPage =
  | { readonly type: 'ready' }
  /** A node was clicked: show its source (beside, without taking the focus). */
  | { readonly type: 'reveal'; readonly location: Location }
  /** The user chose another target of the file. */
  | { readonly type: 'target'; readonly target: string }
  /** Open a text as a new, unsaved `.cnn` file. */
  | { readonly type: 'open'; readonly text: string }
  /** Something failed that the user should read in VS Code too (a worker that died). */
  | { readonly type: 'failed'; readonly message: string }
  /** A run ended; tests and the status bar read it. */
  | { readonly type: 'ran'; readonly target: string; readonly ms: number; readonly layers: number };
