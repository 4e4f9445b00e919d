/** Between the extension and the page of the workbench: every message, written once. Types only. */
import type { Placed } from '../diagram/index.ts';
import type { Location } from '../graph/graph.ts';
import type { FromRunner, ToRunner } from '../run/protocol.ts';
import type { GivenFile } from '../run/spec.ts';
import type { MenuAction } from './commands.ts';
import type {
  ApplyParams,
  Asked,
  CodeParams,
  CodeResult,
  ComparisonParams,
  ComparisonResult,
  SpaceParams,
  SpaceResult,
  Tried,
  ViewResult,
} from './server.ts';

export type Tab = 'diagram' | 'table' | 'values' | 'compare' | 'space' | 'code';

export type ToPage =
  /** First message after `ready`: where the bundled files are, as addresses that the page can fetch. */
  | {
      readonly type: 'init';
      readonly assets: {
        readonly runWorker: string;
        readonly layoutWorker: string;
        /** With ELK, for branches. */
        readonly layeredWorker: string;
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
      readonly settings: {
        readonly maxRunBytes: number;
        /** How many threads a run may have beside the page, which may not share memory among its own; 0: it runs in the page, in workers that share by messages. */
        readonly hostThreads: number;
      };
    }
  | { readonly type: 'view'; readonly result: ViewResult; readonly fileName: string }
  /** The comparison of a target, for which the page asked. */
  | ({ readonly type: 'comparison'; readonly asked?: Asked } & Pick<ComparisonParams, 'uri' | 'target' | 'tried'> & ComparisonResult)
  /** The design space around a target, for which the page asked. */
  | ({ readonly type: 'space' } & SpaceParams & SpaceResult)
  /** The picture is wanted, as it is shown. */
  | { readonly type: 'picture' }
  /** What a runner beside the page says. */
  | { readonly type: 'runner'; readonly message: RunnerToPage }
  /** Files that the user chose for runs. */
  | { readonly type: 'files'; readonly what: 'input' | 'weights'; readonly files: readonly GivenFile[] }
  /** A target as code, for which the page asked. */
  | ({ readonly type: 'code' } & CodeParams & CodeResult)
  /** What the user chose to compare with, from a list of the extension's. */
  | { readonly type: 'against'; readonly uri: string; readonly target: string; readonly asked: Asked }
  /** Show a tab; `run` starts a run (of both sides on the compare tab). */
  | { readonly type: 'show'; readonly tab: Tab; readonly run: boolean }
  | { readonly type: 'menu'; readonly does: MenuAction }
  | { readonly type: 'panel'; readonly shows: Shows }
  /** The cursor stands here in the source: mark its nodes. */
  | { readonly type: 'cursor'; readonly location: Location };

/** What a panel shows, and whether it stays with that; the page keeps it for the time after a reload. */
export interface Shows {
  readonly uri: string;
  /** Undefined: the file's default. */
  readonly target?: string;
  readonly pinned: boolean;
}

/** What the page needs of the extension before it can work. */
export type Init = Extract<ToPage, { readonly type: 'init' }>;

/** What a runner beside the page is told, and what it says: what every runner is, and its beginning and its end. */
export type RunnerFromPage = { readonly type: 'open' } | { readonly type: 'end' } | ToRunner;
export type RunnerToPage = FromRunner | { readonly type: 'died'; readonly why: string };

/** What a run found of a layer. */
export interface RanLayer {
  readonly source: Location;
  readonly path: string;
  /** Its numbers, in Markdown. */
  readonly says: string;
  /** What is wrong with them: NaN, infinity, channels that are zero everywhere. */
  readonly fault?: { readonly says: string; readonly isLost: boolean };
}

export interface SavedFormat {
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly text: string;
}

export type FromPage =
  | {
      readonly type: 'ready';
      /** The view that came with the page. */
      readonly has?: number;
    }
  /** A node was clicked: show its source (beside, without taking the focus). */
  | { readonly type: 'reveal'; readonly location: Location }
  /** Shows a place and what can be done about the error there. */
  | { readonly type: 'fix'; readonly location: Location }
  /** The user chose another target of the file. */
  | { readonly type: 'target'; readonly target: string }
  /** The panel shall stay with what it shows, or follow the editor. */
  | { readonly type: 'pin'; readonly pinned: boolean }
  /** The page wants the comparison of a target. */
  | ({ readonly type: 'compare'; readonly asked?: Asked } & Pick<ComparisonParams, 'uri' | 'target' | 'tried'>)
  /** The user tries values in place of those of the text; none for the text itself. The next view is of them. */
  | { readonly type: 'try'; readonly uri: string; readonly target: string; readonly tried: Tried }
  /** The values that are tried are to be written into the text. */
  | ({ readonly type: 'apply' } & ApplyParams)
  /** The page wants the design space around a target. */
  | ({ readonly type: 'space' } & SpaceParams)
  /** The page wants a target as code. */
  | ({ readonly type: 'code' } & CodeParams)
  /** The user wants to choose what to compare with among targets of the workspace, or revisions of the file. */
  | { readonly type: 'choose'; readonly uri: string; readonly target: string; readonly among: 'targets' | 'revisions' }
  /** The picture as it is shown; undefined where there is none. */
  | { readonly type: 'picture'; readonly placed?: Placed }
  /** To a runner beside the page. */
  | { readonly type: 'runner'; readonly message: RunnerFromPage }
  /** The user wants to choose files for runs: `count` of them, one for each input, or one of weights. */
  | { readonly type: 'pick'; readonly what: 'input' | 'weights'; readonly count: number }
  /** The page lacks what a view builds on, and wants it whole. */
  | { readonly type: 'whole' }
  /** Open a text as a new, unsaved `.cnn` file. */
  | { readonly type: 'open'; readonly text: string }
  /** The user wants to begin with a template. */
  | { readonly type: 'begin' }
  /** Text for the clipboard; `what` it is, as one says that it was copied. */
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  /** Text for a file, in formats of which the user chooses one; `name` is without an extension. */
  | { readonly type: 'save'; readonly name: string; readonly formats: readonly SavedFormat[] }
  /** Something failed that the user should read in VS Code too (a worker that died). */
  | { readonly type: 'failed'; readonly message: string }
  /** A run ended: the status bar says so, and the editor what it found, until the text changes. */
  | {
      readonly type: 'ran';
      readonly target: string;
      /** What ran and how long it took, in a line. */
      readonly says: string;
      /** Of which text. */
      readonly version: number;
      /** What was found of each layer; empty where only time was asked. */
      readonly found: readonly RanLayer[];
    };
