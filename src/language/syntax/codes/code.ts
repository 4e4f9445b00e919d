/** What is known of a problem's code: how bad it is, and its section of `docs/diagnostics.md`, which is generated from it. */

/** From the worst to the least. */
export type Severity = 'error' | 'warning' | 'hint';

export interface CodeInfo {
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly says: string;
  /** A text that has the problem. Tests check that it does. */
  readonly wrong: string;
  /** The same text put right. Tests check that it is. */
  readonly right?: string;
  /** What else there is to know: why, and what the other ways out are. Markdown. */
  readonly about?: string;
}
