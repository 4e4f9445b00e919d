/** What layers object to: faults, and advice where the arguments are valid but probably a mistake. Each has a code of a closed list. */
import type { Shape } from './shape.ts';

/** The codes of faults; `src/language/syntax/codes/layers.ts` documents each. */
export type FaultCode =
  | 'arguments-disagree'
  | 'branches-disagree'
  | 'channel-mismatch'
  | 'channels-do-not-divide'
  | 'crop-too-large'
  | 'empty-range'
  | 'entries-disagree'
  | 'even-kernel'
  | 'even-size'
  | 'groups-do-not-divide'
  | 'kernel-too-large'
  | 'needs-feature-map'
  | 'needs-vector'
  | 'output-pad-too-large'
  | 'pad-too-large'
  | 'size-does-not-divide'
  | 'size-too-large'
  | 'slice-too-large';

/** The codes of advice; a layer whose advice is about something else adds one. */
export type AdviceCode = 'argument-order';

/** How to fix a fault, as data: the elaborator, which knows where the layer is in the text, turns it into edits. */
export type Suggestion = {
  /** What it does, as the title of the fix. */
  readonly title: string;
  /** Whether it is surely what was meant. */
  readonly sure: boolean;
} & (
  | {
      /** Give a parameter this value, as it is written. */
      readonly param: string;
      readonly value: string;
    }
  | {
      /** Put these stages before the layer. */
      readonly before: string;
    }
  | {
      /** Join the first two arguments by an arrow: they are the channels in and out. */
      readonly joined: true;
    }
  | {
      /** Leave out the first argument: the second is what it should be. */
      readonly second: true;
    }
);

/** What is wrong with a layer in its place. */
export interface Fault {
  readonly fault: true;
  readonly code: FaultCode;
  /** Names the thing and both sizes, and says what to do. */
  readonly message: string;
  /** What to do, unless code that sees the surrounding text knows better. It follows the message after a colon. */
  readonly remedy?: string;
  /** The parameter at fault: the problem is reported at its argument. Absent: at the layer's name. */
  readonly param?: string;
  /** Which input is at fault (a branch of a merge). */
  readonly input?: number;
  /** Where the input channels that were declared are at fault: those that arrive. */
  readonly arrives?: number;
  /** Ways to fix it, the likeliest first. */
  readonly suggest?: readonly Suggestion[];
  /** The shape with which the analysis goes on as though the fault were fixed. Absent: the input's, and no shape after it is trusted. */
  readonly assume?: Shape;
}
/** Says that something is wrong. */
export const fault = (code: FaultCode, message: string, at: Omit<Fault, 'fault' | 'code' | 'message'> = {}): Fault => ({
  fault: true,
  code,
  message,
  ...at,
});
/** The whole message of a fault; `better` replaces its remedy. */
export const saying = ({ message, remedy }: Fault, better = remedy): string => (better === undefined ? message : `${message}: ${better}.`);

export const isFault = (x: Shape | Fault): x is Fault => 'fault' in x;

/** A warning that says what the arguments do, and how to write what was probably meant. */
export interface Advice extends Pick<Fault, 'message' | 'suggest'> {
  readonly code: AdviceCode;
}
